#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "fuse/fusecolumns.h"
#include "model/model.h"

enum { INPUTS_MAX = 32 };	/* of a category */

static const char *const kinds[] = { "number", "count", "token", "tokens" };
static const char *const sides[] = { "user", "item" };

struct fusecolumns *
fusecolumns_new(void)
{
	return mem_array("columns", 1, sizeof(struct fusecolumns));
}

void
fusecolumns_free(struct fusecolumns *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++) {
		free(c->at[i].name);
		idmap_free(c->at[i].tokens);
	}
	free(c->at);
	free(c);
}

static size_t
n_tokens(const struct fusecolumn *c)
{
	return c->tokens != NULL ? idmap_count(c->tokens) : 0;
}

static size_t
width_of(const struct fusecolumn *c)
{
	return c->kind == FUSECOLUMN_TOKENS ? n_tokens(c) : 1;
}

static size_t
inputs_of(const struct fusecolumn *c)
{
	const size_t n = n_tokens(c);

	if (c->kind == FUSECOLUMN_TOKEN)
		return n < INPUTS_MAX ? n : INPUTS_MAX;
	return width_of(c);
}

void
fusecolumns_add(struct fusecolumns *c, struct fusecolumn one)
{
	one.first = c->width[one.side];
	c->width[one.side] += width_of(&one);
	c->n_inputs[one.side] += inputs_of(&one);
	c->at = mem_grow("columns", c->at, &c->cap, c->n + 1, sizeof *c->at);
	c->at[c->n++] = one;
}

static struct idmap *
copy_map(const struct idmap *from)
{
	struct idmap *to;

	if (from == NULL)
		return NULL;
	to = idmap_new();
	for (uint32_t i = 0; i < idmap_count(from); i++)
		idmap_add(to, idmap_name(from, i));
	return to;
}

struct fusecolumns *
fusecolumns_copy(const struct fusecolumns *from)
{
	struct fusecolumns *to = fusecolumns_new();

	for (size_t i = 0; i < from->n; i++) {
		struct fusecolumn one = from->at[i];

		one.name = mem_text(one.name, strlen(one.name));
		one.tokens = copy_map(one.tokens);
		fusecolumns_add(to, one);
	}
	return to;
}

/* The column that number i of a side is of. */
static const struct fusecolumn *
column_of(const struct fusecolumns *c, enum fuseside side, size_t i)
{
	size_t j = 0;

	while (c->at[j].side != side || i < c->at[j].first ||
	    i >= c->at[j].first + width_of(&c->at[j]))
		j++;
	return &c->at[j];
}

void
fusecolumns_name(const struct fusecolumns *c, enum fuseside side, size_t i,
    struct buf *b)
{
	const struct fusecolumn *one = column_of(c, side, i);

	assert(i < c->width[side]);
	buf_format(b, "%s.%s", sides[side], one->name);
	if (one->kind != FUSECOLUMN_TOKENS)
		return;
	buf_char(b, '=');
	buf_span(b, idmap_name(one->tokens, (uint32_t)(i - one->first)));
}

void
fusecolumns_categories(const struct fusecolumns *c, unsigned char *out)
{
	memset(out, 0, c->width[FUSE_USERS] + c->width[FUSE_ITEMS]);
	for (size_t i = 0; i < c->n; i++)
		if (c->at[i].kind == FUSECOLUMN_TOKEN)
			out[(c->at[i].side == FUSE_ITEMS ?
			    c->width[FUSE_USERS] : 0) + c->at[i].first] = 1;
}

void
fusecolumns_inputs(const struct fusecolumns *c, enum fuseside side,
    const float *row, float *out)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct fusecolumn *one = &c->at[i];
		const float *x = row + one->first;
		const size_t n = inputs_of(one);

		if (one->side != side)
			continue;
		for (size_t j = 0; j < n; j++)
			switch (one->kind) {
			case FUSECOLUMN_NUMBER:
			case FUSECOLUMN_COUNT:
				out[j] = isnan(x[j]) ? 0 :
				    (float)(((double)x[j] - one->mean) /
				    one->stdev);
				break;
			case FUSECOLUMN_TOKEN:
				out[j] = x[0] == (float)j;
				break;
			case FUSECOLUMN_TOKENS:
				out[j] = isnan(x[j]) ? 0 : x[j];
				break;
			}
		out += n;
	}
}

/* --- the file ------------------------------------------------------------- */

void
fusecolumns_put(const struct fusecolumns *c, struct st_writer *w)
{
	struct buf names = BUF_EMPTY, tokens = BUF_EMPTY;
	double *scale = mem_array("columns", c->n * 2, sizeof *scale);

	for (size_t i = 0; i < c->n; i++) {
		const struct fusecolumn *one = &c->at[i];

		buf_format(&names, "%s %s %s\n", kinds[one->kind],
		    sides[one->side], one->name);
		for (uint32_t j = 0; j < n_tokens(one); j++) {
			buf_format(&tokens, "%zu ", i);
			buf_span(&tokens, idmap_name(one->tokens, j));
			buf_char(&tokens, '\n');
		}
		scale[i * 2] = one->mean;
		scale[i * 2 + 1] = one->stdev;
	}
	st_put_copy(w, "columns", ST_U8, &names.n, 1, names.p);
	if (tokens.n > 0)
		st_put_copy(w, "column_tokens", ST_U8, &tokens.n, 1,
		    tokens.p);
	st_put_copy(w, "column_scale", ST_F64, (size_t[]){ c->n, 2 }, 2,
	    scale);
	buf_release(&names);
	buf_release(&tokens);
	free(scale);
}

static int
unsound(const struct st_file *st, const char *what)
{
	return err_msg("%s: columns that are none: %s", st_path(st), what);
}

/* The place of a word among texts (n), or n. */
static size_t
find_word(struct span word, const char *const *text, size_t n)
{
	size_t i = 0;

	while (i < n && !span_is(word, text[i]))
		i++;
	return i;
}

/* "token user gender" and its scale (2); tokens follow. */
static int
read_column(const struct st_file *st, struct span line, const double *scale,
    struct fusecolumn *out)
{
	const size_t kind = find_word(span_cut(&line, ' '), kinds, 4);
	const size_t side = find_word(span_cut(&line, ' '), sides, 2);

	if (kind == 4 || side == 2 || line.p == NULL || line.n == 0)
		return unsound(st, "their names");
	if (!isfinite(scale[0]) || !isfinite(scale[1]) || !(scale[1] > 0))
		return unsound(st, "their scales");
	*out = (struct fusecolumn){ .kind = (enum fusecolumn_kind)kind,
	    .side = (enum fuseside)side, .name = mem_text(line.p, line.n),
	    .mean = scale[0], .stdev = scale[1] };
	if (kind == FUSECOLUMN_TOKEN || kind == FUSECOLUMN_TOKENS)
		out->tokens = idmap_new();
	return 0;
}

/* "3 Drama" of column i, or of a later one: 1, 0; -1 after a message. */
static int
read_token(const struct st_file *st, struct span line, size_t i,
    struct idmap *tokens)
{
	const struct span number = span_cut(&line, ' ');
	size_t of;

	if (line.p == NULL || num_size(number, &of) != 0 || of < i ||
	    (of == i && tokens == NULL))
		return unsound(st, "their tokens");
	if (of > i)
		return 0;
	idmap_add(tokens, line);
	return 1;
}

static int
read_all(const struct st_file *st, const struct idmap *names,
    const struct idmap *tokens, const double *scale, struct fusecolumns *out)
{
	const size_t n = tokens != NULL ? idmap_count(tokens) : 0;
	uint32_t at = 0;

	for (uint32_t i = 0; i < idmap_count(names); i++) {
		struct fusecolumn one;
		int got = 1;

		if (read_column(st, idmap_name(names, i), scale + 2 * i, &one)
		    != 0)
			return -1;
		while (at < n && (got = read_token(st, idmap_name(tokens, at),
		    i, one.tokens)) > 0)
			at++;
		fusecolumns_add(out, one);
		if (got < 0)
			return -1;
	}
	return at == n ? 0 : unsound(st, "their tokens");
}

int
fusecolumns_get(const struct st_file *st, struct fusecolumns **out)
{
	struct idmap *names, *tokens = NULL;
	const struct st_tensor *scale = NULL;
	int status = -1;

	if (st_find(st, "columns") == NULL)
		return 0;
	names = model_ids(st, "columns");
	if (names != NULL)
		scale = st_want(st, "column_scale", ST_F64, (size_t[]){
		    idmap_count(names), 2 }, 2);
	if (scale != NULL && (st_find(st, "column_tokens") == NULL ||
	    (tokens = model_ids(st, "column_tokens")) != NULL)) {
		*out = fusecolumns_new();
		status = read_all(st, names, tokens, scale->data, *out);
	}
	idmap_free(names);
	idmap_free(tokens);
	return status;
}

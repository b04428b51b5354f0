#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/spans.h"
#include "fuse/fusesource.h"
#include "io/ids.h"
#include "io/rows.h"

enum { USER, ITEM, SCORE, FIELDS };

static const char *const positional[] = { "user_id", "item_id", NULL };

struct fusesource {
	struct rows *rows;
	int column[FIELDS];
	struct fusepart kept;
	int ended;
	size_t n_rows;
};

void
fusepart_release(struct fusepart *p)
{
	free(p->text);
	free(p->row);
	free(p->group);
}

static int
find_columns(struct fusesource *s)
{
	struct rows *r = s->rows;
	const int last = (int)rows_width(r) - 1;

	if ((s->column[USER] = rows_column(r, "user_id")) < 0 ||
	    (s->column[ITEM] = rows_column(r, "item_id")) < 0)
		return -1;
	if (rows_has_header(r))
		return (s->column[SCORE] = rows_column(r, "score")) < 0 ? -1 :
		    0;
	if (last < 2)
		return err_msg("%s: %d column%s: user, item and score are "
		    "needed", rows_path(r), last + 1, last == 0 ? "" : "s");
	s->column[SCORE] = last == 3 ? 2 : last;
	return 0;
}

struct fusesource *
fusesource_open(const char *path, struct tick *tick)
{
	struct fusesource *s = mem_array("a system", 1, sizeof *s);

	s->rows = rows_open(path, &(struct rows_format){
	    .positional = positional, .kind = ROWS_TSV, .tick = tick });
	if (s->rows != NULL && find_columns(s) == 0)
		return s;
	fusesource_close(s);
	return NULL;
}

void
fusesource_close(struct fusesource *s)
{
	if (s == NULL)
		return;
	rows_close(s->rows);
	fusepart_release(&s->kept);
	free(s);
}

const char *
fusesource_path(const struct fusesource *s)
{
	return rows_path(s->rows);
}

int
fusesource_ended(const struct fusesource *s)
{
	return s->ended;
}

size_t
fusesource_rows(const struct fusesource *s)
{
	return s->n_rows;
}

/* --- parts ---------------------------------------------------------------- */

static size_t
add_text(struct fusepart *p, const char *text, size_t n)
{
	const size_t at = p->n_text;

	if (p->cap_text - at < n + SPANS_SLACK)
		p->text = mem_grow("names", p->text, &p->cap_text,
		    at + n + SPANS_SLACK, 1);
	memcpy(p->text + at, text, n);
	p->n_text += n;
	return at;
}

static void
add_group(struct fusepart *p, struct span user, size_t line)
{
	p->group = mem_grow("users", p->group, &p->cap_group, p->n_groups + 1,
	    sizeof *p->group);
	p->n_whole = p->n_groups;
	p->group[p->n_groups++] = (struct fusegroup){ add_text(p, user.p,
	    user.n), user.n, p->n_rows, 0, line };
}

/* Is this the user of the last group? */
static inline int
is_last(const struct fusepart *p, const char *user, size_t n)
{
	const struct fusegroup *g;

	if (p->n_groups == 0)
		return 0;
	g = &p->group[p->n_groups - 1];
	if (g->user_n != n)
		return 0;
	return n <= sizeof(uint64_t) ? spans_word(user, n) ==
	    spans_word(p->text + g->user, n) :
	    memcmp(p->text + g->user, user, n) == 0;
}

/* Room for n rows and the text of their names. */
static void
make_room(struct fusepart *p, size_t n, size_t n_text)
{
	if (p->cap_row - p->n_rows < n)
		p->row = mem_grow("rows", p->row, &p->cap_row, p->n_rows + n,
		    sizeof *p->row);
	if (p->cap_text - p->n_text < n_text + SPANS_SLACK)
		p->text = mem_grow("names", p->text, &p->cap_text,
		    p->n_text + n_text + SPANS_SLACK, 1);
}

/* There is room, and SPANS_SLACK bytes may be read behind the item: most are
 * copied without a look at how long they are. */
static inline void
put_row(struct fusepart *p, const char *item, size_t n, double score)
{
	char *to = p->text + p->n_text;

	memcpy(to, item, SPANS_SLACK);
	if (n > SPANS_SLACK)
		memcpy(to + SPANS_SLACK, item + SPANS_SLACK, n - SPANS_SLACK);
	p->row[p->n_rows++] = (struct fuserow){ score, p->n_text,
	    (uint32_t)n };
	p->n_text += n;
	p->group[p->n_groups - 1].n++;
}

static void
add_row(struct fusepart *p, const char *item, size_t n, double score)
{
	make_room(p, 1, n);
	p->row[p->n_rows++] = (struct fuserow){ score, add_text(p, item, n),
	    (uint32_t)n };
	p->group[p->n_groups - 1].n++;
}

void
fusesource_keep(struct fusesource *s, const struct fusepart *p, size_t used)
{
	struct fusepart *k = &s->kept;

	k->n_text = k->n_rows = k->n_groups = 0;
	for (size_t g = used; g < p->n_groups; g++) {
		const struct fusegroup *group = &p->group[g];

		add_group(k, fusepart_user(p, g), group->line);
		for (size_t i = group->first; i < group->first + group->n; i++)
			add_row(k, p->text + p->row[i].from, p->row[i].n,
			    p->row[i].score);
	}
	k->n_whole = p->n_whole > used ? p->n_whole - used : 0;
}

/* --- reading -------------------------------------------------------------- */

static int
take_row(struct fusesource *s, struct fusepart *p)
{
	struct span user, item;
	double score;

	if (ids_text(s->rows, s->column[USER], &user) != 0 ||
	    ids_text(s->rows, s->column[ITEM], &item) != 0 ||
	    rows_real(s->rows, s->column[SCORE], &score) != 0)
		return -1;
	if (fabs(score) > (double)FLT_MAX)
		return rows_error(s->rows, s->column[SCORE],
		    "%g is too large", score);
	if (!is_last(p, user.p, user.n))
		add_group(p, user, rows_line(s->rows));
	add_row(p, item.p, item.n, score);
	return 0;
}

static size_t
length_of(const struct spans *of, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += of->to[i] - of->from[i];
	return sum;
}

/* Are two pieces of a text the same? */
static inline int
is_same(const struct spans *s, size_t i, size_t j)
{
	const struct span a = spans_get(s, i), b = spans_get(s, j);

	if (a.n != b.n)
		return 0;
	return a.n <= sizeof(uint64_t) ? spans_word(a.p, a.n) ==
	    spans_word(b.p, a.n) : memcmp(a.p, b.p, a.n) == 0;
}

/* is_new (n) <- which users differ from those before them; whether these are
 * plain. */
static int
find_users(const struct fusepart *p, const struct spans *user, size_t n,
    unsigned char *is_new)
{
	const struct span first = spans_get(user, 0);
	int plain = 1;

	is_new[0] = !is_last(p, first.p, first.n);
	for (size_t i = 1; i < n; i++)
		is_new[i] = !is_same(user, i, i - 1);
	for (size_t i = 0; i < n; i++)
		if (is_new[i])
			plain &= ids_are_plain(&(struct spans){ user->text,
			    user->from + i, user->to + i }, 1);
	return plain;
}

/* Those of rows_many(), all of them simple: 1; or 0, and none is added. */
static int
take_simple(struct fusesource *s, const struct spans *of, size_t n,
    struct fusepart *p)
{
	double score[ROWS_MANY];
	unsigned char is_new[ROWS_MANY];

	if (!find_users(p, &of[USER], n, is_new) ||
	    !ids_are_plain(&of[ITEM], n))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (num_real(spans_get(&of[SCORE], i), &score[i]) != 0 ||
		    fabs(score[i]) > (double)FLT_MAX)
			return 0;
	make_room(p, n, length_of(&of[USER], n) + length_of(&of[ITEM], n));
	for (size_t i = 0; i < n; i++) {
		const struct span item = spans_get(&of[ITEM], i);

		if (is_new[i]) {
			rows_one(s->rows, i);
			add_group(p, spans_get(&of[USER], i),
			    rows_line(s->rows));
		}
		put_row(p, item.p, item.n, score[i]);
	}
	return 1;
}

static ptrdiff_t
take_many(struct fusesource *s, struct fusepart *p)
{
	struct spans of[FIELDS];
	const size_t n = rows_many(s->rows, s->column, FIELDS, of);
	int status = 0;

	if (n == 0 || take_simple(s, of, n, p))
		return (ptrdiff_t)n;
	for (size_t i = 0; i < n && status == 0; i++) {
		rows_one(s->rows, i);
		status = take_row(s, p);
	}
	return status == 0 ? (ptrdiff_t)n : -1;
}

int
fusesource_read(struct fusesource *s, struct fusepart *p, size_t n)
{
	const struct fusepart empty = *p;

	*p = s->kept;
	s->kept = empty;
	while (!s->ended && (p->n_rows < n || p->n_whole == 0)) {
		const ptrdiff_t many = take_many(s, p);
		const int got = many != 0 ? 1 : rows_next(s->rows);

		if (many < 0 || got < 0 ||
		    (many == 0 && got > 0 && take_row(s, p) != 0))
			return -1;
		s->ended = got == 0;
		s->n_rows += many > 0 ? (size_t)many : (size_t)got;
	}
	if (s->ended)
		p->n_whole = p->n_groups;
	return s->n_rows > 0 ? 0 : err_msg("%s: no rows", rows_path(s->rows));
}

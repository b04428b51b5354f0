#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "io/examplefields.h"
#include "io/in.h"
#include "io/readexamples.h"

const struct rows_format readexamples_libfm = { .kind = ROWS_TSV,
	.header = ROWS_HEADER_NO };

const struct rows_format readexamples_texts = { .kind = ROWS_TSV,
	.positional = (const char *const[]){ "label", "text", NULL },
	.only = "text" };

int
readexamples_is_libfm(struct in *in)
{
	char text[64];
	const ptrdiff_t n = in_peek(in, text, sizeof text);
	struct span rest, first, second;
	double x;

	if (n <= 0)
		return (int)n;
	rest = (struct span){ text, (size_t)n };
	first = span_cut(&rest, ' ');
	if (rest.p == NULL || num_real(first, &x) != 0)
		return 0;
	second = span_cut(&rest, ' ');
	return memchr(second.p, ':', second.n) != NULL &&
	    memchr(second.p, '\t', second.n) == NULL;
}

struct reading {
	const struct readexamples *want;
	struct examplecolumns columns;
	struct examples *x;
	int has_labels;			/* so far */
	int any;			/* file was read */
};

/* --- blocks --------------------------------------------------------------- */

static int
work(void *arg, struct rows *block, void *slot)
{
	const struct reading *rd = arg;

	return exampleparse(slot, &rd->columns, block);
}

/* The field that "field:feature" names, or field 0. */
static int
named_field(struct vocabulary *v, struct span name, uint16_t *field)
{
	const char *colon = memchr(name.p, ':', name.n);
	struct span text = { name.p, 0 };
	uint32_t at;

	if (colon != NULL)
		text.n = (size_t)(colon - name.p);
	at = idmap_find(v->fields, text);
	if (at == IDMAP_NONE && vocabulary_fields(v) == FIELDS_MOST)
		return err_msg("more than %d fields", FIELDS_MOST);
	*field = (uint16_t)(at != IDMAP_NONE ? at : vocabulary_add_field(v,
	    text, FIELD_TOKEN));
	return 0;
}

static int
add_entry(struct reading *rd, const struct examplepart *p, size_t e)
{
	struct vocabulary *v = rd->want->vocabulary;
	uint32_t feature = p->x.feature[e];
	uint16_t field = p->x.field[e];

	if (rd->columns.keeps_names) {
		const struct span name = exampleparse_name(p, e);

		if (v->is_libfm && named_field(v, name, &field) != 0)
			return -1;
		feature = vocabulary_add(v, name, field);
	}
	examples_add_entry(rd->x, feature, field, p->x.value[e]);
	return 0;
}

static int
drain(void *arg, void *slot)
{
	struct reading *rd = arg;
	const struct examplepart *p = slot;

	for (size_t i = 0; i < p->x.n; i++) {
		if (rd->has_labels && p->classes.n > 0)
			examples_add_label(rd->x, (float)idmap_add(
			    rd->want->vocabulary->classes,
			    exampleparse_class(p, i)));
		else if (rd->has_labels)
			examples_add_label(rd->x, p->x.label[i]);
		for (size_t e = p->x.start[i]; e < p->x.start[i + 1]; e++)
			if (add_entry(rd, p, e) != 0)
				return -1;
		examples_end(rd->x);
	}
	rd->x->n_unknown += p->x.n_unknown;
	return 0;
}

static void
release(void *slot)
{
	exampleparse_release(slot);
}

static int
scan(struct reading *rd, struct rows *r)
{
	return rows_scan(r, &(struct rows_scan){ .arg = rd,
	    .slot_size = sizeof(struct examplepart), .work = work,
	    .drain = drain, .release = release });
}

/* --- files ---------------------------------------------------------------- */

static int
read_table(struct reading *rd, struct rows *r)
{
	struct examplecolumns *c = &rd->columns;
	int status = examplefields_label(rd->want, r, &c->label);

	if (status == 0 && rd->want->grows &&
	    vocabulary_fields(rd->want->vocabulary) == 0)
		status = examplefields_choose(rd->want, r, c->label);
	if (status == 0)
		status = examplefields_find(r, c);
	rd->has_labels &= c->label >= 0;
	if (status == 0)
		status = scan(rd, r);
	free(c->column);
	c->column = NULL;
	return status;
}

static int
is_text(const struct readexamples *want)
{
	return want->texts || vocabulary_is_text(want->vocabulary);
}

/* The stream is closed. */
static int
read_stream(struct reading *rd, struct in *in)
{
	struct vocabulary *v = rd->want->vocabulary;
	struct rows_format format = { .kind = ROWS_GUESS };
	struct rows *r;
	int libfm, status;

	libfm = is_text(rd->want) ? 0 :
	    readexamples_is_libfm(in);
	if (libfm >= 0 && !rd->any && rd->want->grows)
		v->is_libfm = libfm;
	rd->columns.keeps_names = rd->want->grows &&
	    (v->is_libfm || v->hash_bits == 0);
	if (libfm >= 0 && libfm != v->is_libfm)
		libfm = err_msg(v->is_libfm ? "%s: not in the format of libfm, "
		    "as the training data is" : "%s: in the format of libfm, "
		    "as the training data is not", in_name(in));
	if (libfm < 0) {
		in_close(in);
		return -1;
	}
	rd->any = 1;
	if (libfm)
		format = readexamples_libfm;
	else if (is_text(rd->want))
		format = readexamples_texts;
	format.tick = rd->want->tick;
	r = rows_open_in(in, &format);
	if (r == NULL)
		return -1;
	status = libfm ? scan(rd, r) : read_table(rd, r);
	rows_close(r);
	return status;
}

static struct reading
begin(const struct readexamples *want)
{
	if (want->texts && want->grows)
		want->vocabulary->classes = idmap_new();
	return (struct reading){ .want = want, .has_labels = 1,
		.x = examples_new(), .columns = { .v = want->vocabulary,
		.label = -1 } };
}

/* What was read of `name`, if that went well. */
static struct examples *
end(struct reading *rd, int status, const char *name)
{
	struct examples *x = rd->x;

	if (status == 0 && x->n == 0)
		status = err_msg("%s: no rows", name);
	if (!rd->has_labels) {
		free(x->label);
		x->label = NULL;
	}
	if (status == 0 && rd->want->grows)
		examplefields_settle(rd->want->vocabulary, x);
	if (status == 0)
		return x;
	examples_free(x);
	return NULL;
}

struct examples *
readexamples(const char *const *paths, size_t n_paths,
    const struct readexamples *want)
{
	struct reading rd = begin(want);
	int status = 0;

	for (size_t i = 0; i < n_paths && status == 0; i++) {
		struct in *in = in_open(paths[i]);

		status = in != NULL ? read_stream(&rd, in) : -1;
	}
	return end(&rd, status, n_paths != 1 ? "all files" :
	    strcmp(paths[0], "-") == 0 ? "standard input" : paths[0]);
}

struct examples *
readexamples_in(struct in *in, const struct readexamples *want)
{
	struct reading rd = begin(want);
	const int status = read_stream(&rd, in);

	return end(&rd, status, "the stream");
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/fuselabels.h"
#include "io/rows.h"

enum { CLASSES_MAX = 1000 };
static const char score_of[] = "score.";

/* A file being read. */
struct reading {
	struct fuselabels *l;
	struct rows *rows;
	size_t system;
	int label, *score;	/* columns, label -1: none; (n_p) */
	size_t i;		/* the row */
};

/* --- columns -------------------------------------------------------------- */

static int
is_score(const char *name)
{
	return strcmp(name, "score") == 0 || strcmp(name, "prediction") == 0 ||
	    strncmp(name, score_of, sizeof score_of - 1) == 0;
}

static int
is_kept(const struct rows *rows, size_t c)
{
	return !rows_has_header(rows) ? c + 1 < rows_width(rows) :
	    !is_score(rows_column_name(rows, c));
}

/* The classes of the first file's columns. */
static int
find_classes(struct fuselabels *l, const struct rows *rows)
{
	l->n_classes = 2;
	l->n_p = 1;
	for (size_t c = 0; c < rows_width(rows); c++) {
		const char *name = rows_column_name(rows, c);

		if (strncmp(name, score_of, sizeof score_of - 1) != 0)
			continue;
		if (l->classes == NULL)
			l->classes = idmap_new();
		idmap_add(l->classes, span_of(name + sizeof score_of - 1));
	}
	if (l->classes == NULL)
		return 0;
	l->n_classes = l->n_p = idmap_count(l->classes);
	return l->n_classes >= 2 && l->n_classes <= CLASSES_MAX ? 0 :
	    err_msg("%s: %zu columns score.CLASS: 2 to %d classes are combined",
	    rows_path(rows), l->n_classes, CLASSES_MAX);
}

static int
find_scores(struct reading *r)
{
	const struct fuselabels *l = r->l;
	const size_t width = rows_width(r->rows);

	if (!rows_has_header(r->rows)) {
		if (l->classes != NULL || width > 2)
			return err_msg("%s: without a header one column, or "
			    "label and score, are read, not %zu",
			    rows_path(r->rows), width);
		r->score[0] = (int)width - 1;
		r->label = width == 2 ? 0 : -1;
		return 0;
	}
	r->label = rows_find(r->rows, "label");
	for (size_t c = 0; c < l->n_p; c++) {
		struct buf name = BUF_EMPTY;

		buf_text(&name, l->classes != NULL ? score_of : "score");
		if (l->classes != NULL)
			buf_span(&name, idmap_name(l->classes, (uint32_t)c));
		r->score[c] = rows_column(r->rows, buf_cstr(&name));
		buf_release(&name);
		if (r->score[c] < 0)
			return -1;
	}
	return 0;
}

/* The header of what is kept of the first file. */
static void
keep_header(struct fuselabels *l, const struct rows *rows)
{
	for (size_t c = 0; c < rows_width(rows); c++) {
		if (!is_kept(rows, c))
			continue;
		buf_format(&l->header, "%s:%s\t", rows_has_header(rows) ?
		    rows_column_name(rows, c) : "label", rows_type_name(
		    rows_column_type(rows, c)));
	}
}

/* --- rows ----------------------------------------------------------------- */

/* The class that a label is; empty: none. */
static int
label_of(const struct fuselabels *l, const struct rows *rows, int column,
    int32_t *out)
{
	const struct span text = rows_text(rows, column);
	uint32_t class;
	double x;

	*out = FUSELABELS_NONE;
	if (text.n == 0)
		return 0;
	if (l->classes != NULL) {
		class = idmap_find(l->classes, text);
		if (class == IDMAP_NONE)
			return rows_error(rows, column, "'%.*s' is none of "
			    "the classes", SPAN_ARGS(text));
		*out = (int32_t)class;
		return 0;
	}
	if (rows_real(rows, column, &x) != 0)
		return -1;
	*out = x > 0;
	return fabs(x) == 1 || x == 0 ? 0 : rows_error(rows, column,
	    "%g is not a label: 1, and 0 or -1", x);
}

static int
keep_row(struct fuselabels *l, const struct rows *rows)
{
	for (size_t c = 0; c < rows_width(rows); c++) {
		const struct span text = rows_text(rows, (int)c);

		if (!is_kept(rows, c))
			continue;
		for (size_t i = 0; i < text.n; i++)
			if (memchr("\t\n\r", text.p[i], 3) != NULL)
				return rows_error(rows, (int)c, "a TAB or "
				    "line end in a field cannot be written to "
				    "a table");
		buf_span(&l->text, text);
		buf_char(&l->text, '\t');
	}
	return 0;
}

/* Room for one more row, of the first file. */
static int
add_row(struct reading *r)
{
	struct fuselabels *l = r->l;
	const size_t i = l->n++;

	/* folds and trees have lists of them */
	if (l->n > UINT32_MAX)
		return rows_error(r->rows, -1, "more than %u rows",
		    UINT32_MAX);
	l->p = mem_grow("probabilities", l->p, &l->cap_p, l->n *
	    l->n_systems * l->n_p, sizeof *l->p);
	l->end = mem_grow("rows", l->end, &l->cap_end, l->n, sizeof *l->end);
	if (keep_row(l, r->rows) != 0)
		return -1;
	l->end[i] = l->text.n;
	if (r->label < 0)
		return 0;
	l->label = mem_grow("labels", l->label, &l->cap_label, l->n,
	    sizeof *l->label);
	return label_of(l, r->rows, r->label, &l->label[i]);
}

/* Is the row of another file one with the label of the first? */
static int
check_label(const struct reading *r)
{
	const struct fuselabels *l = r->l;
	int32_t label;

	if (r->label < 0 || l->label == NULL)
		return 0;
	if (label_of(l, r->rows, r->label, &label) != 0)
		return -1;
	return label == l->label[r->i] ? 0 : rows_error(r->rows, r->label,
	    "another label than in the first file: rows are combined one by "
	    "one");
}

static int
take_row(struct reading *r)
{
	struct fuselabels *l = r->l;
	float *p;

	if (r->system > 0 && r->i == l->n)
		return rows_error(r->rows, -1, "more rows than the first "
		    "file's %zu", l->n);
	if ((r->system == 0 ? add_row(r) : check_label(r)) != 0)
		return -1;
	p = l->p + (r->i++ * l->n_systems + r->system) * l->n_p;
	for (size_t c = 0; c < l->n_p; c++) {
		if (rows_float(r->rows, r->score[c], &p[c]) != 0)
			return -1;
		if (!(p[c] >= 0 && p[c] <= 1))
			return rows_error(r->rows, r->score[c], "%g is no "
			    "probability", (double)p[c]);
	}
	return 0;
}

static struct rows *
open_table(const char *path, struct tick *tick)
{
	return rows_open(path, &(struct rows_format){ .kind = ROWS_GUESS,
	    .tick = tick });
}

static int
read_file(struct fuselabels *l, const char *path, size_t system,
    struct tick *tick)
{
	struct reading r = { .l = l, .system = system,
		.rows = open_table(path, tick) };
	int got = -1;

	if (r.rows == NULL)
		return -1;
	if (system > 0 || find_classes(l, r.rows) == 0) {
		r.score = mem_array("columns", l->n_p, sizeof *r.score);
		got = find_scores(&r);
	}
	if (system == 0 && got == 0)
		keep_header(l, r.rows);
	while (got >= 0 && (got = rows_next(r.rows)) > 0)
		got = take_row(&r);
	if (got == 0 && (l->n == 0 || r.i < l->n))
		got = l->n == 0 ? err_msg("%s: no rows", path) :
		    err_msg("%s: %zu rows, and the first file has %zu", path,
		    r.i, l->n);
	free(r.score);
	rows_close(r.rows);
	return got;
}

struct fuselabels *
fuselabels_read(const char *const *paths, size_t n, struct tick *tick)
{
	struct fuselabels *l = mem_array("probabilities", 1, sizeof *l);

	l->n_systems = n;
	for (size_t s = 0; s < n; s++)
		if (read_file(l, paths[s], s, tick) != 0) {
			fuselabels_free(l);
			return NULL;
		}
	return l;
}

void
fuselabels_free(struct fuselabels *l)
{
	if (l == NULL)
		return;
	idmap_free(l->classes);
	free(l->p);
	free(l->label);
	free(l->end);
	buf_release(&l->header);
	buf_release(&l->text);
	free(l);
}

int32_t *
fuselabels_truth(const struct fuselabels *l, const char *path)
{
	struct rows *rows = open_table(path, NULL);
	int32_t *label = mem_array("labels", l->n, sizeof *label);
	int got = -1, column = -1;
	size_t n = 0;

	if (rows != NULL)
		got = column = rows_has_header(rows) ? rows_column(rows,
		    "label") : 0;
	while (got >= 0 && (got = rows_next(rows)) > 0)
		got = n == l->n ? rows_error(rows, -1, "more rows than the "
		    "first file's %zu", l->n) : label_of(l, rows, column,
		    &label[n++]);
	if (got == 0 && n < l->n)
		got = err_msg("%s: %zu rows, and the first file has %zu",
		    path, n, l->n);
	rows_close(rows);
	if (got == 0)
		return label;
	free(label);
	return NULL;
}

/* --- output --------------------------------------------------------------- */

static void
put_header_of(const struct fuselabels *l, struct put *put)
{
	struct buf b = BUF_EMPTY;

	buf_add(&b, l->header.p, l->header.n);
	buf_text(&b, l->classes != NULL ? "prediction:token\tscore:float" :
	    "score:float");
	for (uint32_t c = 0; l->classes != NULL && c < l->n_classes; c++) {
		buf_char(&b, '\t');
		buf_text(&b, score_of);
		buf_span(&b, idmap_name(l->classes, c));
		buf_text(&b, ":float");
	}
	put_header(put, buf_cstr(&b));
	buf_release(&b);
}

/* prediction, score, score.CLASS */
static void
add_classes(const struct fuselabels *l, const float *p, struct buf *b)
{
	uint32_t best = 0;

	for (uint32_t c = 1; c < l->n_classes; c++)
		if (p[c] > p[best])
			best = c;
	buf_span(b, idmap_name(l->classes, best));
	buf_char(b, '\t');
	buf_float(b, p[best]);
	for (size_t c = 0; c < l->n_classes; c++) {
		buf_char(b, '\t');
		buf_float(b, p[c]);
	}
}

void
fuselabels_put(const struct fuselabels *l, const float *p, int no_header,
    struct put *put)
{
	struct buf b = BUF_EMPTY;

	if (!no_header)
		put_header_of(l, put);
	for (size_t i = 0; i < l->n && !put_failed(put); i++) {
		const size_t from = i > 0 ? l->end[i - 1] : 0;

		b.n = 0;
		buf_add(&b, l->text.p + from, l->end[i] - from);
		if (l->classes != NULL)
			add_classes(l, p + i * l->n_p, &b);
		else
			buf_float(&b, p[i]);
		buf_char(&b, '\n');
		put_rows(put, (struct span){ b.p, b.n });
	}
	buf_release(&b);
}

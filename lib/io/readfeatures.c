#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/in.h"
#include "io/npy.h"
#include "io/readfeatures.h"
#include "io/rows.h"

/* The table as it grows. */
struct reading {
	const struct readfeatures *want;
	const char *label_name;
	struct features *f;
	size_t width;			/* columns; known after the first file's
					 * header */
	int has_labels;			/* so far */
	size_t cap_x, cap_label;
};

static float *
add_row(struct reading *rd, float label)
{
	struct features *f = rd->f;

	f->x.x = mem_grow("feature table", f->x.x, &rd->cap_x,
	    (f->n + 1) * rd->width, sizeof(float));
	f->label = mem_grow("labels", f->label, &rd->cap_label, f->n + 1,
	    sizeof(float));
	f->label[f->n] = label;
	return f->x.x + f->n++ * rd->width;
}

static int
is_binary(float label)
{
	return !(label < 0) && !(label > 0 && label < 1) && !(label > 1);
}

/* The number of a class; IDMAP_NONE: of none that there may be. */
static uint32_t
class_of(const struct reading *rd, struct span name)
{
	return rd->want->classes != NULL ?
	    idmap_find(rd->f->classes, name) : idmap_add(rd->f->classes, name);
}

/* Classes are numbered in the order of their names. */
static void
sort_classes(struct features *f)
{
	const uint32_t n = (uint32_t)idmap_count(f->classes);
	uint32_t *rank = idmap_ranks(f->classes);
	uint32_t *at = mem_array("classes", n, sizeof *at);
	struct idmap *sorted = idmap_new();

	for (uint32_t i = 0; i < n; i++)
		at[rank[i]] = i;
	for (uint32_t i = 0; i < n; i++)
		idmap_add(sorted, idmap_name(f->classes, at[i]));
	for (size_t r = 0; r < f->n; r++)
		f->label[r] = (float)rank[(uint32_t)f->label[r]];
	idmap_free(f->classes);
	f->classes = sorted;
	free(at);
	free(rank);
}

/* Checks a label, or makes it the number of its class.  0, or what is wrong
 * with it. */
static const char *
check_label(const struct reading *rd, struct span text, float *label)
{
	uint32_t class;

	if (rd->want->labels == READFEATURES_BINARY && !is_binary(*label))
		return "is neither 0 nor 1";
	if (rd->want->labels != READFEATURES_CLASS)
		return NULL;
	if (text.n == 0)
		return "is no class";
	class = class_of(rd, text);
	if (class == IDMAP_NONE)
		return "is no class of the training data";
	*label = (float)class;
	return NULL;
}

/* --- tables --------------------------------------------------------------- */

struct columns {
	int *feature;			/* (width) */
	int label;			/* -1: none */
};

/* All but the label, in the table's order, become the features' names. */
static int
take_names(struct reading *rd, const struct rows *r, int label)
{
	const int typed = rows_has_header(r) && rows_kind(r) != ROWS_CSV;

	for (size_t i = 0; i < rows_width(r); i++) {
		const char *name = rows_column_name(r, i);

		if ((int)i == label)
			continue;
		if (typed && rows_column_type(r, i) != ROWS_FLOAT)
			return err_msg("%s: column '%s' is not of numbers: "
			    "name those that are with --features",
			    rows_path(r), name);
		idmap_add(rd->f->names, span_of(name));
	}
	if (idmap_count(rd->f->names) == 0)
		return err_msg("%s: no column beside the label", rows_path(r));
	return 0;
}

static int
find_columns(struct reading *rd, const struct rows *r, struct columns *c)
{
	c->label = rd->want->needs_label ? rows_column(r, rd->label_name) :
	    rows_find(r, rd->label_name);
	if (c->label < 0 && rd->want->needs_label)
		return -1;
	if (idmap_count(rd->f->names) == 0 &&
	    take_names(rd, r, c->label) != 0)
		return -1;
	rd->width = idmap_count(rd->f->names);
	c->feature = mem_array("columns", rd->width, sizeof *c->feature);
	for (uint32_t i = 0; i < rd->width; i++) {
		const struct span s = idmap_name(rd->f->names, i);
		char *name = mem_text(s.p, s.n);

		c->feature[i] = rows_column(r, name);
		free(name);
		if (c->feature[i] < 0)
			return -1;
	}
	return 0;
}

static int
take_row(struct reading *rd, const struct rows *r, const struct columns *c)
{
	const int is_name = rd->want->labels == READFEATURES_CLASS;
	const char *wrong = NULL;
	float label = 0;
	float *x;

	if (c->label >= 0 && !is_name && rows_float(r, c->label, &label) != 0)
		return -1;
	if (c->label >= 0)
		wrong = check_label(rd, rows_text(r, c->label), &label);
	if (wrong != NULL)
		return rows_error(r, c->label, "label '%.*s' %s",
		    SPAN_ARGS(rows_text(r, c->label)), wrong);
	x = add_row(rd, label);
	for (size_t i = 0; i < rd->width; i++)
		if (rows_float(r, c->feature[i], &x[i]) != 0)
			return -1;
	return 0;
}

static int
read_table(struct reading *rd, struct in *in)
{
	const struct rows_format format = { .kind = ROWS_GUESS,
		.tick = rd->want->tick };
	struct rows *r = rows_open_in(in, &format);
	struct columns c = { NULL, -1 };
	int got = -1;

	if (r == NULL)
		return -1;
	if (find_columns(rd, r, &c) == 0) {
		rd->has_labels &= c.label >= 0;
		while ((got = rows_next(r)) > 0)
			if (take_row(rd, r, &c) != 0) {
				got = -1;
				break;
			}
	}
	free(c.feature);
	rows_close(r);
	return got;
}

/* --- matrices ------------------------------------------------------------- */

static int
check_width(struct reading *rd, size_t cols, const char *path)
{
	const size_t n = idmap_count(rd->f->names);
	char name[32];

	if (n == 0 && cols < 2)
		return err_msg("%s: a matrix of one column has no features "
		    "beside its label", path);
	for (size_t i = 1; n == 0 && i < cols; i++) {
		snprintf(name, sizeof name, "%zu", i);
		idmap_add(rd->f->names, span_of(name));
	}
	rd->width = idmap_count(rd->f->names);
	if (cols == rd->width + 1 || (cols == rd->width &&
	    !rd->want->needs_label))
		return 0;
	return err_msg("%s: %zu columns, not %zu and a label", path, cols,
	    rd->width);
}

static int
take_matrix(struct reading *rd, const struct mat *m, const char *path)
{
	const int labelled = m->cols > rd->width;

	rd->has_labels &= labelled;
	for (size_t i = 0; i < m->rows; i++) {
		const float *from = mat_row(m, i);
		float label = labelled ? from[rd->width] : 0;
		char text[NUM_TEXT_MAX];
		const struct span name = { text, num_put_float(text, label) };
		const char *wrong = labelled ? check_label(rd, name, &label) :
		    NULL;

		if (wrong != NULL)
			return err_msg("%s: row %zu: label '%.*s' %s", path,
			    i + 1, SPAN_ARGS(name), wrong);
		memcpy(add_row(rd, label), from, rd->width * sizeof *from);
	}
	return 0;
}

static int
read_matrix(struct reading *rd, struct in *in)
{
	struct mat m;
	int status = npy_read(in, &m);

	if (status == 0)
		status = check_width(rd, m.cols, in_name(in));
	if (status == 0)
		status = take_matrix(rd, &m, in_name(in));
	mat_release(&m);
	in_close(in);
	return status;
}

/* --- files ---------------------------------------------------------------- */

static int
read_file(struct reading *rd, const char *path)
{
	struct in *in = in_open(path);
	enum in_kind kind;

	if (in == NULL)
		return -1;
	if (in_sniff(in, &kind) != 0) {
		in_close(in);
		return -1;
	}
	if (kind == IN_NPY) {
		in_set_tick(in, rd->want->tick);
		return read_matrix(rd, in);
	}
	return read_table(rd, in);
}

struct features *
readfeatures(const char *const *paths, size_t n_paths,
    const struct readfeatures *want)
{
	struct reading rd = { .want = want, .has_labels = 1,
		.label_name = want->label != NULL ? want->label : "label",
		.f = features_new() };
	struct features *f = rd.f;
	int status = 0;

	if (want->labels == READFEATURES_CLASS)
		f->classes = idmap_new();
	for (uint32_t i = 0; want->classes != NULL &&
	    i < idmap_count(want->classes); i++)
		idmap_add(f->classes, idmap_name(want->classes, i));
	for (uint32_t i = 0; want->names != NULL &&
	    i < idmap_count(want->names); i++)
		idmap_add(f->names, idmap_name(want->names, i));
	for (size_t i = 0; i < n_paths && status == 0; i++)
		status = read_file(&rd, paths[i]);
	if (status == 0 && f->n == 0)
		status = err_msg("%s: no rows", n_paths != 1 ? "all files" :
		    strcmp(paths[0], "-") == 0 ? "standard input" : paths[0]);
	if (status == 0 && f->classes != NULL && want->classes == NULL)
		sort_classes(f);
	f->x.rows = f->n;
	f->x.cols = rd.width;
	if (!rd.has_labels) {
		free(f->label);
		f->label = NULL;
	}
	if (status == 0)
		return f;
	features_free(f);
	return NULL;
}

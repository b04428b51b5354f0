#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "all/info.h"
#include "io/interfile.h"
#include "model/model.h"

struct range {
	double min, max;
	size_t bad;		/* numbers that are not finite */
};

/* IEEE 754 half precision, and the upper half of a single. */
static double
half(uint16_t x)
{
	const int exponent = x >> 10 & 0x1f, fraction = x & 0x3ff;
	double y;

	if (exponent == 0x1f)
		return fraction != 0 ? (double)NAN : (double)INFINITY;
	y = exponent == 0 ? ldexp(fraction, -24) :
	    ldexp(fraction + 1024, exponent - 25);
	return x >> 15 ? -y : y;
}

static double
brain_half(uint16_t x)
{
	const uint32_t bits = (uint32_t)x << 16;
	float y;

	memcpy(&y, &bits, sizeof y);
	return (double)y;
}

/* Number i of a tensor; NAN for the types of 8 bits that are not shown. */
static double
number(const struct st_tensor *t, size_t i)
{
	switch (t->type) {
	case ST_BOOL:
	case ST_U8:
		return ((const uint8_t *)t->data)[i];
	case ST_I8:
		return ((const int8_t *)t->data)[i];
	case ST_U16:
		return ((const uint16_t *)t->data)[i];
	case ST_I16:
		return ((const int16_t *)t->data)[i];
	case ST_F16:
		return half(((const uint16_t *)t->data)[i]);
	case ST_BF16:
		return brain_half(((const uint16_t *)t->data)[i]);
	case ST_U32:
		return ((const uint32_t *)t->data)[i];
	case ST_I32:
		return ((const int32_t *)t->data)[i];
	case ST_F32:
		return (double)((const float *)t->data)[i];
	case ST_U64:
		return (double)((const uint64_t *)t->data)[i];
	case ST_I64:
		return (double)((const int64_t *)t->data)[i];
	case ST_F64:
		return ((const double *)t->data)[i];
	case ST_F8_E5M2:
	case ST_F8_E4M3:
		break;
	}
	return 0;
}

static int
has_range(const struct st_tensor *t)
{
	return t->count > 0 && t->type != ST_F8_E5M2 && t->type != ST_F8_E4M3;
}

static struct range
find_range(const struct st_tensor *t)
{
	struct range r = { INFINITY, -INFINITY, 0 };

	for (size_t i = 0; i < t->count; i++) {
		const double x = number(t, i);

		if (!isfinite(x))
			r.bad++;
		r.min = fmin(r.min, x);
		r.max = fmax(r.max, x);
	}
	return r;
}

static int
ends_in(const char *text, const char *end)
{
	const size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* An id list by our convention: user_ids, item_ids, ... or names. */
static int
is_ids(const struct st_tensor *t)
{
	return t->type == ST_U8 && t->n_dims == 1 &&
	    (ends_in(t->name, "_ids") || ends_in(t->name, "_names"));
}

static void
put_shape(const struct st_tensor *t, struct facts *f)
{
	struct buf b = BUF_EMPTY;

	for (size_t i = 0; i < t->n_dims; i++)
		buf_format(&b, "%s%zu", i > 0 ? " x " : "", t->dims[i]);
	facts_cell(f, "%s", buf_cstr(&b));
	buf_release(&b);
}

static int
describe_tensor(const struct st_file *st, const struct st_tensor *t,
    struct facts *f)
{
	facts_row(f, span_of(t->name));
	facts_cell(f, "%s", st_type_name(t->type));
	put_shape(t, f);
	facts_cell(f, "%zu", st_bytes(t));
	if (has_range(t) && !is_ids(t)) {
		const struct range r = find_range(t);

		if (r.bad > 0)
			return err_msg("%s: tensor '%s' has %zu numbers that "
			    "are not finite", st_path(st), t->name, r.bad);
		facts_cell(f, "%.6g", r.min);
		facts_cell(f, "%.6g", r.max);
	} else {
		facts_cell(f, "%s", "");
		facts_cell(f, "%s", "");
	}
	return 0;
}

/* The number of ids in each list, checked: "users" for user_ids. */
static int
describe_ids(const struct st_file *st, struct facts *f)
{
	for (size_t i = 0; i < st_count(st); i++) {
		const struct st_tensor *t = st_at(st, i);
		const struct span text = { t->data, t->count };
		const char *problem;
		struct idmap *ids;
		char key[64];

		if (!is_ids(t))
			continue;
		problem = info_id_problem(text);
		if (problem != NULL)
			return err_msg("%s: tensor '%s' %s", st_path(st),
			    t->name, problem);
		ids = model_ids(st, t->name);
		if (ids == NULL)
			return -1;
		snprintf(key, sizeof key, "%.*ss",
		    (int)(strlen(t->name) - (ends_in(t->name, "_ids") ? 4 :
		    6)), t->name);
		facts_add(f, key, "%zu", idmap_count(ids));
		idmap_free(ids);
	}
	return 0;
}

static void
put_matrix(const char *name, const struct csr *m, struct facts *f)
{
	facts_row(f, span_of(name));
	facts_cell(f, "%zu", m->rows);
	facts_cell(f, "%zu", m->cols);
	facts_cell(f, "%llu", (unsigned long long)csr_count(m));
	if (m->rows > 0 && m->cols > 0)
		facts_cell(f, "%.4g %%", 100 * (double)csr_count(m) /
		    (double)m->rows / (double)m->cols);
	else
		facts_cell(f, "%s", "");
}

/* The matrix of a file of interactions, by the reader's own checks. */
static int
describe_interactions(const struct st_file *st, struct facts *f)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 1);
	const int status = interfile_add(st, st_meta(st, "value"), in);

	if (status == 0) {
		inter_finish(in);
		put_matrix("interactions", &in->by_user, f);
	}
	inter_free(in);
	return status;
}

/* The matrices of a model: NAME.indptr and so on. */
static int
describe_matrices(const struct st_file *st, struct facts *f)
{
	const char *kind = st_meta(st, "srs.kind");
	const int is_one = kind != NULL && strcmp(kind, "interactions") == 0;
	struct csr m;
	int n = 0;

	if (is_one) {
		facts_table(f, "matrix", "rows", "columns", "entries",
		    "density", NULL);
		return describe_interactions(st, f);
	}
	for (size_t i = 0; i < st_count(st); i++) {
		const char *name = st_at(st, i)->name;
		char stem[64];

		if (!ends_in(name, ".indptr") || strlen(name) >= sizeof stem)
			continue;
		if (n++ == 0)
			facts_table(f, "matrix", "rows", "columns", "entries",
			    "density", NULL);
		snprintf(stem, sizeof stem, "%.*s", (int)(strlen(name) - 7),
		    name);
		if (model_csr(st, stem, SIZE_MAX, SIZE_MAX, &m) != 0)
			return -1;
		put_matrix(stem, &m, f);
	}
	return 0;
}

int
infotensors_describe(const struct st_file *st, struct facts *f)
{
	const char *kind = st_meta(st, "srs.kind");
	size_t bytes = 0;

	facts_add(f, "kind", "%s", kind != NULL ? kind : "tensors");
	for (size_t i = 0; i < st_count(st); i++)
		bytes += st_bytes(st_at(st, i));
	facts_add(f, "tensors", "%zu", st_count(st));
	facts_add(f, "bytes", "%zu", bytes);
	if (describe_ids(st, f) != 0)
		return -1;
	if (st_meta_count(st) > 0)
		facts_table(f, "metadata", "value", NULL);
	for (size_t i = 0; i < st_meta_count(st); i++) {
		facts_row(f, span_of(st_meta_key(st, i)));
		facts_cell(f, "%s", st_meta(st, st_meta_key(st, i)));
	}
	facts_table(f, "tensor", "type", "shape", "bytes", "min", "max", NULL);
	for (size_t i = 0; i < st_count(st); i++)
		if (describe_tensor(st, st_at(st, i), f) != 0)
			return -1;
	return describe_matrices(st, f);
}

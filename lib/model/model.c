#include <assert.h>
#include <stdio.h>

#include "base/num.h"
#include "model/model.h"

/* --- writing ------------------------------------------------------------ */

struct st_writer *
model_writer(const char *method)
{
	struct st_writer *w = st_writer_new();

	st_put_meta(w, "srs.kind", "model");
	st_put_meta(w, "srs.method", method);
	st_put_meta_format(w, "srs.format", "%d", MODEL_FORMAT);
	return w;
}

void
model_put_ids(struct st_writer *w, const char *name, const struct idmap *ids)
{
	const struct span text = idmap_text(ids);

	st_put(w, name, ST_U8, &text.n, 1, text.p);
}

void
model_put_mat(struct st_writer *w, const char *name, const struct mat *m)
{
	st_put(w, name, ST_F32, (size_t[]){ m->rows, m->cols }, 2, m->x);
}

void
model_put_vec(struct st_writer *w, const char *name, const float *x, size_t n)
{
	st_put(w, name, ST_F32, &n, 1, x);
}

/* "NAME.part"; names of tensors are short and the program's own. */
static const char *
part(char out[64], const char *name, const char *what)
{
	const int n = snprintf(out, 64, "%s.%s", name, what);

	assert(n > 0 && n < 64);
	return out;
}

void
model_put_csr(struct st_writer *w, const char *name, const struct csr *m)
{
	const size_t n = (size_t)csr_count(m);
	const int64_t shape[] = { (int64_t)m->rows, (int64_t)m->cols };
	char key[64];

	assert(m->cols <= INT32_MAX);
	st_put(w, part(key, name, "indptr"), ST_I64, (size_t[]){ m->rows + 1 },
	    1, m->indptr);
	st_put(w, part(key, name, "indices"), ST_I32, &n, 1, m->indices);
	st_put(w, part(key, name, "values"), ST_F32, &n, 1, m->values);
	st_put_copy(w, part(key, name, "shape"), ST_I64, (size_t[]){ 2 }, 1,
	    shape);
}

void
model_put_real(struct st_writer *w, const char *key, double x)
{
	char text[NUM_TEXT_MAX + 1];

	text[num_put_double(text, x)] = '\0';
	st_put_meta(w, key, text);
}

void
model_put_size(struct st_writer *w, const char *key, size_t n)
{
	st_put_meta_format(w, key, "%zu", n);
}

/* --- reading ------------------------------------------------------------ */

static int
check_kind(const struct st_file *f)
{
	const char *kind = st_meta(f, "srs.kind");
	size_t format;

	if (kind == NULL)
		return err_msg("%s: not a model: it has no srs.kind",
		    st_path(f));
	if (strcmp(kind, "model") != 0)
		return err_msg("%s: not a model: its kind is '%s'", st_path(f),
		    kind);
	if (model_size(f, "srs.format", &format) != 0)
		return -1;
	if (format > MODEL_FORMAT)
		return err_msg("%s: a model of format %zu: this version reads "
		    "formats up to %d", st_path(f), format, MODEL_FORMAT);
	if (format == 0)
		return err_msg("%s: there is no model format 0", st_path(f));
	if (st_meta(f, "srs.method") == NULL)
		return err_msg("%s: the model has no srs.method", st_path(f));
	return 0;
}

struct st_file *
model_open(const char *path)
{
	struct st_file *f = st_open(path);

	if (f != NULL && check_kind(f) != 0) {
		st_close(f);
		f = NULL;
	}
	return f;
}

const char *
model_method(const struct st_file *f)
{
	return st_meta(f, "srs.method");
}

struct idmap *
model_ids(const struct st_file *f, const char *name)
{
	const struct st_tensor *t = st_want(f, name, ST_U8,
	    (size_t[]){ SIZE_MAX }, 1);

	if (t == NULL)
		return NULL;
	return idmap_from_text((struct span){ t->data, t->count }, st_path(f),
	    name);
}

/* Views are struct members without const; nothing writes through them. */
static void *
unconst(const void *p)
{
	return (void *)(uintptr_t)p;
}

static int
check_finite(const struct st_file *f, const struct st_tensor *t)
{
	const uint32_t exponent = UINT32_C(0x7f800000);
	const uint32_t *bits = t->data;
	uint32_t bad = 0;

	for (size_t i = 0; i < t->count; i++)
		bad |= (bits[i] & exponent) == exponent;
	return !bad ? 0 : err_msg("%s: tensor '%s' has numbers that are not "
	    "finite", st_path(f), t->name);
}

int
model_mat(const struct st_file *f, const char *name, size_t rows, size_t cols,
    struct mat *view)
{
	const struct st_tensor *t = st_want(f, name, ST_F32,
	    (size_t[]){ rows, cols }, 2);

	if (t == NULL || check_finite(f, t) != 0)
		return -1;
	*view = (struct mat){ unconst(t->data), t->dims[0], t->dims[1] };
	return 0;
}

const float *
model_vec(const struct st_file *f, const char *name, size_t n)
{
	const struct st_tensor *t = st_want(f, name, ST_F32, &n, 1);

	return t != NULL && check_finite(f, t) == 0 ? t->data : NULL;
}

/* The shape as it is stored, checked against what is wanted. */
static int
csr_shape(const struct st_file *f, const char *name, const size_t want[2],
    struct csr *m)
{
	char key[64];
	const struct st_tensor *t = st_want(f, part(key, name, "shape"),
	    ST_I64, (size_t[]){ 2 }, 1);
	const int64_t *shape;

	if (t == NULL)
		return -1;
	shape = t->data;
	for (size_t i = 0; i < 2; i++)
		if (shape[i] < 0 || shape[i] > INT32_MAX)
			return err_msg("%s: tensor '%s': %lld is no size",
			    st_path(f), key, (long long)shape[i]);
		else if (want[i] != SIZE_MAX && want[i] != (size_t)shape[i])
			return err_msg("%s: matrix '%s': %lld %s, not %zu",
			    st_path(f), name, (long long)shape[i],
			    i == 0 ? "rows" : "columns", want[i]);
	m->rows = (size_t)shape[0];
	m->cols = (size_t)shape[1];
	return 0;
}

static int
csr_check(const struct st_file *f, const char *name, const struct csr *m,
    size_t count)
{
	uint32_t most = 0;

	for (size_t r = 0; r < m->rows; r++)
		if (m->indptr[r] > m->indptr[r + 1])
			return err_msg("%s: matrix '%s': indptr falls after "
			    "row %zu", st_path(f), name, r);
	if (m->indptr[0] != 0 || m->indptr[m->rows] != count)
		return err_msg("%s: matrix '%s': indptr does not go from 0 to "
		    "%zu", st_path(f), name, count);
	for (size_t i = 0; i < count; i++)
		most = m->indices[i] > most ? m->indices[i] : most;
	if (count > 0 && most >= m->cols)
		return err_msg("%s: matrix '%s': an index is not below %zu",
		    st_path(f), name, m->cols);
	return 0;
}

int
model_csr(const struct st_file *f, const char *name, size_t rows, size_t cols,
    struct csr *view)
{
	const struct st_tensor *t;
	struct csr m;
	size_t count;
	char key[64];

	if (csr_shape(f, name, (size_t[]){ rows, cols }, &m) != 0)
		return -1;
	t = st_want(f, part(key, name, "indptr"), ST_I64,
	    (size_t[]){ m.rows + 1 }, 1);
	if (t == NULL)
		return -1;
	m.indptr = unconst(t->data);
	t = st_want(f, part(key, name, "values"), ST_F32,
	    (size_t[]){ SIZE_MAX }, 1);
	if (t == NULL || check_finite(f, t) != 0)
		return -1;
	m.values = unconst(t->data);
	count = t->count;
	t = st_want(f, part(key, name, "indices"), ST_I32, &count, 1);
	if (t == NULL)
		return -1;
	m.indices = unconst(t->data);
	if (csr_check(f, name, &m, count) != 0)
		return -1;
	*view = m;
	return 0;
}

static const char *
want_meta(const struct st_file *f, const char *key)
{
	const char *text = st_meta(f, key);

	if (text == NULL)
		err_msg("%s: the metadata has no '%s'", st_path(f), key);
	return text;
}

int
model_real(const struct st_file *f, const char *key, double *out)
{
	const char *text = want_meta(f, key);

	if (text == NULL)
		return -1;
	if (num_real(span_of(text), out) != 0)
		return err_msg("%s: metadata '%s': '%s' is not a number",
		    st_path(f), key, text);
	return 0;
}

int
model_size(const struct st_file *f, const char *key, size_t *out)
{
	const char *text = want_meta(f, key);

	if (text == NULL)
		return -1;
	if (num_size(span_of(text), out) != 0)
		return err_msg("%s: metadata '%s': '%s' is not a whole number",
		    st_path(f), key, text);
	return 0;
}

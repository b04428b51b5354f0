#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/interfile.h"

enum {
	FORMAT = 1,
	PARTS = 1000		/* struct inter's times per unit */
};

/* --- reading ------------------------------------------------------------ */

struct matrix {
	const char *path;
	size_t users, items, n;
	const int64_t *indptr;		/* (users + 1) */
	const int32_t *indices;		/* (n) */
	const float *values;		/* (n) or NULL */
	const int64_t *times;		/* (n) or NULL */
	int64_t scale;			/* times it: thousandths of the unit */
	uint32_t *user, *item;		/* (users), (items): numbers in `in` */
};

static int
check_kind(const struct st_file *f, const char *value, struct matrix *m)
{
	const char *kind = st_meta(f, "srs.kind");
	const char *is = st_meta(f, "value");
	const char *per_unit = st_meta(f, "timestamps_per_unit");
	const char *format = st_meta(f, "srs.format");

	if (kind == NULL || strcmp(kind, "interactions") != 0)
		return err_msg("%s: not interactions: srs.kind is '%s'",
		    m->path, kind == NULL ? "" : kind);
	if (format == NULL || strcmp(format, "1") != 0)
		return err_msg("%s: srs.format '%s' of interactions is not "
		    "known", m->path, format == NULL ? "" : format);
	if (value != NULL && is != NULL && strcmp(is, value) != 0)
		return err_msg("%s: its values are '%s', not '%s'", m->path,
		    is, value);
	m->scale = PARTS;
	if (per_unit != NULL && strcmp(per_unit, "1000") == 0)
		m->scale = 1;
	else if (per_unit != NULL && strcmp(per_unit, "1") != 0)
		return err_msg("%s: timestamps_per_unit is '%s', neither 1 "
		    "nor 1000", m->path, per_unit);
	return 0;
}

/* *number (n of the list) <- what the names are called in `map`. */
static int
add_names(const struct st_file *f, const char *list, struct idmap *map,
    uint32_t **number, size_t *n)
{
	const struct st_tensor *t = st_want(f, list, ST_U8,
	    (size_t[]){ SIZE_MAX }, 1);
	struct idmap *names = t == NULL ? NULL : idmap_from_text(
	    (struct span){ t->data, t->count }, st_path(f), list);
	int status = -1;

	if (names == NULL)
		return -1;
	*n = idmap_count(names);
	*number = mem_array("ids", *n, sizeof **number);
	if (idmap_find(names, span_of("")) != IDMAP_NONE) {
		err_msg("%s: %s: an empty id", st_path(f), list);
		goto done;
	}
	if (*n > IDMAP_NONE - 1 - idmap_count(map)) {
		err_msg("%s: %s: too many ids", st_path(f), list);
		goto done;
	}
	for (uint32_t i = 0; i < *n; i++)
		(*number)[i] = idmap_add(map, idmap_name(names, i));
	status = 0;
done:
	idmap_free(names);
	return status;
}

static int
find_tensors(const struct st_file *f, struct matrix *m)
{
	const struct st_tensor *t;

	t = st_want(f, "indptr", ST_I64, (size_t[]){ m->users + 1 }, 1);
	if (t == NULL)
		return -1;
	m->indptr = t->data;
	t = st_want(f, "indices", ST_I32, (size_t[]){ SIZE_MAX }, 1);
	if (t == NULL)
		return -1;
	m->indices = t->data;
	m->n = t->count;
	if (st_find(f, "values") != NULL) {
		t = st_want(f, "values", ST_F32, &m->n, 1);
		if (t == NULL)
			return -1;
		m->values = t->data;
	}
	if (st_find(f, "timestamps") != NULL) {
		t = st_want(f, "timestamps", ST_I64, &m->n, 1);
		if (t == NULL)
			return -1;
		m->times = t->data;
	}
	return 0;
}

static int
check_numbers(const struct matrix *m)
{
	const int64_t most = INT64_MAX / PARTS;

	if (m->indptr[0] != 0 || (uint64_t)m->indptr[m->users] != m->n)
		return err_msg("%s: indptr does not run from 0 to %zu",
		    m->path, m->n);
	for (size_t u = 0; u < m->users; u++)
		if (m->indptr[u] > m->indptr[u + 1])
			return err_msg("%s: indptr[%zu] is less than the one "
			    "before", m->path, u + 1);
	for (size_t i = 0; i < m->n; i++) {
		if (m->indices[i] < 0 || (size_t)m->indices[i] >= m->items)
			return err_msg("%s: indices[%zu] is none of the %zu "
			    "items", m->path, i, m->items);
		if (m->values != NULL && !isfinite(m->values[i]))
			return err_msg("%s: values[%zu] is not finite",
			    m->path, i);
		if (m->times != NULL && m->scale != 1 &&
		    (m->times[i] > most || m->times[i] < -most))
			return err_msg("%s: timestamps[%zu] is too large",
			    m->path, i);
	}
	return 0;
}

/* Weights are used unasked; ratings, say, are not. */
static int
are_other_values(const struct st_file *f)
{
	const char *is = st_meta(f, "value");

	return is != NULL && strcmp(is, "weight") != 0;
}

int
interfile_add(const struct st_file *f, const char *value, struct inter *in)
{
	struct matrix m = { .path = st_path(f) };
	int status = -1;

	if (check_kind(f, value, &m) != 0)
		return -1;
	if (add_names(f, "user_ids", in->users, &m.user, &m.users) != 0 ||
	    add_names(f, "item_ids", in->items, &m.item, &m.items) != 0 ||
	    find_tensors(f, &m) != 0 || check_numbers(&m) != 0)
		goto done;
	if (value == NULL && are_other_values(f))
		m.values = NULL;
	if (m.times == NULL)
		inter_drop_times(in);
	for (size_t u = 0; u < m.users; u++)
		for (int64_t i = m.indptr[u]; i < m.indptr[u + 1]; i++)
			inter_add(in, m.user[u], m.item[m.indices[i]],
			    m.values == NULL ? 1.0F : m.values[i],
			    m.times == NULL ? 0 : m.times[i] * m.scale);
	status = 0;
done:
	free(m.user);
	free(m.item);
	return status;
}

/* --- writing ------------------------------------------------------------ */

static void
put_names(struct st_writer *w, const char *name, const struct idmap *ids)
{
	const struct span text = idmap_text(ids);

	st_put(w, name, ST_U8, &text.n, 1, text.p);
}

/* In whole units if all are, as the table had them; else in thousandths. */
static void
put_times(struct st_writer *w, const struct inter *in)
{
	const size_t n = (size_t)csr_count(&in->by_user);
	int64_t *whole;
	int are_whole = 1;

	for (size_t i = 0; i < n && are_whole; i++)
		are_whole = in->times[i] % PARTS == 0;
	st_put_meta(w, "timestamps_per_unit", are_whole ? "1" : "1000");
	if (!are_whole) {
		st_put(w, "timestamps", ST_I64, &n, 1, in->times);
		return;
	}
	whole = mem_array("times", n, sizeof *whole);
	for (size_t i = 0; i < n; i++)
		whole[i] = in->times[i] / PARTS;
	st_put_copy(w, "timestamps", ST_I64, &n, 1, whole);
	free(whole);
}

int
interfile_write(const struct inter *in, const char *value, const char *path,
    int gzip)
{
	const struct csr *m = &in->by_user;
	const size_t n = (size_t)csr_count(m), rows = m->rows + 1;
	struct st_writer *w;
	int status;

	if (m->cols > INT32_MAX)
		return err_msg("%s: more than %d items do not fit the format",
		    path, INT32_MAX);
	w = st_writer_new();
	st_put_meta(w, "srs.kind", "interactions");
	st_put_meta_format(w, "srs.format", "%d", FORMAT);
	st_put_meta(w, "value", value);
	put_names(w, "user_ids", in->users);
	put_names(w, "item_ids", in->items);
	st_put(w, "indptr", ST_I64, &rows, 1, m->indptr);
	st_put(w, "indices", ST_I32, &n, 1, m->indices);
	st_put(w, "values", ST_F32, &n, 1, m->values);
	if (in->has_times)
		put_times(w, in);
	status = st_write(w, path, gzip);
	st_writer_free(w);
	return status;
}

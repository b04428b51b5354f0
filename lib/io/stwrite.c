#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/json.h"
#include "io/out.h"
#include "io/safetensors.h"
#include "io/stdigest.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "tensors are written as they are in memory");

/* Data begins at a multiple of this, so that mapped tensors are aligned. */
enum { DATA_ALIGN = 64 };

struct entry {
	struct st_tensor t;	/* name owned */
	void *copy;		/* owned; or NULL */
};

struct meta {
	char *key, *value;	/* owned */
};

struct st_writer {
	struct entry *entry;	/* (n) */
	struct meta *meta;	/* (n_meta) */
	size_t n, cap, n_meta, cap_meta;
};

struct st_writer *
st_writer_new(void)
{
	return mem_array("tensors", 1, sizeof(struct st_writer));
}

void
st_writer_free(struct st_writer *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->n; i++) {
		free((void *)(uintptr_t)w->entry[i].t.name);
		free(w->entry[i].copy);
	}
	for (size_t i = 0; i < w->n_meta; i++) {
		free(w->meta[i].key);
		free(w->meta[i].value);
	}
	free(w->entry);
	free(w->meta);
	free(w);
}

void
st_put(struct st_writer *w, const char *name, enum st_type type,
    const size_t *dims, size_t n_dims, const void *data)
{
	struct st_tensor t = { .type = type, .n_dims = n_dims, .count = 1,
		.data = data };

	assert(n_dims <= ST_DIMS_MAX);
	for (size_t i = 0; i < n_dims; i++) {
		t.dims[i] = dims[i];
		assert(dims[i] == 0 || t.count <= PTRDIFF_MAX / 8 / dims[i]);
		t.count *= dims[i];
	}
	assert(t.count == 0 || data != NULL);
	for (size_t i = 0; i < w->n; i++)
		assert(strcmp(w->entry[i].t.name, name) != 0);
	t.name = mem_text(name, strlen(name));
	w->entry = mem_grow("tensors", w->entry, &w->cap, w->n + 1,
	    sizeof *w->entry);
	w->entry[w->n++] = (struct entry){ t, NULL };
}

void
st_put_copy(struct st_writer *w, const char *name, enum st_type type,
    const size_t *dims, size_t n_dims, const void *data)
{
	struct entry *e;

	st_put(w, name, type, dims, n_dims, data);
	e = &w->entry[w->n - 1];
	if (st_bytes(&e->t) > 0) {
		e->copy = mem_array(name, st_bytes(&e->t), 1);
		memcpy(e->copy, data, st_bytes(&e->t));
	}
	e->t.data = e->copy;
}

void
st_put_meta(struct st_writer *w, const char *key, const char *value)
{
	for (size_t i = 0; i < w->n_meta; i++)
		assert(strcmp(w->meta[i].key, key) != 0);
	w->meta = mem_grow("metadata", w->meta, &w->cap_meta, w->n_meta + 1,
	    sizeof *w->meta);
	w->meta[w->n_meta++] = (struct meta){ mem_text(key, strlen(key)),
	    mem_text(value, strlen(value)) };
}

void
st_put_meta_format(struct st_writer *w, const char *key, const char *fmt, ...)
{
	struct buf b = BUF_EMPTY;
	va_list args, again;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	assert(n >= 0);
	vsnprintf(buf_room(&b, (size_t)n + 1), (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(args);
	st_put_meta(w, key, b.p);
	buf_release(&b);
}

const char *
st_put_at(const struct st_writer *w, size_t i, const char **key)
{
	if (i >= w->n_meta)
		return NULL;
	*key = w->meta[i].key;
	return w->meta[i].value;
}

/* Falling alignment, then name: no gap is needed between the tensors. */
static int
compare_entries(const void *va, const void *vb)
{
	const struct entry *a = va, *b = vb;
	const size_t x = st_type_size(a->t.type), y = st_type_size(b->t.type);

	return x != y ? (x < y ? 1 : -1) : strcmp(a->t.name, b->t.name);
}

static int
compare_names(const void *va, const void *vb)
{
	const struct entry *a = va, *b = vb;

	return strcmp(a->t.name, b->t.name);
}

static int
compare_meta(const void *va, const void *vb)
{
	const struct meta *a = va, *b = vb;

	return strcmp(a->key, b->key);
}

static void
sort(struct st_writer *w, int (*compare)(const void *, const void *))
{
	if (w->n > 0)
		qsort(w->entry, w->n, sizeof *w->entry, compare);
}

/* Of all there is; sorts the tensors by name. */
static uint64_t
digest(struct st_writer *w)
{
	uint64_t sum = 0;

	sort(w, compare_names);
	for (size_t i = 0; i < w->n_meta; i++)
		sum = stdigest_meta(sum, w->meta[i].key, w->meta[i].value);
	for (size_t i = 0; i < w->n; i++)
		sum = stdigest_tensor(sum, &w->entry[i].t);
	return sum;
}

/*
 * Adds the description of a tensor whose data begins at `at`.  Numbers are raw
 * text: cJSON's are doubles.
 */
static void
describe(cJSON *root, const struct st_tensor *t, size_t at)
{
	cJSON *o = cJSON_AddObjectToObject(root, t->name);
	struct buf shape = BUF_EMPTY, offsets = BUF_EMPTY;

	buf_char(&shape, '[');
	for (size_t i = 0; i < t->n_dims; i++)
		buf_format(&shape, "%s%zu", i > 0 ? "," : "", t->dims[i]);
	buf_char(&shape, ']');
	buf_format(&offsets, "[%zu,%zu]", at, at + st_bytes(t));
	cJSON_AddStringToObject(o, "dtype", st_type_name(t->type));
	cJSON_AddRawToObject(o, "shape", buf_cstr(&shape));
	cJSON_AddRawToObject(o, "data_offsets", buf_cstr(&offsets));
	buf_release(&shape);
	buf_release(&offsets);
}

/* The header's text, for cJSON_free(). */
static char *
header(const struct st_writer *w, uint64_t sum)
{
	cJSON *root = cJSON_CreateObject();
	cJSON *o = cJSON_AddObjectToObject(root, "__metadata__");
	char sum_text[STDIGEST_SIZE];
	size_t at = 0;
	char *text;

	stdigest_text(sum, sum_text);
	cJSON_AddStringToObject(o, STDIGEST_KEY, sum_text);
	for (size_t i = 0; i < w->n_meta; i++)
		cJSON_AddStringToObject(o, w->meta[i].key, w->meta[i].value);
	for (size_t i = 0; i < w->n; i++) {
		describe(root, &w->entry[i].t, at);
		at += st_bytes(&w->entry[i].t);
	}
	text = cJSON_PrintUnformatted(root);
	cJSON_Delete(root);
	return text;
}

static int
check_texts(const struct st_writer *w, const char *path)
{
	for (size_t i = 0; i < w->n; i++)
		if (!json_is_text(span_of(w->entry[i].t.name)))
			return err_msg("%s: tensor '%s': the name is not UTF-8",
			    path, w->entry[i].t.name);
	for (size_t i = 0; i < w->n_meta; i++)
		if (!json_is_text(span_of(w->meta[i].key)) ||
		    !json_is_text(span_of(w->meta[i].value)))
			return err_msg("%s: metadata '%s': '%s' is not UTF-8",
			    path, w->meta[i].key, w->meta[i].value);
	return 0;
}

static void
write_header(struct out *out, const char *text)
{
	const size_t n = strlen(text);
	const size_t padded = (n + 8 + DATA_ALIGN - 1) / DATA_ALIGN *
	    DATA_ALIGN - 8;
	const uint64_t length = padded;

	out_write(out, &length, sizeof length);
	out_write(out, text, n);
	for (size_t i = n; i < padded; i++)
		out_write(out, " ", 1);
}

int
st_write(struct st_writer *w, const char *path, int gzip)
{
	struct out *out = out_open(path, gzip);
	uint64_t sum;
	char *text = NULL;
	int status = -1;

	if (out == NULL || check_texts(w, out_name(out)) != 0)
		goto done;
	if (w->n_meta > 0)
		qsort(w->meta, w->n_meta, sizeof *w->meta, compare_meta);
	sum = digest(w);
	sort(w, compare_entries);
	text = header(w, sum);
	write_header(out, text);
	for (size_t i = 0; i < w->n; i++)
		if (st_bytes(&w->entry[i].t) > 0)
			out_write(out, w->entry[i].t.data,
			    st_bytes(&w->entry[i].t));
	status = out_commit(out);
done:
	cJSON_free(text);
	out_free(out);
	return status;
}

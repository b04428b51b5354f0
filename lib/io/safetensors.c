#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guess.h"
#include "base/mem.h"
#include "io/json.h"
#include "io/safetensors.h"
#include "io/stdigest.h"

static const struct {
	const char *name;
	size_t size;
} types[] = {
	[ST_BOOL] = { "BOOL", 1 }, [ST_U8] = { "U8", 1 },
	[ST_I8] = { "I8", 1 }, [ST_F8_E5M2] = { "F8_E5M2", 1 },
	[ST_F8_E4M3] = { "F8_E4M3", 1 }, [ST_U16] = { "U16", 2 },
	[ST_I16] = { "I16", 2 }, [ST_F16] = { "F16", 2 },
	[ST_BF16] = { "BF16", 2 }, [ST_U32] = { "U32", 4 },
	[ST_I32] = { "I32", 4 }, [ST_F32] = { "F32", 4 },
	[ST_U64] = { "U64", 8 }, [ST_I64] = { "I64", 8 },
	[ST_F64] = { "F64", 8 }
};

enum { N_TYPES = sizeof types / sizeof types[0] };

struct slot {
	struct st_tensor t;
	size_t begin, end;	/* bytes from the start of the data */
	void *copy;		/* owned: data that was not aligned */
};

struct st_file {
	char *path;
	unsigned char *bytes;	/* the whole file: mapped, or owned */
	size_t n_bytes;
	int mapped;
	cJSON *header;		/* names and metadata point into it */
	struct slot *slot;	/* (n) by name */
	size_t n;
	const cJSON **meta;	/* (n_meta) by key */
	size_t n_meta;
	const char *digest;	/* of all this, as the file says; or NULL */
};

size_t
st_type_size(enum st_type type)
{
	return types[type].size;
}

const char *
st_type_name(enum st_type type)
{
	return types[type].name;
}

size_t
st_bytes(const struct st_tensor *t)
{
	return t->count * st_type_size(t->type);
}

/* --- the header --------------------------------------------------------- */

/* A whole number >= 0; doubles hold those up to 2^53. */
static int
read_size(const cJSON *x, size_t *out)
{
	if (!cJSON_IsNumber(x) || !(x->valuedouble >= 0) ||
	    x->valuedouble > 9007199254740992.0)
		return -1;
	*out = (size_t)x->valuedouble;
	return (double)*out == x->valuedouble ? 0 : -1;
}

static int
bad_tensor(const struct st_file *f, const char *name, const char *problem)
{
	return err_msg("%s: tensor '%s': %s", f->path, name, problem);
}

static int
read_type(const struct st_file *f, const char *name, const cJSON *x,
    enum st_type *out)
{
	if (!cJSON_IsString(x))
		return bad_tensor(f, name, "the dtype is not a string");
	for (size_t i = 0; i < N_TYPES; i++)
		if (strcmp(types[i].name, x->valuestring) == 0) {
			*out = (enum st_type)i;
			return 0;
		}
	return err_msg("%s: tensor '%s': dtype '%s' is not one that is read",
	    f->path, name, x->valuestring);
}

static int
read_shape(const struct st_file *f, const cJSON *x, struct st_tensor *t)
{
	const cJSON *dim;

	if (!cJSON_IsArray(x))
		return bad_tensor(f, t->name, "the shape is not an array");
	t->count = 1;
	cJSON_ArrayForEach(dim, x) {
		size_t n;

		if (t->n_dims == ST_DIMS_MAX)
			return bad_tensor(f, t->name, "too many dimensions");
		if (read_size(dim, &n) != 0)
			return bad_tensor(f, t->name,
			    "a dimension is not a whole number");
		if (__builtin_mul_overflow(t->count, n, &t->count) ||
		    t->count > PTRDIFF_MAX / 8)
			return bad_tensor(f, t->name, "the shape is too large");
		t->dims[t->n_dims++] = n;
	}
	return 0;
}

static int
read_offsets(const struct st_file *f, const cJSON *x, struct slot *s,
    size_t n_data)
{
	if (!cJSON_IsArray(x) || cJSON_GetArraySize(x) != 2 ||
	    read_size(x->child, &s->begin) != 0 ||
	    read_size(x->child->next, &s->end) != 0)
		return bad_tensor(f, s->t.name,
		    "data_offsets is not a pair of whole numbers");
	if (s->begin > s->end || s->end > n_data)
		return err_msg("%s: tensor '%s': data_offsets %zu to %zu are "
		    "not within the file's %zu bytes of data", f->path,
		    s->t.name, s->begin, s->end, n_data);
	if (s->end - s->begin != st_bytes(&s->t))
		return err_msg("%s: tensor '%s': %zu bytes of data for a "
		    "shape that takes %zu", f->path, s->t.name,
		    s->end - s->begin, st_bytes(&s->t));
	return 0;
}

/* One tensor from its description: each of three fields once. */
static int
read_tensor(const struct st_file *f, const cJSON *o, struct slot *s,
    size_t n_data)
{
	static const char *const field[] = { "dtype", "shape",
	    "data_offsets" };
	const cJSON *got[3] = { NULL, NULL, NULL }, *x;

	s->t.name = o->string;
	if (!cJSON_IsObject(o))
		return bad_tensor(f, o->string, "not an object");
	cJSON_ArrayForEach(x, o) {
		size_t i = 0;

		while (i < 3 && strcmp(x->string, field[i]) != 0)
			i++;
		if (i == 3 || got[i] != NULL)
			return err_msg("%s: tensor '%s': '%s' %s", f->path,
			    o->string, x->string, i == 3 ?
			    "is not a field of the format" : "stands twice");
		got[i] = x;
	}
	for (size_t i = 0; i < 3; i++)
		if (got[i] == NULL)
			return err_msg("%s: tensor '%s': no %s", f->path,
			    o->string, field[i]);
	if (read_type(f, o->string, got[0], &s->t.type) != 0 ||
	    read_shape(f, got[1], &s->t) != 0)
		return -1;
	return read_offsets(f, got[2], s, n_data);
}

static int
compare_keys(const void *va, const void *vb)
{
	const cJSON *const *a = va, *const *b = vb;

	return strcmp((*a)->string, (*b)->string);
}

/* The digest is about the others, and not one of them. */
static void
take_digest(struct st_file *f)
{
	size_t i = 0, n = 0;

	for (; i < f->n_meta; i++)
		if (strcmp(f->meta[i]->string, STDIGEST_KEY) == 0)
			f->digest = f->meta[i]->valuestring;
		else
			f->meta[n++] = f->meta[i];
	f->n_meta = n;
}

static int
check_digest(const struct st_file *f)
{
	char text[STDIGEST_SIZE];
	uint64_t sum = 0;

	if (f->digest == NULL)
		return 0;
	for (size_t i = 0; i < f->n_meta; i++)
		sum = stdigest_meta(sum, f->meta[i]->string,
		    f->meta[i]->valuestring);
	for (size_t i = 0; i < f->n; i++)
		sum = stdigest_tensor(sum, &f->slot[i].t);
	stdigest_text(sum, text);
	return strcmp(text, f->digest) == 0 ? 0 : err_msg("%s: the file is "
	    "damaged: its digest is %s, and should be %s", f->path, text,
	    f->digest);
}

static int
read_meta(struct st_file *f, const cJSON *o)
{
	const cJSON *x;
	size_t i = 0;

	if (!cJSON_IsObject(o))
		return err_msg("%s: __metadata__ is not an object", f->path);
	f->n_meta = (size_t)cJSON_GetArraySize(o);
	f->meta = mem_array("metadata", f->n_meta, sizeof *f->meta);
	cJSON_ArrayForEach(x, o) {
		if (!cJSON_IsString(x))
			return err_msg("%s: metadata '%s' is not a string",
			    f->path, x->string);
		f->meta[i++] = x;
	}
	if (i > 1)
		qsort(f->meta, i, sizeof *f->meta, compare_keys);
	for (i = 1; i < f->n_meta; i++)
		if (compare_keys(&f->meta[i - 1], &f->meta[i]) == 0)
			return err_msg("%s: metadata '%s' stands twice",
			    f->path, f->meta[i]->string);
	take_digest(f);
	return 0;
}

static int
compare_places(const void *va, const void *vb)
{
	const struct slot *a = va, *b = vb;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

static int
compare_names(const void *va, const void *vb)
{
	const struct slot *a = va, *b = vb;

	return strcmp(a->t.name, b->t.name);
}

/* Tensors cover the data without gap or overlap, and no name is used twice;
 * leaves them in the order of their names. */
static int
check_tensors(struct st_file *f, size_t n_data)
{
	size_t at = 0;

	if (f->n > 1)
		qsort(f->slot, f->n, sizeof *f->slot, compare_places);
	for (size_t i = 0; i < f->n; at = f->slot[i++].end)
		if (f->slot[i].begin != at)
			return bad_tensor(f, f->slot[i].t.name,
			    f->slot[i].begin > at ?
			    "there is a gap before its data" :
			    "its data overlaps another's");
	if (at != n_data)
		return err_msg("%s: %zu bytes of data belong to no tensor",
		    f->path, n_data - at);
	if (f->n > 1)
		qsort(f->slot, f->n, sizeof *f->slot, compare_names);
	for (size_t i = 1; i < f->n; i++)
		if (compare_names(&f->slot[i - 1], &f->slot[i]) == 0)
			return bad_tensor(f, f->slot[i].t.name,
			    "the name stands twice");
	return 0;
}

/* Points the tensors at their data, or at an aligned copy of it. */
static void
place_tensors(struct st_file *f, const unsigned char *data)
{
	for (size_t i = 0; i < f->n; i++) {
		struct slot *s = &f->slot[i];
		const unsigned char *p = data + s->begin;

		if ((uintptr_t)p % st_type_size(s->t.type) != 0) {
			s->copy = mem_array(s->t.name, s->end - s->begin, 1);
			memcpy(s->copy, p, s->end - s->begin);
			p = s->copy;
		}
		s->t.data = p;
	}
}

static int
read_header(struct st_file *f)
{
	uint64_t length;
	size_t n_data;
	int has_meta = 0;
	const cJSON *x;

	if (f->n_bytes < 8)
		return err_msg("%s: not a safetensors file: %zu bytes long",
		    f->path, f->n_bytes);
	memcpy(&length, f->bytes, 8);
	if (length > f->n_bytes - 8 || length > JSON_SIZE_MAX)
		return err_msg("%s: not a safetensors file, or cut short: "
		    "header of %llu bytes", f->path,
		    (unsigned long long)length);
	if (length < 2 || f->bytes[8] != '{')
		return err_msg("%s: not a safetensors file: the header does "
		    "not begin with '{'", f->path);
	f->header = json_parse((struct span){ (const char *)f->bytes + 8,
	    (size_t)length }, f->path);
	if (f->header == NULL)
		return -1;
	n_data = f->n_bytes - 8 - (size_t)length;
	f->slot = mem_array("tensors", (size_t)cJSON_GetArraySize(f->header),
	    sizeof *f->slot);
	cJSON_ArrayForEach(x, f->header) {
		if (strcmp(x->string, "__metadata__") != 0) {
			if (read_tensor(f, x, &f->slot[f->n++], n_data) != 0)
				return -1;
			continue;
		}
		if (has_meta++)
			return err_msg("%s: __metadata__ stands twice",
			    f->path);
		if (read_meta(f, x) != 0)
			return -1;
	}
	if (check_tensors(f, n_data) != 0)
		return -1;
	place_tensors(f, f->bytes + 8 + length);
	return check_digest(f);
}

/* --- the file ----------------------------------------------------------- */

/*
 * Maps a regular file that is not gzip: 1 if it did, 0 if it is something
 * else, -1 after a message.  The mapping is private, so that the memory stays
 * ours whatever is done to it.
 */
static int
map(struct st_file *f, const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char magic[2] = { 0, 0 };
	struct stat st;
	int status = 0;
	void *p;

	if (fd < 0)
		return err_errno("cannot open '%s'", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 8 ||
	    pread(fd, magic, 2, 0) != 2 ||
	    (magic[0] == 0x1f && magic[1] == 0x8b))
		goto done;
	f->n_bytes = (size_t)st.st_size;
	p = mmap(NULL, f->n_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p != MAP_FAILED) {
		f->bytes = p;
		f->mapped = 1;
		status = 1;
	}
done:
	close(fd);
	return status;
}

static struct st_file *
file_new(const char *path)
{
	struct st_file *f = mem_array("a safetensors file", 1, sizeof *f);

	f->path = mem_text(path, strlen(path));
	return f;
}

struct st_file *
st_open_in(struct in *in)
{
	struct st_file *f = file_new(in_name(in));
	char *bytes = NULL;

	if (in_read_all(in, &bytes, &f->n_bytes) == 0) {
		f->bytes = (unsigned char *)bytes;
		if (read_header(f) == 0)
			return f;
	}
	st_close(f);
	return NULL;
}

size_t
st_file_bytes(const struct st_file *f)
{
	return f->n_bytes;
}

struct st_file *
st_open(const char *path)
{
	struct st_file *f = file_new(path);
	const int mapped = strcmp(path, "-") != 0 ? map(f, path) : 0;
	struct in *in;

	if (mapped > 0 && read_header(f) == 0)
		return f;
	st_close(f);
	if (mapped != 0)
		return NULL;
	in = in_open(path);
	f = in != NULL ? st_open_in(in) : NULL;
	in_close(in);
	return f;
}

void
st_close(struct st_file *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++)
		free(f->slot[i].copy);
	free(f->slot);
	free(f->meta);
	cJSON_Delete(f->header);
	if (f->mapped)
		munmap(f->bytes, f->n_bytes);
	else
		free(f->bytes);
	free(f->path);
	free(f);
}

/* --- what it holds ------------------------------------------------------ */

const char *
st_path(const struct st_file *f)
{
	return f->path;
}

size_t
st_count(const struct st_file *f)
{
	return f->n;
}

const struct st_tensor *
st_at(const struct st_file *f, size_t i)
{
	return &f->slot[i].t;
}

const struct st_tensor *
st_find(const struct st_file *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->slot[i].t.name, name) == 0)
			return &f->slot[i].t;
	return NULL;
}

static int
no_tensor(const struct st_file *f, const char *name)
{
	struct guess g = guess_of(span_of(name));

	for (size_t i = 0; i < f->n; i++)
		guess_offer(&g, span_of(f->slot[i].t.name));
	return guess_fail(&g, "%s: no tensor '%s'", f->path, name);
}

const struct st_tensor *
st_want(const struct st_file *f, const char *name, enum st_type type,
    const size_t *dims, size_t n_dims)
{
	const struct st_tensor *t = st_find(f, name);

	if (t == NULL) {
		no_tensor(f, name);
		return NULL;
	}
	if (t->type != type) {
		err_msg("%s: tensor '%s': dtype is %s, not %s", f->path, name,
		    st_type_name(t->type), st_type_name(type));
		return NULL;
	}
	if (t->n_dims != n_dims) {
		err_msg("%s: tensor '%s': %zu dimensions, not %zu", f->path,
		    name, t->n_dims, n_dims);
		return NULL;
	}
	for (size_t i = 0; i < n_dims; i++)
		if (dims[i] != SIZE_MAX && dims[i] != t->dims[i]) {
			err_msg("%s: tensor '%s': dimension %zu is %zu, not "
			    "%zu", f->path, name, i + 1, t->dims[i], dims[i]);
			return NULL;
		}
	return t;
}

size_t
st_meta_count(const struct st_file *f)
{
	return f->n_meta;
}

const char *
st_meta_key(const struct st_file *f, size_t i)
{
	return f->meta[i]->string;
}

const char *
st_meta(const struct st_file *f, const char *key)
{
	for (size_t i = 0; i < f->n_meta; i++)
		if (strcmp(f->meta[i]->string, key) == 0)
			return f->meta[i]->valuestring;
	return NULL;
}

#ifndef SRS_SAFETENSORS_H
#define SRS_SAFETENSORS_H

/*
 * safetensors.h -- named tensors in one file (safetensors(5) of Hugging
 * Face): 8 bytes of header length, a JSON header, raw little-endian data.
 *
 * Writing: the data is written at commit, straight from the caller's memory.
 *
 *	struct st_writer *w = st_writer_new();
 *	st_put_meta(w, "srs.kind", "model");
 *	st_put(w, "item_factors", ST_F32, (size_t[]){ n, k }, 2, x);
 *	status = st_write(w, path, 0);
 *	st_writer_free(w);
 *
 * Tensors are laid out by falling alignment and then by name, metadata by
 * key: the bytes do not depend on the order of the calls.  Reading checks
 * every length, offset, name and shape; tensors cover the data without gaps
 * or overlaps; and the digest, if the file has one (stdigest.h), which is not
 * among the metadata.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "io/in.h"

enum st_type {
	ST_BOOL, ST_U8, ST_I8, ST_F8_E5M2, ST_F8_E4M3, ST_U16, ST_I16, ST_F16,
	ST_BF16, ST_U32, ST_I32, ST_F32, ST_U64, ST_I64, ST_F64
};

enum { ST_DIMS_MAX = 8 };

struct st_tensor {
	const char *name;
	enum st_type type;
	size_t n_dims;
	size_t dims[ST_DIMS_MAX];
	size_t count;		/* product of dims */
	const void *data;	/* (count), aligned for its type */
};

size_t st_type_size(enum st_type);
const char *st_type_name(enum st_type);

struct st_writer;
struct st_writer *st_writer_new(void);
void st_writer_free(struct st_writer *);

/* Name and value are copied; the data must stay until st_write(). */
void st_put(struct st_writer *, const char *name, enum st_type,
    const size_t *dims, size_t n_dims, const void *data);

/* The same; the data is copied too. */
void st_put_copy(struct st_writer *, const char *name, enum st_type,
    const size_t *dims, size_t n_dims, const void *data);

void st_put_meta(struct st_writer *, const char *key, const char *value);
void st_put_meta_format(struct st_writer *, const char *key, const char *fmt,
    ...) SRS_PRINTF(3, 4);

/* Metadata that was put, i = 0, 1, ...: *key and the value; NULL past the
 * last. */
const char *st_put_at(const struct st_writer *, size_t i, const char **key);

/* As out_open() and out_commit(): 0, or -1 after a message.  A name or a
 * metadata value that is not UTF-8 is an error. */
int st_write(struct st_writer *, const char *path, int gzip) SRS_MUST_CHECK;

struct st_file;

/*
 * Maps the file (reads it whole from gzip or a pipe).  NULL after a message.
 * st_open_in() reads what is left of a stream; st_path() is then its name.
 */
struct st_file *st_open(const char *path);
struct st_file *st_open_in(struct in *);
void st_close(struct st_file *);
const char *st_path(const struct st_file *);

/* The bytes of the whole file, which are mapped or held. */
size_t st_file_bytes(const struct st_file *);

/* The tensors in the order of their names, and the bytes of one's data. */
size_t st_count(const struct st_file *);
size_t st_bytes(const struct st_tensor *);
const struct st_tensor *st_at(const struct st_file *, size_t i);

/* The tensor, or NULL and no message. */
const struct st_tensor *st_find(const struct st_file *, const char *name);

/*
 * The tensor, which must have this type and number of dims; a dim that is
 * given (not SIZE_MAX) must be that.  NULL after a message.
 */
const struct st_tensor *st_want(const struct st_file *, const char *name,
    enum st_type, const size_t *dims, size_t n_dims);

/* Metadata, in the order of the keys. */
size_t st_meta_count(const struct st_file *);
const char *st_meta_key(const struct st_file *, size_t i);
/* The value, or NULL and no message. */
const char *st_meta(const struct st_file *, const char *key);

#endif

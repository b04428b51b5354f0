#ifndef SRS_IN_H
#define SRS_IN_H

/*
 * in.h -- reading bytes: files and standard input, plain or gzip.
 *
 * gzip is recognised by its first bytes; members that follow each other are
 * one stream, and members in the BGZF convention are decompressed on all
 * threads.  A stream that ends within a member, or whose checksum is wrong,
 * is an error and never a short read.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tick.h"

struct in;

/* `path` may be "-".  NULL after a message. */
struct in *in_open(const char *path);
void in_close(struct in *);

/* n bytes in memory, which must stay, as a file; they come `step` at a time,
 * as from a pipe (0: all at once). */
struct in *in_open_bytes(const void *bytes, size_t n, size_t step,
    const char *name);

/* Up to n >= 1 bytes; 0 at the end, -1 after a message. */
ptrdiff_t in_read(struct in *, void *bytes, size_t n) SRS_MUST_CHECK;

/*
 * The next bytes, not yet consumed: at most n <= 64, fewer only at the end of
 * the stream.  Returns their number, or -1 after a message.
 */
ptrdiff_t in_peek(struct in *, void *bytes, size_t n) SRS_MUST_CHECK;

/* All that is left, into memory that the caller frees; '\0' follows. */
int in_read_all(struct in *, char **bytes, size_t *n) SRS_MUST_CHECK;

/* Was it compressed?  Known once something was read or peeked at. */
int in_is_gzip(const struct in *);

/* For messages: the path, or "standard input". */
const char *in_name(const struct in *);

/* Reports compressed bytes read of the file's size (0 for a pipe). */
void in_set_tick(struct in *, struct tick *);

/* What the first bytes of a stream say it is. */
enum in_kind { IN_TEXT, IN_SAFETENSORS, IN_NPY };
int in_sniff(struct in *, enum in_kind *kind) SRS_MUST_CHECK;

#endif

#ifndef SRS_GZIP_H
#define SRS_GZIP_H

/*
 * gzip.h -- blocks of gzip in the BGZF convention, in memory.
 *
 * A gzip stream (RFC 1952) is made of members one after the other.  Those in
 * the BGZF convention (SAM specification, section 4.1) are blocks of at most
 * 64 KiB that say their compressed length in an extra field "BC": they can be
 * found without decompressing, and so be decompressed side by side.  An empty
 * block ends the stream.  Other members are for gunzip.h.
 *
 * Which library does the work was chosen when this was built (flate.h): the
 * bytes of a block depend on the text and on that library, and what is read
 * and what is refused, with which words, does not depend on it.
 */

#include <stddef.h>

#include "io/flate.h"

enum {
	GZIP_TEXT_MAX = 65536,	/* bytes of text that a block may hold */
	GZIP_TEXT = 65280,	/* and how many we put in: then whatever they
				 * are, the block is not over GZIP_BLOCK_MAX */
	GZIP_BLOCK_MAX = 65536,	/* bytes of a block, header included */
	GZIP_HEADER_MAX = 18	/* bytes that say whether it is a block */
};

/* Could these first n bytes be those of a member?  (One byte can.) */
int gzip_is(const unsigned char *p, size_t n);

/*
 * The length of the block that begins with these n bytes, of which there may
 * be less or more; 0 if it is no BGZF block.  Looks at GZIP_HEADER_MAX bytes.
 */
size_t gzip_block_length(const unsigned char *p, size_t n);

/* How much text the block of `length` bytes claims to hold. */
size_t gzip_block_text(const unsigned char *block, size_t length);

/*
 * Working memory for as many workers (of par_for()) as there may be: a call
 * names the worker that makes it, whose memory is made when first needed.
 * `flate` NULL: the best library of this build.
 */
struct gzip;
struct gzip *gzip_new(const struct flate *);
void gzip_free(struct gzip *);

/* Makes one block of n <= GZIP_TEXT bytes; returns its length.  Time, name
 * and system are not in it. */
size_t gzip_block_pack(struct gzip *, size_t worker, const void *text,
    size_t n, unsigned char block[GZIP_BLOCK_MAX]);

/*
 * Unpacks a whole block, which must hold exactly the n bytes that
 * gzip_block_text() said.  NULL, or what is wrong with it.
 */
const char *gzip_block_unpack(struct gzip *, size_t worker,
    const unsigned char *block, size_t length, void *text, size_t n);

#endif

#ifndef SRS_GZIP_H
#define SRS_GZIP_H

/*
 * gzip.h -- the gzip format (RFC 1952), in memory: the only file pair that
 * knows which library does the work.
 *
 * A gzip stream is made of members one after the other.  Those in the BGZF
 * convention (SAM specification, section 4.1) are blocks of at most 64 KiB
 * that say their compressed length in an extra field "BC": they can be found
 * without decompressing, and so be decompressed side by side.  An empty block
 * ends the stream.
 */

#include <stddef.h>

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
 * Makes one block of n <= GZIP_TEXT bytes; returns its length.  The bytes
 * depend on the text only; time, name and system are not in them.
 */
size_t gzip_block_pack(const void *text, size_t n,
    unsigned char block[GZIP_BLOCK_MAX]);

/*
 * Unpacks a whole block, which must hold exactly the n bytes that
 * gzip_block_text() said.  NULL, or what is wrong with it.
 */
const char *gzip_block_unpack(const unsigned char *block, size_t length,
    void *text, size_t n);

/* One member of any length, piece by piece. */
struct gunzip;
struct gunzip *gunzip_new(void);
void gunzip_free(struct gunzip *);

enum gunzip_state { GUNZIP_MORE, GUNZIP_END, GUNZIP_BAD };

/*
 * Unpacks from the *n_in bytes at `in` into the *n_out bytes at `text`; both
 * counts become what was used.  GUNZIP_END after the last byte of a member,
 * its checksum and length verified: the next call begins another one.
 * GUNZIP_BAD: *why says what is wrong.
 */
enum gunzip_state gunzip_run(struct gunzip *, const unsigned char *in,
    size_t *n_in, void *text, size_t *n_out, const char **why);

#endif

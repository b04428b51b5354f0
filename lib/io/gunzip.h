#ifndef SRS_GUNZIP_H
#define SRS_GUNZIP_H

/*
 * gunzip.h -- one member of gzip (RFC 1952) of any length, piece by piece.
 *
 * The header (with its own checksum, if it has one) and the trailer are read
 * here; the data between them by a library behind flate.h.
 */

#include <stddef.h>

#include "io/flate.h"

/* `flate` NULL: the best library of this build. */
struct gunzip;
struct gunzip *gunzip_new(const struct flate *);
void gunzip_free(struct gunzip *);

enum gunzip_state { GUNZIP_MORE, GUNZIP_END, GUNZIP_BAD };

/*
 * Unpacks from the *n_in bytes at `in` into the *n_out bytes at `text`; both
 * counts become what was used.  GUNZIP_END after the last byte of a member,
 * its checksum and length verified: the next call begins another one.
 * GUNZIP_BAD: *why says what is wrong, and no call may follow.
 */
enum gunzip_state gunzip_run(struct gunzip *, const unsigned char *in,
    size_t *n_in, void *text, size_t *n_out, const char **why);

#endif

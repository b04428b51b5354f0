#ifndef SRS_PSEUDONYM_H
#define SRS_PSEUDONYM_H

/*
 * pseudonym.h -- ids replaced by a keyed hash.
 *
 * The pseudonym is HMAC-SHA-256 (RFC 2104, FIPS 198-1) of the id's bytes,
 * truncated to its first 128 bits as RFC 2104, section 5, allows, in 32 small
 * hexadecimal digits.  Whoever has the key can compute it anywhere
 *
 *	printf %s "$id" | openssl dgst -sha256 -hmac "$key" -r | cut -c -32
 *
 * and nobody else can, nor try out a list of likely ids (e-mail addresses,
 * numbers).  The same id has the same pseudonym in every file with the same
 * key.  Two of n ids share one with a chance of n^2 / 2^129.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct pseudonym;

enum {
	PSEUDONYM_DIGITS = 32,
	PSEUDONYM_KEY_MIN = 16,		/* bytes */
	PSEUDONYM_KEY_MAX = 4096
};

struct pseudonym *pseudonym_new(struct span key);
void pseudonym_free(struct pseudonym *);	/* the key is wiped out */

/*
 * The key is what the file at `path` holds, without a line end after it, and
 * has at least PSEUDONYM_KEY_MIN bytes.  NULL after a message that starts
 * with `option`.  *is_open: may others than the owner read the file?
 */
struct pseudonym *pseudonym_open(const char *path, const char *option,
    int *is_open);

/* Writes the pseudonym of `id`; no '\0' after it. */
void pseudonym_put(const struct pseudonym *, struct span id,
    char out[PSEUDONYM_DIGITS]);

#endif

#ifndef SRS_NUM_H
#define SRS_NUM_H

/*
 * num.h -- text to numbers and back, strictly.
 *
 * The whole text must be one number: "3x", "", " 3", "0x10" and "1e999" are
 * refused; so are nan and infinity.  Readers return 0 and set *out, or return
 * -1 and leave *out alone; they print nothing.  The locale is not consulted.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* Digits only. */
int num_size(struct span text, size_t *out) SRS_MUST_CHECK;

/* Digits with an optional sign. */
int num_int(struct span text, int64_t *out) SRS_MUST_CHECK;

/*
 * A decimal number, correctly rounded.  Only what has more than 19 digits, or
 * an exponent (of the last digit) beyond -27 to 27, takes strtod().
 */
int num_real(struct span text, double *out) SRS_MUST_CHECK;

/* A share: "5%" or "0.05" is 0.05.  Not limited to what is less than all. */
int num_share(struct span text, double *out) SRS_MUST_CHECK;

/* A count of bytes: digits, then nothing or one of K M G T (powers of 1024). */
int num_bytes(struct span text, size_t *out) SRS_MUST_CHECK;

enum { NUM_TEXT_MAX = 32 };	/* bytes that the writers below may use */

/*
 * The shortest text of at most 9 (17) digits that reads back as the same
 * float (double), and of those the one nearest to it; with an exponent where
 * "%.6g" ("%.15g") would have one.  x is finite.  Returns its length; no '\0'
 * is written.
 */
size_t num_put_float(char text[NUM_TEXT_MAX], float x);
size_t num_put_double(char text[NUM_TEXT_MAX], double x);
size_t num_put_int(char text[NUM_TEXT_MAX], int64_t n);

/* "34.33M": bytes (0 or more) in the units of num_bytes(), at most four
 * digits, and a '\0' after them. */
void num_say_bytes(char text[NUM_TEXT_MAX], double bytes);

#endif

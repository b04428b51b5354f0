#ifndef SRS_LOGBINS_H
#define SRS_LOGBINS_H

/*
 * logbins.h -- a histogram of any numbers, in bins that are the same for all
 * data: four to each power of two, from 2^-20 to 2^44, and the same below
 * zero.  A number between +-2^-20 is in the bin of zero, larger ones than 2^44
 * are in the two outermost bins.  So histograms can be added up and compared;
 * a bin is at most a quarter as wide as its numbers are large.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	LOGBINS_LOWEST = -20, LOGBINS_HIGHEST = 44, LOGBINS_PARTS = 4,
	LOGBINS_SIDE = (LOGBINS_HIGHEST - LOGBINS_LOWEST) * LOGBINS_PARTS,
	LOGBINS_ZERO = LOGBINS_SIDE + 1,
	LOGBINS_N = 2 * LOGBINS_ZERO + 1
};

/* The bin of a finite x; larger numbers have larger bins. */
static inline size_t
logbins_of(double x)
{
	/* exponent and the first bits of the fraction, as one number */
	const int64_t lowest = (1023 + LOGBINS_LOWEST) * LOGBINS_PARTS;
	uint64_t bits;
	int64_t i;

	memcpy(&bits, &x, sizeof bits);
	i = (int64_t)(bits << 1 >> 51) - lowest + 1;
	i = i < 0 ? 0 : i > LOGBINS_ZERO ? LOGBINS_ZERO : i;
	return (size_t)(bits >> 63 ? LOGBINS_ZERO - i : LOGBINS_ZERO + i);
}

/* Where a bin begins; the next one begins where it ends.  -INFINITY for bin
 * 0, INFINITY for LOGBINS_N. */
double logbins_start(size_t bin);

#endif

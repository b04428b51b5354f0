#ifndef SRS_FIVES_H
#define SRS_FIVES_H

/* fives.h -- for num.c and numput.c: powers of five, and numbers of 128 bits
 * in which products of them with a double's digits are exact. */

#include <stdint.h>

__extension__ typedef unsigned __int128 fives_wide;

enum { FIVES_MAX = 27 };	/* the last power of five below 2^63 */

static const uint64_t fives[FIVES_MAX + 1] = {
	1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625,
	48828125, 244140625, 1220703125, 6103515625, 30517578125,
	152587890625, 762939453125, 3814697265625, 19073486328125,
	95367431640625, 476837158203125, 2384185791015625, 11920928955078125,
	59604644775390625, 298023223876953125, 1490116119384765625,
	7450580596923828125
};

#endif

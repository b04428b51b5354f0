#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "prep/splittime.h"

enum { DIGIT_BITS = 16, DIGITS = 1 << DIGIT_BITS };

/* An unsigned number in the order of the times. */
static uint64_t
key_of(int64_t time)
{
	return (uint64_t)time ^ UINT64_C(1) << 63;
}

/*
 * The time that k < n others come before when sorted: found digit by digit,
 * each by counting the times that agree in those before it.
 */
static int64_t
time_of_rank(const int64_t *time, size_t n, size_t k)
{
	size_t *count = mem_array("times", DIGITS, sizeof *count);
	uint64_t found = 0, mask = 0;

	for (int shift = 64 - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
		size_t digit = 0;

		memset(count, 0, DIGITS * sizeof *count);
		for (size_t i = 0; i < n; i++) {
			const uint64_t key = key_of(time[i]);

			if ((key & mask) == found)
				count[key >> shift & (DIGITS - 1)]++;
		}
		while (k >= count[digit])
			k -= count[digit++];
		found |= (uint64_t)digit << shift;
		mask |= (uint64_t)(DIGITS - 1) << shift;
	}
	free(count);
	return (int64_t)(found ^ UINT64_C(1) << 63);
}

/*
 * The first time that belongs to a part which begins after a share of the
 * times.  The cut may fall between rows of one time; all of them belong to
 * the later part.
 */
static int64_t
time_after(const struct split_rows *rows, double share)
{
	const size_t k = share <= 0 ? 0
	    : (size_t)llround(share * (double)rows->n);

	return k < rows->n ? time_of_rank(rows->time, rows->n, k) : INT64_MAX;
}

static int64_t
moment(const struct split_rows *rows, const struct split_when *when,
    double otherwise)
{
	switch (when->kind) {
	case SPLIT_TIME:
		return when->time;
	case SPLIT_SHARE:
		return time_after(rows, when->share);
	case SPLIT_NEVER:
		break;
	}
	return time_after(rows, otherwise);
}

/* The share of rows that are before t. */
static double
share_before(const struct split_rows *rows, int64_t t)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		n += rows->time[i] < t;
	return rows->n == 0 ? 0 : (double)n / (double)rows->n;
}

int
splittime_global(const struct split_rows *rows, const struct split_options *o,
    unsigned char *part, size_t *n_kept)
{
	const int64_t test = moment(rows, &o->test_at, 1 - o->test_size);
	const int64_t valid = o->has_valid ? moment(rows, &o->valid_at,
	    share_before(rows, test) - o->valid_size) : test;

	*n_kept = 0;
	if (valid > test)
		return err_msg("validation begins after the test");
	for (size_t i = 0; i < rows->n; i++)
		part[i] = rows->time[i] >= test ? SPLIT_TEST
		    : rows->time[i] >= valid ? SPLIT_VALID : SPLIT_TRAIN;
	return 0;
}

#ifndef SRS_IDSAMPLE_H
#define SRS_IDSAMPLE_H

/*
 * idsample.h -- a sample of the distinct values, in constant memory, with the
 * number of rows of each.
 *
 * Kept are the k values with the smallest hashes (bottom-k: Cohen and Kaplan
 * 2007, "Summarizing data using bottom-k sketches"; KMV: Beyer et al. 2007).
 * Whether a value stays depends on its hash alone, so
 * - the sample is as good as a random one;
 * - a value of the sample was never out of it: its count is exact;
 * - two samples choose alike, and show how much their sets have in common;
 * - order does not matter, nor how values were spread over merged samples;
 * - with at most k values, all of them are there.
 * A share p seen in a sample of n has the standard error sqrt(p (1 - p) / n).
 */

#include <stddef.h>
#include <stdint.h>

enum { IDSAMPLE_SIZE = 2048 };		/* k */

struct idsample_entry {
	uint64_t hash;
	uint64_t rows;		/* >= 1 */
};

/* Up to twice the sample is held, so that it is cut back rarely; then half of
 * the slots are free at least. */
enum {
	IDSAMPLE_HELD = 2 * IDSAMPLE_SIZE, IDSAMPLE_SLOTS = 2 * IDSAMPLE_HELD
};

/* Public for idsample_add() only. */
struct idsample {
	uint64_t limit;		/* no larger hash can be of the sample */
	size_t n;
	struct idsample_entry slot[IDSAMPLE_SLOTS];	/* rows 0: free */
};

struct idsample *idsample_new(void);
void idsample_free(struct idsample *);

/* The same as idsample_add() for a hash that is not over the limit. */
void idsample_take_in(struct idsample *, uint64_t hash, uint64_t rows);

/* Counts `rows` >= 1 more of the value with this hash. */
static inline void
idsample_add(struct idsample *s, uint64_t hash, uint64_t rows)
{
	if (hash <= s->limit)
		idsample_take_in(s, hash, rows);
}

/* The first becomes the sample of both. */
void idsample_merge(struct idsample *, const struct idsample *);

/*
 * The sample: at most IDSAMPLE_SIZE entries by ascending hash, which the
 * caller frees.  *all says whether these are all values there are.
 */
struct idsample_entry *idsample_list(const struct idsample *, size_t *n,
    int *all);

#endif

#ifndef SRS_SCORED_H
#define SRS_SCORED_H

/*
 * scored.h -- items of users with a number each: lists and their scores, or
 * judgments and their relevance.  Numbers are doubles, as they were read.
 *
 *	struct scored *s = scored_new();
 *	scored_add(s, user, item, score);	for each row, in any order
 *	scored_finish(s);
 *	scored_sort_best(s, items);
 *	best = scored_of(s, user, &n);		best first
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/idmap.h"

struct scored;

struct scored_item {
	double value;		/* never NaN */
	uint32_t item;
};

struct scored *scored_new(void);
void scored_free(struct scored *);

void scored_add(struct scored *, uint32_t user, uint32_t item, double value);

/* The same for n rows. */
void scored_add_rows(struct scored *, size_t n, const uint32_t *user,
    const uint32_t *item, const double *value);

/* Groups by user; a user's items keep the order of arrival.  No more
 * rows are added after this.  O(n); without a copy when users came one after
 * the other. */
void scored_finish(struct scored *);

/* One more than the largest user added; rows. */
size_t scored_users(const struct scored *);
uint64_t scored_count(const struct scored *);

/* The largest value added; -INFINITY of none. */
double scored_max(const struct scored *);

/* The user's items (n); n is 0 for a user without, however large. */
const struct scored_item *scored_of(const struct scored *, uint32_t user,
    size_t *n);

/* Each user's items by falling value; of equal values the name that sorts
 * last by bytes comes first (trec_eval's rule). */
void scored_sort_best(struct scored *, const struct idmap *items);

/* Each user's items by number, each once, with the largest value that it had.
 * Returns how many rows were dropped. */
uint64_t scored_unique(struct scored *);

/* The user's item, or NULL; after scored_unique().  O(log n). */
const struct scored_item *scored_find(const struct scored *, uint32_t user,
    uint32_t item);

/*
 * Makes items that a user has more than once with the same value one, without
 * changing the order of the others; *n_dropped <- the rows dropped.  Values are
 * the same if they differ by no more than SCORED_SAME of the larger: models
 * that work on batches of floats do not repeat themselves to the last bit.
 * Returns 0; or -1 (no message), setting the first user and item with values
 * that are not the same.
 */
#define SCORED_SAME 1e-5
int scored_once(struct scored *, uint64_t *n_dropped, uint32_t *user,
    uint32_t *item) SRS_MUST_CHECK;

#endif

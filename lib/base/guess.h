#ifndef SRS_GUESS_H
#define SRS_GUESS_H

/*
 * guess.h -- which of the names that there are may have been meant by one
 * that there is not.
 *
 *	struct guess g = guess_of(name);
 *	for (size_t i = 0; i < n; i++)
 *		guess_offer(&g, span_of(column[i]));
 *	return guess_fail(&g, "%s: no column '%s'", path, name);
 *
 *	srs-eval: a.tsv: no column 'raitng'; did you mean 'rating'?
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct choice;

struct guess {
	struct span name;	/* what was asked for; stays the caller's */
	char *near;		/* owned; the nearest offer, or NULL */
	size_t distance;	/* of that */
};

struct guess guess_of(struct span name);
void guess_release(struct guess *);

/*
 * Another name that there is; it may be gone afterwards.  It is near enough to
 * be meant if at most about a third of the letters of the longer one differ
 * (Damerau's distance with adjacent swaps), or if it begins with the name, of
 * three letters at least; the nearest counts, of equals the first.
 */
void guess_offer(struct guess *, struct span other);
void guess_offer_choices(struct guess *,
    const struct choice *(*table)(size_t i));

/* Says what the format does and, if there is one, "; did you mean 'NEAREST'?".
 * Releases the guess; returns -1. */
int guess_fail(struct guess *, const char *fmt, ...) SRS_PRINTF(2, 3);

/* The number of letters to change, add, drop or swap with a neighbour.
 * O(a b) */
size_t guess_distance(struct span a, struct span b);

#endif

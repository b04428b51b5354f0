#ifndef SRS_READPAIRS_H
#define SRS_READPAIRS_H

/*
 * readpairs.h -- predictions beside what they should have been: two columns
 * of numbers.
 *
 * With a header, they are found by name: "rating" or "label", and "score".
 * Without one, a table of two columns has truth and score; one of four or more
 * is user, item, truth, ..., score.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/tick.h"

struct readpairs {
	int labels;		/* the truth is a label: 1, and 0 or -1 */
	const char *truth;	/* columns, by name or number from 1; NULL: */
	const char *score;	/* as above */
	struct tick *tick;
};

struct pairs {
	double *truth;		/* (n) owned; labels are 0 or 1 */
	double *score;		/* (n) owned */
	size_t n;
};

/* No rows at all are an error.  0, or -1 after a message; then *out is
 * empty. */
int readpairs(const char *path, const struct readpairs *, struct pairs *out)
    SRS_MUST_CHECK;
void pairs_release(struct pairs *);

#endif

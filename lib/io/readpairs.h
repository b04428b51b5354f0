#ifndef SRS_READPAIRS_H
#define SRS_READPAIRS_H

/*
 * readpairs.h -- predictions beside what they should have been: two columns
 * of numbers.
 *
 * With a header, they are found by name: "rating" or "label", and "score".
 * Without one, a table of two columns has truth and score; one of four or more
 * is user, item, truth, ..., score.
 *
 * Or names of classes: columns "label" and "prediction", or the first and the
 * last one.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tick.h"
#include "data/idmap.h"

struct readpairs {
	int labels;		/* the truth is a label: 1, and 0 or -1 */
	const char *truth;	/* columns, by name or number from 1; NULL: */
	const char *score;	/* as above */
	/* whose row it is, too: column `user`, or NULL for "user_id", or the
	 * first of four or more without a header */
	int needs_users;
	const char *user;
	struct tick *tick;
};

struct pairs {
	double *truth;		/* (n) owned; labels are 0 or 1 */
	double *score;		/* (n) owned */
	uint32_t *user;		/* (n) owned; or NULL: not asked for */
	struct idmap *users;	/* owned, or NULL */
	size_t n;
};

/* No rows at all are an error.  0, or -1 after a message; then *out is
 * empty. */
int readpairs(const char *path, const struct readpairs *, struct pairs *out)
    SRS_MUST_CHECK;
void pairs_release(struct pairs *);

/* Rows of classes, by the numbers of their names. */
struct classpairs {
	struct idmap *names;	/* owned */
	uint32_t *truth, *said;	/* (n) owned */
	size_t n;
};

/* truth and score of the struct readpairs are the two columns.  As above. */
int readpairs_classes(const char *path, const struct readpairs *,
    struct classpairs *out) SRS_MUST_CHECK;
void classpairs_release(struct classpairs *);

#endif

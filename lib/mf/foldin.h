#ifndef SRS_FOLDIN_H
#define SRS_FOLDIN_H

/*
 * foldin.h -- factors of users and items that training did not see, from what
 * users had, while the other side stays as it is.  Users come first, from the
 * items of the model; then items, from all users that have factors by then.
 */

#include "base/err.h"
#include "data/idmap.h"
#include "linalg/csr.h"
#include "mf/factors.h"

/* What is folded in: rows from `first` on of `had`. */
struct foldin {
	const char *what;		/* "user", "item" */
	const struct idmap *names;	/* of the rows */
	const struct csr *had;
	size_t first;
	size_t n_columns;		/* columns from here on do not count */
	const unsigned char *counts;	/* (n_columns) which do, or NULL: all */
	/* results, of rows first, first + 1, ...; foldin_release() */
	struct mat x;			/* (n, k) */
	float *bias;			/* (n) */
	unsigned char *is_known;	/* (n) had anything that counts */
};

/*
 * Fills the results; `f` has as its items the columns, whatever they are, and
 * fold was not begun before.  0, or -1 after a message.
 */
int foldin_run(struct foldin *, struct factors_fold *fold,
    const struct factors_view *f) SRS_MUST_CHECK;
void foldin_release(struct foldin *);

/* The view with users in the place of items. */
struct factors_view foldin_turned(const struct factors_view *f);

#endif

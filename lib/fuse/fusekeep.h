#ifndef SRS_FUSEKEEP_H
#define SRS_FUSEKEEP_H

/*
 * fusekeep.h -- which systems a learner is better with.
 *
 * A system that knows nothing is not harmless.  Its list brings items that no
 * other has, hardly any of them relevant: a regression learns that what this
 * system lists is not, and drops the good items that it lists by chance.  More
 * users do not help, as it is the model that is too simple.  So systems are
 * left out one after the other (backward elimination) as long as the metric
 * is no worse without than by 0.05 %, or by one standard error over users
 * (Breiman et al. 1984): of two halves of the users, weights fitted to each
 * are measured on the other.  What only systems that are out list is not
 * learned from.
 */

#include "fuse/fuselearn.h"

/* w (r->n_columns) <- weights of the columns. */
typedef void fusekeep_solver(const struct fuserowset *r, double *w);

/*
 * in (systems) <- 1 for those that stay, at least one.  All stay when there are
 * too few users to tell.  At most some thousand users are looked at; two fits
 * of half of them for each system that is tried without, at most systems^2 / 2
 * times.
 */
void fusekeep(const struct fusion *, const struct fuselearn *,
    fusekeep_solver *, unsigned char *in);

/* The systems' x as rows, of items that a system that is in lists: a
 * fuserow_make of as many columns. */
void fusekeep_rows(const struct fusion *, struct fuseunion *, float *out,
    unsigned char *keep);

/* Is system s in?  While a fusion is learned fusion->in says so, then its
 * weight. */
int fusekeep_has(const struct fusion *, size_t s);

/* keep (u->n) <- is it an item that a system that is in lists? */
void fusekeep_listed(const struct fusion *, const struct fuseunion *,
    unsigned char *keep);

/* w (systems) <- weights of those that are in, by rows of all systems' x; 0 of
 * the others. */
void fusekeep_solve(const struct fuserowset *r, const unsigned char *in,
    fusekeep_solver *, double *w);

#endif

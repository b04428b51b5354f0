#ifndef SRS_FUSECV_H
#define SRS_FUSECV_H

/*
 * fusecv.h -- how good a fusion and its systems are, user by user, and by how
 * much a fusion is better than the best system.
 *
 * Users are dealt into folds (fusefold.h); those of a fold are measured with
 * a fusion that was fitted to the other folds.  A method without anything to
 * fit is measured as it is.
 */

#include <stddef.h>
#include <stdint.h>

#include "fuse/fusefit.h"
#include "fuse/fuselists.h"
#include "fuse/objective.h"

/* value (n) <- the objective of the fusion for users (n). */
void fuse_values(const struct fusion *, const struct fuselists *,
    const struct objective *, const uint32_t *user, size_t n, double *value);

struct fusecv {
	size_t n_folds, max_users;
	uint64_t seed;
	/* set */
	size_t n_users, n_unlisted, n_left_out;	/* as struct fusefit */
	double *alone;		/* (systems, n_users) owned */
	double *fused;		/* (n_users) owned */
};

/*
 * Fits the fusion and sets its summary, and measures it.  0, or -1 after a
 * message.  Cost: folds + 1 fits.
 */
int fusecv_fit(struct fusion *, const struct fuselists *,
    const struct objective *, struct fusecv *) SRS_MUST_CHECK;
void fusecv_release(struct fusecv *);

/* A gap with this standard error, its p by the normal. */
struct fusegap fusecv_gap_of(double mean, double error);

/* The mean of x (n); of none 0. */
double fusecv_mean(const double *x, size_t n);

/* Sets the fusion's best system, by alone (systems, n), and the gaps to it of
 * fused (n) and of each system: mean differences, their p by the normal. */
void fusecv_gap(struct fusion *, const double *alone, const double *fused,
    size_t n, int smaller_is_better);

#endif

#ifndef SRS_BFMPROBIT_H
#define SRS_BFMPROBIT_H

/*
 * bfmprobit.h -- ratings as grades: an ordered probit likelihood (Albert &
 * Chib 1993).
 *
 * A rating has one of few values, the levels 0 .. n - 1.  Behind it is a
 * number z ~ N(prediction, 1) that is not seen; the level is l where
 * cut_(l-1) < z < cut_l, with cut_(-1) = -inf and cut_(n-1) = inf:
 *
 *	P(level l | prediction x) = Phi(cut_l - x) - Phi(cut_(l-1) - x)
 *
 * Cuts have a flat prior and are drawn with z integrated out (Cowles 1996),
 * so that they do not wait for each other.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { BFM_LEVELS_MAX = 64, BFM_CURVE = 1024 };

/* The levels of ratings, for all chains. */
struct bfm_levels {
	size_t n;		/* 2 .. BFM_LEVELS_MAX */
	float value[BFM_LEVELS_MAX];	/* ascending */
	unsigned char *of;	/* (ratings) owned */
};

/* 0, or -1 after a message: more values than levels, or one only. */
int bfm_levels_init(struct bfm_levels *, const float *ratings, size_t n)
    SRS_MUST_CHECK;
void bfm_levels_release(struct bfm_levels *);

/* A chain's cuts and z. */
struct bfm_probit;

/* Cuts as the shares of the levels have them. */
struct bfm_probit *bfm_probit_new(const struct bfm_levels *, size_t n);
void bfm_probit_free(struct bfm_probit *);

/* z as 0: e is now less the predictions. */
void bfm_probit_renew(struct bfm_probit *);

/*
 * Draws cuts, then z, given predictions z - e; e (ratings) <- the new z less
 * the predictions.  A function of seed and stream.  O(ratings).
 */
void bfm_probit_draw(struct bfm_probit *, float *e, uint64_t seed,
    uint64_t stream);

/* (n - 1); may be changed before bfm_probit_renew(). */
double *bfm_probit_cuts(struct bfm_probit *);
const float *bfm_probit_z(const struct bfm_probit *);	/* (ratings) */

/* - mean log P of the ratings at the last draw. */
double bfm_probit_loss(const struct bfm_probit *);

/* The mean of z given prediction x and the level, one of n. */
float bfm_probit_expect(const float *cuts, size_t n, size_t level, float x);

/*
 * The expected rating as a curve over predictions: at[i] is that of
 * from + i / per_unit, and predictions beyond its ends have that of the end.
 */
struct bfm_curve {
	float from, per_unit;
	float at[BFM_CURVE];
};

void bfm_curve_init(struct bfm_curve *, const float *value, size_t n_levels,
    const float *cuts);
float bfm_curve_at(const struct bfm_curve *, float prediction);

#endif

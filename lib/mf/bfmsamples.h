#ifndef SRS_BFMSAMPLES_H
#define SRS_BFMSAMPLES_H

/*
 * bfmsamples.h -- the samples of bfmchain.h as a model keeps them, and the
 * predictions that they make together.
 *
 * A number is kept in 8 bits, in units of a 127th of the largest of its
 * column (one factor of one sample in one block).  The rounding of a sample
 * is not that of another, so the mean over samples loses next to nothing.
 * Each block has one row more than it has names: the mean of all others, for
 * a user, item or moment that training did not see.
 */

#include <stddef.h>
#include <stdint.h>

#include "linalg/mat.h"
#include "mf/bfmprobit.h"
#include "mf/bfmdesign.h"

struct bfm_part {
	size_t rows;		/* the last is the mean of the others */
	int8_t *x;		/* (rows, samples, k + 1): Q_r, a_r */
	float *unit;		/* (samples, k + 1) what 1 in x is */
};

struct bfm_samples {
	size_t n, room;		/* samples, and how many there may be */
	size_t k;
	size_t n_blocks;
	struct bfm_part part[BFM_BLOCKS];
	float *alpha;		/* (samples) */
	size_t n_levels;	/* 0: regression */
	float *level;		/* (n_levels) */
	float *cuts;		/* (samples, n_levels - 1) */
	struct bfm_curve *curve;	/* (samples) or NULL */
	double mean, scale;	/* regression: rating = mean + scale x */
};

/* Room for samples of a design; curves are not made yet.  All is owned and
 * freed with bfm_samples_release(). */
void bfm_samples_init(struct bfm_samples *, const struct bfm_design *,
    size_t k, size_t room, const struct bfm_levels *);
void bfm_samples_release(struct bfm_samples *);

/* Row and sample i of block b, a vector (k + 1). */
static inline int8_t *
bfm_sample(const struct bfm_samples *s, size_t b, size_t row, size_t i)
{
	return s->part[b].x + (row * s->room + i) * (s->k + 1);
}

/* Sample i of block b <- rows (part.rows - 1, k + 1).  O(rows k). */
void bfm_samples_set(struct bfm_samples *, size_t i, size_t b,
    const struct mat *rows);
void bfm_samples_set_cuts(struct bfm_samples *, size_t i, const double *cuts);

/* Keeps the first n samples and moves rows together: room is n. */
void bfm_samples_pack(struct bfm_samples *, size_t n);

/* --- predictions -------------------------------------------------------- */

/*
 * What the samples say of one user in one moment, ready to meet items: with c
 * and d, sample i predicts d_i + sum_f c_if x_f of the item's row x.
 */
struct bfm_context {
	float *c;		/* (samples, k + 1) */
	float *d;		/* (samples) */
};

/* Room for these samples; owned. */
void bfm_context_init(struct bfm_context *, const struct bfm_samples *);
void bfm_context_release(struct bfm_context *);

/* user and moment are rows; there is no moment in a model without them. */
void bfm_context_set(struct bfm_context *, const struct bfm_samples *,
    size_t user, size_t moment);
/* The same of a user that has no row: x (samples, k + 1). */
void bfm_context_set_new(struct bfm_context *, const struct bfm_samples *,
    const float *x, size_t moment);

/* The mean over samples of the rating expected for an item's row.
 * O(samples k). */
float bfm_context_rating(const struct bfm_context *,
    const struct bfm_samples *, size_t item);
/* The same of an item that has no row: x (samples, k + 1). */
float bfm_context_rating_new(const struct bfm_context *,
    const struct bfm_samples *, const float *x);

#endif

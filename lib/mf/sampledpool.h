#ifndef SRS_SAMPLEDPOOL_H
#define SRS_SAMPLEDPOOL_H

/*
 * sampledpool.h -- users by what they had, too (Mao et al. 2021, "SimpleX: a
 * simple and strong baseline for collaborative filtering", section 3.3, with
 * average pooling): the vector of a user is
 *
 *	h_u = (1 - c) e_u + c V m_u
 *
 * with e_u the user's own, m_u the mean of the factors of the items that the
 * user had and V (k, k) a matrix that is learnt; then the factors are h_u, or
 * h_u / |h_u|, as sampled.h has them.  Whoever is new has no e_u, and is told
 * by m_u alone.
 *
 * On the last item of ml-1m-ncf's training part among 99 others it is no gain:
 * ccl has HR@10 and NDCG@10 of 0.679 and 0.416 without, and with c = 0.5 0.671
 * and 0.414; with 6 epochs and 512 negatives 0.659 and 0.405 without, and with
 * c = 0.9 0.642 and 0.386.  So c is 0 by default.
 *
 * In training, the mean of a row leaves out the items of that row, since what
 * is to be guessed cannot be known; and is that of at most so many of the
 * others, those that come next in the random order of this epoch.
 */

#include <stddef.h>
#include <stdint.h>

#include "linalg/csr.h"
#include "linalg/mat.h"
#include "mf/mf.h"

struct sampled_chunk;

struct sampled_pool {
	float share;		/* c, > 0 */
	size_t most;		/* items in the mean of a row */
	int is_unit;		/* factors are h / |h| */
	struct mat *V;		/* (k, k) */
	struct mat first, second;	/* (k, k) as struct sampled_side has */
	float steps;
	/* of the batch at hand */
	struct mat mean;	/* (rows, k) m; <- the loss's slope by it */
	struct mat slope;	/* (k, k) the same of V */
	float *length;		/* (rows) |h| */
};

/* Rows of a batch, and what they are made of. */
struct sampled_rows {
	const struct csr *had;		/* (users, items) */
	const struct sampled_chunk *row;
	const uint32_t *item;		/* by user, as `had`, in any order */
	const struct mat *own;		/* (users, k) e */
	const struct mat *factors;	/* (items, k) */
};

/* *V <- the unit matrix, owned by the caller; rows of a batch at most. */
void sampled_pool_init(struct sampled_pool *, const struct mf_options *,
    int is_unit, struct mat *V, size_t n_rows);
void sampled_pool_release(struct sampled_pool *);

/* How many items the mean of row r is of, and the i-th of them. */
size_t sampled_pool_count(const struct sampled_pool *,
    const struct sampled_rows *, size_t r);
uint32_t sampled_pool_item(const struct sampled_rows *, size_t r, size_t i);

/* X (rows, k) of n rows from `first` on <- h, or h / |h|. */
void sampled_pool_rows(const struct sampled_pool *,
    const struct sampled_rows *, size_t first, size_t n, struct mat *X);

/* g (rows, k), the loss's slope by X, becomes that by h, for these rows. */
void sampled_pool_slopes(const struct sampled_pool *, size_t first, size_t n,
    const struct mat *X, struct mat *g);

/*
 * Of n rows, with g (rows, k) the loss's slope by h: the means become its
 * slopes by them, and V takes a step at this rate, unless it is 0.
 */
void sampled_pool_back(struct sampled_pool *, size_t n, const struct mat *g,
    double rate);

/* user (users, k) <- h, or h / |h|, by all that each had. */
void sampled_pool_users(const struct sampled_pool *, const struct csr *had,
    const struct mat *own, const struct mat *item, struct mat *user);

/* own (users, k) <- what makes h of `user`, where that is not 0. */
void sampled_pool_own(const struct sampled_pool *, const struct csr *had,
    const struct mat *user, const struct mat *item, struct mat *own);

/* x (k) <- share V m of these items (n); scratch (k). */
void sampled_pool_new_user(const struct mat *V, double share,
    const struct mat *item, const uint32_t *items, size_t n, float *x,
    float *scratch);

#endif

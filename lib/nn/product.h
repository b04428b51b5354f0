#ifndef SRS_PRODUCT_H
#define SRS_PRODUCT_H

/*
 * product.h -- scores that are products of vectors, for scorers of networks:
 *
 *	score(u, i) = level + bias_i + <p_u, q_i>
 *
 * in blocks of users by matrix products.  The state of such a scorer begins
 * with the product, and these are its operations:
 *
 *	struct serving { struct product product; ... };
 *	.tile = product_tile, .pairs = product_pairs,
 *	.vectors = product_vectors
 */

#include <stddef.h>
#include <stdint.h>

#include "model/scorer.h"

struct product {
	size_t k;
	const float *users;		/* (any, k) p */
	const float *items;		/* (items, k) q */
	const float *item_bias;		/* (items), or NULL: 0 */
	float level;
	float *gathered;		/* (workers, any) scratch; owned */
};

/* Of vectors of width k, with scratch for par_threads() workers. */
void product_init(struct product *, size_t k);
void product_release(struct product *);

/* As struct scorer_ops has them. */
void product_tile(const struct scorer *, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, size_t worker);
void product_pairs(const struct scorer *, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker);
void product_vectors(const struct scorer *, struct scorer_vectors *);

#endif

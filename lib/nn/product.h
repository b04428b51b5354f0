#ifndef SRS_PRODUCT_H
#define SRS_PRODUCT_H

/*
 * product.h -- scores that are products of vectors, for scorers of networks:
 *
 *	score(u, i) = level + bias_i + <p_u, q_i>
 *
 * in blocks of users by matrix products.
 */

#include <stddef.h>
#include <stdint.h>

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

/* scores (n, width) <- users (n) with items first .. first + width - 1. */
void product_tile(const struct product *, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, size_t worker);

/* scores (n) <- users[i] with items[i] */
void product_pairs(const struct product *, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores);

#endif

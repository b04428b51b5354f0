#ifndef SRS_BIAS_H
#define SRS_BIAS_H

/*
 * bias.h -- the baseline of ratings (Koren 2010, eq. 1 and 2):
 *
 *	b_ui = mu + b_u + b_i
 *
 * mu is the mean of the ratings, and the biases minimise
 *
 *	sum (r_ui - b_ui)^2 + lambda_user sum b_u^2 + lambda_item sum b_i^2
 */

#include <stddef.h>
#include <stdint.h>

#include "linalg/csr.h"

struct bias {
	double mean, lambda_user, lambda_item;
	const float *item;	/* (items) b_i; not owned */
	float min, max;		/* of the ratings: limits of predictions */
};

/*
 * Alternates between the users and the items, each bias being exact for the
 * others, until none of the items' moves by more than 1e-5 (100 times at
 * most).  x (users, items) holds the ratings; item (items) <- b_i, and b->item
 * points to it.
 */
void bias_fit(struct bias *b, const struct csr *x, double lambda_user,
    double lambda_item, float *item);

/* b_u, from one user's ratings (n) of items (n) and the items' biases; 0 for
 * n = 0. */
double bias_user(const struct bias *, const uint32_t *items,
    const float *ratings, size_t n);

/*
 * What is left of the ratings x (users, items) when the baseline is taken off:
 * x is overwritten with r_ui - b_ui, user (users) <- b_u.
 */
void bias_take_off(const struct bias *, struct csr *x, float *user);

/* A prediction, kept within the ratings' range. */
float bias_limit(const struct bias *, double x);

#endif

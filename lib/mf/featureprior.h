#ifndef SRS_FEATUREPRIOR_H
#define SRS_FEATUREPRIOR_H

/*
 * featureprior.h -- where factors are expected to be, from features of their
 * users or items (Agarwal & Chen 2009, "Regression-based latent factor
 * models", section 2: factors are normal around a regression on features).
 *
 *	x_i = F_i B + delta_i
 *
 * B is the ridge regression of the factors on the features, each row weighted
 * by its own ridge; a row that nobody interacted with has weight 0, and is
 * F_i B.
 */

#include "data/attributes.h"
#include "linalg/csr.h"
#include "linalg/mat.h"

struct feature_prior {
	struct csr F, by_feature;	/* (rows, features) and its transpose */
	struct mat B;			/* (features, k) */
	struct mat mean;		/* (rows, k) F B */
};

/* All columns of the attributes side by side; B is 0. */
void feature_prior_init(struct feature_prior *, const struct attributes *,
    size_t rows, size_t k);
void feature_prior_release(struct feature_prior *);

/*
 * B <- nearer to the minimum of sum_i w_i |x_i - F_i B|^2 + r |B|^2, r being
 * the mean of w > 0, by some steps of conjugate gradients from where it is;
 * mean <- F B.  X (rows, k), weight (rows) not negative.  O(k |F|) a step.
 */
void feature_prior_fit(struct feature_prior *, const struct mat *X,
    const float *weight);

/* mean <- F B, when B came from elsewhere. */
void feature_prior_expect(struct feature_prior *);

#endif

#ifndef SRS_LABELBLEND_H
#define SRS_LABELBLEND_H

/*
 * labelblend.h -- one probability of several classifiers'.
 *
 *	weighted	sum_s w_s p_s; fitted: the weights of the likeliest
 *			mixture, by expectation maximisation (the linear opinion
 *			pool), which are >= 0 and sum to 1
 *	vote		the weight of the systems whose likeliest class it is;
 *			ties go to the mean probability
 *	logistic	stacking (Wolpert 1992): the softmax over classes c of
 *			b_c + sum_s w_s log p_sc, of two classes the logistic
 *			function of b + sum_s w_s logit p_s, at the least log
 *			loss
 *	boost		boosted trees of the probabilities and of what logistic
 *			makes of them
 *
 * A row's log loss is -log of the probability of its label, which is taken to
 * be at least 1e-7.
 */

#include "base/err.h"
#include "fuse/fuse.h"
#include "fuse/fuselabels.h"

struct labelblend {
	size_t n_folds;		/* >= 2 */
	uint64_t seed;
	/* set */
	size_t n_fitted, n_unknown;	/* rows with a label, and without */
};

/*
 * Sets what the method learns, and the summary: log loss, cross-validated over
 * folds of rows, which are dealt by a hash of their numbers.  label (n).  0, or
 * -1 after a message.  O(rows (systems + classes)^2).
 */
int labelblend_fit(struct fusion *, const struct fuselabels *,
    const int32_t *label, struct labelblend *) SRS_MUST_CHECK;

/* out (n, n_p) <- the probabilities of these rows (n; NULL: all). */
void labelblend_predict(const struct fusion *, const struct fuselabels *,
    const uint32_t *row, size_t n, float *out);

/* The probability of class c that system s gives row i. */
static inline double
labelblend_p(const struct fuselabels *l, size_t i, size_t s, size_t c)
{
	const float *p = l->p + (i * l->n_systems + s) * l->n_p;

	return l->n_p > 1 ? (double)p[c] : c == 1 ? (double)p[0] :
	    1 - (double)p[0];
}

#endif

#ifndef SRS_FUSELISTWISE_H
#define SRS_FUSELISTWISE_H

/*
 * fuselistwise.h -- weights under which a user's relevant items are likely to
 * be the first: each list is one choice (ListNet's top one, Cao et al. 2007;
 * McFadden's conditional logit, 1974).
 *
 * With s = x w and t_i = gain_i / the sum of the user's gains, the minimum over
 * w of
 *
 *	mean over users of (log sum_i exp(s_i) - sum_i t_i s_i)
 *	    + l |w - towards|^2 / 2
 *
 * which is convex.  Only differences within a user's list count: what is the
 * same for all of them (how long the list is, who the user is) has no weight
 * to learn, as it has in a regression over all rows.
 */

#include <stddef.h>

struct fuselistwise {
	const float *x;		/* (n, k) */
	const float *gain;	/* (n) >= 0; some of each user is > 0 */
	const size_t *query;	/* (n_queries + 1) first rows of users */
	size_t n_queries, k;
	double l;
	const double *towards;	/* (k); NULL: 0 */
};

/* w (k) <- the minimum, from where it is.  O(n k^2) for each of some six
 * steps. */
void fuselistwise_fit(const struct fuselistwise *, double *w);

/* The mean diagonal of the second derivatives at w, without the ridge: what l
 * is to be compared with. */
double fuselistwise_curvature(const struct fuselistwise *, const double *w);

#endif

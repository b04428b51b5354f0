#ifndef SRS_BOOSTLOSS_H
#define SRS_BOOSTLOSS_H

/*
 * boostloss.h -- what trees are boosted for: a line of the table in
 * boostloss.c.
 */

#include "tree/boost.h"

/* What an objective is asked of. */
struct boost_view {
	const struct boost_data *data;
	const struct boost *how;
	const float *score;	/* (classes, n) of each class all rows */
};

struct boost_objective {
	struct choice what;
	int is_of_lists, is_of_classes;
	/* start (classes) <- the best constant scores. */
	void (*start)(const struct boost_view *, double *start);
	/* g, h (classes, n) <- slope and curvature of the objective, the
	 * latter >= 0. */
	void (*slope)(const struct boost_view *, float *g, float *h);
	/* The value of held-out rows; smaller is better. */
	double (*value)(const struct boost_view *);
	/* Is y one that it takes?  NULL: any. */
	int (*takes)(const struct boost *, float y);
	const char *wants;	/* what y must be */
};

/* Of lists, in boostlists.c. */
void boostlists_pairwise(const struct boost_view *, float *g, float *h);
void boostlists_lambda(const struct boost_view *, float *g, float *h);
double boostlists_ndcg(const struct boost_view *);

enum { BOOST_ROWS_PER_PIECE = 8192 };

/* exp(x) for |x| < 87, beyond as there; to 2e-7 of it.  Loops of it are made
 * into vectors. */
static inline float
boost_exp(float x)
{
	union { float f; int32_t i; } power;
	float t, f;

	x = x < -87 ? -87 : x > 87 ? 87 : x;
	t = x * 1.44269504f + 12582912.0f;	/* 1.5 2^23: rounds */
	power.f = t;
	t -= 12582912.0f;
	f = x - t * 0.693359375f + t * 2.12194440e-4f;
	power.i = (power.i + 127) << 23;
	f = 1 + f * (1 + f * (0.5f + f * (0.16666667f + f * (0.041666668f +
	    f * (0.0083333310f + f * 0.0013893f)))));
	return f * power.f;
}

#endif

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

#endif

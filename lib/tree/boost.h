#ifndef SRS_BOOST_H
#define SRS_BOOST_H

/*
 * boost.h -- gradient boosting: trees that are grown one after the other, each
 * for the gradients of an objective where the sum of those before it stands
 * (Friedman 2001; second order as Chen & Guestrin 2016).
 *
 *	struct boost how = BOOST_DEFAULTS;
 *	how.objective = boost_objective(choice);
 *	struct forest *f = boost_train(&train, &valid, &how);
 *	forest_predict(f, x, n, out);
 *
 * Rows of a query stand together.  The same bytes with any number of threads.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "base/tick.h"
#include "tree/forest.h"
#include "tree/treegrow.h"

struct boost_data {
	const float *x;		/* (n, columns) row-major; NaN: missing */
	const float *y;		/* (n) */
	size_t n, n_columns;
	const size_t *query;	/* (n_queries + 1) first rows; objectives of
				 * lists only */
	size_t n_queries;
	const float *offset;	/* (n) what is added to predictions; NULL:
				 * nothing, and the best constant */
};

struct boost {
	const struct boost_objective *objective;
	size_t rounds;
	size_t patience;	/* rounds without a better value; with valid */
	size_t truncation;	/* lists: places that count */
	size_t n_classes;	/* of objective softmax */
	struct treegrow_options grow;
	const unsigned char *is_category;	/* (columns) or NULL */
	struct tick *tick;	/* rounds; may be NULL */
	/* set: of the held-out rows, if there are any, smaller is better */
	double first, best;	/* of no tree, of those that are kept */
	size_t best_round;	/* trees for each class that are kept */
};

#define BOOST_DEFAULTS ((struct boost){ .rounds = 100, .patience = 20, \
	.truncation = 30, .n_classes = 1, .grow = { .leaves = 31, \
	.min_rows = 20, .min_hessian = 1e-3, .l2 = 1, .rate = 0.1 } })

/*
 * squared, logistic (y 0 or 1), softmax (y 0 .. n_classes - 1), pairwise
 * (Burges et al. 2005) and lambdamart (Burges 2010), whose y are gains.
 */
const struct choice *boost_choice(size_t i);
const struct boost_objective *boost_objective(const char *name);
int boost_is_of_lists(const struct boost_objective *);

/*
 * With `valid` (NULL: none) training stops when its value is no longer better,
 * and the trees until the best stay.  NULL after a message: y that the
 * objective does not take, no rows.
 */
struct forest *boost_train(const struct boost_data *train,
    const struct boost_data *valid, struct boost *);

#endif

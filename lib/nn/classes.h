#ifndef SRS_CLASSES_H
#define SRS_CLASSES_H

/*
 * classes.h -- what classifiers learn: the class of each example, or how much
 * of each class it is.
 */

#include <stddef.h>

#include "nn/fit.h"
#include "nn/graph.h"

/* Set n, label and shares, then build the loss. */
struct classes {
	size_t n;			/* classes */
	const float *label;		/* (examples) their numbers */
	const float *shares;		/* (examples, n) or NULL: each is of
					 * its label alone */
	/* inputs */
	struct node *class;		/* (rows, 1), of shares (rows n, 1) */
	struct node *row, *share;	/* of shares, (rows n, 1); or NULL */
};

/* (rows, 1) <- the cross-entropy of scores y (rows, n), a softmax of which are
 * probabilities. */
struct node *classes_loss(struct classes *, struct graph *, struct node *y);

/* Fills the inputs for the rows of a piece. */
void classes_feed(const struct classes *, struct work *,
    const struct fit_piece *);

#endif

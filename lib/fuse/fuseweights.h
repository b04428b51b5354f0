#ifndef SRS_FUSEWEIGHTS_H
#define SRS_FUSEWEIGHTS_H

/* fuseweights.h -- weights by regression: what other learners begin with. */

#include "fuse/fuselearn.h"

/* Weights by logistic regression, of the systems that are `in`: what trees
 * begin with.  0, or -1 after a message. */
int fuseweights_logistic(struct fusion *, const struct fuselearn *,
    const unsigned char *in) SRS_MUST_CHECK;

/* w (r->n_columns) <- weights by fuselistwise.h, with a slight ridge. */
void fuseweights_listwise(const struct fuserowset *r, double *w);

#endif

#ifndef SRS_FUSEWEIGHTS_H
#define SRS_FUSEWEIGHTS_H

/* fuseweights.h -- weights by regression: what other learners begin with. */

#include "fuse/fuselearn.h"

/* w (r->n_columns) <- weights by fuselistwise.h, with a slight ridge. */
void fuseweights_listwise(const struct fuserowset *r, double *w);

#endif

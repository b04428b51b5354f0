#ifndef SRS_BLENDFWLS_H
#define SRS_BLENDFWLS_H

/*
 * blendfwls.h -- method fwls for ratings: fusestack.h on predictions, with the
 * meta-features that fuseinputs.h has of a pair.  The ridge is the one with
 * the least cross-validated error.
 */

#include "fuse/blend.h"

/* As struct way in blend.c has them. */
int blendfwls_fit(struct fusion *, const struct blendrows *, double *held)
    SRS_MUST_CHECK;
void blendfwls_predict(const struct fusion *, const struct fusepairs *,
    float *out);

#endif

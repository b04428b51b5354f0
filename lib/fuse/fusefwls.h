#ifndef SRS_FUSEFWLS_H
#define SRS_FUSEFWLS_H

/* fusefwls.h -- method fwls: fusestack.h on lists, with the meta-features of
 * fuseinputs.h.  What the table in fuse.c wants of it. */

#include "fuse/fuseunion.h"

void fusefwls_combine(const struct fusion *, struct fuseunion *,
    float *scores);
void fusefwls_parts(const struct fusion *, struct fuseunion *, double *part);

extern const struct fuse_learner fuse_fwls;

#endif

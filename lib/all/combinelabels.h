#ifndef SRS_COMBINELABELS_H
#define SRS_COMBINELABELS_H

/* combinelabels.h -- srs-fuse --labels: classifiers' probabilities made one. */

#include "all/combine.h"

/* 0, or -1 after a message; the fusion is fitted if the caller wants it. */
int combinelabels(const struct combine *, struct fusion *, struct put *out)
    SRS_MUST_CHECK;

#endif

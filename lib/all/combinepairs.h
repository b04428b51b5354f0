#ifndef SRS_COMBINEPAIRS_H
#define SRS_COMBINEPAIRS_H

/* combinepairs.h -- srs-fuse --ratings: predictions of ratings made one. */

#include "all/combine.h"

/* 0, or -1 after a message; the fusion is fitted if the caller wants it. */
int combinepairs(const struct combine *, struct fusion *, struct put *out)
    SRS_MUST_CHECK;

#endif

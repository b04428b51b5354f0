#ifndef SRS_REF_TOPK_H
#define SRS_REF_TOPK_H

#include "rank/topk.h"

/* topk_select() by sorting the whole row, names in hand instead of ranks. */
size_t ref_topk(const float *scores, const char *const *names, size_t n_items,
    size_t k, struct topk_item *best);

#endif

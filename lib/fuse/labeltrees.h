#ifndef SRS_LABELTREES_H
#define SRS_LABELTREES_H

/* labeltrees.h -- method boost of labels: trees of the systems' probabilities
 * and of what a stack makes of them. */

#include "fuse/labelblend.h"

/* Sets the fusion's stack and trees from rows (n) with a label, a fifth of
 * which say when to stop.  0, or -1 after a message. */
int labeltrees_fit(struct fusion *, const struct fuselabels *,
    const int32_t *label, const uint32_t *row, size_t n, uint64_t seed)
    SRS_MUST_CHECK;

/* out (n, n_p) <- the probabilities of rows (n). */
void labeltrees_predict(const struct fusion *, const struct fuselabels *,
    const uint32_t *row, size_t n, float *out);

/* For struct fuse_learner. */
int labeltrees_get(const struct st_file *, struct fusion *) SRS_MUST_CHECK;
void labeltrees_column(const struct fusion *, size_t j, struct buf *);

#endif

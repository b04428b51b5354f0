#ifndef SRS_BFMFOLD_H
#define SRS_BFMFOLD_H

/*
 * bfmfold.h -- rows of users and items that training did not see, from their
 * ratings: in each sample, the mean of the conditional posterior given the
 * other side's rows.
 *
 * The prior of a row is what the rows of the block are like: normal with their
 * mean and variance in each column.  With z_d the other side's row of rating d
 * and 1, P the prior's precisions and m its mean,
 *
 *	(P + alpha sum z_d z_d') v = P m + alpha sum (y_d - offset_d) z_d
 *
 * Of grades y_d is not seen: its mean given v and the grade takes its place, a
 * few times over.
 */

#include <stddef.h>
#include <stdint.h>

#include "mf/bfmsamples.h"

struct bfm_fold;

/* For rows of block b, BFM_USER or BFM_ITEM, from up to `longest` ratings.
 * The samples stay the caller's.  O(rows samples k). */
struct bfm_fold *bfm_fold_new(const struct bfm_samples *, size_t b,
    size_t longest);
void bfm_fold_free(struct bfm_fold *);

/*
 * x (samples, k + 1) <- the row with these ratings (n, at most `longest`), of
 * rows of the other block.  O(samples (n k^2 + k^3)).  For one thread at a
 * time.
 */
void bfm_fold_row(struct bfm_fold *, const uint32_t *rows,
    const float *ratings, size_t n, float *x);

#endif

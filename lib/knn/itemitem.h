#ifndef SRS_ITEMITEM_H
#define SRS_ITEMITEM_H

/*
 * itemitem.h -- models that are a matrix of weights between items: however it
 * was learned, a user's scores are x_u W, the sum of the rows of the items
 * that the user had.
 *
 * The file: the tensor item_weights F32 (items, items), or the sparse matrix
 * item_weights.* of that shape (see model_put_csr()), row = item that was had,
 * column = item that is scored; the setting "values" or "decay" (past.h); no
 * users.
 */

#include "base/err.h"
#include "linalg/csr.h"
#include "linalg/mat.h"
#include "model/scorer.h"
#include "knn/knn.h"

/* Writes W, sparse or dense (one of them is NULL), and the settings of the
 * task.  The writer, which has the method, is freed.  0, or -1 after a message.
 */
int itemitem_save(const struct knn_task *, struct st_writer *,
    const struct csr *sparse, const struct mat *dense) SRS_MUST_CHECK;

/* As family.load(). */
int itemitem_load(struct scorer *) SRS_MUST_CHECK;

/*
 * Rows users[i] of x times W.  Sums are in the order of the row, however a
 * block is cut.  Dense: scores (n, width) <- columns first .. first + width
 * - 1; sparse: scores (n, W->cols).
 */
void itemitem_dense(const struct csr *x, const struct mat *W,
    const uint32_t *users, size_t n, size_t first, size_t width,
    float *scores);
void itemitem_sparse(const struct csr *x, const struct csr *W,
    const uint32_t *users, size_t n, float *scores);

#endif

#ifndef SRS_RULES_H
#define SRS_RULES_H

/*
 * rules.h -- what follows an item: counts of pairs in the order of time.
 *
 *	W_ab = sum over all users and all b that came s <= steps items after a:
 *	       1 / s
 *
 * "markov" is steps = 1 (what came next), "rules" more (sequential rules,
 * Kamehkhosh et al. 2017).  An item is scored by the last thing a user had;
 * with --decay X, also by what was t items before, which counts X^t.  The file
 * is that of itemitem.h with the setting "decay".
 */

#include "base/err.h"
#include "data/inter.h"
#include "knn/knn.h"
#include "linalg/csr.h"

/* W (items, items) <- of each row the `top` largest; ranks (items) break ties.
 * The caller releases W. */
void rules_count(const struct inter *, size_t steps, size_t top,
    const uint32_t *ranks, struct csr *W);

int markov_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;
int rules_train(const struct knn_task *, struct knn_result *) SRS_MUST_CHECK;

#endif

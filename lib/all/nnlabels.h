#ifndef SRS_NNLABELS_H
#define SRS_NNLABELS_H

/*
 * nnlabels.h -- what srs-nn-train does to labels before a network sees them:
 * the weights of classes, and what a teacher says.
 */

#include <stddef.h>

#include "base/err.h"
#include "data/idmap.h"
#include "data/inter.h"
#include "linalg/csr.h"
#include "model/train.h"

/*
 * The weight of each of n examples by its label, a class from 0 on: the
 * numbers of a list ("1,5.5"), or, of "balanced", n / (classes count) for a
 * class of that count (King & Zeng 2001), so that all classes weigh the same
 * and the mean is 1.  (n) the caller frees; NULL after a message.
 */
float *nnlabels_weights(const char *text, const float *label, size_t n);

/*
 * label[i] <- (1 - weight) label[i] + weight score[i], with the column `score`
 * of the table at path, whose rows are those of the labels, in their order.
 * The cross-entropy of a mixture is the mixture of cross-entropies: with this
 * the network learns from the labels and from a teacher (Hinton, Vinyals &
 * Dean 2015, "Distilling the knowledge in a neural network").  Labels are 0 or
 * 1, scores probabilities.  0, or -1 after a message.
 */
int nnlabels_teach(const char *path, double weight, float *label, size_t n)
    SRS_MUST_CHECK;

/*
 * The same for names of classes: of each of n rows how much of each class is
 * to be learnt, (n, classes), from columns score.NAME, or, of classes 0 and 1,
 * from `score`, the probability of 1.  Those of a row add up to 1.  The caller
 * frees; NULL after a message.
 */
float *nnlabels_shares(const char *path, double weight,
    const struct idmap *classes, const float *label, size_t n);

/*
 * *out <- the scores (users, items) that the table at path has for users and
 * items of the data, each pair once; says how many.  The caller releases; 0,
 * or -1 after a message.
 */
int nnlabels_teacher(const char *path, const struct inter *data,
    const struct train *, struct csr *out) SRS_MUST_CHECK;

#endif

#ifndef SRS_VALIDROWS_H
#define SRS_VALIDROWS_H

/*
 * validrows.h -- how good a model of rows in training is: a table of rows with
 * labels and the name of a metric of labels (auc, logloss, accuracy, ...)
 * made into a struct validation; of several classes, accuracy and logloss.  It
 * is what srs-score and srs-eval say of the finished model.
 */

#include "io/readexamples.h"
#include "io/readfeatures.h"
#include "model/train.h"

/*
 * `want` has the names of the training table's columns, and what its labels
 * are.  NULL after a message.  The scorer that is measured is prepared.
 */
struct validation *validrows_new(const char *path, const char *metric,
    const struct readfeatures *want);

/* The same of examples; `want` has the vocabulary of the training data.
 * *unknown <- the features that this does not have, and that are left out. */
struct validation *validrows_examples(const char *path, const char *metric,
    const struct readexamples *want, uint64_t *unknown);

#endif

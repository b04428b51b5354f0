#ifndef SRS_NNSEARCH_H
#define SRS_NNSEARCH_H

/*
 * nnsearch.h -- settings of a network chosen on validation data, by
 * successive halving (Jamieson & Talwalkar 2016, "Non-stochastic best arm
 * identification and hyperparameter optimization"): many trials are trained
 * for few epochs, the best third for three times as many, and so on; the one
 * that is left is trained whole by the caller.
 *
 * A trial is a function of its number and the seed, and is trained from the
 * start each time, with its schedule fitted to the epochs that it has.  The
 * table of trials is written after each; those that it has are not trained
 * again, so that a search goes on where it was interrupted.
 */

#include <stddef.h>

#include "all/nntrain.h"

struct nnsearch;

/*
 * Tries settings for t, whose data is read: those of t->search, t->trials of
 * them.  Sets t->options to the best; its texts are the search's, which must
 * stay as long as these are used.  NULL after a message.
 */
struct nnsearch *nnsearch_run(struct nntrain *t);
void nnsearch_free(struct nnsearch *);

#endif

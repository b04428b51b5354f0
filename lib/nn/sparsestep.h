#ifndef SRS_SPARSESTEP_H
#define SRS_SPARSESTEP_H

/*
 * sparsestep.h -- steps of logistic regression and factorization machines by
 * hand, several times as fast as by the graph.
 *
 *	struct sparsestep *s = sparsestep_new(net, examples, batch);
 *	task.step = sparsestep_take, task.step_arg = s;
 *
 * The mathematics are those of the graphs of logistic.c and fm.c with
 * op_bce(), and so are the options of training but --clip and --adversarial.
 * What differs is that the slope along a row is not written for each entry:
 * of an example it takes its sum s and the slope d of its loss
 * (kernelfm.h).  The entries of a batch are parted by a hash of their
 * features, and each part adds up what its rows get in the order of the
 * examples, whoever does it.
 */

#include <stddef.h>

#include "nn/fit.h"
#include "nn/sparsenet.h"

struct sparsestep;

/* Can this network take its steps so?  Its kind, and that all of it learns. */
int sparsestep_can(const struct sparsenet *);

/* Of batches of at most so many examples; net and examples must stay. */
struct sparsestep *sparsestep_new(const struct sparsenet *,
    const struct examples *, size_t batch);
void sparsestep_free(struct sparsestep *);
size_t sparsestep_bytes(const struct sparsestep *);

/* As of struct fit_task; arg is the sparsestep. */
double sparsestep_take(void *arg, const struct fit_batch *);

#endif

#ifndef SRS_UPDATE_H
#define SRS_UPDATE_H

/*
 * update.h -- the shards of a batch made into one step of the optimiser.
 *
 * Gradients of dense parameters are added in the order of the shards.  Rows of
 * sparse parameters that were touched are found (in the order in which they
 * come up), and for each its gradients are added in the order of the shards
 * and rows: what is computed does not depend on the threads.  A batch costs
 * what it touched, whatever the size of the tables.
 */

#include <stddef.h>
#include <stdint.h>

#include "nn/optim.h"
#include "nn/work.h"

struct update;

/* For batches of at most n_shards shards of this plan. */
struct update *update_new(const struct plan *, struct params *,
    enum optim_rule, size_t n_shards);
void update_free(struct update *);

/* Takes a step with the gradients of `shards` (n); those of the
 * first are overwritten. */
void update_step(struct update *, struct shard *const *shards, size_t n,
    const struct optim_step *);

#endif

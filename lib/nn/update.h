#ifndef SRS_UPDATE_H
#define SRS_UPDATE_H

/*
 * update.h -- the shards of a batch made into one step of the optimiser.
 *
 * Gradients of dense parameters are added in the order of the shards, those of
 * rows of sparse parameters as touched.h says: what is computed does not
 * depend on the threads.
 */

#include <stddef.h>

#include "nn/optim.h"
#include "nn/work.h"

struct update;

/* For batches of at most n_shards shards of this plan. */
struct update *update_new(const struct plan *, struct params *,
    const struct optim *, size_t n_shards);
void update_free(struct update *);

/* What moments take, and what finding rows does. */
size_t update_moments_bytes(const struct update *);
size_t update_rows_bytes(const struct update *);

/*
 * Takes a step with the gradients of `shards` (n); those of the first are
 * overwritten.  If clip > 0 and the norm of the gradient of all parameters
 * together is greater, it is scaled to that norm (Pascanu, Mikolov & Bengio
 * 2013, algorithm 1).
 */
void update_step(struct update *, struct shard *const *shards, size_t n,
    const struct optim_step *, double clip);

/*
 * The same in parts, for gradients that are found in another way: a step
 * begins, the dense parameters follow the shards, rows of sparse ones the
 * gradients g (n, p->cols), which are overwritten, plus own (n; or NULL) times
 * the rows themselves.  Different rows may move at once in different threads.
 */
void update_begin(struct update *, const struct optim_step *);
void update_dense(struct update *, struct shard *const *shards, size_t n);
void update_rows(struct update *, const struct param *, const uint32_t *row,
    size_t n, float *g, const float *own, size_t worker);

/*
 * Moves the rows that were touched of each sparse parameter of more than one
 * column by `length` along their gradient; update_restore() takes them back.
 */
void update_perturb(struct update *, struct shard *const *shards, size_t n,
    double length);
void update_restore(struct update *);

/* The moments of the rule, (params->size) each, or NULL: what a checkpoint
 * has besides the parameters. */
float *update_m(struct update *);
float *update_v(struct update *);

#endif

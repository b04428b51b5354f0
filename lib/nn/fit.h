#ifndef SRS_FIT_H
#define SRS_FIT_H

/*
 * fit.h -- training, the same for every network.
 *
 * An epoch goes through the examples 0 .. n_examples - 1 in a random order, in
 * batches; a batch is cut into shards, which run in parallel; then comes one
 * step of the optimiser.  What an example is, is the network's: it fills the
 * inputs of its graph for the examples it is asked for.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/train.h"
#include "nn/optim.h"
#include "nn/work.h"

/* The examples of one shard. */
struct fit_piece {
	const uint32_t *example;	/* (n) */
	size_t n;
	size_t epoch;			/* from 1 */
	uint64_t seed;
};

struct fit_task {
	struct params *params;		/* initialised */
	const struct graph *graph;	/* made for fit_shard(batch) examples */
	const struct node *loss;	/* (n, 1) */
	size_t n_examples;		/* >= 1 */
	/* Fills the inputs; rows of axis 0 are set.  Called from several
	 * threads at once; what it draws must depend on the piece only. */
	void (*feed)(const void *arg, struct work *, const struct fit_piece *);
	const void *arg;
	size_t epochs, batch;		/* each >= 1 */
	double unit;			/* what the loss of an example is
					 * divided by; 0: 1 */
	struct optim optim;
	uint64_t seed;
};

/* The examples of a shard of a batch of this size: at least four shards, but
 * none so small that matrix products are slow. */
size_t fit_shard(size_t batch);

struct fit;
struct fit *fit_new(const struct fit_task *);
void fit_free(struct fit *);

/* Trains for one epoch of task->epochs; the mean loss of its examples while
 * it went.  Stops early when a loss is not finite, and returns that. */
double fit_epoch(struct fit *);

/* Bytes of parameters, moments, gradients and workers. */
size_t fit_bytes(const struct fit *);

/* What came of a training. */
struct fit_result {
	size_t epochs, best_epoch;	/* from 1 */
	double best_value;		/* NAN without validation */
	double loss;			/* of the last epoch */
};

/*
 * The whole training: task->epochs, validation of `scorer` (which serves the
 * parameters as they are; may be NULL without train->valid), early stopping;
 * ends with the best epoch's parameters.  0, or -1 after a message.
 */
int fit_run(const struct fit_task *, const struct train *, struct scorer *,
    struct fit_result *) SRS_MUST_CHECK;

#endif

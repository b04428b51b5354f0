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
#include "model/model.h"
#include "model/train.h"
#include "nn/optim.h"
#include "nn/update.h"
#include "nn/work.h"

/* The examples of one shard. */
struct fit_piece {
	const uint32_t *example;	/* (n) */
	size_t n;
	size_t epoch;			/* from 1 */
	uint64_t seed;
};

/* Where a training is written to after each epoch, and goes on from. */
struct fit_files {
	const char *checkpoint, *resume;	/* or NULL */
	/* Puts all that the training depends on, as metadata
	 * (checkpoint_check_meta). */
	void (*about)(const void *arg, struct st_writer *);
	const void *arg;
};

/* A batch whose step is taken without the graph. */
struct fit_batch {
	const uint32_t *example;	/* (n) */
	size_t n;
	const float *weight;		/* of all examples, or NULL */
	double scale;			/* what their losses are multiplied
					 * by */
	float penalty;			/* of rows, by optim.h's l2 */
	struct shard *const *shards;	/* of fit_shard() examples each */
	struct update *update;		/* update_begin() was called */
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
	/*
	 * Or NULL.  Takes a whole step in their place: adds up the losses of
	 * the shards and, if that is finite, moves all parameters; returns it.
	 * The graph may then be for one example.  Not of tasks with `clip` or
	 * `adversarial`.
	 */
	double (*step)(void *arg, const struct fit_batch *);
	void *step_arg;
	size_t step_bytes;		/* that it takes */
	const float *weight;		/* (n_examples) of their losses, which
					 * are then one for each; or NULL */
	size_t epochs, batch;		/* each >= 1 */
	size_t until;			/* the epoch to end with, <= epochs;
					 * 0: the last */
	double unit;			/* what the loss of an example is
					 * divided by; 0: 1 */
	struct optim optim;		/* warmup and fall_every are set from
					 * these: */
	double warmup;			/* epochs, < the others */
	size_t fall_every;		/* epochs, >= 1, of OPTIM_STEP */
	double clip;			/* the longest gradient; 0: any */
	size_t average;			/* from this epoch on, the mean of the
					 * parameters after each is what is
					 * validated and kept; 0: never */
	/*
	 * > 0: adversarial training (He et al. 2018, "Adversarial personalized
	 * ranking", eq. 8-10).  The loss is added a second time, weighted, at
	 * embeddings that are moved by this length along their gradient, each
	 * row on its own, as if the move were given.  Costs twice as much.
	 */
	double adversarial, adversarial_weight;
	struct fit_files files;
	struct tick *tick;	/* examples of all epochs; may be NULL */
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

/* The number of steps and of epochs that were taken, or begun; goes on after
 * an epoch, with the moments (params->size, or NULL) as they were then. */
uint64_t fit_steps(const struct fit *);
size_t fit_epochs(const struct fit *);
void fit_go_on(struct fit *, size_t epochs);
float *fit_m(struct fit *);
float *fit_v(struct fit *);

/* Bytes that it takes. */
struct fit_memory {
	size_t weights;		/* parameters and moments */
	size_t values;		/* of the graph, as the plan has them, for each
				 * thread */
	size_t gradients;	/* of a batch, and the order of examples */
};
struct fit_memory fit_memory(const struct fit *);

/* What came of a training. */
struct fit_result {
	size_t epochs, best_epoch;	/* from 1 */
	double best_value;		/* NAN without validation */
	double loss;			/* of the last epoch */
	uint64_t stopped;		/* the step whose loss was not finite,
					 * or 0 */
};

/*
 * The whole training: task->epochs, validation of `scorer` (which serves the
 * parameters as they are; may be NULL without train->valid), early stopping;
 * ends with the best epoch's parameters (fitrun.c).  A loss that is not finite
 * ends it: with these, after a warning, if there are any.  0, or -1 after a
 * message.
 */
int fit_run(const struct fit_task *, const struct train *, struct scorer *,
    struct fit_result *) SRS_MUST_CHECK;

#endif

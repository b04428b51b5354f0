#ifndef SRS_BFMRUN_H
#define SRS_BFMRUN_H

/*
 * bfmrun.h -- a training of bfm.h under way: its chains and what they drew so
 * far; from an older model, and to and from a checkpoint.
 */

#include "base/err.h"
#include "mf/bfmchain.h"
#include "mf/bfmprobit.h"
#include "mf/bfmsamples.h"
#include "mf/measure.h"
#include "mf/mf.h"

/* A chain and its place. */
struct bfm_runner {
	struct bfm_chain *gibbs;
	struct bfm_probit *probit;	/* or NULL */
	struct mat rows[BFM_BLOCKS];	/* of the last sample */
	size_t sweeps, kept;
	double loss;
};

struct bfm_run {
	const struct mf_options *options;
	uint64_t seed;
	struct bfm_design design;
	struct bfm_levels levels;	/* n is 0 without */
	struct measure ratings;
	float *y;			/* (ratings) as bfmchain.h has them;
					 * NULL: grades */
	struct bfm_samples samples;
	struct bfm_runner *chain;	/* (n_chains) */
	size_t n_chains;
	size_t sweeps, keep;		/* of each chain, after the burn-in */
	size_t until;			/* sweeps at the end of the round */
	size_t n_best;			/* samples of the best epoch */
	double loss;			/* of the last epoch, or NAN */
};

/*
 * Chains begin at the last samples of the model task->init: users and items
 * that it has as they were, others as its mean.  Says in *result how many it
 * had.  0 without task->init, or -1 after a message: a model of another
 * method, rank or likelihood is one.
 */
int bfm_warm_start(struct bfm_run *, const struct mf_task *,
    struct mf_result *) SRS_MUST_CHECK;

/* Writes where the run is to task->checkpoint, if there is one, after an
 * epoch.  0, or -1 after a message. */
int bfm_checkpoint(const struct bfm_run *, const struct mf_task *,
    const struct stopper *) SRS_MUST_CHECK;

/*
 * The reverse, from task->resume, if given: what is drawn from then on is what
 * would have been.  0, or -1 after a message: other data, seed or settings are
 * one.
 */
int bfm_resume(struct bfm_run *, const struct mf_task *, struct stopper *)
    SRS_MUST_CHECK;

#endif

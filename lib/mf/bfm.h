#ifndef SRS_BFM_H
#define SRS_BFM_H

/*
 * bfm.h -- ratings by Bayesian factorisation machines: no learning rate and
 * nothing to tune, because the regularization is inferred with the rest.
 *
 * The parts: bfmdesign.h is what is learnt from, bfmchain.h the sampler and
 * bfmparams.h its draws, bfmprobit.h the likelihood of grades, bfmsamples.h
 * what a model keeps, bfmrun.h a training with its checkpoints.
 * Several chains run at once; predictions are averaged over the samples of
 * all (Rendle, Zhang & Koren 2019, "On the difficulty of evaluating
 * baselines", for what this gives).
 */

#include "base/err.h"
#include "mf/bfmsamples.h"
#include "mf/mf.h"
#include "model/model.h"
#include "model/scorer.h"

int bfm_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;
int bfm_load(struct scorer *) SRS_MUST_CHECK;

/* normal, probit; and which sets are features: none, users, items, both */
const struct choice *bfm_likelihood_choice(size_t i);
const struct choice *bfm_implicit_choice(size_t i);

/* --- a model's file and scorer ------------------------------------------ */

/* Tensors and metadata of samples; they stay until st_write(). */
void bfm_put(struct st_writer *, const struct bfm_samples *,
    const struct bfm_moments *);

/* A scorer of samples in memory, which stay the caller's; for validation.
 * Ratings are kept within min and max.  Freed with bfm_scorer_free(). */
struct scorer *bfm_scorer(const struct bfm_samples *,
    const struct bfm_moments *, const struct inter *data, float min,
    float max);
void bfm_scorer_free(struct scorer *);

/* The samples are others now, and n of them. */
void bfm_scorer_renew(struct scorer *, size_t n);

/* Of a scorer that bfm_load() made: what it holds. */
void bfm_scorer_samples(const struct scorer *, const struct bfm_samples **,
    const struct bfm_moments **);

#endif

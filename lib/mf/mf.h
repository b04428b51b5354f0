#ifndef SRS_MF_H
#define SRS_MF_H

/*
 * mf.h -- matrix factorisation: the table of its methods.
 *
 * A user and an item are each k numbers, their factors; a score is the
 * product of the two.  Methods differ in what they minimise and how:
 *
 *	const struct mf_task task = { data, &options, &train, path, 0 };
 *	if (mf_train(method, &task, &result) != 0)
 *		return -1;
 *
 * A new method is one file, one line in the table of mf.c and one test.
 */

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "data/attributes.h"
#include "data/inter.h"
#include "model/model.h"
#include "model/scorer.h"
#include "model/train.h"

/* The settings of all methods: each takes some of them, see its defaults. */
struct mf_options {
	size_t factors;		/* k */
	size_t epochs;		/* 0: the model is where training starts */
	double lambda;		/* weight of the squares of the factors */
	double lambda_bias;	/* and of those of the biases */
	double nu;		/* a row of n interactions is weighted n^nu */
	double alpha0;		/* weight of each pair of a user and an item;
				 * NAN: from the next */
	double unobserved;	/* weight of all pairs together, as a multiple
				 * of that of the interactions */
	double rate;		/* learning rate of the first epoch */
	double stdev;		/* starting factors: stdev / sqrt(k) */
	double start;		/* what all factors start as; NAN: random */
	const char *value;	/* column of the data; NULL: the weights */
	/* of ials */
	const struct choice *solver;	/* of ials.h; NULL: the first */
	size_t block;		/* factors that are solved for at once */
	size_t steps;		/* of conjugate gradients, per row */
	/* of ssm, ccl and warp */
	size_t negatives;	/* items drawn for each batch */
	double popularity;	/* they are drawn as interactions^popularity */
	double temperature, margin, negative_weight;
	const struct choice *similarity;	/* of sampled.h; NULL: the
						 * method's own */
	double pooling;		/* share of sampledpool.h; 0 or NAN: without */
	size_t pooled;		/* items of a mean in training */
	/* of bfm */
	size_t samples;		/* drawn after the burn-in, by all chains */
	size_t burn_in;		/* sweeps of a chain before its samples */
	size_t chains;		/* that run side by side */
	size_t keep;		/* samples that the model keeps, at most */
	double moment;		/* seconds; 0: time does not matter */
	const struct choice *likelihood, *implicit;	/* of bfm.h */
};

/* What has no default until a method is chosen. */
#define MF_NOTHING_SET ((struct mf_options){ \
	.factors = SIZE_MAX, .epochs = SIZE_MAX, .lambda = NAN, \
	.lambda_bias = NAN, .nu = NAN, .alpha0 = NAN, .unobserved = NAN, \
	.rate = NAN, .stdev = NAN, .start = NAN, .samples = SIZE_MAX, \
	.burn_in = SIZE_MAX, .chains = SIZE_MAX, .keep = SIZE_MAX, \
	.moment = NAN, .block = SIZE_MAX, .steps = SIZE_MAX, \
	.negatives = SIZE_MAX, .popularity = NAN, .temperature = NAN, \
	.margin = NAN, .negative_weight = NAN, .pooling = NAN, \
	.pooled = SIZE_MAX })

struct mf_task {
	const struct inter *data;
	const struct mf_options *options;
	const struct train *train;
	const char *output;	/* as out_open() */
	int gzip;
	/* of the data's users and items, finished; or NULL */
	const struct attributes *user_features, *item_features;
	const char *init;	/* a model to start from, or NULL */
	const char *checkpoint;	/* written after each epoch, or NULL */
	const char *resume;	/* a checkpoint to go on from, or NULL */
	struct csr *spare;	/* the data's by_user, if nobody else asks for
				 * its values: 4 bytes an interaction; NULL */
};

struct mf_result {
	size_t epochs;		/* done */
	size_t best_epoch;	/* whose factors were kept; 0: the start */
	double loss;		/* after the last epoch; NAN without one */
	double best_value;	/* of the metric; NAN without validation */
	size_t known_users, known_items;	/* that task->init had */
};

const struct choice *mf_choice(size_t i);

/* Does the method learn ratings (else what was had at all)? */
int mf_is_explicit(const struct choice *method);

/* Trains and writes the model.  0, or -1 after a message. */
int mf_train(const struct choice *method, const struct mf_task *,
    struct mf_result *) SRS_MUST_CHECK;

/* For methods: what was had, items ascending and each once, with the sum of its
 * weights; the task's spare has no values from here on. */
void mf_matrix(const struct mf_task *, struct csr *had);

/* For methods, in a dry run: the memory of the data. */
void mf_foresee(const struct mf_task *);

/* For methods: adds value, seed and what came of the training. */
void mf_put_summary(struct st_writer *, const struct mf_task *,
    const struct mf_result *);

extern const struct family mf_family;

#endif

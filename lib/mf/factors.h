#ifndef SRS_FACTORS_H
#define SRS_FACTORS_H

/*
 * factors.h -- the model that methods of factorisation share: its
 * parameters, its file and its scorer.
 *
 *	score(u, i) = mean + user_bias_u + item_bias_i + p_u . q_i
 *
 * with the biases and the mean only in models of ratings.  Tensors of the
 * file: user_ids, item_ids, user_factors (users, k), item_factors (items, k)
 * and, of ratings, user_bias (users), item_bias (items), of users made of
 * their items pooling (k, k); metadata "factors", and of ratings "mean",
 * "min", "max".
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/inter.h"
#include "linalg/mat.h"
#include "mf/mf.h"
#include "model/model.h"
#include "model/scorer.h"
#include "model/train.h"

struct factors {
	struct mat user, item;	/* (users, k) p, (items, k) q */
	float *user_bias;	/* (users), or NULL: a model without biases */
	float *item_bias;	/* (items), or NULL */
	struct mat pooling;	/* (k, k) V of sampledpool.h, or empty */
	float mean;		/* of the ratings; 0 */
	float min, max;		/* predicted ratings are kept within */
};

/* The same to read only: of a struct factors, or of a model file. */
struct factors_view {
	struct mat user, item;
	const float *user_bias, *item_bias;
	struct mat pooling;
	float mean, min, max;
};

/* All zero, without limits; nothing is pooled. */
void factors_init(struct factors *, size_t n_users, size_t n_items, size_t k,
    int has_biases);
void factors_release(struct factors *);

struct factors_view factors_view(const struct factors *);

/* Copies the numbers of one to another of the same shape. */
void factors_copy(struct factors *to, const struct factors *from);

/*
 * Fills the rows of m with normal numbers of standard deviation
 * options->stdev / sqrt(k), or all with options->start.  The numbers are a
 * function of seed, purpose ("ials.items") and row.
 */
void factors_start(struct mat *m, const struct mf_options *, uint64_t seed,
    const char *purpose);

/* --- training ----------------------------------------------------------- */

/* What a method keeps from epoch to epoch beside the factors. */
struct factors_state {
	const char *name;	/* of the tensor in a checkpoint */
	float *x;		/* (n) */
	size_t n;
};

/* How a method trains factors. */
struct factors_method {
	/* One epoch (from 0) changes the factors; *loss <- what it minimises.
	 * 0, or -1 after a message. */
	int (*epoch)(void *arg, size_t epoch, double *loss);
	void *arg;
	const char *advice;	/* what to do when the loss is not finite */
	int predicts_ratings;
	const struct factors_state *state;	/* (n_state) or NULL */
	size_t n_state;
	double bytes;		/* of what else it has in memory, about */
};

/*
 * Runs the epochs of task with validation and early stopping; *f ends as
 * what was best.  0, or -1 after a message, or when a dry run stops here.
 */
int factors_train(struct factors *f, const struct mf_task *task,
    const struct factors_method *, struct mf_result *) SRS_MUST_CHECK;

/* Adds tensors, settings and summary; *f must stay until st_write(). */
void factors_put(struct st_writer *, const struct factors *f,
    const struct mf_task *, const struct mf_result *);

/* --- scoring ------------------------------------------------------------ */

/*
 * Fold-in: the factors of a user that training did not see, from what the
 * user had; items stay as they are.  And those of an item from its users:
 * `f` then has users in the place of items, and of_items is set.
 */
struct factors_fold {
	/* Called once, when there is anyone to fold in. */
	void (*begin)(struct factors_fold *, const struct factors_view *f);

	/* x (k), *bias <- from items (n, each < items) with values (n); they
	 * are 0 before; scratch (n_scratch) floats.  0, or -1 and no
	 * message. */
	int (*solve)(const struct factors_fold *,
	    const struct factors_view *f, const uint32_t *items,
	    const float *values, size_t n, float *x, float *bias,
	    float *scratch);
	size_t n_scratch;	/* set by begin() */
	int of_items;
	double lambda, lambda_bias, nu, alpha0;
	struct mf_options options;	/* of methods that need more */
	const struct sampled_method *method;	/* of sampled.h */
	float *own;		/* begin() may allocate it; freed for it */
};

/*
 * A scorer of factors in memory, which stay the caller's and may change
 * between calls; for validation.  Freed with factors_scorer_free().
 */
struct scorer *factors_scorer(const struct factors *f,
    const struct inter *data, int predicts_ratings);
void factors_scorer_free(struct scorer *);

/*
 * For the load() of a method: takes the tensors into *s.  The fold is copied.
 * pairs() gives ratings within min and max, block() does not limit them, so
 * that best items can be told apart.  0, or -1 after a message.
 */
int factors_load(struct scorer *s, int predicts_ratings,
    const struct factors_fold *) SRS_MUST_CHECK;

#endif

#ifndef SRS_SAMPLED_H
#define SRS_SAMPLED_H

/*
 * sampled.h -- factors of implicit feedback by a loss over what a user had and
 * items that were drawn: the trainer of ssm, ccl and warp.
 *
 * A row is a user and up to SAMPLED_HAD items that the user had; an epoch goes
 * once through all interactions, in rows of random order.  The rows of a batch
 * share the items that are drawn (as in Wu et al. 2022, "On the effectiveness
 * of sampled softmax loss for item recommendation", section 2.3), so scores
 * are a product of matrices
 *
 *	S = X Y'	X (rows, k) users, Y (drawn, k) items
 *
 * and with G = dL/dS the gradients are G Y and G' X.  An item that was drawn
 * and that the user had is none for that user.
 *
 * Similarity is the product p.q, or its cosine: then factors are unit vectors
 * x / |x|, and the slope by x is what is at right angles to it of that by the
 * factors, divided by |x|.  Starting from short vectors, directions are found
 * by the first steps, and settle as |x| grows.  A user's vector may be made of
 * what the user had, too: see sampledpool.h.  Steps are those of Adam (Kingma
 * & Ba 2015, algorithm 1) in the vectors that a batch touches, each with a
 * count of its own.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/inter.h"
#include "linalg/mat.h"
#include "mf/mf.h"

struct sampled_pool;

enum { SAMPLED_HAD = 8 };

/* A row, as a loss sees it. */
struct sampled_row {
	float *had;		/* (n_had) scores of what the user had; <- the
				 * loss's slope by each */
	size_t n_had;
	float *drawn;		/* (n_drawn) scores, -INFINITY of what the
				 * user had; <- slopes, 0 there */
	const float *weight;	/* (n_drawn) sum_j weight_j f(j) estimates the
				 * mean of f over all items */
	size_t n_drawn;
	size_t n_items;
	size_t first;		/* < n_drawn: where a search begins */
};

enum sampled_similarity { SAMPLED_DOT, SAMPLED_COSINE };
const struct choice *sampled_similarity_choice(size_t i);

struct sampled_method {
	const char *name;
	/* Of a row, summed over what was had; changes it as said there. */
	double (*loss)(const struct mf_options *, const struct sampled_row *);
	/* unless options->similarity says otherwise */
	enum sampled_similarity similarity;
	const char *settings[3];	/* without which the loss is no number;
					 * ended by NULL */
};

/* Trains and writes a model. */
int sampled_train(const struct sampled_method *, const struct mf_task *,
    struct mf_result *) SRS_MUST_CHECK;

/* The load() of these methods, and of any whose loss is one of such rows. */
int sampled_load(const struct sampled_method *, struct scorer *)
    SRS_MUST_CHECK;

/* --- a batch ------------------------------------------------------------ */

/* One side's factors and what Adam knows of them. */
struct sampled_side {
	struct mat *factors;		/* (n, k) x, or x / |x| */
	struct mat own;			/* (n, k) x, if they are not the same */
	int is_unit;			/* factors are x / |x| */
	struct mat first, second;	/* (n, k) mean slope, and its square */
	float *steps;			/* (n) */
};

/* Up to SAMPLED_HAD interactions of a user. */
struct sampled_chunk {
	uint32_t user, n;
	uint64_t from;			/* in items */
};

int sampled_is_cosine(const struct sampled_method *,
    const struct mf_options *);

struct sampled_batch;

/*
 * For batches of at most n_rows with n_drawn items drawn; `had` (users,
 * items), ascending.  With a pool (or NULL), which stays the caller's, users
 * are made of their items: see sampled_side_pooled().
 */
struct sampled_batch *sampled_batch_new(const struct sampled_method *,
    const struct mf_options *, const struct csr *had,
    struct sampled_pool *pool, size_t n_rows);
void sampled_batch_free(struct sampled_batch *);

/*
 * Computes the loss of some rows (n of chunks, whose items are in `items`)
 * against options->negatives items drawn by (seed, draw), and takes a step at
 * this rate, unless it is 0.  Returns the loss.
 */
double sampled_batch_run(struct sampled_batch *, struct sampled_side *user,
    struct sampled_side *item, const struct sampled_chunk *rows, size_t n,
    const uint32_t *items, uint64_t seed, uint64_t draw, double rate);

/* For the model file: the settings that only these methods have. */
void sampled_batch_put(const struct sampled_batch *, struct st_writer *);

/* With memory for what it is to know, and factors <- x / |x| if that is what
 * they are: x is what they were. */
void sampled_side_init(struct sampled_side *, struct mat *factors,
    int is_cosine);
/* Of users with a pool: factors stay what they are, and x is 0. */
void sampled_side_pooled(struct sampled_side *, struct mat *factors);
void sampled_side_release(struct sampled_side *);
/* Factors of one, of unit length, from its x. */
void sampled_side_unit(struct sampled_side *, uint32_t id);

/* --- vectors ------------------------------------------------------------ */

/* Makes x (k) a unit vector and returns what its length was; 0 stays 0, and 1
 * is returned. */
double sampled_unit(float *x, size_t k);

/* x, and means m, v of slopes and squares (k), by the slope g; this is step
 * number t (from 1). */
void sampled_adam(float *x, float *m, float *v, const float *g, size_t k,
    float t, double rate);

#endif

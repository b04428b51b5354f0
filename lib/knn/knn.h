#ifndef SRS_KNN_H
#define SRS_KNN_H

/*
 * knn.h -- neighbourhoods and item-item weights: the table of the methods.
 *
 * A score is a sum over what a user had (items like it, or what users like
 * this one had), so that users never seen in training are served from their
 * history:
 *
 *	const struct knn_task task = { data, &options, tick, path, 0 };
 *	if (knn_train(method, &task, &result) != 0)
 *		return -1;
 *
 * A new method is one file, one line in the table of knn.c and one test.
 */

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "base/forecast.h"
#include "base/tick.h"
#include "data/attributes.h"
#include "data/inter.h"
#include "model/scorer.h"

/* The settings of all methods: each takes some of them, see its defaults. */
struct knn_options {
	const struct choice *feedback;	/* implicit or ratings */
	const struct choice *values;	/* of implicit feedback: past.h */
	const struct choice *weighting;	/* of implicit feedback: weighting.h */
	const struct choice *similarity;	/* similarity.h */
	double asymmetry;	/* of the similarity "asymmetric" */
	size_t neighbours;
	double shrink;		/* added to the product of two lengths; of
				 * segments as segments.h has it */
	double alpha;		/* power of the probabilities of a step */
	double beta;		/* power of the popularity that divides */
	size_t top;		/* weights kept for an item; 0: all */
	double damping;		/* added to a sum of similarities */
	double lambda;		/* of the squares of the weights; NAN: by the
				 * data, see ease.h */
	double l1;		/* of their sizes */
	double dropout;		/* share that is left out in learning */
	double activity;	/* of users, what they count by in learning:
				 * weighting_activity() */
	size_t factors;		/* eigenvectors of a graph filter, */
	double weight;		/* what they count beside the neighbours, */
	double sharpen;		/* and how long it is sharpened, */
	size_t steps;		/* in so many steps */
	size_t seed;		/* of random numbers */
	size_t sample;		/* recent sessions that are looked at */
	double position;	/* these five as sessionknn.h has them */
	double recency;
	double distance;
	double matched;
	double idf;
	double window;		/* days of popularity that count; 0: all */
	double decay;		/* of what was had before the last: rules.h */
	double lambda_user;	/* of those of the users' biases */
	double lambda_item;	/* and of the items' */
	size_t memory;		/* bytes that a dense matrix may take */
	const char *value;	/* column of the data; NULL: the weights */
	const char *segment;	/* column of users; NULL: none */
	size_t content_neighbours;	/* items alike that are kept of each */
	double mix;		/* what that counts: contentscore.h */
};

/* What the command line has not set. */
#define KNN_UNSET ((struct knn_options){ .asymmetry = NAN, \
	.neighbours = SIZE_MAX, .shrink = NAN, .alpha = NAN, .beta = NAN, \
	.top = SIZE_MAX, .damping = NAN, .lambda = NAN, .l1 = NAN, \
	.factors = SIZE_MAX, .weight = NAN, .sharpen = NAN, \
	.steps = SIZE_MAX, .seed = SIZE_MAX, .sample = SIZE_MAX, \
	.position = NAN, .recency = NAN, .distance = NAN, .matched = NAN, \
	.idf = NAN, .window = NAN, .decay = NAN, \
	.dropout = NAN, .activity = NAN, \
	.content_neighbours = SIZE_MAX, .mix = NAN, \
	.lambda_user = NAN, .lambda_item = NAN, .memory = SIZE_MAX })

struct knn_task {
	const struct inter *data;
	const struct knn_options *options;
	struct tick *tick;	/* items; may be NULL */
	struct forecast *forecast;	/* of a dry run; else NULL */
	const char *output;	/* as out_open() */
	int gzip;
	const struct attribute *segment;	/* of users; NULL: none */
	const struct knn_features *features;	/* of items; NULL: none */
	const struct csr *near;		/* knn_train()'s own: content.h */
};

/* What is known of items besides. */
struct knn_features {
	const struct attributes *const *tables;	/* (n), finished, */
	size_t n;
	struct idmap *items;		/* of these: those of the data, then
					 * new ones */
};

struct knn_result {
	uint64_t n_weights;	/* numbers that the model stores */
	char note[128];		/* what else is worth telling, or "" */
};

const struct choice *knn_choice(size_t i);

/* "implicit", "ratings" */
const struct choice *knn_feedback_choice(size_t i);

/* Does this model learn ratings (else what was had at all)? */
int knn_is_explicit(const struct knn_options *);

/*
 * Fills the settings whose default depends on the feedback.  0, or -1 after a
 * message that some do not go together.
 */
int knn_settle(struct knn_options *) SRS_MUST_CHECK;

struct st_writer;

/* Puts the ids of the items and, if there is any, how like they are by
 * content: see contentscore.h. */
void knn_put_items(struct st_writer *, const struct knn_task *);

/* Puts all settings that are set into a model's metadata, under the names of
 * their options. */
void knn_put_settings(struct st_writer *, const struct knn_options *);

/* Trains and writes the model.  0, or -1 after a message, or when a dry run
 * stops it. */
int knn_train(const struct choice *method, const struct knn_task *,
    struct knn_result *) SRS_MUST_CHECK;

extern const struct family knn_family;

#endif

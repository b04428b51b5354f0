#ifndef SRS_NN_H
#define SRS_NN_H

/*
 * nn.h -- the networks of srs-nn-train: a table of them, and what they are
 * trained with.
 *
 * A new network is a file with its graph, its trainer and its scorer, a line
 * in the table of nn.c, and a test of its gradient.
 */

#include <stddef.h>

#include "base/choice.h"
#include "base/err.h"
#include "data/attributes.h"
#include "data/examples.h"
#include "data/features.h"
#include "data/inter.h"
#include "model/scorer.h"
#include "model/train.h"
#include "nn/fit.h"
#include "nn/loss.h"

struct nn_job;

/* What a network learns from. */
enum nn_input {
	NN_INTERACTIONS,	/* users, items, values */
	NN_FEATURES,		/* rows of numbers with a label */
	NN_EXAMPLES,		/* few features out of many, with a label */
	NN_TEXTS		/* words in their order, with a label */
};

/* From the command line; a method reads those that its defaults name. */
struct nn_options {
	size_t factors;		/* width of an embedding */
	const char *layers;	/* "64,32" */
	const struct choice *norm;	/* of tower_norm_choice(), of these;
					 * or NULL */
	size_t epochs, batch;
	double learning_rate, weight_decay, dropout;
	double embedding_decay;	/* NAN: weight_decay */
	const struct choice *optimizer;	/* of optim_choice() */
	const struct choice *schedule;	/* of optim_schedule_choice() */
	double warmup;		/* epochs in which the rate rises */
	size_t fall_every;	/* epochs, of the schedule "step" */
	double fall_by;
	double clip;		/* longest gradient; 0: any */
	size_t average;		/* epoch from which weights are means; 0:
				 * never */
	double l1;		/* of the optimizer "ftrl" */
	double l2;		/* of rows that are looked up; NAN: settled, or
				 * 0 */
	double adversarial;	/* how far embeddings are moved; 0: not */
	double adversarial_weight;
	const char *class_weight;	/* "balanced", "1,5", or NULL */
	double teacher_weight;
	double teacher_depth;	/* of lists; NAN: settled */
	const char *freeze;	/* names of parameters, or how they begin, with
				 * commas between; or NULL */
	const struct choice *loss;	/* of loss_choice(); NULL: settled */
	size_t negatives;	/* for each observed interaction */
	const struct choice *sampling;	/* of drawing_choice(); NULL: settled */
	double sampling_power;	/* of popularity */
	size_t cross;		/* layers of crosses */
	size_t hash_bits;	/* 0: features are known by name */
	size_t length, blocks, heads;	/* of networks of sequences */
	size_t units;		/* of a recurrent layer, or filters */
	size_t recent;		/* items that filters see */
	const char *attend;	/* "past,shown": fields of din */
	size_t ngrams, ngram_least;	/* of texts */
	double word_dropout;
	const char *windows;	/* "3,4,5": words or items that filters see */
	size_t own_factors;	/* of words, beside vectors */
	const struct choice *pool;	/* of textnet_pool_choice() */
	double calibration, score_penalty;	/* of losses */
	double anneal;		/* weight of the divergence, of multvae */
	int ratings;		/* the values are ratings to predict; else all
				 * that is observed is 1 and the rest 0 */
	const char *value;	/* the column that values are from, or NULL */
};

/* First values of a parameter's rows, from a file. */
struct nn_vectors {
	const char *option, *path;	/* for messages */
	const char *param;		/* "item_embeddings" */
	const struct idmap *ids;
	const struct csr *of;		/* (ids, any) without gaps */
};

/* What an earlier training found, on data that were held out then. */
struct nn_chosen {
	const char *metric;
	double value;
	size_t epoch;			/* the best one, from 1 */
};

/* A training that is wanted. */
struct nn_job {
	const struct nn_method *method;
	const struct nn_options *options;
	const struct train *train;
	const char *output;		/* as of out_open() */
	int gzip;
	int is_trial;			/* nothing is written */
	int is_first;			/* nor is it before another that is
					 * told what was: */
	const struct nn_chosen *chosen;	/* ends after its epoch; or NULL */
	struct tick *tick;		/* examples; may be NULL */
	const char *checkpoint, *resume;	/* files, or NULL */
	const char *const *init;	/* (n_init) older models */
	size_t n_init;
	struct nn_vectors vectors[2];	/* (n_vectors) */
	size_t n_vectors;
	const struct inter *inter;	/* for NN_INTERACTIONS */
	const struct attributes *of_users, *of_items;	/* or NULL */
	const struct features *features;	/* for NN_FEATURES */
	const struct vocabulary *vocabulary;	/* for NN_EXAMPLES, NN_TEXTS */
	const struct examples *examples;
	const struct idmap *runs;	/* of words, of texts; or NULL */
	const float *weight;		/* (rows or examples) of their losses,
					 * or NULL */
	const float *shares;		/* (rows or examples, classes) of what
					 * is learnt, or NULL: labels say */
	const struct csr *teacher;	/* scores (users, items) of some pairs,
					 * columns ascending; or NULL; of
					 * implicit feedback they are lists
					 * (teacher.h) */
	struct fit_result result;	/* for the summary */
};

struct sparsenet_kind;
struct seqnet_kind;
struct pairnet_kind;
struct textnet_kind;

struct nn_method {
	struct choice what;
	enum nn_input input;
	/* What its models and checkpoints are of, in their metadata: a new one
	 * whenever the same weights would score otherwise.  0: 1, and not
	 * said. */
	size_t format;
	/* The methods, with blanks between them, whose models may be its
	 * start together (start.h); or NULL */
	const char *parts;
	/* Fills in numbers that the user has not set (SIZE_MAX, NAN) and that
	 * depend on the data; NULL: none do. */
	void (*settle)(struct nn_options *, const struct nn_job *data);
	/* Trains and writes the model.  0, or -1 after a message. */
	int (*train)(struct nn_job *);
	int (*load)(struct scorer *);
	/* NN_EXAMPLES: then train() is sparsenet_train(), load() NULL */
	const struct sparsenet_kind *sparse;
	/* NN_INTERACTIONS, in order: the same with seqnet_train() */
	const struct seqnet_kind *sequence;
	/* NN_INTERACTIONS: the same with pairnet_train() */
	const struct pairnet_kind *pair;
	/* NN_TEXTS: the same with textnet_train() */
	const struct textnet_kind *text;
};

/* Stands for the data and for all options but --epochs (nnjob.c). */
uint64_t nn_hash(const struct nn_job *);

/* --- for methods (nnjob.c) ------------------------------------------------ */

/* First values for parameters that were declared: all that can be set of
 * them before the graph is built.  0, or -1 after a message. */
int nn_begin(const struct nn_job *, struct params *) SRS_MUST_CHECK;

/*
 * The whole training of a task whose params, graph, loss, n_examples, feed,
 * arg and unit are set, and batch if it is not that of the options; the rest
 * is from them.  The result is in the job.  0, or -1 after a message.
 */
int nn_fit(struct nn_job *, struct fit_task *, struct scorer *)
    SRS_MUST_CHECK;

/* What is to be learnt of a rating: `own`, or a mixture with what the teacher
 * says of it. */
float nn_taught(const struct nn_job *, uint32_t user, uint32_t item,
    float own);

/* A writer with the options and the job's result in its metadata; writes it
 * to the job's output, and frees it: 0, or -1 after a message. */
struct st_writer *nn_writer(const char *method, const struct nn_job *);
int nn_write(const struct nn_job *, struct st_writer *) SRS_MUST_CHECK;

/* The metadata with a model's nn_method.format. */
#define NN_FORMAT "network.format"

/* Is a model, of one of the methods, of the format that the method has now?
 * 0, or -1 after a message. */
int nn_check_format(const struct st_file *) SRS_MUST_CHECK;

const struct choice *nn_choice(size_t i);
const struct nn_method *nn_method(const struct choice *);
extern const struct family nn_family;

#endif

#ifndef SRS_NNTRAIN_H
#define SRS_NNTRAIN_H

/*
 * nntrain.h -- what srs-nn-train does: reads what the network learns from and
 * the held-out data, trains, and says what came of it.
 *
 *	struct nntrain t;
 *
 *	nntrain_options(&cli, &tool, &t, argc, argv);
 *	if (nntrain_read(&t) == 0 && nntrain_train(&t) == 0)
 *		cli_note(&cli, "%s", nntrain_result(&t));
 *	nntrain_release(&t);
 */

#include "base/buf.h"
#include "base/choice.h"
#include "base/err.h"
#include "cli/cli.h"
#include "cli/opttable.h"
#include "data/attributes.h"
#include "data/features.h"
#include "data/inter.h"
#include "io/readexamples.h"
#include "model/train.h"
#include "nn/nn.h"

struct nnsearch;

/* ratings, implicit */
const struct choice *nntrain_feedback_choice(size_t i);

struct nntrain {
	const struct choice *method;	/* of nn_choice() */
	struct nn_options options;
	struct train train;
	const char *valid;		/* --valid, or NULL */
	const char *metric;		/* NULL: the usual one */
	const struct choice *feedback;	/* NULL: as the data is */
	struct opt_list init;		/* files */
	const char *checkpoint, *resume;	/* files, or NULL */
	const char *teacher;
	const char *search, *search_history;
	size_t trials;
	int refit;
	const char *user_embeddings, *item_embeddings, *vector_ids;
	const char *word_embeddings;
	const char *value, *label, *features;	/* columns; NULL: the usual */
	const char *user_features, *item_features;	/* files, or NULL */
	const char *const *files;	/* (n_files) */
	size_t n_files;
	const char *output;
	int gzip;
	struct tick *reading, *training;
	/* the parts' own */
	struct opt_table table;		/* of the options */
	struct nn_options unsettled;	/* as they were given */
	struct nnsearch *searched;
	struct validation *validated;	/* what train.valid was, once it is
					 * learnt from */
	const char **more_files;	/* then: the files, or NULL */
	struct attributes *of_users, *of_items;
	struct inter *inter;
	struct features *rows;
	struct examples *examples;
	struct vocabulary *vocabulary;
	struct attributes *vectors[2];	/* of users or words, of items; or
					 * NULL */
	struct idmap *words;		/* that vectors are of, or NULL */
	float *weight;			/* of the labels, or NULL */
	float *shares;			/* of classes, or NULL */
	struct csr scores;		/* a teacher's */
	struct nn_job job;
	struct buf text;
};

/* Reads the command line, as cli_begin() does, into *t: the only place where
 * the options are described (nnoptions.c). */
void nntrain_options(struct cli *, const struct cli_tool *, struct nntrain *t,
    int argc, char **argv);

/* Reads the data and the held-out data.  0, or -1 after a message. */
int nntrain_read(struct nntrain *) SRS_MUST_CHECK;

/* For its parts: reads --valid, if it is given, as the training data was; what
 * that does not have is counted by this name.  0, or -1 after a message. */
int nntrain_valid_examples(struct nntrain *, struct readexamples *,
    const char *what) SRS_MUST_CHECK;

/* What was read, and what came of the training: a line each, valid until the
 * next call. */
const char *nntrain_about(struct nntrain *);
const char *nntrain_result(struct nntrain *);

/* Searches for settings if that is asked for, trains, again with the held-out
 * data if that is, and writes the model.  0, or -1 after a message. */
int nntrain_train(struct nntrain *) SRS_MUST_CHECK;

void nntrain_release(struct nntrain *);

#endif

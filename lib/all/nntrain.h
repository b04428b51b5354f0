#ifndef SRS_NNTRAIN_H
#define SRS_NNTRAIN_H

/*
 * nntrain.h -- what srs-nn-train does: reads what the network learns from and
 * the held-out data, trains, and says what came of it.
 */

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/choice.h"
#include "base/err.h"
#include "data/features.h"
#include "data/inter.h"
#include "model/train.h"
#include "nn/nn.h"

/* ratings, implicit */
const struct choice *nntrain_feedback_choice(size_t i);

struct nntrain {
	const struct choice *method;	/* of nn_choice() */
	struct nn_options options;
	struct train train;
	const char *valid;		/* --valid, or NULL */
	const char *metric;		/* NULL: the usual one */
	const struct choice *feedback;	/* NULL: as the data is */
	const char *value, *label, *features;	/* columns; NULL: the usual */
	const char *const *files;	/* (n_files) */
	size_t n_files;
	const char *output;
	int gzip;
	struct tick *reading;
	/* the parts' own */
	struct inter *inter;
	struct features *rows;
	struct examples *examples;
	struct vocabulary *vocabulary;
	struct nn_job job;
	struct buf text;
};

/* Numbers that the method's defaults set are not there yet. */
#define NNTRAIN_UNSET ((struct nntrain){ \
	.options = { .factors = SIZE_MAX, .epochs = SIZE_MAX, \
		.batch = SIZE_MAX, .learning_rate = NAN, \
		.weight_decay = NAN, .dropout = NAN, \
		.negatives = SIZE_MAX, .cross = SIZE_MAX, \
		.length = SIZE_MAX, .blocks = SIZE_MAX, \
		.heads = SIZE_MAX }, \
	.train = { .patience = 5 } })

/* Reads the data and the held-out data.  0, or -1 after a message. */
int nntrain_read(struct nntrain *) SRS_MUST_CHECK;

/* What was read, and what came of the training: a line each, valid until the
 * next call. */
const char *nntrain_about(struct nntrain *);
const char *nntrain_result(struct nntrain *);

/* Trains and writes the model.  0, or -1 after a message. */
int nntrain_train(struct nntrain *) SRS_MUST_CHECK;

void nntrain_release(struct nntrain *);

#endif

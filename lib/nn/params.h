#ifndef SRS_PARAMS_H
#define SRS_PARAMS_H

/*
 * params.h -- what a network learns: named matrices of floats.
 *
 *	struct params *ps = params_new();
 *	struct param *W = params_add(ps, &(struct param_spec){ .name = "W1",
 *	    .rows = 128, .cols = 64, .init = PARAM_UNIFORM, .scale = 0.1 });
 *	params_init(ps, seed);			one block for all
 *	...
 *	params_put(ps, writer);			tensors with the same names
 *
 * Dense parameters stand first in the block, so that their gradient is one
 * vector too.  Sparse ones (embedding tables) learn row by row: only rows that
 * a batch looked up have a gradient.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"

enum param_init {
	PARAM_CONSTANT,		/* scale */
	PARAM_NORMAL,		/* standard deviation scale */
	PARAM_UNIFORM		/* in [-scale, scale) */
};

/* What a parameter is that does not learn by its gradient but follows what goes
 * through an operation: "gradients" are what it is drawn to. */
enum param_statistic { PARAM_NO_STATISTIC, PARAM_MEAN, PARAM_VARIANCE };

struct param_spec {
	const char *name;	/* at most 63 bytes; copied */
	size_t rows, cols;
	enum param_init init;
	double scale;
	int sparse;		/* rows are looked up by number */
	int no_decay;		/* weight decay leaves it alone (a bias) */
	int frozen;		/* does not learn */
	enum param_statistic statistic;	/* of dense ones */
	int shared;		/* the score is linear in all that are: where
				 * several models are its start, it is made
				 * their mean by these */
	const char *ids;	/* the model's list of ids that rows (of one
				 * row: its columns) belong to ("item_ids"),
				 * or NULL; stays */
};

struct param {
	char name[64];
	struct param_spec spec;	/* its name is the one above */
	size_t rows, cols;
	float *x;		/* (rows, cols); in the block, or in a file */
	size_t offset;		/* of x in the block; dense ones: also of the
				 * gradient in the vector of dense gradients */
	size_t number;		/* place in params->p */
	size_t number_sparse;	/* place among the sparse ones */
};

struct params {
	struct param **p;	/* (n of cap) */
	size_t n, cap;
	size_t n_sparse;
	size_t dense, size;	/* floats of the dense ones, of all */
	float *block;		/* (size), dense ones first; owned; or NULL */
};

struct params *params_new(void);
void params_free(struct params *);

/* The parameter has no memory yet.  It belongs to the params. */
struct param *params_add(struct params *, const struct param_spec *);

/* Memory for all, and first values: streams named for the parameters.  No
 * params_add() after this. */
void params_init(struct params *, uint64_t seed);

/* Does it learn by its gradient? */
int param_learns(const struct param *);

/* The numbers that it learns, and those that are frozen; no statistics. */
size_t params_count(const struct params *);

/* A variance that is read must not be negative.  0, or -1 after a message. */
int param_check(const struct param *, const struct st_file *) SRS_MUST_CHECK;

/* All become views of the file's tensors, which are checked to have the
 * shape.  They must not be trained.  0, or -1 after a message. */
int params_load(struct params *, const struct st_file *) SRS_MUST_CHECK;

/* The params must stay until the file is written. */
void params_put(const struct params *, struct st_writer *);

/* A copy of the block, for going back to it; (size) floats. */
void params_keep(const struct params *, float *copy);
void params_restore(struct params *, const float *copy);

#endif

#ifndef SRS_FUSE_H
#define SRS_FUSE_H

/*
 * fuse.h -- several systems' lists or predictions made one: the methods, and
 * what a fusion is.
 *
 *	struct fusion *f = fusion_new(fuse_method(choice), names, n);
 *	f->scale = fuse_scale(choice);
 *	f->method->fit(f, ...);			or fusion_set_weights()
 *	fuseput_lists(f, lists, ...);
 *	fusion_save(f, "fusion.st");
 *
 * A scale (scale.h) makes each system's scores for a user comparable with the
 * others'; a method makes one score of an item's x.  Adding a method: a
 * function, a line of the table in fuse.c, a test.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/choice.h"
#include "base/err.h"
#include "base/span.h"
#include "data/idmap.h"
#include "data/scored.h"
#include "fuse/scale.h"
#include "io/safetensors.h"

struct fusion;
struct fusecolumns;
struct fusemeta;
struct fuseunion;
struct fuselearn;

/* What a method that learns more than a weight for each system has besides.
 * Its state is the fusion's own. */
struct fuse_learner {
	/* Makes weights or state from users with truth, see fuselearn.h; of
	 * methods of lists. */
	int (*learn)(struct fusion *, const struct fuselearn *);
	/* NULL for those that only make weights. */
	void (*put)(const struct fusion *, struct st_writer *);
	int (*get)(const struct st_file *, struct fusion *);
	void (*free)(void *state);
	/* Files of an earlier format were made for other scores; 0: none. */
	size_t format;
	/* Of those whose state is a struct forest: adds the name of a column
	 * of its rows. */
	void (*column)(const struct fusion *, size_t j, struct buf *);
};

/* What a method does, as bits. */
enum fuse_does {
	FUSE_WEIGHS = 1,	/* takes weights */
	FUSE_FITS = 2,		/* they can be fitted */
	FUSE_SUMS = 4,		/* equal weights are 1 each, not 1 / systems */
	FUSE_RATINGS = 8,	/* --ratings: predictions are combined */
	FUSE_META = 16,		/* knows columns of users and items */
	FUSE_SEGMENTS = 32,	/* needs a segment of users */
	FUSE_LABELS = 64	/* --labels: probabilities are combined */
};

struct fuse_method {
	struct choice what;
	const char *scale;	/* its x; NULL: that of --normalize */
	/* scores (u->n) <- from what the union has; higher is better.  NULL:
	 * it is one of ratings only. */
	void (*combine)(const struct fusion *, struct fuseunion *u,
	    float *scores);
	/* part (u->n, systems) <- what each system adds to the score; they
	 * sum to it.  NULL: it is no sum. */
	void (*explain)(const struct fusion *, struct fuseunion *u,
	    double *part);
	unsigned does;		/* of enum fuse_does */
	const struct fuse_learner *learner;	/* NULL: none is needed */
};

const struct fuse_method *fuse_method(const struct choice *);
const struct choice *fuse_choice(size_t i);

/* A difference of means, +- half with 95 %, and the p of none. */
struct fusegap {
	double mean, half, p;
};

/* How trees are grown; see tree/boost.h. */
struct fusegrowth {
	const struct choice *objective;	/* of boost_choice(); NULL: the
					 * method's own */
	const struct choice *gain;	/* of fuse_gain_choice() */
	size_t trees, leaves, min_rows;
	size_t truncation;		/* SIZE_MAX: twice the metric's k */
	double rate, l2;
	const char *monotone;		/* columns; or NULL */
};

/* "linear" and "exponential": what a relevance is worth, itself or 2^it - 1. */
const struct choice *fuse_gain_choice(size_t i);

/* Scores for what a system's list lacks, from elsewhere; see fusefill.h. */
struct fusefill;

/* A step of a cascade: the best `keep` by `system` (SIZE_MAX: by the
 * fusion) go on. */
struct fusestage {
	size_t system, keep;
};

struct fusion {
	const struct fuse_method *method;
	const struct fuse_scale *scale;	/* of x; set by fusion_new() for a
					 * method that has its own */
	int ratings;		/* predictions of ratings, not lists */
	int labels;		/* probabilities of labels, not lists */
	struct idmap *classes;	/* of labels; owned; NULL: 0 and 1 */
	double *class_bias;	/* (classes) of labels; owned; or NULL */
	size_t n;		/* systems */
	char **name;		/* (n) owned */
	struct idmap *operands;	/* that it was made of, see fusetwins.h; owned;
				 * NULL: the systems */
	unsigned char *is_twin;	/* (operands) no system; owned; or NULL */
	double *weight;		/* (n) sum to 1, except learned otherwise */
	double bias;		/* added to predictions of ratings */
	double rrf_k;
	size_t top;		/* vote: places that count */
	uint64_t seed;		/* of the folds, and of what is drawn */
	struct scale_map *map;	/* (n) owned; NULL: scales of each list */
	struct fusecolumns *columns;	/* what it knows of users and items;
					 * owned; NULL: nothing */
	char *segment;		/* column that users' segments are of; owned;
				 * or NULL */
	void *state;		/* of a learner; owned */
	/* what fitting found; metric is NULL if there was none */
	char *metric;		/* owned */
	size_t n_users;		/* that it was fitted on */
	size_t n_folds;
	double value;		/* cross-validated, of the fusion */
	double equal;		/* of equal weights */
	double *alone;		/* (n) of each system */
	double shrinkage;	/* towards equal weights: their share, of
				 * ratings the ridge */
	/* of this run's fit: by how much it, and each system, is better than
	 * the best system; NAN if that was not measured */
	size_t best;
	struct fusegap gap, *gap_alone;	/* (n) owned */
	/* the caller's, for this run only */
	struct tick *tick;	/* folds that it is fitted to; may be NULL */
	const struct fusegrowth *growth;	/* of trees; to learn */
	const unsigned char *in;	/* (n) systems whose items are learned
					 * from; NULL: all */
	const struct fusemeta *meta;	/* bound to columns; NULL without */
	const struct fusefill *fill;	/* NULL: absent ones get the floor */
	const struct fusestage *stage;	/* (n_stages) */
	size_t n_stages;
};

/* Equal weights.  The names are copied; each is there once (a later one of the
 * same name gets -2, -3, ...). */
struct fusion *fusion_new(const struct fuse_method *, int ratings,
    const char *const *names, size_t n);
void fusion_free(struct fusion *);

/* One that is not fitted, with the same method, systems, settings and maps. */
struct fusion *fusion_like(const struct fusion *);

/* A path's last part without .gz and .tsv, for fusion_new(): owned by the
 * caller. */
char *fusion_name(const char *path);

/*
 * Weights by name ("a=0.6,b=0.4") or in order ("0.6,0.4"), each >= 0; they are
 * divided by their sum.  0, or -1 after a message.
 */
int fusion_set_weights(struct fusion *, const char *text) SRS_MUST_CHECK;

/* Of a fusion of labels: how many classes they are of. */
size_t fusion_classes(const struct fusion *);

/* The factor of system i's x in the fused score. */
double fusion_factor(const struct fusion *, size_t i);

/* The system called `name`, or n; and the message of an option that there is
 * none: -1. */
size_t fusion_find(const struct fusion *, struct span name);
int fusion_unknown(const struct fusion *, const char *option,
    struct span name);

/* srs.kind = fusion; see srs-model(5).  As out_open() and out_commit(). */
int fusion_save(const struct fusion *, const char *path) SRS_MUST_CHECK;

/* NULL after a message. */
struct fusion *fusion_load(const char *path);
struct fusion *fusion_from(const struct st_file *);

#endif

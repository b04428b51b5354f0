#ifndef SRS_FUSE_H
#define SRS_FUSE_H

/*
 * fuse.h -- several systems' lists or predictions made one: the methods, and
 * what a fitted fusion is.
 *
 *	struct fusion *f = fusion_new(fuse_method(choice), names, n);
 *	fusefit_lists(f, lists, objective, &options);	or fusion_set_weights()
 *	fuseput_lists(f, lists, ...);
 *	fusion_save(f, "fusion.st");
 *
 * A method puts each system's scores for a user on a common scale; the fused
 * score is their sum with one weight for each system.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "base/span.h"
#include "data/scored.h"
#include "io/safetensors.h"

struct fusion;

struct fuse_method {
	struct choice what;
	/* x (n) <- the common scale of one system's list for one user, sorted
	 * best first; must not rise along the list; n >= 1 */
	void (*normalise)(const struct fusion *, const struct scored_item *list,
	    size_t n, double *x);
	/* An item that a system's list lacks has there the list's smallest x;
	 * with this set, 0 (below all others). */
	int absent_is_zero;
	int sums;		/* equal weights are 1 each, not 1 / systems */
	int is_raw;		/* x are the scores: systems' scales differ */
	int takes_ratings;	/* --ratings: predictions are averaged */
};

const struct fuse_method *fuse_method(const struct choice *);
const struct choice *fuse_choice(size_t i);

struct fusion {
	const struct fuse_method *method;
	int ratings;		/* predictions of ratings, not lists */
	size_t n;		/* systems */
	char **name;		/* (n) owned */
	double *weight;		/* (n) sum to 1, except fitted to ratings */
	double bias;		/* added to predictions of ratings */
	double rrf_k;
	/* what fitting found; metric is NULL if there was none */
	char *metric;		/* owned */
	uint64_t seed;		/* of the folds */
	size_t n_users;		/* that it was fitted on */
	size_t n_folds;
	double value;		/* cross-validated, of the fusion */
	double equal;		/* of equal weights */
	double *alone;		/* (n) of each system */
	double shrinkage;	/* towards equal weights: their share, of
				 * ratings the ridge */
};

/* Equal weights.  The names are copied; each is there once (a later one of the
 * same name gets -2, -3, ...). */
struct fusion *fusion_new(const struct fuse_method *, int ratings,
    const char *const *names, size_t n);
void fusion_free(struct fusion *);

/* A path's last part without .gz and .tsv, for fusion_new(): owned by the
 * caller. */
char *fusion_name(const char *path);

/*
 * Weights by name ("a=0.6,b=0.4") or in order ("0.6,0.4"), each >= 0; they are
 * divided by their sum.  0, or -1 after a message.
 */
int fusion_set_weights(struct fusion *, const char *text) SRS_MUST_CHECK;

/* The factor of system i's x in the fused score. */
double fusion_factor(const struct fusion *, size_t i);

/* srs.kind = fusion; see srs-model(5).  As out_open() and out_commit(). */
int fusion_save(const struct fusion *, const char *path) SRS_MUST_CHECK;

/* NULL after a message. */
struct fusion *fusion_load(const char *path);
struct fusion *fusion_from(const struct st_file *);

#endif

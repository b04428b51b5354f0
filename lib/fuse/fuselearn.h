#ifndef SRS_FUSELEARN_H
#define SRS_FUSELEARN_H

/*
 * fuselearn.h -- methods that learn from users with truth, and how good they
 * are for users they have not seen.
 */

#include <stddef.h>
#include <stdint.h>

#include "fuse/fuselists.h"
#include "fuse/objective.h"

/* What a learner learns from. */
struct fuselearn {
	const struct fuselists *lists;
	const struct objective *objective;
	const uint32_t *user;	/* (n_users) have both lists and truth */
	size_t n_users;
	uint64_t seed;
};

/* The candidates of those users who have a relevant one, and what a function
 * of the union makes of each. */
struct fuserowset {
	float *x;		/* (n, n_columns) */
	float *gain;		/* (n) relevance, 0 if below */
	size_t *query;		/* (n_queries + 1) */
	uint32_t *user;		/* (n_queries) */
	size_t n, n_columns, n_queries;
	size_t cap_x, cap_gain;
};

/*
 * Columns of the candidates u->n of a union: out (u->n, n_columns); only those
 * with keep (u->n) are used.  keep is all 1 before.
 */
typedef void fuserow_make(const struct fusion *, struct fuseunion *,
    float *out, unsigned char *keep);

/* 0, or -1 after a message: no user has a relevant candidate. */
int fuserowset_make(struct fuserowset *, const struct fusion *,
    const struct fuselearn *, size_t n_columns, fuserow_make *make)
    SRS_MUST_CHECK;
void fuserowset_release(struct fuserowset *);

/* A tensor of finite doubles of a file, copied: (rows, cols), or (rows) if
 * cols is 0.  NULL after a message. */
double *fuselearn_doubles(const struct st_file *, const char *name,
    size_t rows, size_t cols);

/* The learners of the table in fuse.c. */
extern const struct fuse_learner fuse_nnls, fuse_ridge, fuse_logistic,
    fuse_listwise, fuse_simplex, fuse_hedge, fuse_robust, fuse_trees;

#endif

#ifndef SRS_COMBINE_H
#define SRS_COMBINE_H

/*
 * combine.h -- the work of srs-fuse: read the systems, make or load the
 * fusion, fit it, save it, write what comes out.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/forecast.h"
#include "base/tick.h"
#include "fuse/fuse.h"
#include "io/put.h"

struct combine {
	const char *const *files;	/* (n_files) one for each system */
	size_t n_files;
	int ratings;			/* predictions of ratings, not lists */
	int labels;			/* probabilities of labels, not lists */
	const struct fuse_method *method;	/* NULL with `load` */
	const struct choice *normalize;	/* of scales; NULL: the method's own */
	const struct choice *over;	/* of fuse_over_choice() */
	double rrf_k;
	size_t vote_top;
	struct fusegrowth growth;	/* of trees */
	const char *segment;		/* column of users; or NULL */
	const char *weights;		/* given; NULL: fitted or equal */
	const char *load, *save;	/* a fusion; or NULL */
	const char *cascade;		/* steps; NULL: none */
	const char *const *missing;	/* (n_missing) SYSTEM=MODEL */
	const char *const *history;	/* (n_history) what users have had */
	const char *user_features, *item_features;	/* tables; or NULL */
	size_t n_missing, n_history;
	int sorted;			/* user by user, while reading */
	/* fitting */
	const char *fit;		/* the truth; NULL: none */
	const char *metric;		/* of lists */
	const char *relevance;		/* column; or NULL */
	double min_relevance;		/* NAN: all above 0 */
	size_t n_folds, max_users;
	uint64_t seed;
	/* output */
	size_t k;			/* SIZE_MAX: all */
	int no_header, explains;
	const char *titles;		/* a table; or NULL */
	const char *report, *importance;	/* to be written; or NULL */
	/* lines of the summary */
	void (*note)(void *arg, const char *text);
	void *note_arg;
	struct tick *reading;		/* may be NULL */
	struct forecast *forecast;	/* of a dry run; else NULL */
};

/* 0, or -1 after a message, or when a dry run stops here.  The output is not
 * committed. */
int combine(const struct combine *, struct put *out) SRS_MUST_CHECK;

#endif

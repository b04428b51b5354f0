#ifndef SRS_NEED_H
#define SRS_NEED_H

/*
 * need.h -- may a method take the memory that it is about to take?
 *
 * Asked before any is taken, which is where a dry run stops; all who may not
 * say the same:
 *
 *	the weights of 3000 items need 34.33M of memory, and --memory is 32M:
 *	give more, keep fewer items or take --method sansa
 */

#include <stddef.h>

#include "base/err.h"
#include "base/forecast.h"
#include "linalg/csr.h"

struct need {
	double bytes;		/* at most; no size_t may have room for it */
	size_t memory;		/* those that --memory allows */
	const char *instead;	/* "keep fewer items": what else can be done */
	struct forecast *forecast;	/* of a dry run, or NULL */
};

/* 0, or -1 after a message, or of a dry run; the format is of what needs them:
 * "the weights of %zu items". */
int need_check(const struct need *, const char *fmt, ...)
    SRS_PRINTF(2, 3) SRS_MUST_CHECK;

/* Bytes of the n times n pairs of n things, of so many bytes each. */
double need_pairs(size_t n, size_t bytes);

/* Bytes of n weights of a sparse matrix while they are found: each is in the
 * list of its row, and in the matrix or its transpose. */
double need_sparse(double n);

/* The same of the `keep` (0: all) columns most like each column of x (any,
 * columns): no more are like it than share a row with it.  O(entries). */
double need_near(const struct csr *x, size_t keep);

#endif

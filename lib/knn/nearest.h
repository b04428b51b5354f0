#ifndef SRS_NEAREST_H
#define SRS_NEAREST_H

/*
 * nearest.h -- the vectors of a sparse set that point the way of another one.
 *
 *	s(x, y) = x.y / (|x| |y| + shrink m)
 *
 * is their cosine, shrunk towards zero where there is little to tell it from.
 * m is the mean of the squares of all values: with it a shrink of 10 is worth
 * ten values, whatever their unit.  Only vectors with s > 0 are neighbours; of
 * equal ones that with the higher rank is nearer.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tick.h"
#include "linalg/csr.h"
#include "model/model.h"
#include "rank/topk.h"

/* The vectors: the columns of x. */
struct nearest_space {
	const struct csr *x;	/* (dims, n) row d: who has d */
	double *norms;		/* (n) |y| of each */
	double shrink;		/* shrink m */
	const uint32_t *ranks;	/* (n) all different: idmap_ranks() */
};

/* x and ranks stay the caller's.  O(n + entries). */
void nearest_space_init(struct nearest_space *, const struct csr *x,
    double shrink, const uint32_t *ranks);
void nearest_space_release(struct nearest_space *);

/* The setting "shrink" of a model: 0, or -1 after a message. */
int nearest_load_shrink(const struct st_file *, double *shrink)
    SRS_MUST_CHECK;

/* One vector. */
struct nearest_vector {
	const uint32_t *dims;	/* (n) */
	const float *values;	/* (n) */
	size_t n;
	size_t self;		/* column to leave out, or SIZE_MAX */
};

/* One worker's memory. */
struct nearest {
	double *sum;		/* (n) zero between calls */
	uint32_t *who;		/* (n_found of n) neighbours, */
	float *score;		/* their s, */
	uint32_t *rank;		/* and ranks */
	size_t n_found;
};

void nearest_init(struct nearest *, const struct nearest_space *);
void nearest_release(struct nearest *);

/*
 * who, score, rank (n_found) <- all neighbours of a vector, in no order that
 * matters.  O(entries in the rows of x that v has), or n if that is more.
 */
void nearest_all(struct nearest *, const struct nearest_space *,
    struct nearest_vector v);

/* best (k) <- the k nearest, nearest first; returns how many there are. */
size_t nearest_best(struct nearest *, const struct nearest_space *,
    struct nearest_vector v, size_t k, struct topk_item *best);

/*
 * out (n, n): row c <- the `keep` nearest of column c of x (all, if that is
 * 0), nearest first.  xt is the transpose of x.  The caller releases out.
 * Parallel over columns.
 */
void nearest_table(const struct nearest_space *, const struct csr *xt,
    size_t keep, struct tick *, struct csr *out);

#endif

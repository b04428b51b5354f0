#ifndef SRS_NEAREST_H
#define SRS_NEAREST_H

/*
 * nearest.h -- the vectors of a sparse set that are most like another one.
 *
 * Likeness is one of similarity.h; its shrinkage is shrink m, m being the mean
 * of the squares of all values: with it a shrink of 10 is worth ten values,
 * whatever their unit.  Only vectors with s > 0 are neighbours; of equal ones
 * that with the higher rank is nearer.
 */

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tick.h"
#include "knn/similarity.h"
#include "linalg/csr.h"
#include "model/model.h"
#include "rank/topk.h"

struct nearest_rule {
	const struct choice *similarity;
	double asymmetry, shrink;
	int common;		/* lengths from the dimensions that both have:
				 * x.y / (sqrt(sum x^2 sum y^2) + shrink) */
};

/* The vectors: the columns of x. */
struct nearest_space {
	const struct csr *x;	/* (dims, n) row d: who has d */
	struct nearest_rule rule;
	double shrink;		/* shrink m */
	double *p, *b, *c;	/* (n) what similarity.h calls so; may be
				 * changed between init and use */
	const uint32_t *ranks;	/* (n) all different: idmap_ranks() */
};

/* x and ranks stay the caller's.  O(n + entries). */
void nearest_space_init(struct nearest_space *, const struct csr *x,
    const struct nearest_rule *, const uint32_t *ranks);
void nearest_space_release(struct nearest_space *);

/* The settings "similarity" (cosine if there is none, as of old), "asymmetry"
 * and "shrink" of a model: 0, or -1 after a message. */
int nearest_load_rule(const struct st_file *, struct nearest_rule *)
    SRS_MUST_CHECK;

/* One vector. */
struct nearest_vector {
	const uint32_t *dims;	/* (n) */
	const float *values;	/* (n) */
	size_t n;
	size_t self;		/* column to leave out, or SIZE_MAX */
};

/* What one vector has for all others. */
struct nearest_self {
	struct similarity_terms t;
	double overlap, shrink;
};

struct nearest_self nearest_self_of(const struct nearest_space *,
    struct nearest_vector);

/* s, or -INFINITY: then it is no neighbour's. */
static inline float
nearest_or_none(float s)
{
	return s > 0 && s <= FLT_MAX ? s : -INFINITY;
}

/* The same for s(x, y) of similarity.h; dot is x.y, p, b and c are y's. */
static inline float
nearest_score(struct nearest_self x, double dot, double p, double b, double c)
{
	return nearest_or_none((float)((dot - x.t.p * p) / (x.t.a * b +
	    x.t.c + c - x.overlap * dot + x.shrink)));
}

/* score (n) <- that of the first n columns, dot (n) being x.y of each. */
void nearest_scores(const struct nearest_space *, struct nearest_self x,
    const double *dot, size_t n, float *score);

/* One worker's memory. */
struct nearest {
	double *sum;		/* (n) x.y, zero between calls */
	double *xx, *yy;	/* (n) the same of x^2 and y^2 where both have
				 * a value; NULL unless lengths are common */
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
 * out (rows of xt, n): row c <- the `keep` nearest of row c of xt (all, if
 * that is 0), nearest first.  The first n rows of xt are the transpose of x,
 * and leave themselves out; others may follow.  The caller releases out.
 * Parallel over rows.  The columns of x and xt ascend.
 */
void nearest_table(const struct nearest_space *, const struct csr *xt,
    size_t keep, struct tick *, struct csr *out);

#endif

/*
 * dpp.c -- greedy MAP of a determinantal point process (Chen, Zhang & Zhou
 * 2018, "Fast greedy MAP inference for determinantal point process to improve
 * recommendation diversity"): next comes the item i that makes the largest
 *
 *	theta sum over j in Y of value_j + (1 - theta) log det S_Y
 *
 * of the list Y with it.  This is log det L_Y, up to a factor, for the kernel
 * L = Diag(exp(a value)) S Diag(exp(a value)) with a = theta / (2 (1 - theta)),
 * section 4.2 there.  S_ij = (1 + cosine(i, j)) / 2, S_ii = 1, as in their
 * experiments: it is positive semidefinite, and 0 for what is most unlike.
 *
 * Method: their algorithm 1, a Cholesky factor of S_Y that grows by a row with
 * each item taken.  For every other item i it keeps c_i, the row that i would
 * add, and d_i^2, the square of the row's last element, by which the
 * determinant would grow.  When j is taken,
 *
 *	e_i = (S_ji - c_j.c_i) / d_j,  c_i <- [c_i e_i],  d_i^2 <- d_i^2 - e_i^2
 *
 * Special cases: where d_i^2 is nothing but rounding, i is what the list has
 * already, and comes behind all others, by value.  So does whatever is left
 * when the list has one item more than vectors have dimensions.
 *
 * O(k n) cosines and O(k^2 n), k n doubles.
 */

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "rank/reranker.h"

/* Cosines are in floats: what is less than this in d^2 is not known. */
static const double rounding = 1e-5;

/* Below every gain with a logarithm: more than -log(rounding). */
static const double behind = -100;

struct dpp {
	float *cosine;		/* (cap) */
	double *d2;		/* (cap_d2) d^2 */
	double *c;		/* (taken, n) of cap_c: element t of c_i is
				 * c[t n + i] */
	size_t cap, cap_d2, cap_c;
	struct likeness_near near;
};

static double
gain_of(double theta, double value, double d2)
{
	if (theta >= 1)
		return value;
	return d2 > rounding ? theta * value + (1 - theta) * log(d2) :
	    behind + value;
}

static void
begin(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state)
{
	struct dpp *s = state;

	(void)plan;
	s->cosine = mem_grow("re-ranking", s->cosine, &s->cap, p->n,
	    sizeof *s->cosine);
	s->d2 = mem_grow("re-ranking", s->d2, &s->cap_d2, p->n,
	    sizeof *s->d2);
	s->c = mem_grow("re-ranking", s->c, &s->cap_c, p->n * p->k,
	    sizeof *s->c);
	likeness_gather(step->likeness, &s->near, p->item, p->n);
	for (size_t i = 0; i < p->n; i++) {
		s->d2[i] = 1;
		p->gain[i] = gain_of(step->x, p->value[i], 1);
	}
}

static void
took(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state, size_t place)
{
	struct dpp *s = state;
	const size_t n = p->n, t = p->n_taken - 1;
	const double d = sqrt(s->d2[place]);
	double *e = s->c + t * n;

	(void)plan;
	if (s->d2[place] <= rounding) {
		/* none that adds anything was left: S_Y stays */
		for (size_t i = 0; i < n; i++)
			e[i] = 0;
		return;
	}
	likeness_to(step->likeness, &s->near, place, s->cosine);
	for (size_t i = 0; i < n; i++)
		e[i] = (1 + (double)s->cosine[i]) / 2;
	for (size_t r = 0; r < t; r++) {
		const double *c = s->c + r * n, cj = c[place];

		for (size_t i = 0; i < n; i++)
			e[i] -= cj * c[i];
	}
	for (size_t i = 0; i < n; i++) {
		e[i] /= d;
		s->d2[i] -= i == place ? 0 : e[i] * e[i];
		p->gain[i] = gain_of(step->x, p->value[i], s->d2[i]);
	}
}

static void
release(void *state)
{
	struct dpp *s = state;

	free(s->cosine);
	free(s->d2);
	free(s->c);
	likeness_near_release(&s->near);
}

const struct rerank_ops dpp_ops = { .size = sizeof(struct dpp),
	.begin = begin, .took = took, .release = release };

/*
 * calibrate.c -- lists with the kinds of items that the user's history has, in
 * its proportions (Steck 2018, "Calibrated recommendations"): next comes the
 * item that makes the largest
 *
 *	(1 - lambda) sum over i in Y of value_i - lambda KL(p | q~)
 *
 * of the list Y with it, where p is the share of each kind g among the user's
 * interactions (equation 2 there), q that among the items of Y (equation 3),
 *
 *	KL(p | q~) = sum over g of p_g log(p_g / q~_g)
 *	q~ = (1 - alpha) q + alpha p,  alpha = 0.01
 *
 * (equations 4 and 5) and an item of several kinds is one of each in equal
 * parts.  The sum is submodular, so that this is within 1 - 1/e of the best
 * (section 4 there).  All interactions and places weigh the same.
 *
 * Special cases: an item of no kind says nothing about kinds: it is neither in
 * p nor in q.  A user without a p has the list in the order of values.
 *
 * Cost: for each item taken, O(kinds in p and those of all items of the pool).
 */

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "rank/reranker.h"

static const double alpha = 0.01;

enum { PARTS = 8 };		/* kinds of an item that are looked up */

struct calibrate {
	double *p;		/* (kinds) */
	double *count;		/* (kinds) of the list's items */
	double *log_q;		/* (kinds) log q~ if the next one is not */
	/* (kinds, PARTS) how much p log q~ grows by an item of so many kinds,
	 * valid if `when`, beside it, is now */
	double *more;
	size_t *when, now;
	uint32_t *kind;		/* (n of kinds) those with p > 0 */
	size_t n;
	double n_items;		/* of the list, of any kind */
};

/* The user's interactions; items that the model does not have are past the
 * rows of kinds. */
static size_t
history_of(const struct rerank_plan *plan, uint32_t user,
    const uint32_t **item)
{
	const struct csr *h = plan->history;

	if (h == NULL || user >= h->rows)
		return 0;
	*item = h->indices + h->indptr[user];
	return csr_row_count(h, user);
}

static int
has_kind(const struct csr *kinds, uint32_t item)
{
	return item < kinds->rows && csr_row_count(kinds, item) > 0;
}

static int
knows(const struct rerank_plan *plan, const struct rerank_step *step,
    uint32_t user)
{
	const uint32_t *item = NULL;
	const size_t n = history_of(plan, user, &item);
	size_t i = 0;

	while (i < n && !has_kind(step->kinds, item[i]))
		i++;
	return i < n;
}

/* p <- the shares of the user's interactions. */
static void
set_profile(const struct rerank_plan *plan, const struct csr *kinds,
    uint32_t user, struct calibrate *s)
{
	const uint32_t *item = NULL;
	const size_t n = history_of(plan, user, &item);
	double total = 0;

	for (size_t j = 0; j < s->n; j++)
		s->p[s->kind[j]] = s->count[s->kind[j]] = 0;
	s->n = 0;
	s->n_items = 0;
	for (size_t i = 0; i < n; i++) {
		if (!has_kind(kinds, item[i]))
			continue;
		total++;
		for (uint64_t e = kinds->indptr[item[i]];
		    e < kinds->indptr[item[i] + 1]; e++) {
			const uint32_t g = kinds->indices[e];

			if (s->p[g] <= 0)
				s->kind[s->n++] = g;
			s->p[g] += (double)kinds->values[e];
		}
	}
	for (size_t j = 0; j < s->n; j++)
		s->p[s->kind[j]] /= total;
}

/* log q~_g of a list of n_items that has `count` of kind g */
static double
log_share(double count, double n_items, double p)
{
	return log((1 - alpha) * (n_items > 0 ? count / n_items : 0) +
	    alpha * p);
}

/* The sum of p_g log q~_g of the list if n_items joined it of no kind in p;
 * log_q, if not NULL, gets its parts. */
static double
fit(const struct calibrate *s, double n_items, double *log_q)
{
	double sum = 0;

	for (size_t j = 0; j < s->n; j++) {
		const uint32_t g = s->kind[j];
		const double x = log_share(s->count[g], n_items, s->p[g]);

		sum += s->p[g] * x;
		if (log_q != NULL)
			log_q[g] = x;
	}
	return sum;
}

/* How much larger that sum is for a part of an item being of kind g. */
static double
more_of(const struct calibrate *s, uint32_t g, double part)
{
	return s->p[g] * (log_share(s->count[g] + part, s->n_items + 1,
	    s->p[g]) - s->log_q[g]);
}

/* The same for all that an item has of p's kinds.  Most items have a few, and
 * logarithms are dear: what was asked for before is looked up. */
static double
more_fit(struct calibrate *s, const struct csr *kinds, uint32_t item)
{
	const uint64_t end = kinds->indptr[item + 1];
	const size_t many = csr_row_count(kinds, item);
	double sum = 0;

	for (uint64_t e = kinds->indptr[item]; e < end; e++) {
		const uint32_t g = kinds->indices[e];
		const size_t at = g * (size_t)PARTS + many - 1;

		if (s->p[g] <= 0)
			continue;
		if (many > PARTS) {
			sum += more_of(s, g, (double)kinds->values[e]);
			continue;
		}
		if (s->when[at] != s->now) {
			s->more[at] = more_of(s, g, (double)kinds->values[e]);
			s->when[at] = s->now;
		}
		sum += s->more[at];
	}
	return sum;
}

/* -KL is sum p log q~ less a number that no item changes. */
static void
set_gains(const struct rerank_step *step, struct rerank_pool *p,
    struct calibrate *s)
{
	const double none = fit(s, s->n_items, NULL);
	const double other = fit(s, s->n_items + 1, s->log_q);

	s->now++;
	for (size_t i = 0; i < p->n; i++) {
		const double is = has_kind(step->kinds, p->item[i]) ? other +
		    more_fit(s, step->kinds, p->item[i]) : none;

		p->gain[i] = (1 - step->x) * p->value[i] + step->x * is;
	}
}

static void
begin(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state)
{
	struct calibrate *s = state;
	const size_t n_kinds = step->kinds->cols;

	if (s->p == NULL) {
		s->p = mem_array("kinds", n_kinds, sizeof *s->p);
		s->count = mem_array("kinds", n_kinds, sizeof *s->count);
		s->log_q = mem_array("kinds", n_kinds, sizeof *s->log_q);
		s->more = mem_array("kinds", n_kinds, PARTS *
		    sizeof *s->more);
		s->when = mem_array("kinds", n_kinds, PARTS *
		    sizeof *s->when);
		s->kind = mem_array("kinds", n_kinds, sizeof *s->kind);
	}
	set_profile(plan, step->kinds, p->user, s);
	if (s->n > 0)
		set_gains(step, p, s);
	else
		reranker_by_value(p);
}

static void
took(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state, size_t place)
{
	const struct csr *kinds = step->kinds;
	const uint32_t item = p->item[place];
	struct calibrate *s = state;

	(void)plan;
	if (s->n == 0 || !has_kind(kinds, item))
		return;
	s->n_items++;
	for (uint64_t e = kinds->indptr[item]; e < kinds->indptr[item + 1];
	    e++)
		if (s->p[kinds->indices[e]] > 0)
			s->count[kinds->indices[e]] +=
			    (double)kinds->values[e];
	set_gains(step, p, s);
}

static void
release(void *state)
{
	struct calibrate *s = state;

	free(s->p);
	free(s->count);
	free(s->log_q);
	free(s->more);
	free(s->when);
	free(s->kind);
}

const struct rerank_ops calibrate_ops = { .size = sizeof(struct calibrate),
	.begin = begin, .took = took, .release = release, .knows = knows };

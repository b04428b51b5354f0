/*
 * discount.c -- less of what is popular: items in the order of
 *
 *	value - beta log(1 + count) / log(1 + largest count of any item)
 *
 * so that beta means the same for logs of any length: with beta 1 the best
 * item of the pool, if it is the most popular of all, counts as much as the
 * last one of the pool if nobody had that.
 */

#include "rank/reranker.h"

static void
begin(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state)
{
	(void)plan;
	(void)state;
	for (size_t i = 0; i < p->n; i++)
		p->gain[i] = p->value[i] - step->x *
		    (double)step->popularity[p->item[i]];
}

const struct rerank_ops discount_ops = { .begin = begin };

/*
 * mmr.c -- maximal marginal relevance (Carbonell & Goldstein 1998, "The use of
 * MMR, diversity-based reranking"): next comes the item i with the largest
 *
 *	lambda value_i - (1 - lambda) max over j in the list of cosine(i, j)
 *
 * O(k n) cosines.
 */

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "rank/reranker.h"

struct mmr {
	float *cosine;		/* (cap) with the item just taken */
	float *largest;		/* (cap_largest) with any item taken */
	size_t cap, cap_largest;
	struct likeness_near near;
};

static void
begin(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state)
{
	struct mmr *m = state;

	(void)plan;
	m->cosine = mem_grow("re-ranking", m->cosine, &m->cap, p->n,
	    sizeof *m->cosine);
	m->largest = mem_grow("re-ranking", m->largest, &m->cap_largest, p->n,
	    sizeof *m->largest);
	likeness_gather(step->likeness, &m->near, p->item, p->n);
	for (size_t i = 0; i < p->n; i++) {
		m->largest[i] = -INFINITY;
		p->gain[i] = step->x * p->value[i];
	}
}

static void
took(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state, size_t place)
{
	struct mmr *m = state;

	(void)plan;
	likeness_to(step->likeness, &m->near, place, m->cosine);
	for (size_t i = 0; i < p->n; i++) {
		if (m->largest[i] < m->cosine[i])
			m->largest[i] = m->cosine[i];
		p->gain[i] = step->x * p->value[i] -
		    (1 - step->x) * (double)m->largest[i];
	}
}

static void
release(void *state)
{
	struct mmr *m = state;

	free(m->cosine);
	free(m->largest);
	likeness_near_release(&m->near);
}

const struct rerank_ops mmr_ops = { .size = sizeof(struct mmr),
	.begin = begin, .took = took, .release = release };

/*
 * explore.c -- exploration slots: each place of the list has, with probability
 * epsilon, any item of the rest of the pool (all equally likely), and else the
 * best of it (epsilon-greedy).
 *
 * What is drawn is a function of seed, user (by name) and place.
 */

#include "base/hash.h"
#include "base/rng.h"
#include "rank/reranker.h"

/* Gains for the place that is to be filled now: of a slot, random ones. */
static void
set_gains(const struct rerank_plan *plan, double epsilon,
    struct rerank_pool *p)
{
	const struct span name = idmap_name(plan->users, p->user);
	struct rng rng;

	rng_init(&rng, plan->seed, rng_stream("rerank.explore",
	    hash_mix(hash_bytes(name.p, name.n, 0), p->n_taken)));
	if (rng_real(&rng) >= epsilon) {
		reranker_by_value(p);
		return;
	}
	for (size_t i = 0; i < p->n; i++)
		p->gain[i] = rng_real(&rng);
}

static void
begin(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state)
{
	(void)state;
	set_gains(plan, step->x, p);
}

static void
took(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state, size_t place)
{
	(void)state;
	(void)place;
	set_gains(plan, step->x, p);
}

const struct rerank_ops explore_ops = { .begin = begin, .took = took };

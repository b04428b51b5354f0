/*
 * noise.c -- items in the order of value + sigma z with a standard normal z:
 * exploration as by Thompson sampling (1933) with a posterior of equal width
 * for all items, so that what is nearly as good takes turns with the best.
 *
 * z is a function of seed, user and item (by name), whatever the model and the
 * others in the pool.
 */

#include "base/hash.h"
#include "base/rng.h"
#include "rank/reranker.h"

static uint64_t
hash_name(const struct idmap *map, uint32_t id)
{
	const struct span name = idmap_name(map, id);

	return hash_bytes(name.p, name.n, 0);
}

static void
begin(const struct rerank_plan *plan, const struct rerank_step *step,
    struct rerank_pool *p, void *state)
{
	const uint64_t user = rng_stream("rerank.noise",
	    hash_name(plan->users, p->user));

	(void)state;
	for (size_t i = 0; i < p->n; i++) {
		struct rng rng;

		rng_init(&rng, plan->seed, hash_mix(user,
		    hash_name(plan->items, p->item[i])));
		p->gain[i] = p->value[i] + step->x * rng_normal(&rng);
	}
}

const struct rerank_ops noise_ops = { .begin = begin };

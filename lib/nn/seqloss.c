#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "nn/seqloss.h"

static const struct loss {
	struct choice what;
	enum contest rule;
} losses[] = {
	{ { "softmax", "cross-entropy of the next item among the others",
	    NULL }, CONTEST_SOFTMAX },
	{ { "gbce", "binary cross-entropy, made up for the draw (Petrov & "
	    "Macdonald 2023)", NULL }, CONTEST_BCE },
	{ { "bce", "binary cross-entropy of the next item and of the others",
	    NULL }, CONTEST_BCE },
	{ { "bpr", "the next item above each other one (Rendle et al. 2009)",
	    NULL }, CONTEST_BPR },
	{ { "bpr-max", "the next item above the highest of the others (Hidasi "
	    "& Karatzoglou 2018)", NULL }, CONTEST_BPR_MAX },
};

enum { GBCE = 1, N_LOSSES = sizeof losses / sizeof *losses };

const struct choice *
seqloss_choice(size_t i)
{
	return i < N_LOSSES ? &losses[i].what : NULL;
}

static const struct choice samplings[] = {
	{ "uniform", "all items alike", NULL },
	{ "popularity", "by a power of how often an item is next", NULL },
	{ "in-batch", "what is next for others of the same part of a batch",
	    NULL },
};

enum { UNIFORM, POPULARITY, IN_BATCH };

const struct choice *
seqloss_sampling_choice(size_t i)
{
	return i < sizeof samplings / sizeof *samplings ? &samplings[i] :
	    NULL;
}

/*
 * Petrov & Macdonald 2023, equation 11: with a the part of the others that is
 * drawn, t from 0 (bce) to 1 (scores are probabilities in spite of the draw).
 */
static double
gbce_power(double t, size_t drawn, size_t n_items)
{
	const double a = (double)drawn / (double)(n_items - 1);

	return a < 1 ? a * (t * (1 - 1 / a) + 1 / a) : 1;
}

/* The probabilities Q that items are drawn with, times the draws: the level is
 * -log of that. */
static void
set_levels(struct seqloss *l, const double *weight)
{
	double sum = 0;

	l->level = mem_array("levels of items", l->n_items, sizeof(float));
	for (size_t i = 0; i < l->n_items; i++)
		sum += weight[i];
	for (size_t i = 0; i < l->n_items; i++)
		l->level[i] = weight[i] > 0 ? (float)-log(weight[i] / sum *
		    (double)l->candidates) : 0;
}

void
seqloss_init(struct seqloss *l, const struct nn_options *o,
    const uint64_t *next, size_t n_items)
{
	const struct loss *loss = (const struct loss *)o->seq_loss;
	const double power = o->sampling == &samplings[UNIFORM] ? 0 :
	    o->sampling == &samplings[POPULARITY] ? o->sampling_power : 1;
	double *weight;

	*l = (struct seqloss){ .rule = loss->rule, .n_items = n_items,
		.candidates = o->negatives < n_items ? o->negatives :
		n_items };
	l->weight = loss == &losses[GBCE] ? gbce_power(o->calibration,
	    l->candidates, n_items) : loss->rule == CONTEST_BPR_MAX ?
	    o->score_penalty : 1;
	if (l->candidates == n_items)
		return;
	weight = mem_array("weights of items", n_items, sizeof *weight);
	for (size_t i = 0; i < n_items; i++)
		weight[i] = power > 0 ? pow((double)next[i], power) : 1;
	l->in_batch = o->sampling == &samplings[IN_BATCH];
	if (o->sampling == &samplings[POPULARITY]) {
		l->slots = mem_array("weights of items", n_items,
		    sizeof *l->slots);
		alias_build(l->slots, weight, n_items);
	}
	if (l->rule == CONTEST_SOFTMAX)
		set_levels(l, weight);
	free(weight);
}

void
seqloss_release(struct seqloss *l)
{
	free(l->slots);
	free(l->level);
	*l = (struct seqloss){ .n_items = 0 };
}

static uint32_t
draw(const struct seqloss *l, struct rng *rng, const uint32_t *target,
    size_t m)
{
	if (l->in_batch)
		return target[rng_below(rng, (uint32_t)m)];
	if (l->slots != NULL)
		return alias_draw(l->slots, (uint32_t)l->n_items,
		    rng_u64(rng));
	return rng_below(rng, (uint32_t)l->n_items);
}

void
seqloss_draw(const struct seqloss *l, struct rng *rng,
    const uint32_t *target, size_t m, uint32_t *out, float *level)
{
	assert(m > 0);
	for (uint32_t j = 0; j < l->candidates; j++) {
		out[j] = l->candidates == l->n_items ? j :
		    draw(l, rng, target, m);
		level[j] = l->level != NULL ? l->level[out[j]] : 0;
	}
}

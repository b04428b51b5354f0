#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "nn/seqloss.h"

/* The rule of each loss that takes the others by their scores. */
static int
find_rule(const struct choice *loss, enum contest *rule)
{
	switch (loss_of(loss)) {
	case LOSS_SOFTMAX: *rule = CONTEST_SOFTMAX; return 0;
	case LOSS_BCE:
	case LOSS_GBCE: *rule = CONTEST_BCE; return 0;
	case LOSS_BPR: *rule = CONTEST_BPR; return 0;
	case LOSS_BPR_MAX: *rule = CONTEST_BPR_MAX; return 0;
	case LOSS_MSE:
	case LOSS_MAE:
	case LOSS_HINGE: break;
	}
	return -1;
}

int
seqloss_check(const struct nn_options *o)
{
	enum contest rule;

	if (find_rule(o->loss, &rule) != 0)
		return err_msg("--loss %s is not for networks of sequences: "
		    "they take softmax, gbce, bce, bpr or bpr-max",
		    o->loss->name);
	if (drawing_of(o->sampling) == DRAWING_HARD)
		return err_msg("--sampling hard is not for networks of "
		    "sequences: --loss bpr-max is near it");
	return 0;
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
	const enum drawing how = drawing_of(o->sampling);
	const double power = how == DRAWING_UNIFORM ? 0 :
	    how == DRAWING_POPULARITY ? o->sampling_power : 1;
	double *weight;
	int known;

	*l = (struct seqloss){ .n_items = n_items,
		.candidates = o->negatives < n_items ? o->negatives :
		n_items };
	known = find_rule(o->loss, &l->rule) == 0;
	assert(known);
	(void)known;
	l->weight = loss_of(o->loss) == LOSS_GBCE ? gbce_power(o->calibration,
	    l->candidates, n_items) : l->rule == CONTEST_BPR_MAX ?
	    o->score_penalty : 1;
	if (l->candidates == n_items)
		return;
	weight = mem_array("weights of items", n_items, sizeof *weight);
	for (size_t i = 0; i < n_items; i++)
		weight[i] = power > 0 ? pow((double)next[i], power) : 1;
	l->in_batch = how == DRAWING_BATCH;
	if (how == DRAWING_POPULARITY) {
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

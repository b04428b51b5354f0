/*
 * fusesimplex.c -- weights >= 0 of sum 1, by random search for the objective.
 *
 * Each system alone, all alike and weights drawn evenly from the simplex are
 * tried; then mixtures of the best with new draws, in which these have less and
 * less share.  Systems that are not worth it (fusekeep.h) have no weight.  The
 * mean of the objective is a step function of the weights, with many places
 * that are best nearby, where a search by coordinates may stay.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "fuse/fusecv.h"
#include "fuse/fusekeep.h"
#include "fuse/fuseweights.h"

enum { ROUNDS = 4, DRAWS = 20 };

struct search {
	struct fusion *fusion;
	const struct fuselearn *how;
	double *value;		/* (n_users) */
	double *best;		/* (systems) */
	double most;
};

/* w (n) <- evenly from the simplex of those that are in. */
static void
draw(struct rng *r, const unsigned char *in, double *w, size_t n)
{
	double sum = 0;

	for (size_t s = 0; s < n; s++)
		sum += w[s] = in[s] ? -log(1 - rng_real(r)) : 0;
	for (size_t s = 0; s < n; s++)
		w[s] /= sum;
}

/* Keeps the fusion's weights if they are better than the best so far. */
static void
try(struct search *s)
{
	const struct fuselearn *how = s->how;
	struct fusion *f = s->fusion;
	double mean = 0;

	fuse_values(f, how->lists, how->objective, how->user, how->n_users,
	    s->value);
	for (size_t i = 0; i < how->n_users; i++)
		mean += s->value[i] / (double)how->n_users;
	if (how->objective->smaller_is_better)
		mean = -mean;
	if (!(mean > s->most + 1e-12))
		return;
	s->most = mean;
	memcpy(s->best, f->weight, f->n * sizeof *s->best);
}

/* Each system alone, and those that are in alike. */
static void
try_plain(struct search *s, const unsigned char *in)
{
	const size_t n = s->fusion->n;
	double *w = s->fusion->weight;
	size_t k = 0;

	for (size_t j = 0; j < n; j++)
		k += in[j];
	for (size_t i = 0; i <= n; i++) {
		for (size_t j = 0; j < n; j++)
			w[j] = i == n ? in[j] / (double)k : j == i;
		try(s);
	}
}

static int
learn(struct fusion *f, const struct fuselearn *how)
{
	struct search s = { .fusion = f, .how = how, .most = -INFINITY };
	unsigned char *in = mem_array("systems", f->n, 1);
	struct rng r;

	fusekeep(f, how, fuseweights_listwise, in);
	s.value = mem_array("values", how->n_users, sizeof *s.value);
	s.best = mem_array("weights", f->n, sizeof *s.best);
	rng_init(&r, how->seed, rng_stream("fuse.simplex", 0));
	try_plain(&s, in);
	for (int i = 0; i < ROUNDS * DRAWS; i++) {
		const double share = pow(3, -(i / DRAWS));

		draw(&r, in, f->weight, f->n);
		for (size_t j = 0; j < f->n; j++)
			f->weight[j] = share * f->weight[j] + (1 - share) *
			    s.best[j];
		try(&s);
	}
	memcpy(f->weight, s.best, f->n * sizeof *f->weight);
	free(s.value);
	free(s.best);
	free(in);
	return 0;
}

const struct fuse_learner fuse_simplex = { .learn = learn };

/*
 * fusehedge.c -- weights that are good for the users who are served worst.
 *
 * A game (Freund & Schapire, "Adaptive game playing using multiplicative
 * weights", 1999): the adversary puts weight on users, at most 1 / (SHARE n)
 * on each, the combiner answers with the weights of systems, out of many
 * tried ones, that are best for these.  The adversary's weights grow by
 * exp(RATE loss) where the answer was bad.  The mean of the answers is then
 * as good, up to the regret, for the worst SHARE of users as any can be.  Users
 * for whom all answers are equally good take no part.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "fuse/fusecv.h"
#include "fuse/fuselearn.h"

enum { DRAWN = 60, ROUNDS = 300 };
static const double share = 0.3, rate = 0.2;

struct game {
	size_t n_tried, n_systems, n_users;
	double *tried;		/* (n_tried, n_systems) */
	double *value;		/* (n_tried, n_users) higher is better */
	double *p;		/* (n_users) the adversary's weights */
};

/* Each system alone, all alike, and weights drawn from the simplex. */
static void
try_weights(struct game *g, uint64_t seed)
{
	const size_t S = g->n_systems;
	struct rng r;

	rng_init(&r, seed, rng_stream("fuse.hedge", 0));
	for (size_t t = 0; t < g->n_tried; t++) {
		double *w = g->tried + t * S, sum = 0;

		for (size_t s = 0; s < S; s++) {
			w[s] = t < S ? t == s : t == S ? 1 :
			    -log(1 - rng_real(&r));
			sum += w[s];
		}
		for (size_t s = 0; s < S; s++)
			w[s] /= sum;
	}
}

/* Only the users stay to whom the answer matters; returns how many. */
static size_t
drop_fixed(struct game *g)
{
	const size_t n = g->n_users;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		int differs = 0;

		for (size_t t = 1; t < g->n_tried && !differs; t++)
			differs = g->value[t * n + i] != g->value[i];
		if (!differs)
			continue;
		for (size_t t = 0; t < g->n_tried; t++)
			g->value[t * n + kept] = g->value[t * n + i];
		kept++;
	}
	return kept;
}

/* p (n) of sum 1 <- at most `most` each: what is above goes to the others in
 * proportion. */
static void
cap(double *p, size_t n, double most)
{
	for (int round = 0; round < 50; round++) {
		double above = 0, rest = 0;

		for (size_t i = 0; i < n; i++) {
			if (p[i] >= most) {
				above += p[i] - most;
				p[i] = most;
			} else {
				rest += p[i];
			}
		}
		if (!(above > 1e-12) || !(rest > 0))
			return;
		for (size_t i = 0; i < n; i++)
			if (p[i] < most)
				p[i] *= 1 + above / rest;
	}
}

/* w (systems) <- the mean of the answers.  n of each row's n_users are
 * played. */
static void
play(struct game *g, size_t n, double *w)
{
	const size_t all = g->n_users, S = g->n_systems;

	for (size_t i = 0; i < n; i++)
		g->p[i] = 1 / (double)n;
	memset(w, 0, S * sizeof *w);
	for (int round = 0; round < ROUNDS; round++) {
		double most = -INFINITY, sum = 0;
		size_t best = 0;

		for (size_t t = 0; t < g->n_tried; t++) {
			double value = 0;

			for (size_t i = 0; i < n; i++)
				value += g->p[i] * g->value[t * all + i];
			if (value > most) {
				most = value;
				best = t;
			}
		}
		for (size_t s = 0; s < S; s++)
			w[s] += g->tried[best * S + s] / ROUNDS;
		for (size_t i = 0; i < n; i++) {
			g->p[i] *= exp(-rate * g->value[best * all + i]);
			sum += g->p[i];
		}
		for (size_t i = 0; i < n; i++)
			g->p[i] /= sum;
		cap(g->p, n, 1 / (share * (double)n));
	}
}

static int
learn(struct fusion *f, const struct fuselearn *how)
{
	struct game g = { f->n + 1 + DRAWN, f->n, how->n_users, NULL, NULL,
	    NULL };
	const double sign = how->objective->smaller_is_better ? -1 : 1;
	size_t n;

	g.tried = mem_array("a game", g.n_tried * f->n, sizeof *g.tried);
	g.value = mem_array("a game", g.n_tried * g.n_users,
	    sizeof *g.value);
	g.p = mem_array("a game", g.n_users, sizeof *g.p);
	try_weights(&g, how->seed);
	for (size_t t = 0; t < g.n_tried; t++) {
		double *value = g.value + t * g.n_users;

		memcpy(f->weight, g.tried + t * f->n,
		    f->n * sizeof *f->weight);
		fuse_values(f, how->lists, how->objective, how->user,
		    g.n_users, value);
		for (size_t i = 0; i < g.n_users; i++)
			value[i] *= sign;
	}
	n = drop_fixed(&g);
	if (n > 0)
		play(&g, n, f->weight);
	for (size_t s = 0; s < f->n && n == 0; s++)
		f->weight[s] = 1 / (double)f->n;
	free(g.tried);
	free(g.value);
	free(g.p);
	return 0;
}

const struct fuse_learner fuse_hedge = { learn, NULL, NULL, NULL };

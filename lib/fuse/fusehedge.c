/*
 * fusehedge.c -- weights that are good for the users who are served worst, or
 * for the segment of users.
 *
 * A game (Freund & Schapire, "Adaptive game playing using multiplicative
 * weights", 1999): the adversary puts weight on users, at most 1 / (SHARE n)
 * on each, the combiner answers with the weights of systems, out of many
 * tried ones, that are best for these.  The adversary's weights grow by
 * exp(RATE loss) where the answer was bad.  The mean of the answers is then
 * as good, up to the regret, for the worst SHARE of users as any can be.  Users
 * for whom all answers are equally good take no part.
 *
 * Method robust is the same game over segments, each by its mean, and without
 * the cap: the answer is for the worst of them (group distributionally robust
 * optimisation: Sagawa, Koh, Hashimoto & Liang, 2020).  Values are scaled to
 * 0..1 there, as segments differ less than users do.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "fuse/fusecv.h"
#include "fuse/fusekeep.h"
#include "fuse/fusesegment.h"
#include "fuse/fuseweights.h"

enum { DRAWN = 60, ROUNDS = 300 };
static const double hedge_share = 0.3, rate = 0.2;

struct game {
	size_t n_tried, n_systems, n_users;
	double *tried;		/* (n_tried, n_systems) */
	double *value;		/* (n_tried, n_users) higher is better */
	double *p;		/* (n_users) the adversary's weights */
	double share;		/* of the players that it may look at */
};

/* Each system alone, all alike, and weights drawn from the simplex; of those
 * that are in (fusekeep.h). */
static void
try_weights(struct game *g, const unsigned char *in, uint64_t seed)
{
	const size_t S = g->n_systems;
	struct rng r;

	rng_init(&r, seed, rng_stream("fuse.hedge", 0));
	for (size_t t = 0; t < g->n_tried; t++) {
		double *w = g->tried + t * S, sum = 0;

		for (size_t s = 0; s < S; s++) {
			w[s] = !in[s] ? 0 : t < S ? t == s : t == S ? 1 :
			    -log(1 - rng_real(&r));
			sum += w[s];
		}
		for (size_t s = 0; s < S; s++)
			w[s] = sum > 0 ? w[s] / sum : in[s];
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
		if (g->share > 0)
			cap(g->p, n, 1 / (g->share * (double)n));
	}
}

/* --- segments ------------------------------------------------------------- */

/* g->value <- the means of segments, from 0 to 1; returns how many there are.
 * Users that are in none are one more. */
static size_t
join_segments(struct game *g, const struct fusion *f,
    const struct fuselearn *how, const struct fusesegment *of)
{
	const size_t n = g->n_users;
	double *sum = mem_array("segments", of->n + 1, sizeof *sum);
	size_t *in = mem_array("segments", n, sizeof *in);
	size_t *count = mem_array("segments", of->n + 1, sizeof *count);
	double low = INFINITY, high = -INFINITY;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		in[i] = fusesegment_of(of, f, idmap_name(how->lists->users,
		    how->user[i]));
		count[in[i]]++;
	}
	for (size_t t = 0; t < g->n_tried; t++) {
		double *value = g->value + t * n;

		memset(sum, 0, (of->n + 1) * sizeof *sum);
		for (size_t i = 0; i < n; i++)
			sum[in[i]] += value[i] / (double)count[in[i]];
		k = 0;
		for (size_t j = 0; j <= of->n; j++)
			if (count[j] > 0) {
				low = fmin(low, sum[j]);
				high = fmax(high, sum[j]);
				value[k++] = sum[j];
			}
	}
	for (size_t t = 0; t < g->n_tried && high > low; t++)
		for (size_t j = 0; j < k; j++)
			g->value[t * n + j] = (g->value[t * n + j] - low) /
			    (high - low);
	free(sum);
	free(in);
	free(count);
	return k;
}

/* --- the learners --------------------------------------------------------- */

/* The values of all users under all weights tried. */
static void
look(struct game *g, struct fusion *f, const struct fuselearn *how)
{
	const double sign = how->objective->smaller_is_better ? -1 : 1;
	unsigned char *in = mem_array("systems", f->n, 1);

	g->tried = mem_array("a game", g->n_tried * f->n, sizeof *g->tried);
	g->value = mem_array("a game", g->n_tried * g->n_users,
	    sizeof *g->value);
	g->p = mem_array("a game", g->n_users, sizeof *g->p);
	fusekeep(f, how, fuseweights_listwise, in);
	try_weights(g, in, how->seed);
	free(in);
	for (size_t t = 0; t < g->n_tried; t++) {
		double *value = g->value + t * g->n_users;

		memcpy(f->weight, g->tried + t * f->n,
		    f->n * sizeof *f->weight);
		fuse_values(f, how->lists, how->objective, how->user,
		    g->n_users, value);
		for (size_t i = 0; i < g->n_users; i++)
			value[i] *= sign;
	}
}

/* Plays it with n players, and ends it. */
static void
answer(struct game *g, struct fusion *f, size_t n)
{
	if (n > 0)
		play(g, n, f->weight);
	for (size_t s = 0; s < f->n && n == 0; s++)
		f->weight[s] = 1 / (double)f->n;
	free(g->tried);
	free(g->value);
	free(g->p);
}

static int
learn_hedge(struct fusion *f, const struct fuselearn *how)
{
	struct game g = { .n_tried = f->n + 1 + DRAWN, .n_systems = f->n,
		.n_users = how->n_users, .share = hedge_share };

	look(&g, f, how);
	answer(&g, f, drop_fixed(&g));
	return 0;
}

static int
learn_robust(struct fusion *f, const struct fuselearn *how)
{
	struct game g = { .n_tried = f->n + 1 + DRAWN, .n_systems = f->n,
		.n_users = how->n_users };
	struct fusesegment of;

	if (fusesegment_make(&of, f, how) != 0)
		return -1;
	look(&g, f, how);
	answer(&g, f, join_segments(&g, f, how, &of));
	return 0;
}

const struct fuse_learner fuse_hedge = { .learn = learn_hedge };
const struct fuse_learner fuse_robust = { .learn = learn_robust };

/* combvote.c -- votes and drafts, see comb.h. */

#include <string.h>

#include "base/hash.h"
#include "base/rng.h"
#include "fuse/comb.h"

/* Points of item p in list s, a system with any list. */
static double
points(const struct fuseunion *u, size_t p, size_t s)
{
	const size_t n = u->start[s + 1] - u->start[s];
	const uint32_t place = u->place[p * u->n_systems + s];

	if (n == 0)
		return 0;
	return place > 0 ? (double)(u->n - place + 1) :
	    (double)(u->n - n + 1) / 2;
}

void
comb_borda_parts(const struct fusion *f, struct fuseunion *u, double *part)
{
	const size_t S = u->n_systems;

	for (size_t p = 0; p < u->n; p++)
		for (size_t s = 0; s < S; s++)
			part[p * S + s] = fusion_factor(f, s) *
			    points(u, p, s);
}

static double
borda(const struct fusion *f, const struct fuseunion *u, size_t p)
{
	double sum = 0;

	for (size_t s = 0; s < u->n_systems; s++)
		sum += fusion_factor(f, s) * points(u, p, s);
	return sum;
}

void
comb_borda(const struct fusion *f, struct fuseunion *u, float *scores)
{
	for (size_t p = 0; p < u->n; p++)
		scores[p] = (float)borda(f, u, p);
}

/* Below 1: Borda points over more than there can be. */
static double
borda_share(const struct fusion *f, const struct fuseunion *u, size_t p)
{
	double most = 0;

	for (size_t s = 0; s < u->n_systems; s++)
		most += fusion_factor(f, s) * (double)(u->n + 1);
	return most > 0 ? borda(f, u, p) / most : 0;
}

/* Is the item of places a (systems) before that of b by most of the weight?
 * 1, -1 if it is behind, 0 if neither. */
static int
duel(const double *factor, const uint32_t *a, const uint32_t *b, size_t S)
{
	double sum = 0;

	/* Places from 1, and 0 - 1 is behind all of them. */
	for (size_t s = 0; s < S; s++)
		sum += a[s] - 1 < b[s] - 1 ? factor[s] :
		    a[s] - 1 > b[s] - 1 ? -factor[s] : 0;
	return (sum > 0) - (sum < 0);
}

void
comb_condorcet(const struct fusion *f, struct fuseunion *u, float *scores)
{
	const size_t S = u->n_systems;
	double *factor = fuseunion_scratch(u, S + u->n), *won = factor + S;

	for (size_t s = 0; s < S; s++)
		factor[s] = fusion_factor(f, s);
	memset(won, 0, u->n * sizeof *won);
	for (size_t p = 0; p < u->n; p++)
		for (size_t q = 0; q < p; q++) {
			const int d = duel(factor, u->place + p * S,
			    u->place + q * S, S);

			won[p] += d;
			won[q] -= d;
		}
	for (size_t p = 0; p < u->n; p++)
		scores[p] = (float)(won[p] + borda_share(f, u, p));
}

void
comb_vote(const struct fusion *f, struct fuseunion *u, float *scores)
{
	const size_t S = u->n_systems;

	for (size_t p = 0; p < u->n; p++) {
		double votes = 0;

		for (size_t s = 0; s < S; s++)
			if (u->place[p * S + s] - 1 < f->top)
				votes += fusion_factor(f, s);
		scores[p] = (float)(votes + borda_share(f, u, p));
	}
}

/* --- drafts --------------------------------------------------------------- */

/* System s takes its best item that has no score yet: 1; or 0, it has none.
 * next (S): how far its list is taken. */
static int
take(const struct fuseunion *u, size_t s, double *next, float *scores,
    float score)
{
	for (size_t i = u->start[s] + (size_t)next[s]; i < u->start[s + 1];
	    i++) {
		const uint32_t p = u->entry[i].item;

		next[s]++;
		if (scores[p] == 0) {
			scores[p] = score;
			return 1;
		}
	}
	return 0;
}

static void
draft(struct fuseunion *u, float *scores, struct rng *r)
{
	const size_t S = u->n_systems;
	double *next = fuseunion_scratch(u, S + S / 2 + 1);
	uint32_t *turn = (uint32_t *)(void *)(next + S);
	size_t n = 0;

	memset(next, 0, S * sizeof *next);
	memset(scores, 0, u->n * sizeof *scores);
	for (size_t s = 0; s < S; s++)
		turn[s] = (uint32_t)s;
	while (n < u->n) {
		if (r != NULL)
			rng_shuffle(r, turn, (uint32_t)S);
		for (size_t s = 0; s < S; s++)
			n += (size_t)take(u, turn[s], next, scores,
			    (float)(u->n - n));
	}
}

void
comb_robin(const struct fusion *f, struct fuseunion *u, float *scores)
{
	(void)f;
	draft(u, scores, NULL);
}

void
comb_draft(const struct fusion *f, struct fuseunion *u, float *scores)
{
	struct rng r;

	rng_init(&r, f->seed, rng_stream("fuse.draft", hash_bytes(u->user.p,
	    u->user.n, 0)));
	draft(u, scores, &r);
}

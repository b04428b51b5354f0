#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "prep/alias.h"
#include "prep/candidates.h"

/* Inside, items go by the rank of their names. */
struct candidates {
	const struct split_rows *rows;
	const uint32_t *ranks;	/* (n_items) */
	uint64_t seed;
	uint32_t *by_rank;	/* (n_items) item of a rank */
	uint64_t *sum;		/* (n_items + 1) weights of all ranks before */
	struct alias_slot *slots;	/* (n_items) NULL: all weights are 1 */
	size_t n_weighted;	/* ranks with a weight > 0 */
	size_t *start;		/* (n_users + 1) of each user's ranks */
	uint32_t *had;		/* (n) ranks by user */
};

struct candidates_scratch {
	unsigned char *taken;	/* (n_items) all 0 between draws */
	struct key {
		double value;
		uint32_t rank;
	} *key;			/* (n_items) */
};

const struct choice *
candidates_choice(size_t i)
{
	static const struct choice how[] = {
		{ "uniform", "every item alike", NULL },
		{ "popularity", "in proportion to rows in train", NULL },
	};

	return i < sizeof how / sizeof *how ? &how[i] : NULL;
}

/* --- preparation -------------------------------------------------------- */

static uint64_t
weight(const struct candidates *c, uint32_t rank)
{
	return c->sum[rank + 1] - c->sum[rank];
}

static void
make_weights(struct candidates *c, const unsigned char *part, int popularity)
{
	const struct split_rows *r = c->rows;

	c->sum = mem_array("candidates", r->n_items + 1, sizeof *c->sum);
	for (size_t i = 0; i < r->n && popularity; i++)
		if (part[i] == SPLIT_TRAIN)
			c->sum[c->ranks[r->item[i]] + 1]++;
	for (size_t i = 0; i < r->n_items; i++) {
		if (!popularity)
			c->sum[i + 1] = 1;
		c->n_weighted += c->sum[i + 1] > 0;
		c->sum[i + 1] += c->sum[i];
	}
}

/* For drawing in proportion to weights that are not all zero. */
static void
make_slots(struct candidates *c)
{
	const size_t n = c->rows->n_items;
	double *weights = mem_array("candidates", n, sizeof *weights);

	for (uint32_t rank = 0; rank < n; rank++)
		weights[rank] = (double)weight(c, rank);
	c->slots = mem_array("candidates", n, sizeof *c->slots);
	alias_build(c->slots, weights, n);
	free(weights);
}

/* A counting sort by user. */
static void
make_had(struct candidates *c)
{
	const struct split_rows *r = c->rows;
	size_t *at = mem_array("candidates", r->n_users + 1, sizeof *at);

	c->start = mem_array("candidates", r->n_users + 1, sizeof *c->start);
	c->had = mem_array("candidates", r->n, sizeof *c->had);
	for (size_t i = 0; i < r->n; i++)
		c->start[r->user[i] + 1]++;
	for (size_t u = 0; u < r->n_users; u++)
		c->start[u + 1] += c->start[u];
	memcpy(at, c->start, (r->n_users + 1) * sizeof *at);
	for (size_t i = 0; i < r->n; i++)
		c->had[at[r->user[i]]++] = c->ranks[r->item[i]];
	free(at);
}

struct candidates *
candidates_new(const struct split_rows *rows, const unsigned char *part,
    const uint32_t *ranks, const struct choice *how, uint64_t seed)
{
	struct candidates *c = mem_array("candidates", 1, sizeof *c);

	c->rows = rows;
	c->ranks = ranks;
	c->seed = seed;
	c->by_rank = mem_array("candidates", rows->n_items,
	    sizeof *c->by_rank);
	for (uint32_t i = 0; i < rows->n_items; i++)
		c->by_rank[ranks[i]] = i;
	make_weights(c, part, how == candidates_choice(1));
	if (how == candidates_choice(1) && c->n_weighted > 0)
		make_slots(c);
	make_had(c);
	return c;
}

void
candidates_free(struct candidates *c)
{
	if (c == NULL)
		return;
	free(c->by_rank);
	free(c->sum);
	free(c->slots);
	free(c->start);
	free(c->had);
	free(c);
}

struct candidates_scratch *
candidates_scratch(const struct candidates *c)
{
	struct candidates_scratch *s = mem_array("candidates", 1, sizeof *s);

	s->taken = mem_array("candidates", c->rows->n_items, 1);
	s->key = mem_array("candidates", c->rows->n_items, sizeof *s->key);
	return s;
}

void
candidates_scratch_free(struct candidates_scratch *s)
{
	if (s == NULL)
		return;
	free(s->taken);
	free(s->key);
	free(s);
}

/* --- drawing ------------------------------------------------------------ */

static uint32_t
draw_rank(const struct candidates *c, struct rng *rng)
{
	const uint32_t n = (uint32_t)c->rows->n_items;

	return c->slots == NULL ? rng_below(rng, n)
	    : alias_draw(c->slots, n, rng_u64(rng));
}

/*
 * Draws again what is taken: the same distribution as drawing from what is
 * left, and quick while a good part of all weight, `mass`, is left.  Returns
 * how many it drew before that ended.
 */
static size_t
draw_again(const struct candidates *c, size_t n, uint64_t mass,
    uint32_t *ranks, struct candidates_scratch *s, struct rng *rng)
{
	const uint64_t all = c->sum[c->rows->n_items];
	size_t done = 0;

	while (done < n && mass > all / 8) {
		const uint32_t rank = draw_rank(c, rng);

		if (s->taken[rank])
			continue;
		s->taken[rank] = 1;
		mass -= weight(c, rank);
		ranks[done++] = rank;
	}
	return done;
}

static int
compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->value < y->value || x->value > y->value)
		return x->value < y->value ? -1 : 1;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* The same by one exponential time of arrival for each item that is left: the
 * n first (Efraimidis and Spirakis 2006).  Returns how many there are. */
static size_t
draw_first(const struct candidates *c, size_t n, uint32_t *ranks,
    struct candidates_scratch *s, struct rng *rng)
{
	size_t left = 0;

	for (uint32_t rank = 0; rank < c->rows->n_items; rank++) {
		const double x = -log1p(-rng_real(rng));

		if (!s->taken[rank] && weight(c, rank) > 0)
			s->key[left++] = (struct key){
			    x / (double)weight(c, rank), rank };
	}
	qsort(s->key, left, sizeof *s->key, compare_keys);
	if (left < n)
		n = left;
	for (size_t i = 0; i < n; i++)
		ranks[i] = s->key[i].rank;
	return n;
}

size_t
candidates_draw(const struct candidates *c, size_t row, size_t n,
    uint32_t *items, struct candidates_scratch *s)
{
	const struct split_rows *r = c->rows;
	const size_t from = c->start[r->user[row]];
	const size_t to = c->start[r->user[row] + 1];
	uint64_t mass = c->sum[r->n_items];
	size_t left = c->n_weighted, done = 0;
	struct rng rng;

	rng_init(&rng, c->seed, rng_stream("split.candidates", r->hash[row]));
	for (size_t i = from; i < to; i++) {
		const uint32_t rank = c->had[i];

		left -= !s->taken[rank] && weight(c, rank) > 0;
		mass -= s->taken[rank] ? 0 : weight(c, rank);
		s->taken[rank] = 1;
	}
	if (n <= left / 4)
		done = draw_again(c, n, mass, items, s, &rng);
	if (done < n)
		n = done + draw_first(c, n - done, items + done, s, &rng);
	for (size_t i = from; i < to; i++)
		s->taken[c->had[i]] = 0;
	for (size_t i = 0; i < n; i++) {
		s->taken[items[i]] = 0;
		items[i] = c->by_rank[items[i]];
	}
	return n;
}

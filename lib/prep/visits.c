#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/session.h"
#include "prep/visits.h"

enum {
	PIECE = 4096,		/* events made by one thread at a time */
	BATCH = 64,		/* pieces in a batch */
	DIGIT = 11		/* bits, of the sort */
};

static const double foreign_share = 0.03;	/* of texts */

struct key {
	uint32_t time, index;	/* seconds from the start; place in raw */
};

struct visits {
	const struct shop *shop;
	struct session_plan plan;
	struct visits_dirt dirt;
	uint64_t made;			/* events, in whole batches */
	struct visits_event *raw;	/* (n of cap) kept ones, new ones */
	size_t n, cap;
	struct visits_event *sorted;	/* (n of sorted_cap) */
	size_t sorted_cap;
	size_t first_kept;		/* sorted ones that are still to come */
	/* of the sort; they grow together and change places */
	struct key *key, *other;	/* (key_cap), (other_cap) */
	size_t key_cap, other_cap;
	struct visits_event before;	/* the last row that was given out */
	struct visits_counts counts;
};

struct visits *
visits_new(const struct shop *shop, const struct visits_config *config)
{
	struct visits *v = mem_array("visits", 1, sizeof *v);

	assert(config->n_events >= 1 && config->days >= 1);
	v->shop = shop;
	v->dirt = config->dirt;
	session_plan_init(&v->plan, shop, config);
	return v;
}

void
visits_free(struct visits *v)
{
	if (v == NULL)
		return;
	session_plan_release(&v->plan);
	free(v->other);
	free(v->key);
	free(v->sorted);
	free(v->raw);
	free(v);
}

struct visits_counts
visits_counts(const struct visits *v)
{
	return v->counts;
}

/* --- making --- */

static void
make_piece(void *arg, size_t piece, size_t worker)
{
	struct visits *v = arg;
	const size_t first = piece * PIECE;
	const uint64_t left = v->plan.n_events - v->made - first;
	const size_t n = left < PIECE ? (size_t)left : PIECE;
	struct visits_event *events = v->raw + v->n + first;

	(void)worker;
	for (size_t at = 0; at < n; )
		at += session_make(&v->plan, v->made + first + at, n - at,
		    events + at);
}

/* Puts the events of the next pieces behind those that were kept. */
static void
make_batch(struct visits *v)
{
	const uint64_t left = v->plan.n_events - v->made;
	const size_t n = left < PIECE * BATCH ? (size_t)left : PIECE * BATCH;
	const size_t kept = v->n - v->first_kept;

	if (kept > 0)
		memcpy(v->raw, v->sorted + v->first_kept,
		    kept * sizeof *v->raw);
	v->n = kept;
	v->raw = mem_grow("visits", v->raw, &v->cap, kept + n,
	    sizeof *v->raw);
	par_for(par_pieces(n, PIECE), make_piece, v);
	v->n += n;
	v->made += n;
}

/* --- order --- */

/* One pass of a radix sort that keeps the order of equal digits. */
static void
sort_by_digit(const struct key *in, struct key *out, size_t n, unsigned shift)
{
	enum { SIZE = 1 << DIGIT };
	size_t start[SIZE + 1] = { 0 };

	for (size_t i = 0; i < n; i++)
		start[(in[i].time >> shift) % SIZE + 1]++;
	for (size_t d = 0; d < SIZE; d++)
		start[d + 1] += start[d];
	for (size_t i = 0; i < n; i++)
		out[start[(in[i].time >> shift) % SIZE]++] = in[i];
}

/*
 * Sorts by time.  Equal times stay as they are: what was kept comes first,
 * then by session, and in it as it happened.
 */
static void
sort_batch(struct visits *v)
{
	uint32_t all = 0;

	v->key = mem_grow("visits", v->key, &v->key_cap, v->n,
	    sizeof *v->key);
	v->other = mem_grow("visits", v->other, &v->other_cap, v->n,
	    sizeof *v->other);
	v->sorted = mem_grow("visits", v->sorted, &v->sorted_cap, v->n,
	    sizeof *v->sorted);
	for (size_t i = 0; i < v->n; i++) {
		v->key[i].time = (uint32_t)(v->raw[i].time - VISITS_START);
		v->key[i].index = (uint32_t)i;
		all |= v->key[i].time;
	}
	for (unsigned shift = 0; shift < 32 && all >> shift > 0;
	    shift += DIGIT) {
		struct key *t = v->key;

		sort_by_digit(v->key, v->other, v->n, shift);
		v->key = v->other;
		v->other = t;
	}
	for (size_t i = 0; i < v->n; i++)
		v->sorted[i] = v->raw[v->key[i].index];
}

/* Events before this moment are all made. */
static int64_t
safe_until(const struct visits *v)
{
	if (v->made == v->plan.n_events)
		return INT64_MAX;
	return VISITS_START + (int64_t)rhythm_at(&v->plan.rhythm,
	    (double)v->made / (double)v->plan.n_events);
}

/* --- dirt --- */

static void
spoil(const struct visits *v, struct visits_event *e, uint64_t row)
{
	struct rng r;

	rng_init(&r, v->shop->config.seed, rng_stream("visits.dirt", row));
	if (rng_real(&r) < v->dirt.duplicates && row > 0) {
		*e = v->before;
		e->dirt |= VISITS_DUPLICATE;
		return;
	}
	if (rng_real(&r) < v->dirt.missing)
		e->dirt |= rng_below(&r, 2) ? VISITS_NO_USER : VISITS_NO_ITEM;
	if (rng_real(&r) < v->dirt.outliers)
		e->dirt |= rng_below(&r, 2) ? VISITS_BAD_RATING :
		    VISITS_BAD_PRICE;
	if (rng_real(&r) < v->dirt.encoding)
		e->dirt |= VISITS_BAD_TEXT;
}

static void
count(struct visits *v, const struct visits_event *e)
{
	struct visits_counts *c = &v->counts;

	c->rows++;
	c->sessions += e->number == e->session &&
	    !(e->dirt & VISITS_DUPLICATE);
	c->kinds[e->kind]++;
	c->rated += e->rating > 0;
	c->texts += e->has_text || e->dirt & VISITS_BAD_TEXT;
	c->duplicates += (e->dirt & VISITS_DUPLICATE) != 0;
	c->missing += (e->dirt & (VISITS_NO_USER | VISITS_NO_ITEM)) != 0;
	c->outliers += (e->dirt & (VISITS_BAD_RATING | VISITS_BAD_PRICE)) != 0;
	c->bots += (e->dirt & VISITS_BOT) != 0;
	c->encoding += (e->dirt & VISITS_BAD_TEXT) != 0;
}

/* --- out --- */

size_t
visits_next(struct visits *v, const struct visits_event **events)
{
	const int is_dirty = v->dirt.duplicates > 0 || v->dirt.missing > 0 ||
	    v->dirt.outliers > 0 || v->dirt.encoding > 0;
	size_t n = 0;

	while (n == 0 && v->made < v->plan.n_events) {
		int64_t until;

		make_batch(v);
		sort_batch(v);
		until = safe_until(v);
		while (n < v->n && v->sorted[n].time < until)
			n++;
		v->first_kept = n;
	}
	for (size_t i = 0; i < n; i++) {
		if (is_dirty)
			spoil(v, &v->sorted[i], v->counts.rows);
		count(v, &v->sorted[i]);
		v->before = v->sorted[i];
	}
	*events = v->sorted;
	return n;
}

void
visits_text(const struct shop *shop, const struct visits_event *e,
    struct buf *b)
{
	struct rng r;
	unsigned rating;

	rng_init(&r, shop->config.seed, rng_stream("visits.text", e->number));
	rating = e->rating > 0 ? e->rating : 1 + rng_below(&r, 5);
	shoptext_review(b, &r, rating, rng_real(&r) < foreign_share,
	    (e->dirt & VISITS_BAD_TEXT) != 0);
}

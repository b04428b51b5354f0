#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/vec.h"
#include "rank/coarseindex.h"

enum { NOWHERE = UINT16_MAX };

/* What a sum of floats may be off by, in products of lengths: generous. */
static const float rounding = 1e-5F;

struct coarse_bench {
	/* Users that are not done, in front; each with: */
	size_t n;
	uint16_t row[COARSE_USERS];	/* its place among all of them */
	float base[COARSE_USERS];	/* level_u + <y, m> */
	float length[COARSE_USERS];	/* |y| */
	float error[COARSE_USERS];	/* |y - t Y| */
	float step[COARSE_USERS];	/* t */
	float bar[COARSE_USERS];	/* what its list asks for by now */
	int32_t whole[COARSE_USERS];	/* that, for whole numbers of a tile */
	int8_t *Y;			/* (COARSE_USERS, D) */
	/* of all users */
	uint16_t slot[COARSE_USERS];	/* where it is above, or NOWHERE */
	const float *p[COARSE_USERS];	/* (k) */
	uint32_t user[COARSE_USERS];
	float level[COARSE_USERS];
	/* of a tile */
	uint16_t *above;		/* (COARSE_USERS, groups) */
	float score[COARSE_TILE];
	uint32_t found[COARSE_TILE], rank[COARSE_TILE];
	/* what is left out: row and item of a tile, tile after tile */
	uint32_t *mark;			/* (cap_marks) */
	size_t cap_marks;
	size_t *mark_end;		/* (tiles) */
	const struct coarse *index;
	float *y;			/* (dims) */
};

struct coarse_bench *
coarse_bench_new(const struct coarse *c)
{
	struct coarse_bench *b = mem_array("a search", 1, sizeof *b);

	b->index = c;
	b->Y = mem_array("a search", COARSE_USERS, c->D);
	b->y = mem_array("a search", c->dims, sizeof *b->y);
	b->above = mem_array("a search", COARSE_USERS, COARSE_TILE /
	    DOT8_GROUP * sizeof *b->above);
	b->mark_end = mem_array("a search", c->n_tiles, sizeof *b->mark_end);
	return b;
}

void
coarse_bench_free(struct coarse_bench *b)
{
	if (b == NULL)
		return;
	free(b->Y);
	free(b->y);
	free(b->above);
	free(b->mark);
	free(b->mark_end);
	free(b);
}

/* --- users ---------------------------------------------------------------- */

static void
add_user(const struct coarse *c, struct coarse_bench *b, uint32_t user,
    size_t row, float bar)
{
	const size_t at = b->n;
	float *y = b->y;

	b->user[row] = user;
	b->p[row] = c->v.user(c->scorer, user, &b->level[row]);
	memcpy(y, b->p[row], c->v.k * sizeof *y);
	if (c->has_bias)
		y[c->v.k] = (float)c->unit;
	b->slot[row] = NOWHERE;
	b->length[at] = coarse_length(y, c->dims);
	b->base[at] = b->level[row] + vec_dot(y, c->mean, c->dims);
	/* no score of such a user is a number, or any is infinite */
	if (!isfinite(b->length[at]) || !isfinite(b->base[at]))
		return;
	b->bar[at] = bar;
	b->step[at] = coarse_step(coarse_largest(y, c->dims));
	coarse_round(y, c->dims, b->step[at], b->Y + at * c->D);
	b->error[at] = coarse_length(y, c->dims);
	b->row[at] = (uint16_t)row;
	b->slot[row] = (uint16_t)b->n++;
}

/* User `from` takes the place of `to`. */
static void
move_user(const struct coarse *c, struct coarse_bench *b, size_t to,
    size_t from)
{
	if (to == from)
		return;
	b->row[to] = b->row[from];
	b->base[to] = b->base[from];
	b->length[to] = b->length[from];
	b->error[to] = b->error[from];
	b->step[to] = b->step[from];
	b->bar[to] = b->bar[from];
	b->slot[b->row[to]] = (uint16_t)to;
	memcpy(b->Y + to * c->D, b->Y + from * c->D, c->D);
}

/* Takes off the bench who is done: by (2), nothing from here on is for him. */
static void
drop_done(const struct coarse *c, struct coarse_bench *b,
    const struct coarse_tile *t)
{
	const float slack = rounding * (t->longest + c->mean_length);
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		const float most = b->base[i] + rounding *
		    fabsf(b->base[i]) + b->length[i] * (t->longest + slack);

		if (most < b->bar[i])
			b->slot[b->row[i]] = NOWHERE;
		else
			move_user(c, b, n++, i);
	}
	b->n = n;
}

/* By (1), <Y, X> above whole[] may be a score at the bar or above it. */
static void
set_bars(const struct coarse *c, struct coarse_bench *b,
    const struct coarse_tile *t)
{
	const float slack = rounding * (t->longest + c->mean_length);
	const size_t n = (b->n + DOT8_ROWS - 1) / DOT8_ROWS * DOT8_ROWS;

	for (size_t i = 0; i < b->n; i++) {
		const float error = b->length[i] * (t->error + slack) +
		    b->error[i] * t->rounded + rounding * fabsf(b->base[i]);
		const float least = (b->bar[i] - b->base[i] - error) /
		    (b->step[i] * t->step);
		/* one less: rounded down, and what is at the bar */
		const float whole = floorf(least) - 1;

		b->whole[i] = whole > 1e9F ? 1000000000 : whole > -1e9F ?
		    (int32_t)whole : INT32_MIN;
	}
	for (size_t i = b->n; i < n; i++)
		b->whole[i] = INT32_MAX;
}

/* --- what is left out ----------------------------------------------------- */

static void
count_mark(void *arg, size_t row, uint32_t item)
{
	struct coarse_bench *b = arg;
	const uint32_t place = b->index->place[item];

	(void)row;
	if (place != UINT32_MAX)
		b->mark_end[coarse_tile_of(place)]++;
}

static void
set_mark(void *arg, size_t row, uint32_t item)
{
	struct coarse_bench *b = arg;
	const uint32_t place = b->index->place[item];
	size_t tile;

	if (place == UINT32_MAX)
		return;
	tile = coarse_tile_of(place);
	b->mark[b->mark_end[tile]++] = (uint32_t)(row * COARSE_TILE + place -
	    coarse_tile_first(tile));
}

static void
mark_left_out(const struct coarse *c, struct coarse_bench *b,
    const uint32_t *users, size_t n,
    const struct csr *const left_out[LEFTOUT_KINDS])
{
	size_t total = 0;

	memset(b->mark_end, 0, c->n_tiles * sizeof *b->mark_end);
	leftout_each(left_out, users, n, c->n_items, count_mark, b);
	for (size_t t = 0; t < c->n_tiles; t++) {
		const size_t count = b->mark_end[t];

		b->mark_end[t] = total;
		total += count;
	}
	b->mark = mem_grow("seen items", b->mark, &b->cap_marks, total,
	    sizeof *b->mark);
	leftout_each(left_out, users, n, c->n_items, set_mark, b);
}

static void
clear_marked(struct coarse_bench *b, size_t tile, size_t n_groups)
{
	for (size_t m = tile > 0 ? b->mark_end[tile - 1] : 0;
	    m < b->mark_end[tile]; m++) {
		const size_t slot = b->slot[b->mark[m] / COARSE_TILE];
		const size_t i = b->mark[m] % COARSE_TILE;

		if (slot != NOWHERE)
			b->above[slot * n_groups + i / DOT8_GROUP] &=
			    (uint16_t)~(1U << i % DOT8_GROUP);
	}
}

/* --- a tile --------------------------------------------------------------- */

/* The items of one row of bits: b->found; returns how many. */
static size_t
gather_found(const struct coarse *c, struct coarse_bench *b, size_t slot,
    size_t first, size_t n_groups, const uint32_t *group)
{
	const uint32_t user = b->user[b->row[slot]];
	const uint16_t *bits = b->above + slot * n_groups;
	size_t n = 0;

	for (size_t g = 0; g < n_groups; g += DOT8_GROUPS) {
		uint32_t both;

		memcpy(&both, bits + g, sizeof both);
		for (; both != 0; both &= both - 1) {
			const uint32_t item = c->item[first + g * DOT8_GROUP +
			    (size_t)__builtin_ctz(both)];

			__builtin_prefetch(c->v.items + item * c->v.k);
			b->found[n] = item;
			n += group == NULL || group[item] != group[user];
		}
	}
	return n;
}

static void
score_found(const struct coarse *c, struct coarse_bench *b, size_t slot,
    size_t n, const uint32_t *rank, struct sieve *sieve)
{
	const size_t row = b->row[slot];

	for (size_t i = 0; i < n; i++) {
		const uint32_t item = b->found[i];

		b->score[i] = b->level[row] + coarse_bias(c, item) +
		    vec_dot(b->p[row], c->v.items + item * c->v.k, c->v.k);
		b->rank[i] = rank[item];
	}
	sieve_scan(&sieve[row], b->score, b->rank, n);
	b->bar[slot] = sieve[row].bar;
}

/* What fills up the last tile is no item. */
static void
clear_behind(struct coarse_bench *b, size_t n, size_t n_groups)
{
	for (size_t slot = 0; slot < b->n; slot++)
		for (size_t i = n; i < n_groups * DOT8_GROUP; i++)
			b->above[slot * n_groups + i / DOT8_GROUP] &=
			    (uint16_t)~(1U << i % DOT8_GROUP);
}

static void
search_tile(const struct coarse *c, struct coarse_bench *b, size_t tile,
    const uint32_t *group, const uint32_t *rank, struct sieve *sieve)
{
	const size_t first = coarse_tile_first(tile);
	const size_t n = coarse_tile_end(c, tile) - first;
	const size_t n_groups = par_pieces(n, DOT8_GROUP * DOT8_GROUPS) *
	    DOT8_GROUPS;

	drop_done(c, b, &c->tile[tile]);
	set_bars(c, b, &c->tile[tile]);
	c->above(b->Y, c->X + first * c->D, c->D, par_pieces(b->n,
	    DOT8_ROWS) * DOT8_ROWS, n_groups, b->whole, b->above);
	clear_behind(b, n, n_groups);
	clear_marked(b, tile, n_groups);
	for (size_t slot = 0; slot < b->n; slot++) {
		const size_t found = gather_found(c, b, slot, first, n_groups,
		    group);

		if (found > 0)
			score_found(c, b, slot, found, rank, sieve);
	}
}

void
coarse_search(const struct coarse *c, struct coarse_bench *b,
    const uint32_t *users, size_t n,
    const struct csr *const left_out[LEFTOUT_KINDS], const uint32_t *group,
    const uint32_t *rank, struct sieve *sieve)
{
	assert(n <= COARSE_USERS);
	b->n = 0;
	for (size_t row = 0; row < n; row++)
		add_user(c, b, users[row], row, sieve[row].bar);
	mark_left_out(c, b, users, n, left_out);
	for (size_t t = 0; t < c->n_tiles && b->n > 0; t++)
		search_tile(c, b, t, group, rank, sieve);
}

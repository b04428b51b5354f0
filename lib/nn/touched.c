#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/vec.h"
#include "nn/touched.h"

enum {
	PIECE = 4096,		/* floats of a piece of rows, about */
	PARTS = 64,		/* of a table, at most */
	PART_LEAST = 2048,	/* touches that are worth a part */
	LINE = 16,		/* floats, or rows' places, of a cache line */
	AHEAD = 16		/* touches whose memory is called for before */
};

#define NONE UINT32_MAX

struct touch {
	uint32_t row;
	float scale;		/* of one column: the gradient */
	const float *g;
};

/*
 * Touches stand by part, and within a part as they are numbered through all
 * shards.  The rows that a part touched stand where its touches begin: each
 * with the chain of its touches or, of one column, with their sum.
 */
struct touched_table {
	const struct param *p;
	size_t most;		/* touches */
	size_t n_parts, per_piece;
	size_t first_part;	/* of the table among all */
	size_t first_float;	/* the same of touched_floats() */
	uint32_t *place;	/* (p->rows) a row's in its part, or NONE */
	struct touch *touch;	/* (most) */
	uint32_t *next;		/* (most) in the part, or NONE */
	/* (most) by row that was touched */
	uint32_t *row, *first, *last;
	float *sum;
	size_t *start;		/* (shards + 1) touches of shards before */
	size_t *at;		/* (shards, parts) where in `touch` */
};

/* A part's touches, and how many rows came of them. */
struct part {
	struct touched_table *table;
	size_t from, to, n;
};

struct piece {
	uint32_t part, from;
};

struct touched {
	struct touched_table *table;	/* (n_tables) */
	size_t n_tables;
	struct part *part;		/* (n_parts) */
	size_t n_parts, floats, widest;
	struct piece *piece;		/* (n_pieces of cap_pieces) */
	size_t n_pieces, cap_pieces;
	struct shard *const *shards;	/* of the batch */
	size_t n_shards, most_shards;
};

static void
table_init(struct touched_table *t, const struct param *p, size_t touches,
    size_t n_shards)
{
	assert(touches < NONE);
	t->p = p;
	t->most = touches;
	t->n_parts = touches / PART_LEAST < 1 ? 1 :
	    touches / PART_LEAST > PARTS ? PARTS : touches / PART_LEAST;
	t->per_piece = p->cols < PIECE ? PIECE / p->cols : 1;
	t->place = mem_array("gradients", p->rows, sizeof *t->place);
	memset(t->place, 0xff, p->rows * sizeof *t->place);
	t->touch = mem_array("gradients", touches, sizeof *t->touch);
	t->row = mem_array("gradients", touches, sizeof(uint32_t));
	if (p->cols == 1) {
		t->sum = mem_array("gradients", touches, sizeof(float));
	} else {
		t->next = mem_array("gradients", touches, sizeof(uint32_t));
		t->first = mem_array("gradients", touches, sizeof(uint32_t));
		t->last = mem_array("gradients", touches, sizeof(uint32_t));
	}
	t->start = mem_array("gradients", n_shards + 1, sizeof(size_t));
	t->at = mem_array("gradients", n_shards * t->n_parts, sizeof(size_t));
}

static void
table_release(struct touched_table *t)
{
	free(t->place);
	free(t->touch);
	free(t->next);
	free(t->row);
	free(t->first);
	free(t->last);
	free(t->sum);
	free(t->start);
	free(t->at);
}

struct touched *
touched_new(const struct plan *plan, const struct params *ps, size_t n_shards)
{
	struct touched *t = mem_array("gradients", 1, sizeof *t);

	t->most_shards = n_shards;
	t->table = mem_array("gradients", ps->n_sparse, sizeof *t->table);
	for (size_t i = 0; i < ps->n; i++) {
		const struct param *p = ps->p[i];

		if (p->spec.frozen || !p->spec.sparse)
			continue;
		table_init(&t->table[t->n_tables], p,
		    plan->touches[p->number_sparse] * n_shards, n_shards);
		t->table[t->n_tables].first_part = t->n_parts;
		t->table[t->n_tables].first_float = t->floats;
		t->floats += t->table[t->n_tables].most * p->cols;
		if (p->cols > t->widest)
			t->widest = p->cols;
		t->n_parts += t->table[t->n_tables++].n_parts;
	}
	t->part = mem_array("gradients", t->n_parts, sizeof *t->part);
	for (size_t i = 0, k = 0; i < t->n_tables; i++)
		for (size_t j = 0; j < t->table[i].n_parts; j++)
			t->part[k++].table = &t->table[i];
	return t;
}

void
touched_free(struct touched *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n_tables; i++)
		table_release(&t->table[i]);
	free(t->table);
	free(t->part);
	free(t->piece);
	free(t);
}

size_t
touched_bytes(const struct touched *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_tables; i++)
		n += t->table[i].p->rows * sizeof(uint32_t) +
		    t->table[i].most * (sizeof(struct touch) +
		    (t->table[i].p->cols == 1 ? 2 : 4) * sizeof(uint32_t));
	return n;
}

size_t
touched_floats(const struct touched *t)
{
	return t->floats;
}

size_t
touched_most(const struct touched *t)
{
	return t->widest > PIECE ? t->widest : PIECE;
}

/* The part of a row: rows whose places share a cache line are together. */
static size_t
part_of(const struct touched_table *t, uint32_t row)
{
	const uint32_t hash = (row / LINE) * 0x9e3779b1u;

	return (size_t)((uint64_t)hash * t->n_parts >> 32);
}

static const struct touches *
touches_of(const struct touched *t, const struct touched_table *table,
    size_t shard)
{
	return &t->shards[shard]->touches[table->p->number_sparse];
}

/* 1: how many touches of a shard fall into each part of a table. */
static void
count_parts(void *arg, size_t i, size_t worker)
{
	struct touched *t = arg;
	const size_t s = i % t->n_shards;
	struct touched_table *table = &t->table[i / t->n_shards];
	const struct touches *touches = touches_of(t, table, s);
	size_t *at = table->at + s * table->n_parts;

	(void)worker;
	memset(at, 0, table->n_parts * sizeof *at);
	for (size_t k = 0; k < touches->n; k++)
		at[part_of(table, touches->row[k])]++;
}

/* 2: where in the part those of each shard begin. */
static void
place_parts(struct touched *t, struct touched_table *table)
{
	size_t at = 0;

	for (size_t j = 0; j < table->n_parts; j++) {
		struct part *part = &t->part[table->first_part + j];

		part->from = at;
		for (size_t s = 0; s < t->n_shards; s++) {
			size_t *from = &table->at[s * table->n_parts + j];
			const size_t n = *from;

			*from = at;
			at += n;
		}
		part->to = at;
	}
}

/* 3: the touches of a shard, put there. */
static void
order_touches(void *arg, size_t i, size_t worker)
{
	struct touched *t = arg;
	const size_t s = i % t->n_shards;
	struct touched_table *table = &t->table[i / t->n_shards];
	const struct touches *touches = touches_of(t, table, s);
	const int narrow = table->p->cols == 1;
	size_t *at = table->at + s * table->n_parts;

	(void)worker;
	for (size_t k = 0; k < touches->n; k++) {
		const uint32_t row = touches->row[k];
		const float *g = touches->g[k], scale = touches->scale[k];

		table->touch[at[part_of(table, row)]++] = (struct touch){ row,
			narrow ? scale * *g : scale, g };
	}
}

/* 4: the rows of a part with the chain of touches of each, or their sum. */
static size_t
find_chains(struct touched_table *t, const struct part *part)
{
	const struct touch *touch = t->touch + part->from;
	uint32_t *row = t->row + part->from, *first = t->first + part->from;
	uint32_t *last = t->last + part->from, *next = t->next + part->from;
	const uint32_t n = (uint32_t)(part->to - part->from);
	uint32_t n_rows = 0;

	for (uint32_t k = 0; k < n; k++) {
		uint32_t *place = &t->place[touch[k].row];

		if (k + AHEAD < n)
			__builtin_prefetch(&t->place[touch[k + AHEAD].row], 1);
		next[k] = NONE;
		if (*place == NONE) {
			*place = n_rows;
			row[n_rows] = touch[k].row;
			first[n_rows++] = k;
		} else {
			next[last[*place]] = k;
		}
		last[*place] = k;
	}
	return n_rows;
}

static size_t
find_sums(struct touched_table *t, const struct part *part)
{
	const struct touch *touch = t->touch + part->from;
	uint32_t *row = t->row + part->from;
	float *sum = t->sum + part->from;
	const size_t n = part->to - part->from;
	uint32_t n_rows = 0;

	for (size_t k = 0; k < n; k++) {
		uint32_t *place = &t->place[touch[k].row];

		if (k + AHEAD < n)
			__builtin_prefetch(&t->place[touch[k + AHEAD].row], 1);
		if (*place == NONE) {
			*place = n_rows;
			row[n_rows] = touch[k].row;
			sum[n_rows++] = touch[k].scale;
		} else {
			sum[*place] += touch[k].scale;
		}
	}
	return n_rows;
}

static void
find_rows(void *arg, size_t i, size_t worker)
{
	struct part *part = &((struct touched *)arg)->part[i];
	struct touched_table *t = part->table;
	const uint32_t *row = t->row + part->from;

	(void)worker;
	part->n = t->p->cols == 1 ? find_sums(t, part) : find_chains(t, part);
	for (size_t k = 0; k < part->n; k++)
		t->place[row[k]] = NONE;
}

/* 5: pieces of work. */
static void
cut(struct touched *t)
{
	t->n_pieces = 0;
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct part *part = &t->part[i];
		const size_t step = part->table->per_piece;

		t->piece = mem_grow("gradients", t->piece, &t->cap_pieces,
		    t->n_pieces + par_pieces(part->n, step),
		    sizeof *t->piece);
		for (size_t from = 0; from < part->n; from += step)
			t->piece[t->n_pieces++] = (struct piece){
				(uint32_t)i, (uint32_t)from };
	}
}

void
touched_find(struct touched *t, struct shard *const *shards, size_t n)
{
	assert(n <= t->most_shards);
	t->shards = shards;
	t->n_shards = n;
	for (size_t i = 0; i < t->n_tables; i++) {
		struct touched_table *table = &t->table[i];

		for (size_t s = 0; s < n; s++)
			table->start[s + 1] = table->start[s] +
			    touches_of(t, table, s)->n;
	}
	par_for(t->n_tables * n, count_parts, t);
	for (size_t i = 0; i < t->n_tables; i++)
		place_parts(t, &t->table[i]);
	par_for(t->n_tables * n, order_touches, t);
	par_for(t->n_parts, find_rows, t);
	cut(t);
}

size_t
touched_pieces(const struct touched *t)
{
	return t->n_pieces;
}

struct touched_rows
touched_rows(const struct touched *t, size_t piece)
{
	const struct piece *p = &t->piece[piece];
	const struct part *part = &t->part[p->part];
	const struct touched_table *table = part->table;
	const size_t at = part->from + p->from, left = part->n - p->from;

	return (struct touched_rows){ .p = table->p, .row = table->row + at,
		.n = left < table->per_piece ? left : table->per_piece,
		.at = table->first_float + at * table->p->cols,
		.table = table, .part_from = part->from, .first = at };
}

/* g (n, cols) <- the sums of chains of touches, which begin at first (n). */
VEC_CLONES static void
add_chains(const struct touch *restrict touch, const uint32_t *restrict next,
    const uint32_t *restrict first, size_t n, size_t cols, float factor,
    float *restrict g)
{
	for (size_t k = 0; k < n; k++, g += cols) {
		const struct touch *t = &touch[first[k]];
		float scale = t->scale * factor;

		for (size_t c = 0; k + AHEAD < n && c < cols; c += LINE)
			__builtin_prefetch(touch[first[k + AHEAD]].g + c);
		for (size_t c = 0; c < cols; c++)
			g[c] = scale * t->g[c];
		for (uint32_t i = next[first[k]]; i != NONE; i = next[i]) {
			t = &touch[i];
			scale = t->scale * factor;
			for (size_t c = 0; c < cols; c++)
				g[c] += scale * t->g[c];
		}
	}
}

void
touched_gradient(const struct touched_rows *r, float factor, float *g)
{
	const struct touched_table *t = r->table;

	if (r->p->cols == 1)
		for (size_t k = 0; k < r->n; k++)
			g[k] = t->sum[r->first + k] * factor;
	else
		add_chains(t->touch + r->part_from, t->next + r->part_from,
		    t->first + r->first, r->n, r->p->cols, factor, g);
}

void
touched_times(const struct touched_rows *r, float factor, float *times)
{
	const struct touched_table *t = r->table;
	const uint32_t *next = t->next + r->part_from;

	assert(r->p->cols > 1);
	for (size_t k = 0; k < r->n; k++) {
		uint32_t n = 0;

		for (uint32_t i = t->first[r->first + k]; i != NONE;
		    i = next[i])
			n++;
		times[k] = factor * (float)n;
	}
}

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
	LINE_SHIFT = 4		/* 2^4 rows' places are a cache line */
};

#define NONE UINT32_MAX

/*
 * Touches are numbered through all shards; `order` has their numbers by part,
 * and within a part as they are.  The rows that a part touched stand where its
 * touches begin, each with the chain of its touches.
 */
struct touched_table {
	const struct param *p;
	size_t most;		/* touches */
	size_t n_parts, per_piece;
	size_t first_part;	/* of the table among all */
	size_t first_float;	/* the same of touched_floats() */
	uint32_t *place;	/* (p->rows) a row's in its part, or NONE */
	/* (most) by touch */
	uint32_t *touch_row, *order, *next;
	float *scale;
	const float **g;
	/* (most) by row that was touched */
	uint32_t *row, *first, *last;
	size_t *start;		/* (shards + 1) touches of shards before */
	size_t *at;		/* (shards, parts) in `order` */
};

/* A part's touches in `order`, and how many rows came of them. */
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
	size_t n_parts, floats;
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
	t->touch_row = mem_array("gradients", touches, sizeof(uint32_t));
	t->order = mem_array("gradients", touches, sizeof(uint32_t));
	t->next = mem_array("gradients", touches, sizeof(uint32_t));
	t->scale = mem_array("gradients", touches, sizeof(float));
	t->g = mem_array("gradients", touches, sizeof(float *));
	t->row = mem_array("gradients", touches, sizeof(uint32_t));
	t->first = mem_array("gradients", touches, sizeof(uint32_t));
	t->last = mem_array("gradients", touches, sizeof(uint32_t));
	t->start = mem_array("gradients", n_shards + 1, sizeof(size_t));
	t->at = mem_array("gradients", n_shards * t->n_parts, sizeof(size_t));
}

static void
table_release(struct touched_table *t)
{
	free(t->place);
	free(t->touch_row);
	free(t->order);
	free(t->next);
	free(t->scale);
	free(t->g);
	free(t->row);
	free(t->first);
	free(t->last);
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
		    t->table[i].most * (6 * sizeof(uint32_t) + sizeof(float) +
		    sizeof(float *));
	return n;
}

size_t
touched_floats(const struct touched *t)
{
	return t->floats;
}

/* The part of a row: rows whose places share a cache line are together. */
static size_t
part_of(const struct touched_table *t, uint32_t row)
{
	const uint32_t hash = (row >> LINE_SHIFT) * 0x9e3779b1u;

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
	const size_t start = table->start[s];

	(void)worker;
	memset(at, 0, table->n_parts * sizeof *at);
	for (size_t k = 0; k < touches->n; k++)
		at[part_of(table, touches->row[k])]++;
	memcpy(table->touch_row + start, touches->row,
	    touches->n * sizeof *touches->row);
	memcpy(table->scale + start, touches->scale,
	    touches->n * sizeof *touches->scale);
	memcpy(table->g + start, touches->g, touches->n * sizeof(float *));
}

/* 2: where in the order those of each shard begin. */
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

/* 3: the touches of a shard, put in order. */
static void
order_touches(void *arg, size_t i, size_t worker)
{
	struct touched *t = arg;
	const size_t s = i % t->n_shards;
	struct touched_table *table = &t->table[i / t->n_shards];
	size_t *at = table->at + s * table->n_parts;

	(void)worker;
	for (size_t k = table->start[s]; k < table->start[s + 1]; k++)
		table->order[at[part_of(table, table->touch_row[k])]++] =
		    (uint32_t)k;
}

/* 4: the rows of a part, and the chain of touches of each. */
static void
find_rows(void *arg, size_t i, size_t worker)
{
	struct part *part = &((struct touched *)arg)->part[i];
	struct touched_table *t = part->table;
	uint32_t *row = t->row + part->from, *first = t->first + part->from;
	uint32_t *last = t->last + part->from;

	(void)worker;
	part->n = 0;
	for (size_t k = part->from; k < part->to; k++) {
		const uint32_t touch = t->order[k];
		uint32_t *place = &t->place[t->touch_row[touch]];

		t->next[touch] = NONE;
		if (*place == NONE) {
			*place = (uint32_t)part->n++;
			row[*place] = t->touch_row[touch];
			first[*place] = touch;
		} else {
			t->next[last[*place]] = touch;
		}
		last[*place] = touch;
	}
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
		.table = table, .first = table->first + at };
}

static int
is_not_one(float x)
{
	return x < 1 || x > 1;
}

const float *
touched_gradient(const struct touched_rows *r, size_t k, float factor,
    float *sum)
{
	const struct touched_table *t = r->table;
	uint32_t i = r->first[k];

	if (t->next[i] == NONE && !is_not_one(t->scale[i] * factor))
		return t->g[i];
	memset(sum, 0, r->p->cols * sizeof *sum);
	for (; i != NONE; i = t->next[i])
		vec_axpy(t->scale[i] * factor, t->g[i], sum, r->p->cols);
	return sum;
}

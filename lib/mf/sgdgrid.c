/* sgdgrid.c -- the grid of sgd.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "mf/sgd.h"

enum {
	BLOCK_RATINGS = 1024,	/* in a block, about, at least */
	TOGETHER = 16,		/* users whose ratings are mixed */
	SIDE = 16,		/* blocks on a side, at most, unless */
	COLUMN_BYTES = 1 << 20	/* a column's items take more: the second
				 * cache should hold them */
};

/* 0 .. n - 1 in random order. */
static uint32_t *
random_order(size_t n, uint64_t seed, const char *purpose)
{
	uint32_t *order = mem_array("the grid", n, sizeof *order);
	struct rng r;

	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	rng_init(&r, seed, rng_stream(purpose, 0));
	rng_shuffle(&r, order, (uint32_t)n);
	return order;
}

/* part[i] <- which of `side` parts of that order, of the same size, i is in. */
static uint32_t *
parts_of(const uint32_t *order, size_t n, size_t side)
{
	uint32_t *part = mem_array("the grid", n, sizeof *part);

	for (size_t i = 0; i < n; i++)
		part[order[i]] = (uint32_t)(i * side / n);
	return part;
}

/*
 * The fewer columns, the more ratings a user has in each block, and the less
 * often the user's factors come from memory.
 */
static size_t
side_for(const struct csr *m, size_t k)
{
	const size_t columns = m->cols * k * sizeof(float) / COLUMN_BYTES + 1;
	const size_t most = columns < SIDE ? SIDE : columns;
	size_t side = (size_t)sqrt((double)csr_count(m) / BLOCK_RATINGS);

	side = side > most ? most : side;
	side = side > SGD_SIDE_MAX ? SGD_SIDE_MAX : side;
	side = side > m->rows ? m->rows : side;
	side = side > m->cols ? m->cols : side;
	return side < 1 ? 1 : side;
}

/* The end of the ratings of TOGETHER users, from where one begins. */
static uint64_t
end_of_users(const struct sgd_pair *x, uint64_t from, uint64_t n)
{
	uint64_t to = from + 1;

	for (size_t users = 1; to < n; to++)
		if (x[to].user != x[to - 1].user && ++users > TOGETHER)
			break;
	return to;
}

static void
swap(struct sgd_grid *g, uint64_t i, uint64_t j)
{
	const struct sgd_pair pair = g->pair[i];

	g->pair[i] = g->pair[j];
	g->pair[j] = pair;
	if (g->rating != NULL) {
		const float rating = g->rating[i];

		g->rating[i] = g->rating[j];
		g->rating[j] = rating;
	}
}

/*
 * Random order (Fisher-Yates) of the ratings of some users at a time, in a
 * block where each user's lie together.  The factors of these users stay in
 * the first cache; those of one alone would have each step wait for the last.
 */
static void
shuffle(struct sgd_grid *g, uint64_t seed, size_t block)
{
	const uint64_t end = g->block[block + 1];
	struct rng r;

	rng_init(&r, seed, rng_stream("sgd.order", block));
	for (uint64_t from = g->block[block], to; from < end; from = to) {
		to = end_of_users(g->pair, from, end);
		for (uint64_t i = to - from; i > 1; i--)
			swap(g, from + i - 1, from + rng_u64(&r) % i);
	}
}

/* A counting sort of the ratings by block; within one, users are in `order`. */
static void
fill(struct sgd_grid *g, const struct csr *m, const uint32_t *order,
    const uint32_t *user_part, const uint32_t *item_part)
{
	const size_t n = g->side * g->side;
	uint64_t *at = mem_array("the grid", n + 1, sizeof *at);

	for (size_t u = 0; u < m->rows; u++)
		for (uint64_t i = m->indptr[u]; i < m->indptr[u + 1]; i++)
			g->block[user_part[u] * g->side +
			    item_part[m->indices[i]] + 1]++;
	for (size_t b = 0; b < n; b++)
		g->block[b + 1] += g->block[b];
	memcpy(at, g->block, (n + 1) * sizeof *at);
	for (size_t p = 0; p < m->rows; p++) {
		const uint32_t u = order[p];

		for (uint64_t i = m->indptr[u]; i < m->indptr[u + 1]; i++) {
			const uint64_t to = at[user_part[u] * g->side +
			    item_part[m->indices[i]]]++;

			g->pair[to] = (struct sgd_pair){ u, m->indices[i] };
			if (g->rating != NULL)
				g->rating[to] = m->values[i];
		}
	}
	free(at);
}

/* Items by column. */
static void
list_items(struct sgd_grid *g, const uint32_t *part, size_t n)
{
	uint32_t *at = mem_array("the grid", g->side + 1, sizeof *at);

	g->items = mem_array("the grid", n, sizeof *g->items);
	g->column = mem_array("the grid", g->side + 1, sizeof *g->column);
	for (size_t i = 0; i < n; i++)
		g->column[part[i] + 1]++;
	for (size_t c = 0; c < g->side; c++)
		at[c + 1] = g->column[c + 1] += g->column[c];
	for (size_t i = 0; i < n; i++)
		g->items[at[part[i]]++] = (uint32_t)i;
	free(at);
}

void
sgd_grid_init(struct sgd_grid *g, const struct csr *ratings, size_t k,
    uint64_t seed)
{
	const size_t side = side_for(ratings, k);
	uint32_t *users = random_order(ratings->rows, seed, "sgd.users");
	uint32_t *items = random_order(ratings->cols, seed, "sgd.items");
	uint32_t *user_part = parts_of(users, ratings->rows, side);
	uint32_t *item_part = parts_of(items, ratings->cols, side);

	g->side = side;
	g->pair = mem_array("the grid", csr_count(ratings), sizeof *g->pair);
	g->rating = ratings->values == NULL ? NULL : mem_array("the grid",
	    csr_count(ratings), sizeof *g->rating);
	g->block = mem_array("the grid", side * side + 1, sizeof *g->block);
	fill(g, ratings, users, user_part, item_part);
	list_items(g, item_part, ratings->cols);
	for (size_t b = 0; b < side * side; b++)
		shuffle(g, seed, b);
	free(users);
	free(items);
	free(user_part);
	free(item_part);
}

double
sgd_grid_bytes(const struct sgd_grid *g)
{
	const size_t pair = sizeof *g->pair + (g->rating != NULL ?
	    sizeof *g->rating : 0);

	return (double)g->block[g->side * g->side] * (double)pair;
}

void
sgd_grid_release(struct sgd_grid *g)
{
	free(g->pair);
	free(g->rating);
	free(g->block);
	free(g->items);
	free(g->column);
}

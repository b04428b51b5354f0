#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/vec.h"
#include "rank/coarseindex.h"

enum { PIECE = 4096 };	/* items of a piece of work */

/* --- vectors -------------------------------------------------------------- */

/* x (dims), before the mean is taken off. */
static void
raw_item(const struct coarse *c, uint32_t item, float *x)
{
	memcpy(x, c->v.items + item * c->v.k, c->v.k * sizeof *x);
	if (c->has_bias)
		x[c->v.k] = (float)(coarse_bias(c, item) / c->unit);
}

static void
item_vector(const struct coarse *c, uint32_t item, float *x)
{
	raw_item(c, item, x);
	vec_axpy(-1, c->mean, x, c->dims);
}

float
coarse_largest(const float *x, size_t n)
{
	float most = 0;

	for (size_t p = 0; p < n; p++)
		most = fabsf(x[p]) > most ? fabsf(x[p]) : most;
	return most;
}

float
coarse_length(const float *x, size_t n)
{
	return (float)sqrt(vec_square_sum(x, n));
}

float
coarse_step(float most)
{
	return most > FLT_MIN * DOT8_MAX ? most / DOT8_MAX : 1;
}

float
coarse_round(float *x, size_t n, float step, int8_t *X)
{
	double square = 0;

	for (size_t p = 0; p < n; p++) {
		const float whole = rintf(x[p] / step);
		const float near = whole > DOT8_MAX ? DOT8_MAX :
		    whole < -DOT8_MAX ? -DOT8_MAX : whole;

		X[p] = (int8_t)near;
		x[p] -= near * step;
		square += (double)near * (double)near;
	}
	return (float)sqrt(square) * step;
}

/* --- the index ------------------------------------------------------------ */

struct building {
	struct coarse *c;
	float *length;		/* (n_items) |x|, or NAN: not to be found */
	double *sums;		/* (pieces, dims) */
	size_t *counts;		/* (pieces) */
};

static int
is_finite(const struct coarse *c, uint32_t item)
{
	const float *q = c->v.items + item * c->v.k;
	int finite = isfinite(coarse_bias(c, item));

	for (size_t p = 0; p < c->v.k; p++)
		finite &= isfinite(q[p]) != 0;
	return finite;
}

static void
add_piece(void *arg, size_t piece, size_t worker)
{
	struct building *job = arg;
	struct coarse *c = job->c;
	const size_t from = piece * PIECE;
	float *x = mem_array("vectors", c->dims, sizeof *x);

	(void)worker;
	for (size_t i = from; i < from + PIECE && i < c->n_items; i++) {
		if (!is_finite(c, (uint32_t)i))
			continue;
		raw_item(c, (uint32_t)i, x);
		for (size_t p = 0; p < c->dims; p++)
			job->sums[piece * c->dims + p] += (double)x[p];
		job->counts[piece]++;
	}
	free(x);
}

/* m, and how many items there are. */
static void
find_mean(struct building *job)
{
	struct coarse *c = job->c;
	const size_t pieces = par_pieces(c->n_items, PIECE);

	job->sums = mem_array("vectors", pieces, c->dims * sizeof *job->sums);
	job->counts = mem_array("vectors", pieces, sizeof *job->counts);
	par_for(pieces, add_piece, job);
	for (size_t i = 0; i < pieces; i++)
		c->n += job->counts[i];
	for (size_t p = 0; p < c->dims; p++) {
		double sum = 0;

		for (size_t i = 0; i < pieces; i++)
			sum += job->sums[i * c->dims + p];
		c->mean[p] = c->n > 0 ? (float)(sum / (double)c->n) : 0;
	}
	c->mean_length = coarse_length(c->mean, c->dims);
	free(job->sums);
	free(job->counts);
}

static void
measure_piece(void *arg, size_t piece, size_t worker)
{
	struct building *job = arg;
	struct coarse *c = job->c;
	const size_t from = piece * PIECE;
	float *x = mem_array("vectors", c->dims, sizeof *x);

	(void)worker;
	for (size_t i = from; i < from + PIECE && i < c->n_items; i++) {
		job->length[i] = NAN;
		if (!is_finite(c, (uint32_t)i))
			continue;
		item_vector(c, (uint32_t)i, x);
		job->length[i] = coarse_length(x, c->dims);
	}
	free(x);
}

/* The order of lengths, which are not negative, is that of their bits. */
static int
longer_first(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x < y) - (x > y);
}

static void
sort_items(struct building *job)
{
	struct coarse *c = job->c;
	uint64_t *key = mem_array("order of items", c->n, sizeof *key);
	size_t n = 0;

	for (uint32_t i = 0; i < c->n_items; i++) {
		uint32_t bits;

		c->place[i] = UINT32_MAX;
		if (isnan(job->length[i]))
			continue;
		memcpy(&bits, &job->length[i], sizeof bits);
		key[n++] = (uint64_t)bits << 32 | (UINT32_MAX - i);
	}
	assert(n == c->n);
	qsort(key, n, sizeof *key, longer_first);
	for (uint32_t at = 0; at < n; at++) {
		c->item[at] = UINT32_MAX - (uint32_t)key[at];
		c->place[c->item[at]] = at;
	}
	free(key);
}

static void
round_tile(void *arg, size_t t, size_t worker)
{
	struct coarse *c = ((struct building *)arg)->c;
	const size_t first = coarse_tile_first(t);
	const size_t end = coarse_tile_end(c, t);
	float *x = mem_array("vectors", c->dims, sizeof *x), most = 0;
	int8_t *X = mem_array("vectors", c->dims, 1);
	struct coarse_tile tile = { .step = 1 };

	(void)worker;
	for (size_t at = first; at < end; at++) {
		item_vector(c, c->item[at], x);
		most = fmaxf(most, coarse_largest(x, c->dims));
		tile.longest = fmaxf(tile.longest, coarse_length(x, c->dims));
	}
	tile.step = coarse_step(most);
	for (size_t at = first; at < end; at++) {
		item_vector(c, c->item[at], x);
		tile.rounded = fmaxf(tile.rounded, coarse_round(x, c->dims,
		    tile.step, X));
		tile.error = fmaxf(tile.error, coarse_length(x, c->dims));
		dot8_put(c->X, c->D, at, X, c->dims);
	}
	c->tile[t] = tile;
	free(x);
	free(X);
}

/* The unit of biases in which they are about as large as factors. */
static double
unit_of(const struct coarse *c)
{
	double biases = 0, factors = 0;

	for (uint32_t i = 0; i < c->n_items; i++) {
		if (!is_finite(c, i))
			continue;
		biases = fmax(biases, fabs((double)coarse_bias(c, i)));
		factors = fmax(factors, (double)coarse_largest(c->v.items +
		    i * c->v.k, c->v.k));
	}
	return biases > 0 && factors > 0 ? biases / factors : 1;
}

struct coarse *
coarse_new(const struct scorer *s, const float *adjust)
{
	struct coarse *c = mem_array("an index of items", 1, sizeof *c);
	struct building job = { .c = c };

	c->scorer = s;
	c->adjust = adjust;
	c->above = dot8_kernel();
	s->ops->vectors(s, &c->v);
	c->n_items = scorer_items(s);
	c->has_bias = c->v.item_bias != NULL || adjust != NULL;
	c->dims = c->v.k + (size_t)c->has_bias;
	c->D = dot8_width(c->dims);
	c->unit = c->has_bias ? unit_of(c) : 1;
	c->mean = mem_array("an index of items", c->dims, sizeof *c->mean);
	find_mean(&job);
	job.length = mem_array("an index of items", c->n_items,
	    sizeof *job.length);
	par_for(par_pieces(c->n_items, PIECE), measure_piece, &job);
	c->item = mem_array("an index of items", c->n, sizeof *c->item);
	c->place = mem_array("an index of items", c->n_items,
	    sizeof *c->place);
	sort_items(&job);
	free(job.length);
	c->n_tiles = c->n > 0 ? coarse_tile_of(c->n - 1) + 1 : 0;
	c->tile = mem_array("an index of items", c->n_tiles, sizeof *c->tile);
	/* whole tiles: what fills up is 0 */
	c->X = mem_array("an index of items", coarse_tile_first(c->n_tiles),
	    c->D);
	par_for(c->n_tiles, round_tile, &job);
	return c;
}

size_t
coarse_bytes(const struct coarse *c)
{
	return c->n * (c->D * sizeof *c->X + sizeof *c->item) +
	    c->n_items * sizeof *c->place + c->n_tiles * sizeof *c->tile;
}

void
coarse_free(struct coarse *c)
{
	if (c == NULL)
		return;
	free(c->mean);
	free(c->item);
	free(c->place);
	free(c->X);
	free(c->tile);
	free(c);
}

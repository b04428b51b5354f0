#ifndef SRS_COARSEINDEX_H
#define SRS_COARSEINDEX_H

/* coarseindex.h -- what coarse.c makes and coarsesearch.c looks into. */

#include <stddef.h>
#include <stdint.h>

#include "base/par.h"
#include "linalg/dot8.h"
#include "rank/coarse.h"

enum {
	COARSE_FIRST = 128,	/* items of the first tile: bars rise early */
	COARSE_TILE = 1024,	/* and of those behind the first 1024 */
	COARSE_SMALL = 4	/* tiles before these: 128, 128, 256, 512 */
};

struct coarse_tile {
	float step;		/* s */
	float error;		/* max |x - s X| */
	float rounded;		/* max |s X| */
	float longest;		/* max |x| */
};

struct coarse {
	const struct scorer *scorer;
	const float *adjust;
	struct scorer_vectors v;
	dot8_above *above;
	size_t dims, D;		/* of x; with what dot8.h adds */
	int has_bias;		/* or adjust: x has one number more */
	double unit;		/* c */
	float *mean;		/* (dims) m */
	float mean_length;
	size_t n_items, n;	/* all of them; those that can be found */
	uint32_t *item;		/* (n) the longest first */
	uint32_t *place;	/* (n_items) there, or UINT32_MAX */
	int8_t *X;		/* (n, D) as dot8.h has it */
	struct coarse_tile *tile;	/* (n_tiles) */
	size_t n_tiles;
};

static inline size_t
coarse_tile_of(size_t place)
{
	size_t t = 0;

	if (place >= COARSE_TILE)
		return place / COARSE_TILE + COARSE_SMALL - 1;
	for (place /= COARSE_FIRST; place > 0; place /= 2)
		t++;
	return t;
}

static inline size_t
coarse_tile_first(size_t t)
{
	if (t == 0)
		return 0;
	return t < COARSE_SMALL ? (size_t)COARSE_FIRST << (t - 1) :
	    (t - COARSE_SMALL + 1) * COARSE_TILE;
}

static inline size_t
coarse_tile_end(const struct coarse *c, size_t t)
{
	const size_t end = coarse_tile_first(t + 1);

	return end < c->n ? end : c->n;
}

/* Of x (n): X (n) <- x / step, rounded; x <- what is missing; returns
 * |step X|. */
float coarse_round(float *x, size_t n, float step, int8_t *X);

/* The step in which the largest of x (n) is 127. */
float coarse_step(float largest);
float coarse_largest(const float *x, size_t n);
float coarse_length(const float *x, size_t n);

/* bias_i + adjust_i */
static inline float
coarse_bias(const struct coarse *c, uint32_t item)
{
	return (c->v.item_bias != NULL ? c->v.item_bias[item] : 0) +
	    (c->adjust != NULL ? c->adjust[item] : 0);
}

#endif

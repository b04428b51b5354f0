#include <string.h>

#include "linalg/vec.h"
#include "nn/kernelfields.h"

enum { LINE = 16, WIDTH = 4 };	/* floats of a cache line, of a `four` */

typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

static inline __attribute__((always_inline)) void
fetch(const struct field_pairs *p, size_t e)
{
	const size_t width = p->slots * p->d;
	const float *row = p->table + p->id[e] * width;

	for (size_t c = 0; c < width; c += LINE)
		__builtin_prefetch(row + c);
}

/* x . y, and gx += u y, gy += v x where they are wanted; d is a multiple of
 * WIDTH. */
static inline __attribute__((always_inline)) four
meet_fours(const float *x, const float *y, float *gx, float *gy, float u,
    float v, size_t d)
{
	four sum = { 0 };

	for (size_t c = 0; c < d; c += WIDTH) {
		const four a = *(const four *)(x + c);
		const four b = *(const four *)(y + c);

		sum += a * b;
		if (gx != NULL) {
			*(four *)(gx + c) += u * b;
			*(four *)(gy + c) += v * a;
		}
	}
	return sum;
}

static inline __attribute__((always_inline)) float
meet(const float *x, const float *y, float *gx, float *gy, float u, float v,
    size_t d)
{
	float sum = 0;

	for (size_t c = 0; c < d; c++) {
		sum += x[c] * y[c];
		if (gx != NULL) {
			gx[c] += u * y[c];
			gy[c] += v * x[c];
		}
	}
	return sum;
}

/* Entry e with all after it. */
static inline __attribute__((always_inline)) float
meet_others(const struct field_pairs *p, float *g, size_t e, size_t d)
{
	const size_t width = p->slots * d;
	const size_t field = p->slot[e] - p->first_slot;
	const float *row = p->table + p->id[e] * width;
	four fours = { 0 };
	float sum = 0;

	for (size_t f = e + 1; f < p->n; f++) {
		const size_t other = p->slot[f] - p->first_slot;
		const float *x = row + other * d;
		const float *y = p->table + p->id[f] * width + field * d;
		float *gx = g != NULL ? g + e * width + other * d : NULL;
		float *gy = g != NULL ? g + f * width + field * d : NULL;
		const float u = p->value[f], v = p->value[e];

		if (d % WIDTH == 0)
			fours += u * meet_fours(x, y, gx, gy, u, v, d);
		else
			sum += u * meet(x, y, gx, gy, u, v, d);
	}
	return p->value[e] * (sum + ((fours[0] + fours[1]) +
	    (fours[2] + fours[3])));
}

/* A copy is what no store of g can change. */
VEC_KERNEL(float, kernel_field_pairs, (const struct field_pairs *pairs,
    float *g), (pairs, g))
{
	const struct field_pairs p = *pairs;
	const size_t ahead = p.n > 0 ? (p.n_next + p.n - 1) / p.n : 0;
	float y = 0;

	if (g != NULL)
		memset(g, 0, p.n * p.slots * p.d * sizeof *g);
	for (size_t e = 0; e < p.n; e++) {
		for (size_t k = e * ahead; k < (e + 1) * ahead &&
		    k < p.n_next; k++)
			fetch(&p, p.n + k);
		y += p.d != WIDTH ? meet_others(&p, g, e, p.d) : g == NULL ?
		    meet_others(&p, NULL, e, WIDTH) :
		    meet_others(&p, g, e, WIDTH);
	}
	return y;
}

#include <string.h>

#include "linalg/vec.h"
#include "nn/kernelfm.h"

enum { LINE = 16, WIDTH = 8 };	/* floats of a cache line, of an `eight` */

typedef float eight __attribute__((vector_size(32), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

/* --- scores --------------------------------------------------------------- */

INLINE void
fetch(const struct fm_weights *m, uint32_t feature)
{
	__builtin_prefetch(m->w + feature);
	for (size_t c = 0; c < m->k; c += LINE)
		__builtin_prefetch(m->v + feature * m->k + c);
}

INLINE float
sum_of(const eight *x)
{
	return (((*x)[0] + (*x)[4]) + ((*x)[2] + (*x)[6])) +
	    (((*x)[1] + (*x)[5]) + ((*x)[3] + (*x)[7]));
}

/* k is known where this is compiled: s stays in registers. */
INLINE float
score_eights(const struct fm_weights *m, const uint32_t *feature,
    const float *value, size_t n, const uint32_t *next, size_t n_next,
    float *s, size_t k)
{
	eight sum[4] = { { 0 } }, squares = { 0 };
	float y = 0;

	for (size_t e = 0; e < n; e++) {
		const float x = value[e];
		const float *row = m->v + feature[e] * k;

		if (e < n_next)
			fetch(m, next[e]);
		y += x * m->w[feature[e]];
		for (size_t c = 0; c < k / WIDTH; c++) {
			const eight z = x * *(const eight *)(row + c * WIDTH);

			sum[c] += z;
			squares += z * z;
		}
	}
	squares = -squares;
	for (size_t c = 0; c < k / WIDTH; c++) {
		*(eight *)(s + c * WIDTH) = sum[c];
		squares += sum[c] * sum[c];
	}
	return y + sum_of(&squares) / 2;
}

/* Any k: s in memory, and what is left of eights one by one. */
INLINE float
score_any(const struct fm_weights *m, const uint32_t *feature,
    const float *value, size_t n, const uint32_t *next, size_t n_next,
    float *s)
{
	const size_t k = m->k, whole = k / WIDTH * WIDTH;
	eight squares = { 0 };
	float y = 0, rest = 0;

	memset(s, 0, k * sizeof *s);
	for (size_t e = 0; e < n; e++) {
		const float x = value[e];
		const size_t row = feature[e] * k;

		if (e < n_next)
			fetch(m, next[e]);
		y += x * m->w[feature[e]];
		for (size_t c = 0; c < whole; c += WIDTH) {
			const eight z = x * *(const eight *)(m->v + row + c);

			*(eight *)(s + c) += z;
			squares -= z * z;
		}
		for (size_t c = whole; c < k; c++) {
			const float z = x * m->v[row + c];

			s[c] += z;
			rest -= z * z;
		}
	}
	for (size_t c = 0; c < whole; c += WIDTH)
		squares += *(eight *)(s + c) * *(eight *)(s + c);
	for (size_t c = whole; c < k; c++)
		rest += s[c] * s[c];
	return y + (sum_of(&squares) + rest) / 2;
}

VEC_KERNEL(float, kernel_fm_score, (const struct fm_weights *m,
    const uint32_t *feature, const float *value, size_t n,
    const uint32_t *next, size_t n_next, float *s),
    (m, feature, value, n, next, n_next, s))
{
	switch (m->k) {
	case WIDTH: return score_eights(m, feature, value, n, next, n_next, s,
	    WIDTH);
	case 2 * WIDTH: return score_eights(m, feature, value, n, next, n_next,
	    s, 2 * WIDTH);
	case 4 * WIDTH: return score_eights(m, feature, value, n, next, n_next,
	    s, 4 * WIDTH);
	default: return score_any(m, feature, value, n, next, n_next, s);
	}
}

/* --- gradients ------------------------------------------------------------ */

INLINE void
add(const struct fm_sums *sums, const struct fm_entry *entry, size_t n,
    size_t k)
{
	const struct fm_sums to = *sums;	/* what no store can change */

	for (size_t e = 0; e < n; e++) {
		const size_t row = entry[e].row, example = entry[e].example;
		const float x = entry[e].value, dx = to.d[example] * x;
		const float *s = to.s + example * k;
		float *v = to.v + row * k;

		to.w[row] += dx;
		to.own[row] += to.penalty - dx * x;
		for (size_t c = 0; c + WIDTH <= k; c += WIDTH)
			*(eight *)(v + c) += dx * *(const eight *)(s + c);
		for (size_t c = k / WIDTH * WIDTH; c < k; c++)
			v[c] += dx * s[c];
	}
}

VEC_KERNEL(void, kernel_fm_add, (const struct fm_sums *to,
    const struct fm_entry *entry, size_t n), (to, entry, n))
{
	switch (to->k) {
	case 0:
		for (size_t e = 0; e < n; e++)
			to->w[entry[e].row] += to->d[entry[e].example] *
			    entry[e].value;
		break;
	case WIDTH: add(to, entry, n, WIDTH); break;
	case 2 * WIDTH: add(to, entry, n, 2 * WIDTH); break;
	default: add(to, entry, n, to->k);
	}
}

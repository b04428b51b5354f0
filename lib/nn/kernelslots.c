#include "linalg/vec.h"
#include "nn/kernelslots.h"

enum { AHEAD = 16, LINE = 16 };	/* entries; floats of a cache line */

VEC_KERNEL(void, kernel_lookup, (float *restrict x,
    const float *restrict table, const uint32_t *restrict id,
    const float *restrict value, size_t m, size_t d),
    (x, table, id, value, m, d))
{
	for (size_t e = 0; e < m; e++) {
		const float *restrict row = table + id[e] * d;
		const float v = value[e];

		for (size_t c = 0; e + AHEAD < m && c < d; c += LINE)
			__builtin_prefetch(table + id[e + AHEAD] * d + c);
		for (size_t c = 0; c < d; c++)
			x[e * d + c] = v * row[c];
	}
}

/* Compilers make of a plain loop a call of memcpy(), which takes longer than to
 * copy a short row. */
static inline void
copy_row(float *restrict to, const float *restrict from, size_t d)
{
	const size_t whole = d / 4 * 4;

	for (size_t c = 0; c < whole; c += 4) {
		const float a = from[c], b = from[c + 1];
		const float e = from[c + 2], f = from[c + 3];

		to[c] = a;
		to[c + 1] = b;
		to[c + 2] = e;
		to[c + 3] = f;
	}
	switch (d - whole) {
	case 3: to[whole + 2] = from[whole + 2];	/* fall through */
	case 2: to[whole + 1] = from[whole + 1];	/* fall through */
	case 1: to[whole] = from[whole];
	}
}

VEC_KERNEL(void, kernel_get_rows, (float *restrict x,
    const float *restrict table, const uint32_t *restrict row, size_t n,
    size_t d), (x, table, row, n, d))
{
	for (size_t k = 0; k < n; k++) {
		const float *restrict from = table + row[k] * d;

		for (size_t c = 0; k + AHEAD < n && c < d; c += LINE)
			__builtin_prefetch(table + row[k + AHEAD] * d + c, 1);
		copy_row(x + k * d, from, d);
	}
}

VEC_KERNEL(void, kernel_put_rows, (float *restrict table,
    const float *restrict x, const uint32_t *restrict row, size_t n,
    size_t d), (table, x, row, n, d))
{
	for (size_t k = 0; k < n; k++) {
		float *restrict to = table + row[k] * d;

		copy_row(to, x + k * d, d);
	}
}

VEC_KERNEL(void, kernel_sum_slots, (float *restrict y,
    const float *restrict x, const uint32_t *restrict slot, size_t group,
    size_t m, size_t d), (y, x, slot, group, m, d))
{
	for (size_t e = 0; e < m; e++) {
		float *restrict to = y + slot[e] / group * d;

		for (size_t c = 0; c < d; c++)
			to[c] += x[e * d + c];
	}
}

VEC_KERNEL(void, kernel_copy_slots, (float *restrict x,
    const float *restrict y, const uint32_t *restrict slot, size_t group,
    size_t m, size_t d), (x, y, slot, group, m, d))
{
	for (size_t e = 0; e < m; e++) {
		const float *restrict from = y + slot[e] / group * d;

		copy_row(x + e * d, from, d);
	}
}

VEC_KERNEL(void, kernel_rest_slots, (float *restrict dx,
    const float *restrict sum, const float *restrict x,
    const float *restrict dy, const uint32_t *restrict slot, size_t group,
    size_t m, size_t d), (dx, sum, x, dy, slot, group, m, d))
{
	for (size_t e = 0; e < m; e++) {
		const size_t r = slot[e] / group;
		const float *restrict s = sum + r * d;
		const float g = dy[r];

		for (size_t c = 0; c < d; c++)
			dx[e * d + c] = g * (s[c] - x[e * d + c]);
	}
}

#include "linalg/vec.h"
#include "nn/kernelslots.h"

enum {
	AHEAD = 16,		/* entries */
	LINE = 16,		/* floats of a cache line */
	WIDTH = 8		/* sums side by side */
};

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

static inline __attribute__((always_inline)) void
get_rows(float *restrict x, const float *restrict table,
    const uint32_t *restrict row, size_t n, size_t d)
{
	for (size_t k = 0; k < n; k++) {
		for (size_t c = 0; k + AHEAD < n && c < d; c += LINE)
			__builtin_prefetch(table + row[k + AHEAD] * d + c, 1);
		copy_row(x + k * d, table + row[k] * d, d);
	}
}

static inline __attribute__((always_inline)) void
put_rows(float *restrict table, const float *restrict x,
    const uint32_t *restrict row, size_t n, size_t d)
{
	for (size_t k = 0; k < n; k++)
		copy_row(table + row[k] * d, x + k * d, d);
}

/* Widths that are usual are known where this is compiled. */
VEC_KERNEL(void, kernel_get_rows, (float *restrict x,
    const float *restrict table, const uint32_t *restrict row, size_t n,
    size_t d), (x, table, row, n, d))
{
	switch (d) {
	case 1: get_rows(x, table, row, n, 1); break;
	case 8: get_rows(x, table, row, n, 8); break;
	case 16: get_rows(x, table, row, n, 16); break;
	default: get_rows(x, table, row, n, d);
	}
}

VEC_KERNEL(void, kernel_put_rows, (float *restrict table,
    const float *restrict x, const uint32_t *restrict row, size_t n,
    size_t d), (table, x, row, n, d))
{
	switch (d) {
	case 1: put_rows(table, x, row, n, 1); break;
	case 8: put_rows(table, x, row, n, 8); break;
	case 16: put_rows(table, x, row, n, 16); break;
	default: put_rows(table, x, row, n, d);
	}
}

VEC_KERNEL(void, kernel_add_own, (float *restrict g, const float *restrict x,
    const float *restrict own, size_t n, size_t d), (g, x, own, n, d))
{
	for (size_t k = 0; k < n; k++)
		for (size_t c = 0; c < d; c++)
			g[k * d + c] += own[k] * x[k * d + c];
}

/* The row of a slot, which is not before `row`: dividing takes longer than to
 * go through a short row. */
static inline size_t
row_of(uint32_t slot, size_t group, size_t row)
{
	if (group == 1)
		return slot;
	while (slot >= (row + 1) * group)
		row++;
	return row;
}

VEC_KERNEL(void, kernel_sum_slots, (float *restrict y,
    const float *restrict x, const uint32_t *restrict slot, size_t group,
    size_t m, size_t d), (y, x, slot, group, m, d))
{
	for (size_t e = 0, r = 0; e < m; e++) {
		float *restrict to;

		r = row_of(slot[e], group, r);
		to = y + r * d;
		for (size_t c = 0; c < d; c++)
			to[c] += x[e * d + c];
	}
}

VEC_KERNEL(void, kernel_less_squares, (float *restrict y,
    const float *restrict x, const uint32_t *restrict slot, size_t group,
    size_t m, size_t d), (y, x, slot, group, m, d))
{
	for (size_t e = 0, r = 0; e < m; e++) {
		const float *restrict z = x + e * d;
		float sum[WIDTH] = { 0 }, all = 0;
		size_t c = 0;

		r = row_of(slot[e], group, r);
		for (; c + WIDTH <= d; c += WIDTH)
			for (size_t j = 0; j < WIDTH; j++)
				sum[j] += z[c + j] * z[c + j];
		for (; c < d; c++)
			all += z[c] * z[c];
		for (size_t j = 0; j < WIDTH; j++)
			all += sum[j];
		y[r] -= all / 2;
	}
}

VEC_KERNEL(void, kernel_copy_slots, (float *restrict x,
    const float *restrict y, const uint32_t *restrict slot, size_t group,
    size_t m, size_t d), (x, y, slot, group, m, d))
{
	for (size_t e = 0, r = 0; e < m; e++) {
		r = row_of(slot[e], group, r);
		copy_row(x + e * d, y + r * d, d);
	}
}

VEC_KERNEL(void, kernel_rest_slots, (float *restrict dx,
    const float *restrict sum, const float *restrict x,
    const float *restrict dy, const uint32_t *restrict slot, size_t group,
    size_t m, size_t d), (dx, sum, x, dy, slot, group, m, d))
{
	for (size_t e = 0, r = 0; e < m; e++) {
		const float *restrict s;
		float g;

		r = row_of(slot[e], group, r);
		s = sum + r * d;
		g = dy[r];
		for (size_t c = 0; c < d; c++)
			dx[e * d + c] = g * (s[c] - x[e * d + c]);
	}
}

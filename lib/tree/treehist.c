#include "tree/treehist.h"

/* The pair as one number: gradient in the upper half, hessian in the lower. */
static inline int64_t
widen(uint32_t pair)
{
	return (int64_t)((uint64_t)(int64_t)(int16_t)(pair >> 16) << 32) +
	    (int64_t)(pair & 0xffff);
}

/* One row: its bins are next to each other. */
static inline void
add_row(const uint8_t *bin, size_t n_columns, int64_t x, int64_t *sum)
{
	size_t j = 0;

	for (; j + 4 <= n_columns; j += 4, sum += 4 * TREE_BINS) {
		sum[bin[j]] += x;
		sum[TREE_BINS + bin[j + 1]] += x;
		sum[2 * TREE_BINS + bin[j + 2]] += x;
		sum[3 * TREE_BINS + bin[j + 3]] += x;
	}
	for (; j < n_columns; j++, sum += TREE_BINS)
		sum[bin[j]] += x;
}

void
treehist_add(const uint8_t *bins, size_t n_columns, const struct treerow *row,
    size_t n, int64_t *sum)
{
	enum { AHEAD = 16 };

	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n) {
			const uint8_t *next = bins +
			    (size_t)row[i + AHEAD].row * n_columns;

			__builtin_prefetch(next);
			__builtin_prefetch(next + n_columns - 1);
		}
		add_row(bins + (size_t)row[i].row * n_columns, n_columns,
		    widen(row[i].pair), sum);
	}
}

void
treehist_move(int64_t *sum, size_t n, struct treehist *to)
{
	for (size_t c = 0; c < n; c++) {
		const int64_t h = sum[c] & 0xffffffff;

		to[c].g += (sum[c] - h) / ((int64_t)1 << 32);
		to[c].h += h;
		sum[c] = 0;
	}
}

#include <string.h>

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
treehist_add(const uint8_t *rows, size_t n_columns, const uint32_t *pair,
    const uint32_t *index, size_t first, size_t n, int64_t *scratch,
    struct treehist *sum)
{
	const size_t n_cells = n_columns * TREE_BINS;
	enum { AHEAD = 16 };

	memset(scratch, 0, n_cells * sizeof *scratch);
	for (size_t i = 0; i < n && index == NULL; i++)
		add_row(rows + (first + i) * n_columns, n_columns,
		    widen(pair[first + i]), scratch);
	for (size_t i = 0; i < n && index != NULL; i++) {
		if (i + AHEAD < n) {
			const size_t next = index[i + AHEAD];

			__builtin_prefetch(rows + next * n_columns);
			__builtin_prefetch(rows + next * n_columns +
			    n_columns - 1);
		}
		add_row(rows + (size_t)index[i] * n_columns, n_columns,
		    widen(pair[index[i]]), scratch);
	}
	for (size_t c = 0; c < n_cells; c++) {
		const int64_t h = scratch[c] & 0xffffffff;

		sum[c].g += (scratch[c] - h) / ((int64_t)1 << 32);
		sum[c].h += h;
	}
}

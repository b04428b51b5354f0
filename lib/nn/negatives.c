#include <assert.h>

#include "nn/negatives.h"

size_t
negatives_left(const struct csr *had, uint32_t u)
{
	return had->cols - csr_row_count(had, u);
}

uint32_t
negatives_at(const struct csr *had, uint32_t u, uint32_t r)
{
	const uint32_t *h = had->indices + had->indptr[u];
	uint32_t low = 0, high = (uint32_t)csr_row_count(had, u);

	assert(r < negatives_left(had, u));
	while (low < high) {
		const uint32_t mid = low + (high - low) / 2;

		if (h[mid] - mid > r)
			high = mid;
		else
			low = mid + 1;
	}
	return r + low;
}

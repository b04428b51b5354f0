#include <assert.h>
#include <math.h>

#include "rank/topk.h"

static inline int
is_better(struct topk_item a, struct topk_item b, const uint32_t *ranks)
{
	if (a.score > b.score)
		return 1;
	if (a.score < b.score)
		return 0;
	return ranks[a.item] > ranks[b.item];
}

int
topk_compare(struct topk_item a, struct topk_item b, const uint32_t *ranks)
{
	return is_better(b, a, ranks) - is_better(a, b, ranks);
}

/* Puts x at place i of a heap whose first item is the worst, or lower. */
static void
sift_down(struct topk_item *heap, size_t n, size_t i, struct topk_item x,
    const uint32_t *ranks)
{
	for (size_t c; (c = 2 * i + 1) < n; i = c) {
		if (c + 1 < n && is_better(heap[c], heap[c + 1], ranks))
			c++;
		if (!is_better(x, heap[c], ranks))
			break;
		heap[i] = heap[c];
	}
	heap[i] = x;
}

static void
sift_up(struct topk_item *heap, size_t i, struct topk_item x,
    const uint32_t *ranks)
{
	for (; i > 0; i = (i - 1) / 2) {
		const struct topk_item above = heap[(i - 1) / 2];

		if (!is_better(above, x, ranks))
			break;
		heap[i] = above;
	}
	heap[i] = x;
}

void
topk_begin(struct topk *t, struct topk_item *best, size_t k,
    const uint32_t *ranks)
{
	assert(k > 0);
	*t = (struct topk){ best, 0, k, ranks };
}

/* Items that enter while there is room.  Returns the first not looked at. */
static size_t
fill(struct topk *t, const float *scores, size_t first, size_t n)
{
	size_t i = 0;

	for (; i < n && t->n < t->k; i++) {
		const struct topk_item x = { scores[i], (uint32_t)(first + i) };

		if (x.score > -INFINITY)	/* false for NaN too */
			sift_up(t->best, t->n++, x, t->ranks);
	}
	return i;
}

void
topk_scan(struct topk *t, const float *scores, size_t first, size_t n)
{
	size_t i = fill(t, scores, first, n);

	for (; i < n; i++) {
		struct topk_item x;

		/* Nearly every item ends here; false for NaN. */
		if (!(scores[i] >= t->best[0].score))
			continue;
		x = (struct topk_item){ scores[i], (uint32_t)(first + i) };
		if (is_better(x, t->best[0], t->ranks))
			sift_down(t->best, t->n, 0, x, t->ranks);
	}
}

size_t
topk_end(struct topk *t)
{
	/* The worst goes to the end, again and again (heapsort). */
	for (size_t n = t->n; n > 1; n--) {
		const struct topk_item worst = t->best[0];

		sift_down(t->best, n - 1, 0, t->best[n - 1], t->ranks);
		t->best[n - 1] = worst;
	}
	return t->n;
}

size_t
topk_select(const float *scores, size_t n_items, const uint32_t *ranks,
    size_t k, struct topk_item *best)
{
	struct topk t;

	if (k == 0)
		return 0;
	topk_begin(&t, best, k, ranks);
	topk_scan(&t, scores, 0, n_items);
	return topk_end(&t);
}

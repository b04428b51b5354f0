#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/ref/topk.h"

struct named {
	const char *name;
	struct topk_item x;
};

static int
better_first(const void *va, const void *vb)
{
	const struct named *a = va, *b = vb;

	if (a->x.score > b->x.score || a->x.score < b->x.score)
		return a->x.score > b->x.score ? -1 : 1;
	return -strcmp(a->name, b->name);
}

size_t
ref_topk(const float *scores, const char *const *names, size_t n_items,
    size_t k, struct topk_item *best)
{
	struct named *all = malloc((n_items + 1) * sizeof *all);
	size_t n = 0;

	if (all == NULL)
		return 0;
	for (size_t i = 0; i < n_items; i++)
		if (!isnan(scores[i]) && scores[i] > -INFINITY)
			all[n++] = (struct named){ names[i],
			    { scores[i], (uint32_t)i } };
	qsort(all, n, sizeof *all, better_first);
	n = n < k ? n : k;
	for (size_t i = 0; i < n; i++)
		best[i] = all[i].x;
	free(all);
	return n;
}

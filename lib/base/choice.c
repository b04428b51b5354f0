#include <stdlib.h>

#include "base/choice.h"
#include "base/mem.h"

const struct choice *
choice_find(const struct choice *(*table)(size_t i), struct span name)
{
	const struct choice *c;

	for (size_t i = 0; (c = table(i)) != NULL; i++)
		if (span_is(name, c->name))
			return c;
	return NULL;
}

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Damerau's distance with adjacent swaps, three rows of the table at a time. */
size_t
choice_distance(struct span a, struct span b)
{
	size_t *rows = mem_array("distance", 3 * (b.n + 1), sizeof *rows);
	size_t *before = rows, *last = rows + b.n + 1, *now = last + b.n + 1;
	size_t result;

	for (size_t j = 0; j <= b.n; j++)
		now[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *const t = before;

		before = last;
		last = now;
		now = t;
		now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			const int differs = a.p[i - 1] != b.p[j - 1];

			now[j] = min(last[j - 1] + (size_t)differs,
			    min(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1])
				now[j] = min(now[j], before[j - 2] + 1);
		}
	}
	result = now[b.n];
	free(rows);
	return result;
}

const struct choice *
choice_nearest(const struct choice *(*table)(size_t i), struct span name)
{
	const struct choice *c, *best = NULL;
	size_t best_distance = SIZE_MAX;

	for (size_t i = 0; (c = table(i)) != NULL; i++) {
		const struct span other = span_of(c->name);
		const size_t d = choice_distance(name, other);
		const size_t longer = name.n > other.n ? name.n : other.n;

		if (d < best_distance && 3 * d <= longer + 1) {
			best = c;
			best_distance = d;
		}
	}
	return best;
}

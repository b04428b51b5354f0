#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/choice.h"
#include "base/guess.h"
#include "base/mem.h"

enum { BEGINNING = 3 };		/* letters that make one */

struct guess
guess_of(struct span name)
{
	return (struct guess){ .name = name, .distance = SIZE_MAX };
}

void
guess_release(struct guess *g)
{
	free(g->near);
	g->near = NULL;
}

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Three rows of the table at a time. */
size_t
guess_distance(struct span a, struct span b)
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

void
guess_offer(struct guess *g, struct span other)
{
	const size_t longer = g->name.n > other.n ? g->name.n : other.n;
	const size_t limit = (longer + 1) / 3;
	size_t d = guess_distance(g->name, other);

	if (g->name.n >= BEGINNING && g->name.n < other.n &&
	    memcmp(g->name.p, other.p, g->name.n) == 0)
		d = min(d, limit);
	if (d > limit || d >= g->distance)
		return;
	free(g->near);
	g->near = mem_text(other.p, other.n);
	g->distance = d;
}

void
guess_offer_choices(struct guess *g, const struct choice *(*table)(size_t i))
{
	const struct choice *c;

	for (size_t i = 0; (c = table(i)) != NULL; i++)
		guess_offer(g, span_of(c->name));
}

int
guess_fail(struct guess *g, const char *fmt, ...)
{
	char text[2048];	/* as much as err_msg() shows, about */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (g->near == NULL)
		err_msg("%s", text);
	else
		err_msg("%s; did you mean '%s'?", text, g->near);
	guess_release(g);
	return -1;
}

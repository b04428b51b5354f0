#include <stdlib.h>
#include <string.h>

#include "base/hold.h"
#include "base/mem.h"

enum { SIZE = 1 << 14 };	/* bytes had at a time, at least */

struct hold {
	struct hold *next;
	size_t n, cap;
	char text[];		/* (n of cap) */
};

struct span
hold_text(struct hold **first, struct span text)
{
	struct hold *h = *first;

	if (h == NULL || h->cap - h->n < text.n) {
		const size_t cap = text.n > SIZE ? text.n : SIZE;

		h = mem_raw("texts", 1, sizeof *h + cap);
		*h = (struct hold){ .next = *first, .cap = cap };
		*first = h;
	}
	if (text.n > 0)
		memcpy(h->text + h->n, text.p, text.n);
	h->n += text.n;
	return (struct span){ h->text + h->n - text.n, text.n };
}

void
hold_release(struct hold **first)
{
	while (*first != NULL) {
		struct hold *next = (*first)->next;

		free(*first);
		*first = next;
	}
}

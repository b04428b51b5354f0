#include <stdlib.h>

#include "base/mem.h"
#include "data/idmap.h"
#include "prep/cleanbatch.h"

static void
release_names(struct cleanbatch_names *c)
{
	buf_release(&c->text);
	free(c->length);
	free(c->hash);
}

void
cleanbatch_release(struct cleanbatch *b)
{
	release_names(&b->user);
	release_names(&b->item);
	release_names(&b->event);
	free(b->rating);
	free(b->weight);
	free(b->time);
	free(b->text_length);
	buf_release(&b->text);
	*b = (struct cleanbatch){ .n = 0 };
}

void
cleanbatch_clear(struct cleanbatch *b)
{
	b->n = 0;
	b->user.text.n = b->item.text.n = b->event.text.n = b->text.n = 0;
}

/* All columns have room for the same number of rows. */
static void
grow(struct cleanbatch *b, const struct cleanstore_columns *has)
{
	const size_t before = b->cap;

#define GROW(column) do { \
		size_t cap = before; \
		(column) = mem_grow("rows", (column), &cap, before + 1, \
		    sizeof *(column)); \
		b->cap = cap; \
	} while (0)
	GROW(b->user.length);
	GROW(b->user.hash);
	if (has->item) {
		GROW(b->item.length);
		GROW(b->item.hash);
	}
	if (has->event) {
		GROW(b->event.length);
		GROW(b->event.hash);
	}
	if (has->rating)
		GROW(b->rating);
	if (has->weight)
		GROW(b->weight);
	if (has->time)
		GROW(b->time);
	if (has->text)
		GROW(b->text_length);
#undef GROW
}

static void
add_name(struct cleanbatch_names *c, size_t i, struct span name)
{
	c->length[i] = (uint32_t)name.n;
	c->hash[i] = idmap_hash(name);
	buf_span(&c->text, name);
}

void
cleanbatch_add(struct cleanbatch *b, const struct cleanstore_columns *has,
    const struct cleanstore_row *row)
{
	const size_t i = b->n++;

	if (i == b->cap)
		grow(b, has);
	add_name(&b->user, i, row->user);
	if (has->item)
		add_name(&b->item, i, row->item);
	if (has->event)
		add_name(&b->event, i, row->event);
	if (has->rating)
		b->rating[i] = row->rating;
	if (has->weight)
		b->weight[i] = row->weight;
	if (has->time)
		b->time[i] = row->time;
	if (has->text) {
		b->text_length[i] = (uint32_t)row->text.n;
		buf_span(&b->text, row->text);
	}
}

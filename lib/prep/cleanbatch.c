#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "prep/cleanbatch.h"

void
cleanbatch_release(struct cleanbatch *b)
{
	free(b->user);
	free(b->item);
	free(b->event);
	free(b->rating);
	free(b->weight);
	free(b->time);
	free(b->text_length);
	buf_release(&b->text);
	hold_release(&b->held);
	*b = (struct cleanbatch){ .n = 0 };
}

void
cleanbatch_clear(struct cleanbatch *b)
{
	b->n = b->text.n = 0;
	hold_release(&b->held);
}

/* For n more rows: all columns have room for the same number of them. */
static void
make_room(struct cleanbatch *b, const struct cleanstore_columns *has, size_t n)
{
	const size_t before = b->cap, need = b->n + n;

	if (need <= before)
		return;
#define GROW(column) do { \
		size_t cap = before; \
		(column) = mem_grow("rows", (column), &cap, need, \
		    sizeof *(column)); \
		b->cap = cap; \
	} while (0)
	GROW(b->user);
	if (has->item)
		GROW(b->item);
	if (has->event)
		GROW(b->event);
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

static struct idmap_key
key_of(struct cleanbatch *b, struct span name)
{
	return idmap_key(name.n <= HASH_WORD ? name
	    : hold_text(&b->held, name));
}

void
cleanbatch_add(struct cleanbatch *b, const struct cleanstore_columns *has,
    const struct cleanstore_row *row)
{
	const size_t i = b->n;

	make_room(b, has, 1);
	b->n++;
	b->user[i] = key_of(b, row->user);
	if (has->item)
		b->item[i] = key_of(b, row->item);
	if (has->event)
		b->event[i] = key_of(b, row->event);
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

void
cleanbatch_add_rows(struct cleanbatch *b, const struct cleanstore_columns *has,
    const struct cleanbatch_rows *rows, size_t first, size_t end)
{
	const size_t n = end - first;

	make_room(b, has, n);
#define COPY(column) memcpy(b->column + b->n, rows->column + first, \
	    n * sizeof *b->column)
	COPY(user);
	if (has->item)
		COPY(item);
	if (has->event)
		COPY(event);
	if (has->rating)
		COPY(rating);
	if (has->weight)
		COPY(weight);
	if (has->time)
		COPY(time);
#undef COPY
	b->n += n;
}

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

static void
add_name(struct cleanbatch_names *c, size_t i, struct span name)
{
	c->length = mem_grow("rows", c->length, &c->cap_length, i + 1,
	    sizeof *c->length);
	c->hash = mem_grow("rows", c->hash, &c->cap_hash, i + 1,
	    sizeof *c->hash);
	c->length[i] = (uint32_t)name.n;
	c->hash[i] = idmap_hash(name);
	buf_span(&c->text, name);
}

void
cleanbatch_add(struct cleanbatch *b, const struct cleanstore_columns *has,
    const struct cleanstore_row *row)
{
	const size_t i = b->n++;

	add_name(&b->user, i, row->user);
	if (has->item)
		add_name(&b->item, i, row->item);
	if (has->event)
		add_name(&b->event, i, row->event);
	if (has->rating) {
		b->rating = mem_grow("rows", b->rating, &b->cap_rating, b->n,
		    sizeof *b->rating);
		b->rating[i] = row->rating;
	}
	if (has->weight) {
		b->weight = mem_grow("rows", b->weight, &b->cap_weight, b->n,
		    sizeof *b->weight);
		b->weight[i] = row->weight;
	}
	if (has->time) {
		b->time = mem_grow("rows", b->time, &b->cap_time, b->n,
		    sizeof *b->time);
		b->time[i] = row->time;
	}
	if (has->text) {
		b->text_length = mem_grow("rows", b->text_length,
		    &b->cap_text, b->n, sizeof *b->text_length);
		b->text_length[i] = (uint32_t)row->text.n;
		buf_span(&b->text, row->text);
	}
}

#include <assert.h>
#include <stdlib.h>

#include "prep/cleanchunk.h"
#include "tests/ref/stored.h"

void
stored_add(struct cleanstore *s, const struct cleanstore_row *row)
{
	struct cleanbatch batch = { .n = 0 };
	int status;

	cleanbatch_add(&batch, &s->has, row);
	status = cleanstore_take(s, &batch);
	assert(status == 0);
	(void)status;
	cleanbatch_release(&batch);
}

struct cleanstore_row
stored_get(const struct cleanstore *s, uint64_t i, struct buf *text)
{
	const size_t shift = s->rows->shift;
	struct textlog_window window = { .n = 0 };
	void *memory = NULL;
	struct cleanblock b;
	struct cleanstore_row row;
	size_t at = (size_t)(i & (((uint64_t)1 << shift) - 1));
	int status = cleanstore_load(s, (size_t)(i >> shift), &memory, &b);

	assert(status == 0);
	row = cleanstore_row(s, &b, at);
	row.user = idmap_name(s->users, b.user[at]);
	if (b.item != NULL)
		row.item = idmap_name(s->items, b.item[at]);
	if (b.at != NULL) {
		text->n = 0;
		status = cleanstore_text(s, b.at[at], &window, text);
		assert(status == 0);
		row.text = (struct span){ text->p, text->n };
	}
	(void)status;
	free(window.p);
	free(memory);
	return row;
}

#include <assert.h>

#include "prep/cleancore.h"
#include "prep/cleanspill.h"
#include "prep/kcore.h"

static int
piece(const void *arg, size_t i, void **memory, const uint32_t **user,
    const uint32_t **item, size_t *n)
{
	struct cleanblock b;

	if (cleanstore_load(arg, i, memory, &b) != 0)
		return -1;
	*user = b.user;
	*item = b.item;
	*n = b.n;
	return 0;
}

static int
mark_lost(void *arg, struct cleanblock *b)
{
	const struct kcore *core = arg;

	for (size_t i = 0; i < b->n; i++)
		b->gone[i] = !kcore_has(core, b->user[i], b->item[i]);
	return 0;
}

int
cleancore(struct cleanstore *s, size_t min_user, size_t min_item,
    uint64_t *removed)
{
	const struct kcore_rows rows = { s, cleanstore_blocks(s), piece,
		!cleanspill_is_out(s) };
	const uint64_t before = cleanstore_rows(s);
	struct kcore core;
	int status;

	assert(s->has.item);
	status = kcore_find(&core, &rows, idmap_count(s->users),
	    idmap_count(s->items), min_user, min_item);
	if (status == 0)
		status = cleanstore_scan(s, 1, mark_lost, &core);
	kcore_release(&core);
	*removed = before - cleanstore_rows(s);
	return status;
}

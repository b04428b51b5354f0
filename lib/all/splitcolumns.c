#include <stdlib.h>
#include <string.h>

#include "all/splitcolumns.h"
#include "base/hash.h"
#include "base/mem.h"
#include "io/ids.h"

static int
find(const struct rows *r, const char *name, enum splitneed need, int *column)
{
	*column = need == SPLITNEED_YES ? rows_column(r, name)
	    : need == SPLITNEED_IF_THERE ? rows_find(r, name) : -1;
	return need == SPLITNEED_YES && *column < 0 ? -1 : 0;
}

int
splitcolumns_find(const struct rows *r, const struct splitneeds *need,
    struct splitcolumns *c)
{
	const char *const name[SPLITIDS] = { "user_id", "item_id",
	    "session_id", need->class };

	for (int i = 0; i < SPLITIDS; i++)
		if (find(r, name[i], need->id[i], &c->id[i]) != 0)
			return -1;
	if (find(r, "timestamp", need->time, &c->time) != 0)
		return -1;
	c->known_by[0] = rows_find(r, "user_id");
	c->known_by[1] = rows_find(r, "item_id");
	c->known_by[2] = rows_find(r, "timestamp");
	c->width = rows_width(r);
	return 0;
}

/* Of "USER TAB ITEM", wherever these stand. */
static uint64_t
hash_pair(struct span user, struct span item)
{
	char text[256], *joined = text;
	const size_t n = user.n + 1 + item.n;
	uint64_t hash;

	if (item.p == user.p + user.n + 1 && user.p[user.n] == '\t')
		return hash_bytes(user.p, n, 0);
	if (n > sizeof text)
		joined = mem_array("a row", n, 1);
	memcpy(joined, user.p, user.n);
	joined[user.n] = '\t';
	memcpy(joined + user.n + 1, item.p, item.n);
	hash = hash_bytes(joined, n, 0);
	if (joined != text)
		free(joined);
	return hash;
}

int
splitcolumns_hash(const struct rows *r, const struct splitcolumns *c,
    uint64_t *hash)
{
	struct span user, item, text;

	*hash = 0;
	if (c->known_by[0] < 0 || c->known_by[1] < 0) {
		for (size_t i = 0; i < c->width; i++) {
			text = rows_text(r, (int)i);
			*hash = hash_bytes(text.p, text.n, *hash);
		}
		return 0;
	}
	if (ids_text(r, c->known_by[0], &user) != 0 ||
	    ids_text(r, c->known_by[1], &item) != 0)
		return -1;
	*hash = hash_pair(user, item);
	if (c->known_by[2] >= 0) {
		text = rows_text(r, c->known_by[2]);
		*hash = hash_mix(*hash, hash_bytes(text.p, text.n, 0));
	}
	return 0;
}

uint64_t
splitcolumns_hash_name(struct span name)
{
	return hash_bytes(name.p, name.n, 0);
}

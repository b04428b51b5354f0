#include "all/splitcolumns.h"
#include "base/hash.h"

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

uint64_t
splitcolumns_hash(const struct rows *r, const struct splitcolumns *c)
{
	const int known = c->known_by[0] >= 0 && c->known_by[1] >= 0;
	const size_t n = known ? 3 : c->width;
	uint64_t hash = 0;

	for (size_t i = 0; i < n; i++) {
		const int column = known ? c->known_by[i] : (int)i;
		const struct span text = column < 0 ? (struct span){ "", 0 }
		    : rows_text(r, column);

		hash = hash_bytes(text.p, text.n, hash);
	}
	return hash;
}

uint64_t
splitcolumns_hash_name(struct span name)
{
	return hash_bytes(name.p, name.n, 0);
}

int
splitcolumns_name(const struct rows *r, int column, struct span *name)
{
	*name = rows_text(r, column);
	return name->n == 0 ? rows_error(r, column, "an empty id") : 0;
}

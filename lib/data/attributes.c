#include <stdlib.h>
#include <string.h>

#include "base/guess.h"
#include "base/mem.h"
#include "data/attributes.h"

struct attributes *
attributes_new(struct idmap *ids)
{
	struct attributes *a = mem_array("attributes", 1, sizeof *a);

	a->ids = ids;
	return a;
}

void
attributes_free(struct attributes *a)
{
	if (a == NULL)
		return;
	for (size_t c = 0; c < a->n; c++) {
		free(a->column[c].name);
		idmap_free(a->column[c].values->items);
		inter_free(a->column[c].values);
	}
	free(a->column);
	free(a);
}

size_t
attributes_column(struct attributes *a, struct span name,
    enum attribute_kind kind)
{
	a->column = mem_grow("attributes", a->column, &a->cap, a->n + 1,
	    sizeof *a->column);
	a->column[a->n] = (struct attribute){ mem_text(name.p, name.n), kind,
	    inter_new(a->ids, idmap_new(), 0, 0), { 0 } };
	return a->n++;
}

const struct attribute *
attributes_find(const struct attributes *a, const char *name)
{
	for (size_t c = 0; c < a->n; c++)
		if (strcmp(a->column[c].name, name) == 0)
			return &a->column[c];
	return NULL;
}

const struct attribute *
attributes_want(const struct attributes *a, const char *path, const char *name)
{
	const struct attribute *found = attributes_find(a, name);
	struct guess g = guess_of(span_of(name));

	if (found != NULL)
		return found;
	for (size_t c = 0; c < a->n; c++)
		guess_offer(&g, span_of(a->column[c].name));
	guess_fail(&g, "%s: no column is called '%s'", path, name);
	return NULL;
}

void
attributes_add(struct attributes *a, size_t column, uint32_t id,
    struct span feature, float value)
{
	struct inter *in = a->column[column].values;

	inter_add(in, id, idmap_add(in->items, feature), value, 0);
}

void
attributes_finish(struct attributes *a)
{
	for (size_t c = 0; c < a->n; c++) {
		inter_finish(a->column[c].values);
		a->column[c].of = a->column[c].values->by_user;
	}
}

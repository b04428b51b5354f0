#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/labels.h"

enum { LONG = UCHAR_MAX };	/* label.n of a longer name */

/* A longer name, which is where the map has it: in the label's text. */
struct elsewhere {
	const char *p;
	uint32_t n;
};

static struct elsewhere
elsewhere(const struct label *label)
{
	struct elsewhere e;

	memcpy(&e.p, label->text, sizeof e.p);
	memcpy(&e.n, label->text + sizeof e.p, sizeof e.n);
	return e;
}

static void
set_label(struct labels *l, struct label *label, struct span name)
{
	const uint32_t n = (uint32_t)name.n;

	if (name.n <= LABEL_MAX) {
		if (name.n > 0)
			memcpy(label->text, name.p, name.n);
		label->n = (unsigned char)name.n;
		return;
	}
	assert(name.n <= UINT32_MAX);
	memcpy(label->text, &name.p, sizeof name.p);
	memcpy(label->text + sizeof name.p, &n, sizeof n);
	label->n = LONG;
	l->has_long = 1;
}

struct labels *
labels_new(const struct idmap *map)
{
	const size_t n = idmap_count(map);
	struct labels *l = mem_array("names", 1, sizeof *l);

	l->label = mem_array("names", n, sizeof *l->label);
	for (uint32_t id = 0; id < n; id++)
		set_label(l, &l->label[id], idmap_name(map, id));
	return l;
}

void
labels_free(struct labels *l)
{
	if (l == NULL)
		return;
	free(l->label);
	free(l);
}

size_t
labels_ask(const struct labels *l, const uint32_t *id, size_t n)
{
	size_t room = n * sizeof(struct label);

	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&l->label[id[i]]);
	for (size_t i = 0; i < n && l->has_long; i++) {
		const struct label *label = &l->label[id[i]];
		struct elsewhere e;

		if (label->n <= LABEL_MAX)
			continue;
		e = elsewhere(label);
		__builtin_prefetch(e.p);
		room += e.n;
	}
	return room;
}

char *
labels_put_long(const struct label *label, char *p)
{
	const struct elsewhere e = elsewhere(label);

	memcpy(p, e.p, e.n);
	return p + e.n;
}

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "prep/nametally.h"

void
nametally_release(struct nametally *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->name[i].text);
	*t = (struct nametally){ .rows = 0 };
}

/* The first name that has this hash or a larger one. */
static size_t
place_of(const struct nametally *t, uint64_t hash)
{
	size_t i = 0;

	while (i < t->n && t->name[i].hash < hash)
		i++;
	return i;
}

static void
add(struct nametally *t, struct span name, uint64_t hash, uint64_t rows)
{
	const size_t i = place_of(t, hash);

	t->rows += rows;
	if (i < t->n && t->name[i].hash == hash) {
		t->name[i].rows += rows;
		return;
	}
	if (i == NAMETALLY_MAX)
		return;
	if (t->n == NAMETALLY_MAX)
		free(t->name[--t->n].text);
	memmove(&t->name[i + 1], &t->name[i], (t->n - i) * sizeof *t->name);
	t->name[i] = (struct nametally_name){ hash, rows,
	    mem_text(name.p, name.n), name.n };
	t->n++;
}

void
nametally_add(struct nametally *t, struct span name)
{
	add(t, name, hash_bytes(name.p, name.n, 0), 1);
}

void
nametally_merge(struct nametally *t, const struct nametally *other)
{
	uint64_t listed = 0;

	for (size_t i = 0; i < other->n; i++) {
		const struct nametally_name *name = &other->name[i];

		add(t, (struct span){ name->text, name->n }, name->hash,
		    name->rows);
		listed += name->rows;
	}
	t->rows += other->rows - listed;
}

uint64_t
nametally_unlisted(const struct nametally *t)
{
	uint64_t rows = t->rows;

	for (size_t i = 0; i < t->n; i++)
		rows -= t->name[i].rows;
	return rows;
}

#include <stdlib.h>

#include "base/mem.h"
#include "prep/idsample.h"

struct idsample *
idsample_new(void)
{
	struct idsample *s = mem_array("sample", 1, sizeof *s);

	s->limit = UINT64_MAX;
	return s;
}

void
idsample_free(struct idsample *s)
{
	free(s);
}

static int
compare(const void *a, const void *b)
{
	const struct idsample_entry *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

static struct idsample_entry *
find(struct idsample *s, uint64_t hash)
{
	size_t i = hash & (IDSAMPLE_SLOTS - 1);

	while (s->slot[i].rows != 0 && s->slot[i].hash != hash)
		i = (i + 1) & (IDSAMPLE_SLOTS - 1);
	return &s->slot[i];
}

/* Back to the k smallest. */
static void
cut(struct idsample *s)
{
	size_t n;
	int all;
	struct idsample_entry *entry = idsample_list(s, &n, &all);

	if (n == IDSAMPLE_SIZE)
		s->limit = entry[n - 1].hash;
	s->n = n;
	for (size_t i = 0; i < IDSAMPLE_SLOTS; i++)
		s->slot[i].rows = 0;
	for (size_t i = 0; i < n; i++)
		*find(s, entry[i].hash) = entry[i];
	free(entry);
}

void
idsample_take_in(struct idsample *s, uint64_t hash, uint64_t rows)
{
	struct idsample_entry *e = find(s, hash);

	e->rows += rows;
	if (e->rows > rows)
		return;
	e->hash = hash;
	if (++s->n == IDSAMPLE_HELD)
		cut(s);
}

void
idsample_merge(struct idsample *s, const struct idsample *other)
{
	if (other->limit < s->limit)
		s->limit = other->limit;
	for (size_t i = 0; i < IDSAMPLE_SLOTS; i++)
		if (other->slot[i].rows > 0)
			idsample_add(s, other->slot[i].hash,
			    other->slot[i].rows);
}

struct idsample_entry *
idsample_list(const struct idsample *s, size_t *n, int *all)
{
	struct idsample_entry *entry = mem_array("sample", s->n,
	    sizeof *entry);

	*n = 0;
	for (size_t i = 0; i < IDSAMPLE_SLOTS; i++)
		if (s->slot[i].rows > 0 && s->slot[i].hash <= s->limit)
			entry[(*n)++] = s->slot[i];
	qsort(entry, *n, sizeof *entry, compare);
	*all = s->limit == UINT64_MAX && *n <= IDSAMPLE_SIZE;
	if (*n > IDSAMPLE_SIZE)
		*n = IDSAMPLE_SIZE;
	return entry;
}

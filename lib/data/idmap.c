#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "data/idmap.h"

/*
 * Open addressing with linear probing.  A slot tells almost always by itself
 * whether it is the one: the text is looked at once per name found.  A slot
 * keeps the hash, so that growing does not read the names again.
 */
struct slot {
	uint32_t hash;
	uint32_t number;	/* the id + 1; 0: the slot is free */
	uint64_t start;		/* of the name in text */
};

struct idmap {
	char *text;		/* (text_n of text_cap) NAME\n NAME\n ... */
	size_t text_n, text_cap;
	uint64_t *start;	/* (count + 1) of names in text; text_n */
	size_t count, start_cap;
	struct slot *slot;	/* (1 << bits) */
	unsigned bits;
};

enum { FIRST_BITS = 6, HASH_BITS = 32 };

/* Where the search for a hash begins: its high bits, so that tables of any
 * size up to 2^32 slots use all of them, and larger ones spread them. */
static size_t
home(unsigned bits, uint32_t hash)
{
	return bits <= HASH_BITS ? (size_t)(hash >> (HASH_BITS - bits))
	    : (size_t)hash << (bits - HASH_BITS);
}

static uint32_t
hash_name(struct span name)
{
	return (uint32_t)(hash_bytes(name.p, name.n, 0) >> 32);
}

static int
is_name_at(const struct idmap *m, uint64_t start, struct span name)
{
	const char *p = m->text + start;

	return m->text_n - start > name.n && p[name.n] == '\n' &&
	    (name.n == 0 || memcmp(p, name.p, name.n) == 0);
}

/* The slot that holds `name`, or the free slot where it belongs. */
static struct slot *
probe(const struct idmap *m, uint32_t hash, struct span name)
{
	const size_t mask = ((size_t)1 << m->bits) - 1;
	size_t i = home(m->bits, hash);

	for (;; i = (i + 1) & mask) {
		struct slot *s = &m->slot[i];

		if (s->number == 0 || (s->hash == hash &&
		    is_name_at(m, s->start, name)))
			return s;
	}
}

static void
grow(struct idmap *m, unsigned bits)
{
	const size_t old_n = m->slot == NULL ? 0 : (size_t)1 << m->bits;
	const size_t mask = ((size_t)1 << bits) - 1;
	struct slot *slot = mem_array("id map", mask + 1, sizeof *slot);

	for (size_t s = 0; s < old_n; s++) {
		size_t i = home(bits, m->slot[s].hash);

		if (m->slot[s].number == 0)
			continue;
		while (slot[i].number != 0)
			i = (i + 1) & mask;
		slot[i] = m->slot[s];
	}
	free(m->slot);
	m->slot = slot;
	m->bits = bits;
}

struct idmap *
idmap_new(void)
{
	struct idmap *m = mem_array("id map", 1, sizeof *m);

	m->start = mem_grow("names", NULL, &m->start_cap, 1,
	    sizeof *m->start);
	m->start[0] = 0;
	grow(m, FIRST_BITS);
	return m;
}

void
idmap_free(struct idmap *m)
{
	if (m == NULL)
		return;
	free(m->text);
	free(m->start);
	free(m->slot);
	free(m);
}

/* Puts a name that is new into its free slot. */
static uint32_t
append(struct idmap *m, struct slot *s, uint32_t hash, struct span name)
{
	assert(m->count < IDMAP_NONE - 1);
	assert(name.n == 0 || memchr(name.p, '\n', name.n) == NULL);
	m->text = mem_grow("names", m->text, &m->text_cap,
	    m->text_n + name.n + 1, 1);
	m->start = mem_grow("names", m->start, &m->start_cap, m->count + 2,
	    sizeof *m->start);
	if (name.n > 0)
		memcpy(m->text + m->text_n, name.p, name.n);
	m->text[m->text_n + name.n] = '\n';
	*s = (struct slot){ hash, (uint32_t)m->count + 1, m->text_n };
	m->text_n += name.n + 1;
	m->start[++m->count] = m->text_n;
	return (uint32_t)m->count - 1;
}

uint32_t
idmap_add(struct idmap *m, struct span name)
{
	const uint32_t hash = hash_name(name);
	struct slot *s = probe(m, hash, name);

	if (s->number != 0)
		return s->number - 1;
	/* at most two thirds full: 2 slots seen per hit, 5 per miss */
	if ((m->count + 1) * 3 > ((size_t)2 << m->bits)) {
		grow(m, m->bits + 1);
		s = probe(m, hash, name);
	}
	return append(m, s, hash, name);
}

uint32_t
idmap_find(const struct idmap *m, struct span name)
{
	/* 0 - 1 is IDMAP_NONE */
	return probe(m, hash_name(name), name)->number - 1;
}

struct span
idmap_name(const struct idmap *m, uint32_t id)
{
	assert(id < m->count);
	return (struct span){ m->text + m->start[id],
	    (size_t)(m->start[id + 1] - m->start[id]) - 1 };
}

size_t
idmap_count(const struct idmap *m)
{
	return m->count;
}

struct span
idmap_text(const struct idmap *m)
{
	return (struct span){ m->text, m->text_n };
}

struct idmap *
idmap_from_text(struct span text, const char *path, const char *what)
{
	struct idmap *m;

	if (text.n > 0 && text.p[text.n - 1] != '\n') {
		err_msg("%s: %s: the last name does not end in a newline",
		    path, what);
		return NULL;
	}
	m = idmap_new();
	while (text.n > 0) {
		const struct span name = span_cut(&text, '\n');
		const size_t before = m->count;

		if (before == IDMAP_NONE - 1) {
			err_msg("%s: %s: too many names", path, what);
			idmap_free(m);
			return NULL;
		}
		if (idmap_add(m, name) != before) {
			err_msg("%s: %s: '%.*s' stands twice", path, what,
			    SPAN_ARGS(name));
			idmap_free(m);
			return NULL;
		}
	}
	return m;
}

/* --- order by name ------------------------------------------------------ */

/* The first bytes of a name as a number, and the name: most comparisons do
 * not have to look at the text. */
struct key {
	uint64_t head;
	uint32_t id;
};

static uint64_t
head(struct span name)
{
	uint64_t x = 0;

	for (size_t i = 0; i < sizeof x; i++)
		x = x << 8 | (i < name.n ? (unsigned char)name.p[i] : 0);
	return x;
}

static int
compare(const void *a, const void *b, void *arg)
{
	const struct key *x = a, *y = b;
	const struct idmap *const *m = arg;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return span_compare(idmap_name(*m, x->id), idmap_name(*m, y->id));
}

uint32_t *
idmap_ranks(const struct idmap *m)
{
	struct key *key = mem_array("ranks", m->count, sizeof *key);
	uint32_t *rank = mem_array("ranks", m->count, sizeof *rank);

	for (uint32_t id = 0; id < m->count; id++)
		key[id] = (struct key){ head(idmap_name(m, id)), id };
	if (m->count > 1)
		qsort_r(key, m->count, sizeof *key, compare, &m);
	for (uint32_t r = 0; r < m->count; r++)
		rank[key[r].id] = r;
	free(key);
	return rank;
}

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/spans.h"
#include "data/idmap.h"

/*
 * Open addressing with linear probing, in slots of 16 bytes.  A name of at
 * most 8 bytes is in its slot, so a hit touches one cache line; of a longer
 * one the slot keeps 31 bits of its hash and where it is in the text, which is
 * looked at once per name found.  Growing reads no names again.
 *
 * A map of millions of names is in no cache: a look-up alone waits for memory
 * all the time.  The batches ask for the slots of many names first, then find
 * those and ask for the texts of names that are long, and then compare these.
 */
struct slot {
	uint32_t tag;		/* IS_LONG, and high bits of the hash */
	uint32_t number;	/* the id + 1; 0: the slot is free */
	uint64_t key;		/* the name packed, or where it begins */
};

/* A name as it is looked for. */
struct wanted {
	uint32_t tag;
	uint64_t key;		/* packed, unless it is long */
	struct span name;
};

struct idmap {
	char *text;		/* (text_n of text_cap) NAME\n NAME\n ... */
	size_t text_n, text_cap;
	uint64_t *start;	/* (count + 1) of names in text; text_n */
	size_t count, start_cap;
	struct slot *slot;	/* (1 << bits) */
	unsigned bits;
};

enum {
	FIRST_BITS = 6,
	TAG_BITS = 31,		/* of the hash */
	PACKED = 8,		/* bytes of a name that a slot holds */
	BATCH = 64		/* names on their way at once */
};

static const uint32_t is_long = 1;

/* Where the search for a tag begins: its high bits, so that tables of any
 * size up to 2^31 slots use all of them, and larger ones spread them. */
static size_t
home(unsigned bits, uint32_t tag)
{
	const uint32_t hash = tag >> 1;

	return bits <= TAG_BITS ? (size_t)(hash >> (TAG_BITS - bits))
	    : (size_t)hash << (bits - TAG_BITS);
}

/* Four bytes, the first lowest: one load. */
static uint64_t
four(const char *p)
{
	const unsigned char *c = (const unsigned char *)p;

	return c[0] | (uint32_t)c[1] << 8 | (uint32_t)c[2] << 16 |
	    (uint32_t)c[3] << 24;
}

/*
 * A name of at most 8 bytes as a number.  Newlines, which no name has, fill it
 * up, so that different names are different numbers.  No loop: the lengths of
 * names cannot be foreseen.
 */
static uint64_t
pack(struct span name)
{
	const uint64_t fill = UINT64_C(0x0a0a0a0a0a0a0a0a);
	const unsigned char *c = (const unsigned char *)name.p;
	const size_t n = name.n;

	if (n == 0)
		return fill;
	if (n < 4)
		return fill << (8 * n) | c[0] |
		    (uint64_t)c[n / 2] << (8 * (n / 2)) |
		    (uint64_t)c[n - 1] << (8 * (n - 1));
	/* two halves that overlap; shifted twice, since 64 is too far */
	return fill << (8 * n - 8) << 8 | four(name.p) |
	    four(name.p + n - 4) << (8 * (n - 4));
}

uint32_t
idmap_hash(struct span name)
{
	const uint64_t hash = name.n <= PACKED ? hash_mix(pack(name), 0)
	    : hash_bytes(name.p, name.n, 0);

	return (uint32_t)(hash >> 32);
}

static struct wanted
want(uint32_t hash, struct span name)
{
	if (name.n > PACKED)
		return (struct wanted){ hash | is_long, 0, name };
	return (struct wanted){ hash & ~is_long, pack(name), name };
}

/* Eight bytes, for comparing. */
static uint64_t
eight(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof x);
	return x;
}

/* Is that the name, n > 8 bytes, and its end? */
static int
is_same(const char *p, const char *name, size_t n)
{
	size_t i = 0;

	/* mostly 9 to 16 bytes, or as many as a UUID has */
	for (; i + PACKED < n; i += PACKED)
		if (eight(p + i) != eight(name + i))
			return 0;
	i = n - PACKED;
	return eight(p + i) == eight(name + i) && p[n] == '\n';
}

static int
is_name_at(const struct idmap *m, uint64_t start, struct span name)
{
	return m->text_n - start > name.n &&
	    is_same(m->text + start, name.p, name.n);
}

/* May slot s be that of the name?  It is if the name is short. */
static int
matches(const struct slot *s, const struct wanted *w)
{
	return s->tag == w->tag && (w->tag & is_long || s->key == w->key);
}

/* From slot i on, the first that may be the name's, or is free. */
static size_t
candidate(const struct idmap *m, const struct wanted *w, size_t i)
{
	const size_t mask = ((size_t)1 << m->bits) - 1;

	while (m->slot[i].number != 0 && !matches(&m->slot[i], w))
		i = (i + 1) & mask;
	return i;
}

/* From slot i on, the slot that holds the name, or the free one where it
 * belongs. */
static struct slot *
probe(const struct idmap *m, const struct wanted *w, size_t i)
{
	const size_t mask = ((size_t)1 << m->bits) - 1;

	for (;; i = (i + 1) & mask) {
		struct slot *s;

		i = candidate(m, w, i);
		s = &m->slot[i];
		if (s->number == 0 || !(w->tag & is_long) ||
		    is_name_at(m, s->key, w->name))
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
		size_t i = home(bits, m->slot[s].tag);

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

/* Makes room for n more names: at most two thirds full, a hit sees 2 slots
 * and a miss 5. */
static void
reserve(struct idmap *m, size_t n)
{
	unsigned bits = m->bits;

	while ((m->count + n) * 3 > ((size_t)2 << bits))
		bits++;
	if (bits > m->bits)
		grow(m, bits);
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
append(struct idmap *m, struct slot *s, const struct wanted *w)
{
	const struct span name = w->name;

	assert(m->count < IDMAP_NONE - 1);
	assert(name.n == 0 || memchr(name.p, '\n', name.n) == NULL);
	m->text = mem_grow("names", m->text, &m->text_cap,
	    m->text_n + name.n + 1 + SPANS_SLACK, 1);
	m->start = mem_grow("names", m->start, &m->start_cap, m->count + 2,
	    sizeof *m->start);
	if (name.n > 0)
		memcpy(m->text + m->text_n, name.p, name.n);
	m->text[m->text_n + name.n] = '\n';
	*s = (struct slot){ w->tag, (uint32_t)m->count + 1,
		w->tag & is_long ? m->text_n : w->key };
	m->text_n += name.n + 1;
	m->start[++m->count] = m->text_n;
	return (uint32_t)m->count - 1;
}

/* There is room for it; its slot is not before i. */
static uint32_t
add(struct idmap *m, const struct wanted *w, size_t i)
{
	struct slot *s = probe(m, w, i);

	return s->number != 0 ? s->number - 1 : append(m, s, w);
}

uint32_t
idmap_add(struct idmap *m, struct span name)
{
	const struct wanted w = want(idmap_hash(name), name);

	reserve(m, 1);
	return add(m, &w, home(m->bits, w.tag));
}

uint32_t
idmap_find(const struct idmap *m, struct span name)
{
	const struct wanted w = want(idmap_hash(name), name);

	/* 0 - 1 is IDMAP_NONE */
	return probe(m, &w, home(m->bits, w.tag))->number - 1;
}

/* --- many at once ------------------------------------------------------- */

/* Some names, and where to go on looking for them. */
struct batch {
	struct wanted w[BATCH];
	size_t at[BATCH];
};

/* Looks for n <= BATCH names until one needs its text, or is found. */
static void
approach(const struct idmap *m, const struct span *name, const uint32_t *hash,
    size_t n, struct batch *b)
{
	for (size_t i = 0; i < n; i++) {
		b->w[i] = want(hash != NULL ? hash[i] : idmap_hash(name[i]),
		    name[i]);
		b->at[i] = home(m->bits, b->w[i].tag);
		__builtin_prefetch(&m->slot[b->at[i]]);
	}
	for (size_t i = 0; i < n; i++) {
		const struct slot *s;

		b->at[i] = candidate(m, &b->w[i], b->at[i]);
		s = &m->slot[b->at[i]];
		if (s->number != 0 && b->w[i].tag & is_long)
			__builtin_prefetch(m->text + s->key);
	}
}

void
idmap_add_batch(struct idmap *m, const struct span *name,
    const uint32_t *hash, size_t n, uint32_t *id)
{
	struct batch b;

	for (size_t at = 0; at < n; at += BATCH) {
		const size_t some = n - at < BATCH ? n - at : BATCH;

		reserve(m, some);
		approach(m, name + at, hash == NULL ? NULL : hash + at, some,
		    &b);
		for (size_t i = 0; i < some; i++)
			id[at + i] = add(m, &b.w[i], b.at[i]);
	}
}

void
idmap_find_batch(const struct idmap *m, const struct span *name,
    const uint32_t *hash, size_t n, uint32_t *id)
{
	struct batch b;

	for (size_t at = 0; at < n; at += BATCH) {
		const size_t some = n - at < BATCH ? n - at : BATCH;

		approach(m, name + at, hash == NULL ? NULL : hash + at, some,
		    &b);
		for (size_t i = 0; i < some; i++)
			id[at + i] = probe(m, &b.w[i], b.at[i])->number - 1;
	}
}

struct span
idmap_name(const struct idmap *m, uint32_t id)
{
	assert(id < m->count);
	return (struct span){ m->text + m->start[id],
	    (size_t)(m->start[id + 1] - m->start[id]) - 1 };
}

void
idmap_names(const struct idmap *m, const uint32_t *id, size_t n,
    struct span *name)
{
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&m->start[id[i]]);
	for (size_t i = 0; i < n; i++) {
		name[i] = idmap_name(m, id[i]);
		__builtin_prefetch(name[i].p);
	}
}

size_t
idmap_count(const struct idmap *m)
{
	return m->count;
}

size_t
idmap_bytes(const struct idmap *m)
{
	return m->text_cap + m->start_cap * sizeof *m->start +
	    ((size_t)1 << m->bits) * sizeof *m->slot;
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

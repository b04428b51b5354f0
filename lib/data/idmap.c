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
	uint64_t key;		/* the name's word, or where it begins */
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

struct idmap_key
idmap_key(struct span name)
{
	struct idmap_key key = { .n = (uint32_t)name.n };

	assert(name.n <= UINT32_MAX);
	key.hash = (uint32_t)(hash_id(name) >> 32);
	if (name.n <= HASH_WORD)
		key.is.word = hash_word(name);
	else
		key.is.text = name.p;
	return key;
}

void
idmap_keys(const struct spans *s, size_t n, struct idmap_key *key,
    uint64_t *hash)
{
	for (size_t i = 0; i < n; i++) {
		const char *p = s->text + s->from[i];
		const uint32_t length = s->to[i] - s->from[i];

		key[i].n = length;
		if (length <= HASH_WORD) {
			key[i].is.word = hash_word_at(p, length);
			hash[i] = hash_mix(key[i].is.word, 0);
		} else {
			key[i].is.text = p;
			hash[i] = hash_bytes(p, length, 0);
		}
		key[i].hash = (uint32_t)(hash[i] >> 32);
	}
}

static int
is_long_name(const struct idmap_key *k)
{
	return k->n > HASH_WORD;
}

static uint32_t
tag_of(const struct idmap_key *k)
{
	return is_long_name(k) ? k->hash | is_long : k->hash & ~is_long;
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
	for (; i + HASH_WORD < n; i += HASH_WORD)
		if (eight(p + i) != eight(name + i))
			return 0;
	i = n - HASH_WORD;
	return eight(p + i) == eight(name + i) && p[n] == '\n';
}

static int
is_name_at(const struct idmap *m, uint64_t start, const struct idmap_key *k)
{
	return m->text_n - start > k->n &&
	    is_same(m->text + start, k->is.text, k->n);
}

/* May slot s be that of the name?  It is if the name is short. */
static int
matches(const struct slot *s, const struct idmap_key *k)
{
	return s->tag == tag_of(k) &&
	    (is_long_name(k) || s->key == k->is.word);
}

/* From slot i on, the first that may be the name's, or is free. */
static size_t
candidate(const struct idmap *m, const struct idmap_key *k, size_t i)
{
	const size_t mask = ((size_t)1 << m->bits) - 1;

	while (m->slot[i].number != 0 && !matches(&m->slot[i], k))
		i = (i + 1) & mask;
	return i;
}

/* From slot i on, the slot that holds the name, or the free one where it
 * belongs. */
static struct slot *
probe(const struct idmap *m, const struct idmap_key *k, size_t i)
{
	const size_t mask = ((size_t)1 << m->bits) - 1;

	for (;; i = (i + 1) & mask) {
		struct slot *s;

		i = candidate(m, k, i);
		s = &m->slot[i];
		if (s->number == 0 || !is_long_name(k) ||
		    is_name_at(m, s->key, k))
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

/* The bytes of a name, up to HASH_WORD of them if it is short. */
static void
put_name(char *text, const struct idmap_key *k)
{
	uint64_t word = k->is.word;

	if (is_long_name(k)) {
		memcpy(text, k->is.text, k->n);
		return;
	}
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	memcpy(text, &word, sizeof word);
}

/* Puts a name that is new into its free slot. */
static uint32_t
append(struct idmap *m, struct slot *s, const struct idmap_key *k)
{
	char *name;

	assert(m->count < IDMAP_NONE - 1);
	m->text = mem_grow("names", m->text, &m->text_cap,
	    m->text_n + k->n + 1 + SPANS_SLACK, 1);
	m->start = mem_grow("names", m->start, &m->start_cap, m->count + 2,
	    sizeof *m->start);
	name = m->text + m->text_n;
	put_name(name, k);
	assert(memchr(name, '\n', k->n) == NULL);
	name[k->n] = '\n';
	*s = (struct slot){ tag_of(k), (uint32_t)m->count + 1,
		is_long_name(k) ? m->text_n : k->is.word };
	m->text_n += k->n + 1;
	m->start[++m->count] = m->text_n;
	return (uint32_t)m->count - 1;
}

/* There is room for it; its slot is not before i. */
static uint32_t
add(struct idmap *m, const struct idmap_key *k, size_t i)
{
	struct slot *s = probe(m, k, i);

	return s->number != 0 ? s->number - 1 : append(m, s, k);
}

uint32_t
idmap_add(struct idmap *m, struct span name)
{
	const struct idmap_key key = idmap_key(name);

	reserve(m, 1);
	return add(m, &key, home(m->bits, tag_of(&key)));
}

uint32_t
idmap_find(const struct idmap *m, struct span name)
{
	const struct idmap_key key = idmap_key(name);

	/* 0 - 1 is IDMAP_NONE */
	return probe(m, &key, home(m->bits, tag_of(&key)))->number - 1;
}

/* --- many at once ------------------------------------------------------- */

/* Looks for n <= BATCH names until one needs its text, or is found: at (n) <-
 * the slots where to go on. */
static void
approach(const struct idmap *m, const struct idmap_key *key, size_t n,
    size_t *at)
{
	for (size_t i = 0; i < n; i++) {
		at[i] = home(m->bits, tag_of(&key[i]));
		__builtin_prefetch(&m->slot[at[i]]);
	}
	for (size_t i = 0; i < n; i++) {
		const struct slot *s;

		at[i] = candidate(m, &key[i], at[i]);
		s = &m->slot[at[i]];
		if (s->number != 0 && is_long_name(&key[i]))
			__builtin_prefetch(m->text + s->key);
	}
}

void
idmap_add_keys(struct idmap *m, const struct idmap_key *key, size_t n,
    uint32_t *id)
{
	size_t at[BATCH];

	for (size_t first = 0; first < n; first += BATCH) {
		const struct idmap_key *k = key + first;
		const size_t some = n - first < BATCH ? n - first : BATCH;

		reserve(m, some);
		approach(m, k, some, at);
		for (size_t i = 0; i < some; i++)
			id[first + i] = add(m, &k[i], at[i]);
	}
}

void
idmap_find_keys(const struct idmap *m, const struct idmap_key *key, size_t n,
    uint32_t *id)
{
	size_t at[BATCH];

	for (size_t first = 0; first < n; first += BATCH) {
		const struct idmap_key *k = key + first;
		const size_t some = n - first < BATCH ? n - first : BATCH;

		approach(m, k, some, at);
		for (size_t i = 0; i < some; i++)
			id[first + i] = probe(m, &k[i], at[i])->number - 1;
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

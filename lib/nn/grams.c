#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "nn/grams.h"

struct grams_place {
	uint64_t hash;
	uint32_t number;
};

/* Entries from .. from + n - 1 of the texts. */
struct run {
	uint64_t hash;
	uint64_t from;
	size_t n;
};

struct runs {
	struct run *run;
	size_t n, cap;
};

uint64_t
grams_hash(const struct grams *g, uint64_t before, uint32_t word)
{
	return hash_mix(before, g->word[word]);
}

static void
begin(struct grams *g, const struct vocabulary *v, size_t longest)
{
	const size_t n = vocabulary_features(v);

	*g = (struct grams){ .longest = longest };
	g->word = mem_array("words", n, sizeof *g->word);
	for (uint32_t i = 0; i < n; i++)
		g->word[i] = hash_id(idmap_name(v->features, i));
}

void
grams_release(struct grams *g)
{
	idmap_free(g->ids);
	free(g->word);
	free(g->place);
	*g = (struct grams){ .longest = 0 };
}

/* --- by hash -------------------------------------------------------------- */

static int
by_hash(const void *va, const void *vb)
{
	const struct grams_place *a = va, *b = vb;

	return (a->hash > b->hash) - (a->hash < b->hash);
}

uint32_t
grams_find(const struct grams *g, uint64_t hash)
{
	size_t from = 0, to = idmap_count(g->ids);

	while (from < to) {
		const size_t at = from + (to - from) / 2;

		if (g->place[at].hash == hash)
			return g->place[at].number;
		if (g->place[at].hash < hash)
			from = at + 1;
		else
			to = at;
	}
	return GRAMS_NONE;
}

/* "text=word", as the word is called in the vocabulary. */
static uint32_t
find_word(const struct vocabulary *v, struct span word, struct buf *name)
{
	name->n = 0;
	buf_span(name, idmap_name(v->fields, 0));
	buf_char(name, '=');
	buf_span(name, word);
	return vocabulary_find(v, (struct span){ name->p, name->n });
}

/* The hash of a name; of one with a word that is not there, one that no run
 * has. */
static uint64_t
hash_of(const struct grams *g, const struct vocabulary *v, struct span name,
    struct buf *scratch)
{
	uint64_t hash = 0;

	for (int first = 1; name.p != NULL; first = 0) {
		const uint32_t word = find_word(v, span_cut(&name, ' '),
		    scratch);

		if (word == IDMAP_NONE)
			return 0;
		hash = first ? g->word[word] : grams_hash(g, hash, word);
	}
	return hash;
}

void
grams_take(struct grams *g, const struct vocabulary *v, struct idmap *ids,
    size_t longest)
{
	const size_t n = idmap_count(ids);
	struct buf scratch = BUF_EMPTY;

	begin(g, v, longest);
	g->ids = ids;
	g->place = mem_array("runs of words", n, sizeof *g->place);
	for (uint32_t i = 0; i < n; i++)
		g->place[i] = (struct grams_place){ hash_of(g, v,
		    idmap_name(ids, i), &scratch), i };
	qsort(g->place, n, sizeof *g->place, by_hash);
	buf_release(&scratch);
}

/* --- from texts ----------------------------------------------------------- */

static void
add_run(struct runs *r, uint64_t hash, uint64_t from, size_t n)
{
	r->run = mem_grow("runs of words", r->run, &r->cap, r->n + 1,
	    sizeof *r->run);
	r->run[r->n++] = (struct run){ hash, from, n };
}

static void
find_runs(const struct grams *g, const struct examples *x, size_t length,
    struct runs *r)
{
	for (size_t i = 0; i < x->n; i++) {
		const uint64_t from = x->start[i];
		const size_t all = (size_t)(x->start[i + 1] - from);
		const size_t n = all < length ? all : length;

		for (size_t t = 0; t < n; t++) {
			uint64_t hash = g->word[x->feature[from + t]];

			for (size_t k = 1; k < g->longest && t + k < n; k++) {
				hash = grams_hash(g, hash,
				    x->feature[from + t + k]);
				add_run(r, hash, from + t, k + 1);
			}
		}
	}
}

static int
by_hash_and_place(const void *va, const void *vb)
{
	const struct run *a = va, *b = vb;

	if (a->hash != b->hash)
		return a->hash > b->hash ? 1 : -1;
	return (a->from > b->from) - (a->from < b->from);
}

static int
by_place(const void *va, const void *vb)
{
	const struct run *a = va, *b = vb;

	if (a->from != b->from)
		return a->from > b->from ? 1 : -1;
	return (a->n > b->n) - (a->n < b->n);
}

/* Of each run the first, if it stands often enough; in their order. */
static void
keep_frequent(struct runs *r, size_t least)
{
	size_t n = 0, to;

	qsort(r->run, r->n, sizeof *r->run, by_hash_and_place);
	for (size_t at = 0; at < r->n; at = to) {
		for (to = at; to < r->n &&
		    r->run[to].hash == r->run[at].hash; to++)
			;
		if (to - at >= least)
			r->run[n++] = r->run[at];
	}
	r->n = n;
	qsort(r->run, n, sizeof *r->run, by_place);
}

/* "not good", of features "text=not" and "text=good". */
static void
name_run(const struct vocabulary *v, const struct examples *x,
    const struct run *r, struct buf *name)
{
	const size_t skip = idmap_name(v->fields, 0).n + 1;

	name->n = 0;
	for (size_t k = 0; k < r->n; k++) {
		const struct span word = idmap_name(v->features,
		    x->feature[r->from + k]);

		if (k > 0)
			buf_char(name, ' ');
		buf_span(name, (struct span){ word.p + skip, word.n - skip });
	}
}

int
grams_learn(struct grams *g, const struct vocabulary *v,
    const struct examples *x, size_t length, size_t longest, size_t least)
{
	struct runs runs = { .n = 0 };
	struct buf name = BUF_EMPTY;
	struct idmap *ids = idmap_new();

	begin(g, v, longest);
	find_runs(g, x, length, &runs);
	if (runs.n > 0)
		keep_frequent(&runs, least);
	for (size_t i = 0; i < runs.n; i++) {
		name_run(v, x, &runs.run[i], &name);
		idmap_add(ids, (struct span){ name.p, name.n });
	}
	grams_release(g);
	grams_take(g, v, ids, longest);
	free(runs.run);
	buf_release(&name);
	return idmap_count(ids) > 0 ? 0 : err_msg("--ngrams %zu: no run of "
	    "words stands %zu times", longest, least);
}

#include <stdlib.h>

#include "base/mem.h"
#include "prep/clean.h"
#include "prep/cleanall.h"

/* --- weights that fade --------------------------------------------------- */

struct decay {
	int64_t newest;
	double half_life;
};

static int
find_newest(void *arg, struct cleanblock *b)
{
	struct decay *d = arg;

	for (size_t i = 0; i < b->n; i++)
		if (b->time[i] > d->newest)
			d->newest = b->time[i];
	return 0;
}

static int
fade(void *arg, struct cleanblock *b)
{
	const struct decay *d = arg;

	for (size_t i = 0; i < b->n; i++)
		b->weight[i] = clean_decay(b->weight[i],
		    d->newest - b->time[i], d->half_life);
	return 0;
}

int
cleanall_decay(struct cleanstore *s, double half_life)
{
	struct decay d = { INT64_MIN, half_life };

	if (cleanstore_scan(s, 0, find_newest, &d) != 0)
		return -1;
	return cleanstore_scan(s, 1, fade, &d);
}

/* --- the most frequent items --------------------------------------------- */

struct counted {
	uint64_t rows;
	uint32_t item, rank;	/* rank: by id */
};

struct top {
	uint64_t *rows;		/* (items) */
	unsigned char *stays;	/* (items) */
	uint64_t removed;
};

static int
count_items(void *arg, struct cleanblock *b)
{
	struct top *t = arg;

	for (size_t i = 0; i < b->n; i++)
		t->rows[b->item[i]]++;
	return 0;
}

static int
take_others(void *arg, struct cleanblock *b)
{
	struct top *t = arg;

	for (size_t i = 0; i < b->n; i++) {
		b->gone[i] = !t->stays[b->item[i]];
		t->removed += b->gone[i];
	}
	return 0;
}

/* More rows first, then the id that sorts last. */
static int
compare_counted(const void *va, const void *vb)
{
	const struct counted *a = va, *b = vb;

	if (a->rows != b->rows)
		return a->rows < b->rows ? 1 : -1;
	return (a->rank < b->rank) - (a->rank > b->rank);
}

static void
choose_items(struct top *t, const struct idmap *items, size_t n)
{
	const size_t n_items = idmap_count(items);
	struct counted *c = mem_array("items", n_items, sizeof *c);
	uint32_t *rank = idmap_ranks(items);

	for (size_t i = 0; i < n_items; i++)
		c[i] = (struct counted){ t->rows[i], (uint32_t)i, rank[i] };
	qsort(c, n_items, sizeof *c, compare_counted);
	for (size_t i = 0; i < n_items && i < n; i++)
		t->stays[c[i].item] = 1;
	free(rank);
	free(c);
}

int
cleanall_top_items(struct cleanstore *s, size_t n, uint64_t *removed)
{
	const size_t n_items = idmap_count(s->items);
	struct top t = { mem_array("items", n_items, sizeof *t.rows),
		mem_array("items", n_items, 1), 0 };
	int status = cleanstore_scan(s, 0, count_items, &t);

	if (status == 0) {
		choose_items(&t, s->items, n);
		status = cleanstore_scan(s, 1, take_others, &t);
	}
	*removed = t.removed;
	free(t.rows);
	free(t.stays);
	return status;
}

/* --- attributes put together --------------------------------------------- */

struct merging {
	struct cleanstore *store;
	const struct span *fill;	/* (n_text) */
	size_t n_text;
	uint64_t *at;		/* (users) the text so far */
	unsigned char *seen;	/* (users) */
	uint64_t merged, filled;
	struct textlog_window window;
	struct buf old, new, both;
};

/* Of each column the new value, or else the old one. */
static void
put_together(struct merging *m)
{
	struct span old = { m->old.p, m->old.n }, new = { m->new.p, m->new.n };

	/* a text begins with a TAB: nothing is before it */
	span_cut(&old, '\t');
	span_cut(&new, '\t');
	m->both.n = 0;
	for (size_t i = 0; i < m->n_text; i++) {
		const struct span was = span_cut(&old, '\t');
		const struct span is = span_cut(&new, '\t');

		buf_char(&m->both, '\t');
		buf_span(&m->both, is.n > 0 ? is : was);
	}
}

static int
merge_row(struct merging *m, uint32_t user, uint64_t at)
{
	m->old.n = m->new.n = 0;
	if (cleanstore_text(m->store, m->at[user], &m->window, &m->old) != 0 ||
	    cleanstore_text(m->store, at, &m->window, &m->new) != 0)
		return -1;
	put_together(m);
	return textlog_add(m->store->texts, (struct span){ m->both.p,
	    m->both.n }, &m->at[user]);
}

static int
merge_block(void *arg, struct cleanblock *b)
{
	struct merging *m = arg;

	for (size_t i = 0; i < b->n; i++) {
		const uint32_t u = b->user[i];

		if (!m->seen[u])
			m->at[u] = b->at != NULL ? b->at[i] : 0;
		else if (b->at != NULL && merge_row(m, u, b->at[i]) != 0)
			return -1;
		m->seen[u] = 1;
	}
	return 0;
}

/* The text at *at with what is still empty filled in, if anything is. */
static int
fill_row(struct merging *m, uint64_t *at)
{
	const uint64_t before = m->filled;
	struct span old;

	m->old.n = m->both.n = 0;
	if (cleanstore_text(m->store, *at, &m->window, &m->old) != 0)
		return -1;
	old = (struct span){ m->old.p, m->old.n };
	span_cut(&old, '\t');
	for (size_t i = 0; i < m->n_text; i++) {
		const struct span was = span_cut(&old, '\t');

		buf_char(&m->both, '\t');
		buf_span(&m->both, was.n > 0 ? was : m->fill[i]);
		m->filled += was.n == 0 && m->fill[i].n > 0;
	}
	return m->filled == before ? 0 : textlog_add(m->store->texts,
	    (struct span){ m->both.p, m->both.n }, at);
}

static int
place_merged(void *arg, struct cleanblock *b)
{
	struct merging *m = arg;

	for (size_t i = 0; i < b->n; i++) {
		const uint32_t u = b->user[i];

		b->gone[i] = !m->seen[u];
		m->merged += b->gone[i];
		if (m->seen[u] && b->at != NULL) {
			b->at[i] = m->at[u];
			if (fill_row(m, &b->at[i]) != 0)
				return -1;
		}
		m->seen[u] = 0;
	}
	return 0;
}

int
cleanall_merge_texts(struct cleanstore *s, const struct span *fill,
    size_t n_text, uint64_t *merged, uint64_t *filled)
{
	const size_t n_users = idmap_count(s->users);
	struct merging m = { .store = s, .fill = fill,
		.n_text = n_text };
	int status;

	m.at = mem_array("keys", n_users, sizeof *m.at);
	m.seen = mem_array("keys", n_users, 1);
	status = cleanstore_scan(s, 0, merge_block, &m);
	if (status == 0)
		status = cleanstore_scan(s, 1, place_merged, &m);
	*merged = m.merged;
	*filled = m.filled;
	free(m.at);
	free(m.seen);
	free(m.window.p);
	buf_release(&m.old);
	buf_release(&m.new);
	buf_release(&m.both);
	return status;
}

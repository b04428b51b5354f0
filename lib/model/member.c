#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "model/member.h"

enum {
	ROWS = 64,		/* users at once: enough for a product */
	SCORES_MAX = 16 << 20	/* floats of their scores: 64 MiB */
};

/* --- history -------------------------------------------------------------- */

/* to[i] <- the number that `map` has, or now gets, for name i of `names`.
 * Returns whether they are all the same. */
static int
add_names(struct idmap *map, const struct idmap *names, uint32_t *to)
{
	const size_t n = idmap_count(names);
	int same = 1;

	for (uint32_t i = 0; i < n; i++) {
		to[i] = idmap_add(map, idmap_name(names, i));
		same = same && to[i] == i;
	}
	return same;
}

static struct inter *
renumbered(const struct inter *in, struct scorer *s, const uint32_t *user,
    const uint32_t *item)
{
	const struct csr *m = &in->by_user;
	struct inter *out = inter_new(s->users, s->history_items, 0,
	    in->times != NULL);

	for (size_t u = 0; u < m->rows; u++)
		for (uint64_t i = m->indptr[u]; i < m->indptr[u + 1]; i++)
			inter_add(out, user[u], item[m->indices[i]],
			    m->values[i], in->times != NULL ? in->times[i] : 0);
	inter_finish(out);
	return out;
}

int
member_history(struct member *m, const struct inter *in,
    const struct idmap *users, const struct idmap *items)
{
	struct scorer *s = m->scorer;
	uint32_t *user, *item;
	int same;

	if (scorer_begin_history(s) != 0)
		return -1;
	user = mem_array("users", idmap_count(users), sizeof *user);
	item = mem_array("items", idmap_count(items), sizeof *item);
	same = add_names(s->users, users, user);
	same = add_names(s->history_items, items, item) && same;
	if (!same)
		m->history = renumbered(in, s, user, item);
	scorer_take_history(s, same ? in : m->history);
	free(user);
	free(item);
	return 0;
}

/* --- scores --------------------------------------------------------------- */

static void
map_items(struct member *m, const struct idmap *items)
{
	const struct idmap *own = m->scorer->items;
	const size_t n = idmap_count(own);

	m->item = mem_array("items", n, sizeof *m->item);
	m->same_items = 1;
	for (uint32_t i = 0; i < n; i++) {
		m->item[i] = idmap_find(items, idmap_name(own, i));
		m->same_items = m->same_items && m->item[i] == i;
	}
}

int
member_prepare(struct member *m, const struct idmap *users,
    const struct idmap *items)
{
	const size_t n = scorer_items(m->scorer);

	m->user = mem_array("users", idmap_count(users), sizeof *m->user);
	add_names(m->scorer->users, users, m->user);
	if (scorer_prepare(m->scorer) != 0)
		return -1;
	map_items(m, items);
	m->rows = SCORES_MAX / n < 1 ? 1 : SCORES_MAX / n < ROWS ?
	    SCORES_MAX / n : ROWS;
	m->bench = mem_array("scores", par_threads(), sizeof *m->bench);
	for (size_t w = 0; w < par_threads(); w++) {
		struct member_bench *b = &m->bench[w];

		b->scores = mem_array("scores", m->rows,
		    n * sizeof *b->scores);
		b->user = mem_array("scores", m->rows, sizeof *b->user);
		b->place = mem_array("scores", m->rows, sizeof *b->place);
	}
	return 0;
}

int
member_knows_user(const struct member *m, uint32_t u)
{
	return scorer_knows_user(m->scorer, m->user[u]);
}

size_t
member_block(const struct member *m, const uint32_t *users, size_t n,
    size_t worker)
{
	struct member_bench *b = &m->bench[worker];
	size_t n_known = 0;

	assert(n <= m->rows);
	for (size_t i = 0; i < n; i++)
		if (member_knows_user(m, users[i])) {
			b->user[n_known] = m->user[users[i]];
			b->place[n_known++] = i;
		}
	if (n_known > 0)
		scorer_block(m->scorer, b->user, n_known, b->scores, worker);
	return n_known;
}

void
member_release(struct member *m)
{
	for (size_t w = 0; m->bench != NULL && w < par_threads(); w++) {
		free(m->bench[w].scores);
		free(m->bench[w].user);
		free(m->bench[w].place);
	}
	free(m->bench);
	free(m->user);
	free(m->item);
	scorer_free(m->scorer);
	inter_free(m->history);
}

#include <stdlib.h>

#include "base/mem.h"
#include "prep/kcore.h"

enum { SWEEPS_MAX = 16 };

/* One side of the bipartite graph: users or items. */
struct side {
	const uint32_t *id;	/* (n) of each row */
	size_t n_ids, min;
	uint64_t *degree;	/* (n_ids) rows left */
	unsigned char *lost;	/* (n_ids) */
	uint64_t *start;	/* (n_ids + 1) of its rows in `row` */
	uint64_t *row;		/* (rows left) */
	uint32_t *queue;	/* (n_ids) lost, whose rows are to be taken */
	size_t n_queue;
};

struct graph {
	size_t n;
	struct side side[2];
};

static int
is_left(const struct graph *g, size_t i)
{
	return !g->side[0].lost[g->side[0].id[i]] &&
	    !g->side[1].lost[g->side[1].id[i]];
}

/* Counts the rows left of every id; returns how many are left in all. */
static size_t
count_degrees(struct graph *g)
{
	size_t left = 0;

	for (int s = 0; s < 2; s++)
		for (size_t id = 0; id < g->side[s].n_ids; id++)
			g->side[s].degree[id] = 0;
	for (size_t i = 0; i < g->n; i++) {
		if (!is_left(g, i))
			continue;
		left++;
		g->side[0].degree[g->side[0].id[i]]++;
		g->side[1].degree[g->side[1].id[i]]++;
	}
	return left;
}

/* Loses every id with too few rows; returns how many rows it had. */
static size_t
lose_poor(struct side *s)
{
	size_t rows = 0;

	for (size_t id = 0; id < s->n_ids; id++)
		if (!s->lost[id] && s->degree[id] < s->min) {
			s->lost[id] = 1;
			rows += s->degree[id];
		}
	return rows;
}

/* Lists the rows left of every id (a counting sort). */
static void
index_rows(const struct graph *g, struct side *s, size_t left)
{
	s->start = mem_array("k-core", s->n_ids + 1, sizeof *s->start);
	s->row = mem_array("k-core", left, sizeof *s->row);
	s->queue = mem_array("k-core", s->n_ids, sizeof *s->queue);
	for (size_t id = 0; id < s->n_ids; id++)
		s->start[id + 1] = s->start[id] + s->degree[id];
	for (size_t i = g->n; i-- > 0; )
		if (is_left(g, i))
			s->row[--s->start[s->id[i] + 1]] = i;
	/* every start is one place late now: start[id + 1] is that of id */
	for (size_t id = 0; id < s->n_ids; id++)
		s->start[id] = s->start[id + 1];
	s->start[s->n_ids] = left;
}

static void
lose(struct side *s, uint32_t id)
{
	s->lost[id] = 1;
	s->queue[s->n_queue++] = id;
}

/* Takes the rows of an id that was lost away from those on the other side. */
static void
take_rows(const struct side *from, uint32_t id, struct side *other)
{
	for (uint64_t j = from->start[id]; j < from->start[id + 1]; j++) {
		const uint32_t to = other->id[from->row[j]];

		if (!other->lost[to] && --other->degree[to] < other->min)
			lose(other, to);
	}
}

static void
peel(struct graph *g, size_t left)
{
	for (int s = 0; s < 2; s++)
		index_rows(g, &g->side[s], left);
	for (int s = 0; s < 2; s++)
		for (size_t id = 0; id < g->side[s].n_ids; id++)
			if (!g->side[s].lost[id] &&
			    g->side[s].degree[id] < g->side[s].min)
				lose(&g->side[s], (uint32_t)id);
	while (g->side[0].n_queue + g->side[1].n_queue > 0)
		for (int s = 0; s < 2; s++)
			while (g->side[s].n_queue > 0) {
				struct side *from = &g->side[s];

				take_rows(from, from->queue[--from->n_queue],
				    &g->side[!s]);
			}
}

void
kcore_find(struct kcore *core, const uint32_t *user, const uint32_t *item,
    size_t n, size_t n_users, size_t n_items, size_t min_user,
    size_t min_item)
{
	struct graph g = { n, {
		{ .id = user, .n_ids = n_users, .min = min_user },
		{ .id = item, .n_ids = n_items, .min = min_item } } };
	size_t left, gone;
	int sweeps = 0;

	for (int s = 0; s < 2; s++) {
		g.side[s].degree = mem_array("k-core", g.side[s].n_ids,
		    sizeof *g.side[s].degree);
		g.side[s].lost = mem_array("k-core", g.side[s].n_ids, 1);
	}
	do {
		left = count_degrees(&g);
		gone = lose_poor(&g.side[0]);
		gone += lose_poor(&g.side[1]);
	} while (gone > 0 && ++sweeps < SWEEPS_MAX);
	if (gone > 0) {
		left = count_degrees(&g);
		peel(&g, left);
	}
	for (int s = 0; s < 2; s++) {
		free(g.side[s].degree);
		free(g.side[s].start);
		free(g.side[s].row);
		free(g.side[s].queue);
	}
	core->lost_user = g.side[0].lost;
	core->lost_item = g.side[1].lost;
}

void
kcore_release(struct kcore *core)
{
	free(core->lost_user);
	free(core->lost_item);
}

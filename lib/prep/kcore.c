#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/kcore.h"

enum {
	SWEEPS_MAX = 32,	/* before peel() */
	AHEAD = 16,		/* rows whose counts are asked for */
	PIECES_MAX = 1 << 16	/* swept before 32-bit counts are added up */
};

/* What became of an id. */
enum state { STAYS, LOST, JUST_LOST };

/* One side of the bipartite graph: users or items. */
struct side {
	size_t n_ids, min;
	uint64_t *degree;	/* (n_ids) rows left */
	unsigned char *state;	/* (n_ids) */
	uint32_t **count;	/* (workers) of (n_ids), NULL: not used */
	/* for peel() */
	uint64_t *start;	/* (n_ids + 1) of its neighbours */
	uint32_t *neighbour;	/* (rows left) ids of the other side */
	uint32_t *queue;	/* (n_ids) lost, whose rows are to be taken */
	size_t n_queue;
};

struct graph {
	const struct kcore_rows *rows;
	struct side side[2];
	size_t first;		/* piece of the sweep */
	int is_count;		/* the first sweep: counts all rows */
	void **memory;		/* (workers) */
	atomic_int failed;
};

static uint32_t *
counts(struct side *s, size_t worker)
{
	if (s->count[worker] == NULL)
		s->count[worker] = mem_array("k-core", s->n_ids,
		    sizeof *s->count[worker]);
	return s->count[worker];
}

/* --- sweeps ------------------------------------------------------------- */

/* Counts rows of ids: all of them, or those that went with an id that was
 * just lost, and not before. */
static void
sweep_piece(void *arg, size_t i, size_t worker)
{
	struct graph *g = arg;
	uint32_t *of_user = counts(&g->side[0], worker);
	uint32_t *of_item = counts(&g->side[1], worker);
	const unsigned char *users = g->side[0].state;
	const unsigned char *items = g->side[1].state;
	const uint32_t *user, *item;
	size_t n;

	if (g->rows->piece(g->rows->arg, g->first + i, &g->memory[worker],
	    &user, &item, &n) != 0) {
		atomic_store(&g->failed, 1);
		return;
	}
	for (size_t j = 0; j < n && g->is_count; j++) {
		if (j + AHEAD < n) {
			__builtin_prefetch(&of_user[user[j + AHEAD]], 1);
			__builtin_prefetch(&of_item[item[j + AHEAD]], 1);
		}
		of_user[user[j]]++;
		of_item[item[j]]++;
	}
	for (size_t j = 0; j < n && !g->is_count; j++) {
		const unsigned u = users[user[j]], v = items[item[j]];

		if (((u | v) != STAYS && u != LOST &&
		    v != LOST)) {
			of_user[user[j]]++;
			of_item[item[j]]++;
		}
	}
}

/* Adds the workers' counts to the degrees, or takes them away. */
static void
settle_counts(struct side *s, int is_count)
{
	for (size_t w = 0; w < par_threads(); w++) {
		uint32_t *count = s->count[w];

		for (size_t id = 0; count != NULL && id < s->n_ids; id++) {
			s->degree[id] = is_count ? s->degree[id] + count[id]
			    : s->degree[id] - count[id];
			count[id] = 0;
		}
	}
}

static int
sweep(struct graph *g)
{
	const size_t n = g->rows->n_pieces;

	for (g->first = 0; g->first < n; g->first += PIECES_MAX) {
		const size_t left = n - g->first;

		par_for(left < PIECES_MAX ? left : PIECES_MAX, sweep_piece,
		    g);
		for (int s = 0; s < 2; s++)
			settle_counts(&g->side[s], g->is_count);
	}
	g->is_count = 0;
	return atomic_load(&g->failed) ? -1 : 0;
}

/* Loses every id with too few rows; returns how many rows these had. */
static uint64_t
lose_poor(struct side *s)
{
	uint64_t rows = 0;

	for (size_t id = 0; id < s->n_ids; id++)
		if (s->state[id] != STAYS) {
			s->state[id] = LOST;
		} else if (s->degree[id] < s->min) {
			s->state[id] = JUST_LOST;
			rows += s->degree[id];
		}
	return rows;
}

/* --- following each removal ---------------------------------------------- */

/* Lists the neighbours of every id, by a counting sort of the rows left; all
 * rows are in memory. */
static int
index_rows(struct graph *g, size_t which, void **memory)
{
	struct side *s = &g->side[which];
	const struct side *other = &g->side[!which];
	const uint32_t *id[2];
	size_t n;

	s->start = mem_array("k-core", s->n_ids + 2, sizeof *s->start);
	for (size_t i = 0; i < s->n_ids; i++)
		s->start[i + 2] = s->start[i + 1] +
		    (s->state[i] == STAYS ? s->degree[i] : 0);
	s->neighbour = mem_array("k-core", (size_t)s->start[s->n_ids + 1],
	    sizeof *s->neighbour);
	s->queue = mem_array("k-core", s->n_ids, sizeof *s->queue);
	for (size_t p = 0; p < g->rows->n_pieces; p++) {
		if (g->rows->piece(g->rows->arg, p, memory, &id[0], &id[1],
		    &n) != 0)
			return -1;
		for (size_t j = 0; j < n; j++) {
			const uint32_t me = id[which][j], to = id[!which][j];

			if (s->state[me] == STAYS &&
			    other->state[to] == STAYS)
				s->neighbour[s->start[me + 1]++] = to;
		}
	}
	return 0;
}

static void
lose(struct side *s, uint32_t id)
{
	s->state[id] = LOST;
	s->queue[s->n_queue++] = id;
}

/* Takes the rows of an id that was lost away from those on the other side. */
static void
take_rows(const struct side *from, uint32_t id, struct side *other)
{
	for (uint64_t j = from->start[id]; j < from->start[id + 1]; j++) {
		const uint32_t to = from->neighbour[j];

		if (other->state[to] == STAYS &&
		    --other->degree[to] < other->min)
			lose(other, to);
	}
}

static int
peel(struct graph *g)
{
	for (size_t s = 0; s < 2; s++)
		if (index_rows(g, s, &g->memory[0]) != 0)
			return -1;
	for (size_t s = 0; s < 2; s++)
		for (size_t id = 0; id < g->side[s].n_ids; id++)
			if (g->side[s].state[id] == STAYS &&
			    g->side[s].degree[id] < g->side[s].min)
				lose(&g->side[s], (uint32_t)id);
	while (g->side[0].n_queue + g->side[1].n_queue > 0)
		for (size_t s = 0; s < 2; s++)
			while (g->side[s].n_queue > 0) {
				struct side *from = &g->side[s];

				take_rows(from, from->queue[--from->n_queue],
				    &g->side[!s]);
			}
	return 0;
}

/* --- both --------------------------------------------------------------- */

static int
find(struct graph *g)
{
	int status;

	g->is_count = 1;
	status = sweep(g);
	for (int sweeps = 0; status == 0; sweeps++) {
		uint64_t gone;

		if (sweeps == SWEEPS_MAX && g->rows->in_memory)
			return peel(g);
		gone = lose_poor(&g->side[0]);
		gone += lose_poor(&g->side[1]);
		if (gone == 0)
			break;
		status = sweep(g);
	}
	return status;
}

static void
release(struct graph *g)
{
	for (size_t s = 0; s < 2; s++) {
		struct side *side = &g->side[s];

		for (size_t w = 0; w < par_threads(); w++)
			free(side->count[w]);
		free(side->count);
		free(side->degree);
		free(side->start);
		free(side->neighbour);
		free(side->queue);
	}
	for (size_t w = 0; w < par_threads(); w++)
		free(g->memory[w]);
	free(g->memory);
}

int
kcore_find(struct kcore *core, const struct kcore_rows *rows, size_t n_users,
    size_t n_items, size_t min_user, size_t min_item)
{
	struct graph g = { .rows = rows, .side = {
		{ .n_ids = n_users, .min = min_user },
		{ .n_ids = n_items, .min = min_item } } };
	int status;

	for (size_t s = 0; s < 2; s++) {
		struct side *side = &g.side[s];

		side->degree = mem_array("k-core", side->n_ids,
		    sizeof *side->degree);
		side->state = mem_array("k-core", side->n_ids, 1);
		side->count = mem_array("k-core", par_threads(),
		    sizeof *side->count);
	}
	g.memory = mem_array("k-core", par_threads(), sizeof *g.memory);
	status = find(&g);
	release(&g);
	core->lost_user = g.side[0].state;
	core->lost_item = g.side[1].state;
	return status;
}

void
kcore_release(struct kcore *core)
{
	free(core->lost_user);
	free(core->lost_item);
}

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/kcore.h"

enum {
	SWEEPS_MAX = 32,	/* before peel() */
	AHEAD = 16,		/* rows whose counts are asked for */
	PIECES_MAX = 1 << 16,	/* swept before 32-bit counts are added up */
	PLACES = 1 << 16,	/* of one piece, or more of them */
	LANES = 16		/* rows looked at together */
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
	uint64_t *start;	/* (n_ids + 1) of its places */
	uint16_t *place;	/* (rows left) where its rows are, ascending */
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

/*
 * Of each id the places of its rows are listed: 2 bytes a row, where the ids
 * on the other side of it would be 4.  A place is a piece, or a few of them if
 * there are more than 2^16; an id that is lost is looked for there.
 */
static size_t
place_size(const struct graph *g)
{
	return g->rows->n_pieces / PLACES + 1;
}

/* Lists the places of every id, by a counting sort of the rows left; all rows
 * are in memory. */
static int
index_rows(struct graph *g, size_t which)
{
	struct side *s = &g->side[which];
	const struct side *other = &g->side[!which];
	const size_t size = place_size(g);
	const uint32_t *id[2];
	size_t n;

	s->start = mem_array("k-core", s->n_ids + 2, sizeof *s->start);
	for (size_t i = 0; i < s->n_ids; i++)
		s->start[i + 2] = s->start[i + 1] +
		    (s->state[i] == STAYS ? s->degree[i] : 0);
	s->place = mem_array("k-core", (size_t)s->start[s->n_ids + 1],
	    sizeof *s->place);
	s->queue = mem_array("k-core", s->n_ids, sizeof *s->queue);
	for (size_t p = 0; p < g->rows->n_pieces; p++) {
		if (g->rows->piece(g->rows->arg, p, &g->memory[0], &id[0],
		    &id[1], &n) != 0)
			return -1;
		for (size_t j = 0; j < n; j++) {
			const uint32_t me = id[which][j], to = id[!which][j];

			if (s->state[me] == STAYS &&
			    other->state[to] == STAYS)
				s->place[s->start[me + 1]++] =
				    (uint16_t)(p / size);
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

static int
is_among(const uint32_t *id, uint32_t me)
{
	unsigned found = 0;

	for (size_t k = 0; k < LANES; k++)
		found |= id[k] == me;
	return found != 0;
}

/* Takes those rows of an id that was lost that are among these n away from
 * ids `to` (n) on the other side. */
static void
take_from(const uint32_t *from, const uint32_t *to, size_t n, uint32_t me,
    struct side *other)
{
	for (size_t j = 0; j < n; j += LANES) {
		const size_t end = n - j < LANES ? n : j + LANES;

		if (end == j + LANES && !is_among(from + j, me))
			continue;
		for (size_t i = j; i < end; i++)
			if (from[i] == me && other->state[to[i]] == STAYS &&
			    --other->degree[to[i]] < other->min)
				lose(other, to[i]);
	}
}

/* Takes all rows of an id that was lost away from those on the other side. */
static int
take_rows(struct graph *g, size_t which, uint32_t me)
{
	const struct side *s = &g->side[which];
	const size_t size = place_size(g), n_pieces = g->rows->n_pieces;
	const uint32_t *id[2];
	size_t n;

	for (uint64_t j = s->start[me]; j < s->start[me + 1]; j++) {
		const size_t first = (size_t)s->place[j] * size;

		if (j > s->start[me] && s->place[j - 1] == s->place[j])
			continue;
		for (size_t p = first; p < first + size && p < n_pieces; p++) {
			if (g->rows->piece(g->rows->arg, p, &g->memory[0],
			    &id[0], &id[1], &n) != 0)
				return -1;
			take_from(id[which], id[!which], n, me,
			    &g->side[!which]);
		}
	}
	return 0;
}

static int
peel(struct graph *g)
{
	for (size_t s = 0; s < 2; s++)
		if (index_rows(g, s) != 0)
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

				if (take_rows(g, s,
				    from->queue[--from->n_queue]) != 0)
					return -1;
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
		free(side->place);
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

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/pipe.h"
#include "rank/lists.h"
#include "rank/sieve.h"

enum {
	BLOCK = 512,		/* users of a block: enough for a product */
	TILE = 1024,		/* items of a tile: 2 MiB with these users */
	SCORES_MAX = 16 << 20,	/* floats of whole rows: 64 MiB */
	KEYS_MAX = 2 << 20	/* candidates of a block: 16 MiB */
};

/* What a thread works with: some users of a block at a time. */
struct bench {
	float *scores;		/* (rows, tile) */
	uint64_t *keys;		/* (rows, sieve_room(k)) */
	struct sieve sieve[BLOCK];
	/* those whom the model can serve */
	uint32_t user[BLOCK];
	size_t place[BLOCK];	/* in the block */
	size_t n_users;
	/* what they had: places in a tile's scores, tile after tile */
	uint32_t *mark;		/* (cap_marks) */
	size_t cap_marks;
	size_t *mark_end;	/* (tiles) */
};

/* The lists of a block of users. */
struct part {
	size_t first;		/* user */
	size_t n_users;
	struct topk_item *best;	/* (block, k) */
	size_t n[BLOCK];
	struct buf text;
};

struct job {
	const struct scorer *scorer;
	const struct lists_options *options;
	/* what becomes of a list: text, or a call */
	const struct lists_text *text;
	int (*each)(void *arg, uint32_t user, const struct topk_item *best,
	    size_t n);
	void *arg;
	const uint32_t *users;		/* (n_users) */
	size_t n_users, n_items, k;
	uint32_t *rank, *by_rank;	/* (n_items) */
	size_t block;			/* users of a block */
	size_t rows;			/* users scored at once */
	size_t tile;			/* items scored at once */
	size_t n_tiles;
	size_t next;			/* user, for take_block() */
	struct bench *bench;		/* (threads) */
	struct part *part;		/* (slots) */
};

/* --- one tile ------------------------------------------------------------- */

static size_t
width_of(const struct job *job, size_t tile)
{
	const size_t left = job->n_items - tile * job->tile;

	return left < job->tile ? left : job->tile;
}

struct had {
	const uint32_t *item;	/* (n) */
	size_t n;
};

/* What the user is not to be offered; some items may be the history's own. */
static struct had
had_by(const struct csr *seen, uint32_t user)
{
	if (seen == NULL || user >= seen->rows)
		return (struct had){ NULL, 0 };
	return (struct had){ seen->indices + seen->indptr[user],
		csr_row_count(seen, user) };
}

/* Where in which tile the users' seen items are: b->mark, by tile. */
static void
mark_seen(const struct job *job, struct bench *b, const uint32_t *users,
    size_t n)
{
	const struct csr *seen = job->options->seen;
	size_t *end = b->mark_end, total = 0;

	memset(end, 0, job->n_tiles * sizeof *end);
	for (size_t r = 0; r < n; r++) {
		const struct had had = had_by(seen, users[r]);

		for (size_t i = 0; i < had.n; i++)
			if (had.item[i] < job->n_items)
				end[had.item[i] / job->tile]++;
	}
	for (size_t t = 0; t < job->n_tiles; t++) {
		const size_t count = end[t];

		end[t] = total;
		total += count;
	}
	b->mark = mem_grow("seen items", b->mark, &b->cap_marks, total,
	    sizeof *b->mark);
	for (size_t r = 0; r < n; r++) {
		const struct had had = had_by(seen, users[r]);

		for (size_t i = 0; i < had.n; i++) {
			const size_t t = had.item[i] / job->tile;

			if (had.item[i] < job->n_items)
				b->mark[end[t]++] = (uint32_t)(r *
				    width_of(job, t) + had.item[i] % job->tile);
		}
	}
}

/* Is nothing of the tile allowed? */
static int
is_left_out(const struct job *job, size_t first, size_t width)
{
	const float *adjust = job->options->adjust;
	size_t i = 0;

	while (adjust != NULL && i < width && adjust[first + i] == -INFINITY)
		i++;
	return i == width;
}

static void
score_tile(const struct job *job, struct bench *b, const uint32_t *users,
    size_t n, size_t tile, size_t worker)
{
	const size_t first = tile * job->tile, width = width_of(job, tile);
	const float *adjust = job->options->adjust;

	if (is_left_out(job, first, width))
		return;
	scorer_tile(job->scorer, users, n, first, width, b->scores, worker);
	for (size_t i = tile > 0 ? b->mark_end[tile - 1] : 0;
	    i < b->mark_end[tile]; i++)
		b->scores[b->mark[i]] = -INFINITY;
	for (size_t r = 0; r < n; r++) {
		float *row = b->scores + r * width;

		for (size_t i = 0; adjust != NULL && i < width; i++)
			row[i] += adjust[first + i];
		sieve_scan(&b->sieve[r], row, job->rank + first, width);
	}
}

/* --- one block ------------------------------------------------------------ */

/* The lists of the users at .. at + n - 1 of those on the bench. */
static void
make_rows(const struct job *job, struct bench *b, struct part *part,
    size_t at, size_t n, size_t worker)
{
	const uint32_t *users = b->user + at;
	const size_t room = sieve_room(job->k);

	for (size_t r = 0; r < n; r++)
		sieve_begin(&b->sieve[r], b->keys + r * room, job->k);
	mark_seen(job, b, users, n);
	for (size_t t = 0; t < job->n_tiles; t++)
		score_tile(job, b, users, n, t, worker);
	for (size_t r = 0; r < n; r++) {
		const size_t u = b->place[at + r];

		part->n[u] = sieve_end(&b->sieve[r], job->by_rank,
		    part->best + u * job->k);
	}
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int
take_block(void *arg, size_t slot)
{
	struct job *job = arg;
	struct part *part = &job->part[slot];

	part->first = job->next;
	part->n_users = least(job->n_users - job->next, job->block);
	job->next += part->n_users;
	return part->n_users > 0;
}

static int
make_block(void *arg, size_t slot, size_t worker)
{
	const struct job *job = arg;
	struct bench *b = &job->bench[worker];
	struct part *part = &job->part[slot];
	const uint32_t *users = job->users + part->first;

	b->n_users = 0;
	for (size_t u = 0; u < part->n_users; u++) {
		part->n[u] = 0;
		if (!scorer_knows_user(job->scorer, users[u]))
			continue;
		b->user[b->n_users] = users[u];
		b->place[b->n_users++] = u;
	}
	for (size_t at = 0; at < b->n_users; at += job->rows)
		make_rows(job, b, part, at, least(b->n_users - at, job->rows),
		    worker);
	part->text.n = 0;
	for (size_t u = 0; u < part->n_users && job->text != NULL; u++)
		job->text->format(job->text->arg, users[u],
		    part->best + u * job->k, part->n[u], &part->text);
	return 0;
}

static int
give_lists(const struct job *job, const struct part *part)
{
	for (size_t u = 0; u < part->n_users; u++)
		if (job->each(job->arg, job->users[part->first + u],
		    part->best + u * job->k, part->n[u]) != 0)
			return -1;
	return 0;
}

static int
give_text(const struct job *job, const struct part *part)
{
	const struct lists_text *t = job->text;

	for (size_t u = 0; t->count != NULL && u < part->n_users; u++)
		t->count(t->arg, job->users[part->first + u], part->n[u]);
	return t->write(t->arg, (struct span){ part->text.p, part->text.n });
}

static int
give_block(void *arg, size_t slot)
{
	const struct job *job = arg;
	const struct part *part = &job->part[slot];
	const int status = job->text != NULL ? give_text(job, part) :
	    give_lists(job, part);

	tick_at(job->options->tick, part->first + part->n_users, job->n_users);
	return status;
}

/* --- all of them ---------------------------------------------------------- */

static size_t
clamp(size_t x, size_t low, size_t high)
{
	return x < low ? low : x > high ? high : x;
}

/* How the work is cut: by the data, the model and k. */
static void
cut(struct job *job)
{
	const size_t batch = job->scorer->ops->batch;

	job->k = clamp(job->options->k, 1, job->n_items);
	job->block = clamp(KEYS_MAX / sieve_room(job->k), 1, BLOCK);
	if (scorer_cuts(job->scorer)) {
		job->rows = job->block;
		job->tile = least(TILE, job->n_items);
	} else {
		job->rows = clamp(SCORES_MAX / job->n_items, 1,
		    least(batch > 0 ? batch : BLOCK, job->block));
		job->tile = job->n_items;
	}
	job->n_tiles = par_pieces(job->n_items, job->tile);
}

static void
begin(struct job *job)
{
	cut(job);
	job->rank = idmap_ranks(job->scorer->items);
	job->by_rank = mem_array("order of items", job->n_items,
	    sizeof *job->by_rank);
	for (uint32_t i = 0; i < job->n_items; i++)
		job->by_rank[job->rank[i]] = i;
	job->bench = mem_array("lists", par_threads(), sizeof *job->bench);
	for (size_t w = 0; w < par_threads(); w++) {
		struct bench *b = &job->bench[w];

		b->scores = mem_array("scores of a block of users", job->rows,
		    job->tile * sizeof *b->scores);
		b->keys = mem_array("candidates of a block of users",
		    job->rows, sieve_room(job->k) * sizeof *b->keys);
		b->mark_end = mem_array("seen items", job->n_tiles,
		    sizeof *b->mark_end);
	}
	job->part = mem_array("lists", pipe_slots(), sizeof *job->part);
	for (size_t i = 0; i < pipe_slots(); i++)
		job->part[i].best = mem_array("lists", job->block,
		    job->k * sizeof *job->part[i].best);
}

static void
end(struct job *job)
{
	for (size_t w = 0; w < par_threads(); w++) {
		free(job->bench[w].scores);
		free(job->bench[w].keys);
		free(job->bench[w].mark);
		free(job->bench[w].mark_end);
	}
	free(job->bench);
	for (size_t i = 0; i < pipe_slots(); i++) {
		free(job->part[i].best);
		buf_release(&job->part[i].text);
	}
	free(job->part);
	free(job->rank);
	free(job->by_rank);
}

static int
run(struct job *job)
{
	int status;

	assert(job->options->k > 0);
	begin(job);
	status = pipe_run(&(struct pipe){ job, take_block, make_block,
	    give_block });
	end(job);
	return status;
}

int
lists_make(const struct scorer *s, const uint32_t *users, size_t n_users,
    const struct lists_options *options,
    int (*each)(void *arg, uint32_t user, const struct topk_item *best,
    size_t n), void *arg)
{
	return run(&(struct job){ .scorer = s, .options = options,
	    .each = each, .arg = arg, .users = users, .n_users = n_users,
	    .n_items = scorer_items(s) });
}

int
lists_write(const struct scorer *s, const uint32_t *users, size_t n_users,
    const struct lists_options *options, const struct lists_text *text)
{
	return run(&(struct job){ .scorer = s, .options = options,
	    .text = text, .users = users, .n_users = n_users,
	    .n_items = scorer_items(s) });
}

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
	BLOCK = COARSE_USERS,	/* users of a block: enough for a product */
	TILE = 1024,		/* items of a tile: 2 MiB with these users */
	SCORES_MAX = 16 << 20,	/* floats of whole rows: 64 MiB */
	KEYS_MAX = 2 << 20,	/* candidates of a block: 16 MiB */
	TEXT = 40		/* bytes of an item of a list, about */
};

/* What a thread works with: some users of a block at a time. */
struct bench {
	float *scores;		/* (rows, tile) */
	uint64_t *keys;		/* (rows, sieve_room(pool)) */
	struct sieve sieve[BLOCK];
	/* those whom the model can serve */
	uint32_t user[BLOCK];
	size_t place[BLOCK];	/* in the block */
	size_t n_users;
	/* what they had: places in a tile's scores, tile after tile */
	uint32_t *mark;		/* (cap_marks) */
	size_t cap_marks;
	size_t *mark_end;	/* (tiles) */
	/* of candidates: (longest row of them) each, scores too */
	uint32_t *pair_user, *pair_item, *pair_rank;
	uint64_t *stamp;	/* (n_items) b->now if left out */
	uint64_t now;		/* counts users */
	struct coarse_bench *coarse;	/* with an index */
	/* for re-ranking: a pool, and keys of one that is larger than usual */
	struct topk_item *pool;	/* (cap_pool) */
	uint64_t *more_keys;	/* (cap_keys) */
	size_t cap_pool, cap_keys;
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
	size_t pool;			/* items that lists are made of */
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

/* What a mark is set on. */
struct marking {
	const struct job *job;
	struct bench *b;
};

static void
count_mark(void *arg, size_t place, uint32_t item)
{
	const struct marking *m = arg;

	(void)place;
	m->b->mark_end[item / m->job->tile]++;
}

static void
set_mark(void *arg, size_t place, uint32_t item)
{
	const struct marking *m = arg;
	const size_t tile = item / m->job->tile;

	m->b->mark[m->b->mark_end[tile]++] = (uint32_t)(place *
	    width_of(m->job, tile) + item % m->job->tile);
}

/* Where in which tile the users' items are that are left out: b->mark. */
static void
mark_left_out(const struct job *job, struct bench *b, const uint32_t *users,
    size_t n)
{
	struct marking marking = { job, b };
	size_t *end = b->mark_end, total = 0;

	memset(end, 0, job->n_tiles * sizeof *end);
	leftout_each(job->options->left_out, users, n, job->n_items,
	    count_mark, &marking);
	for (size_t t = 0; t < job->n_tiles; t++) {
		const size_t count = end[t];

		end[t] = total;
		total += count;
	}
	b->mark = mem_grow("seen items", b->mark, &b->cap_marks, total,
	    sizeof *b->mark);
	leftout_each(job->options->left_out, users, n, job->n_items,
	    set_mark, &marking);
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
	const uint32_t *group = job->options->group;

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
		for (size_t i = 0; group != NULL && i < width; i++)
			if (group[first + i] == group[users[r]])
				row[i] = -INFINITY;
		sieve_scan(&b->sieve[r], row, job->rank + first, width);
	}
}

/* --- candidates ----------------------------------------------------------- */

static void
set_stamp(void *arg, size_t place, uint32_t item)
{
	struct bench *b = arg;

	(void)place;
	b->stamp[item] = b->now;
}

struct items {
	const uint32_t *item;	/* (n) */
	size_t n;
};

/* A user's row; some items may be none of the model's. */
static struct items
row_of(const struct csr *m, uint32_t user)
{
	if (m == NULL || user >= m->rows)
		return (struct items){ NULL, 0 };
	return (struct items){ m->indices + m->indptr[user],
		csr_row_count(m, user) };
}

/* Those of a user's candidates that are not left out: items, users, ranks. */
static size_t
gather_candidates(const struct job *job, struct bench *b, uint32_t user)
{
	const struct items all = row_of(job->options->candidates, user);
	const uint32_t *group = job->options->group;
	size_t n = 0;

	b->now++;
	leftout_each(job->options->left_out, &user, 1, job->n_items,
	    set_stamp, b);
	for (size_t i = 0; i < all.n; i++) {
		const uint32_t item = all.item[i];

		if (item >= job->n_items || b->stamp[item] == b->now ||
		    (group != NULL && group[item] == group[user]))
			continue;
		b->pair_user[n] = user;
		b->pair_item[n] = item;
		b->pair_rank[n++] = job->rank[item];
	}
	return n;
}

static void
score_candidates(const struct job *job, struct bench *b, const uint32_t *users,
    size_t n, size_t worker)
{
	const float *adjust = job->options->adjust;

	for (size_t r = 0; r < n; r++) {
		const size_t m = gather_candidates(job, b, users[r]);

		scorer_pairs(job->scorer, b->pair_user, b->pair_item, m,
		    b->scores, worker);
		for (size_t i = 0; i < m && adjust != NULL; i++)
			b->scores[i] += adjust[b->pair_item[i]];
		sieve_scan(&b->sieve[r], b->scores, b->pair_rank, m);
	}
}

/* --- one block ------------------------------------------------------------ */

/* The best items of users (n), as many as `pool`, are in the sieves then;
 * keys (n, sieve_room(pool)) are theirs. */
static void
sieve_rows(const struct job *job, struct bench *b, const uint32_t *users,
    size_t n, size_t pool, uint64_t *keys, size_t worker)
{
	const float *min_score = job->options->min_score;
	const size_t room = sieve_room(pool);

	for (size_t r = 0; r < n; r++) {
		sieve_begin(&b->sieve[r], keys + r * room, pool);
		if (min_score != NULL)
			sieve_from(&b->sieve[r], *min_score);
	}
	if (job->options->candidates != NULL) {
		score_candidates(job, b, users, n, worker);
	} else if (b->coarse != NULL) {
		coarse_search(job->options->index, b->coarse, users, n,
		    job->options->left_out, job->options->group, job->rank,
		    b->sieve);
	} else {
		mark_left_out(job, b, users, n);
		for (size_t t = 0; t < job->n_tiles; t++)
			score_tile(job, b, users, n, t, worker);
	}
}

/*
 * best (k) <- the list of a user whose pool is in a sieve; its length.  *more
 * <- could it be longer with a larger pool?
 */
static size_t
rerank_row(const struct job *job, struct bench *b, uint32_t user,
    struct sieve *s, struct topk_item *best, int *more, size_t worker)
{
	size_t n, n_best;

	b->pool = mem_grow("re-ranking", b->pool, &b->cap_pool, s->k,
	    sizeof *b->pool);
	n = sieve_end(s, job->by_rank, b->pool);
	n_best = rerank_list(job->options->rerank, worker, user, b->pool, n,
	    job->k, job->rank);
	memcpy(best, b->pool, n_best * sizeof *best);
	*more = n_best < job->k && n == s->k && n < job->n_items;
	return n_best;
}

/* The same with larger and larger pools. */
static size_t
rerank_again(const struct job *job, struct bench *b, uint32_t user,
    struct topk_item *best, size_t worker)
{
	size_t pool = job->pool, n_best;
	int more;

	do {
		pool = pool < job->n_items / 4 ? 4 * pool : job->n_items;
		b->more_keys = mem_grow("re-ranking", b->more_keys,
		    &b->cap_keys, sieve_room(pool), sizeof *b->more_keys);
		sieve_rows(job, b, &user, 1, pool, b->more_keys, worker);
		n_best = rerank_row(job, b, user, &b->sieve[0], best, &more,
		    worker);
	} while (more);
	return n_best;
}

/* The lists of the users at .. at + n - 1 of those on the bench. */
static void
make_rows(const struct job *job, struct bench *b, struct part *part,
    size_t at, size_t n, size_t worker)
{
	const uint32_t *users = b->user + at;
	int more[BLOCK] = { 0 };

	sieve_rows(job, b, users, n, job->pool, b->keys, worker);
	for (size_t r = 0; r < n; r++) {
		const size_t u = b->place[at + r];
		struct topk_item *best = part->best + u * job->k;

		part->n[u] = job->options->rerank == NULL ?
		    sieve_end(&b->sieve[r], job->by_rank, best) :
		    rerank_row(job, b, users[r], &b->sieve[r], best, &more[r],
		    worker);
	}
	for (size_t r = 0; r < n; r++)
		if (more[r]) {
			const size_t u = b->place[at + r];

			part->n[u] = rerank_again(job, b, users[r],
			    part->best + u * job->k, worker);
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
	job->pool = job->options->rerank == NULL ? job->k :
	    clamp(job->options->pool, job->k, job->n_items);
	job->block = clamp(KEYS_MAX / sieve_room(job->pool), 1, BLOCK);
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

static size_t
longest_row(const struct csr *m)
{
	size_t longest = 0;

	for (size_t r = 0; r < m->rows; r++)
		if (csr_row_count(m, r) > longest)
			longest = csr_row_count(m, r);
	return longest;
}

static void
bench_init(struct bench *b, const struct job *job)
{
	const struct csr *candidates = job->options->candidates;

	b->keys = mem_array("lists", job->rows, sieve_room(job->pool) *
	    sizeof *b->keys);
	if (candidates != NULL) {
		const size_t n = longest_row(candidates);

		b->scores = mem_array("candidates", n, sizeof *b->scores);
		b->pair_user = mem_array("candidates", n, sizeof(uint32_t));
		b->pair_item = mem_array("candidates", n, sizeof(uint32_t));
		b->pair_rank = mem_array("candidates", n, sizeof(uint32_t));
		b->stamp = mem_array("candidates", job->n_items,
		    sizeof *b->stamp);
	} else if (job->options->index != NULL) {
		b->coarse = coarse_bench_new(job->options->index);
	} else {
		b->scores = mem_array("scores of a block of users", job->rows,
		    job->tile * sizeof *b->scores);
		b->mark_end = mem_array("seen items", job->n_tiles,
		    sizeof *b->mark_end);
	}
}

static void
bench_release(struct bench *b)
{
	free(b->scores);
	free(b->keys);
	free(b->mark);
	free(b->mark_end);
	free(b->pair_user);
	free(b->pair_item);
	free(b->pair_rank);
	free(b->stamp);
	coarse_bench_free(b->coarse);
	free(b->pool);
	free(b->more_keys);
}

/* As bench_init() takes it. */
static size_t
bench_bytes(const struct job *job)
{
	const struct lists_options *o = job->options;
	const size_t scores = o->candidates != NULL ?
	    longest_row(o->candidates) * 4 * sizeof(uint32_t) +
	    job->n_items * sizeof(uint64_t) :
	    o->index != NULL ? 0 : job->rows * job->tile * sizeof(float);

	return sizeof(struct bench) + scores +
	    job->rows * sieve_room(job->pool) * sizeof(uint64_t) +
	    (o->rerank != NULL ? job->pool * sizeof(struct topk_item) : 0);
}

size_t
lists_bytes(const struct scorer *s, const struct lists_options *options)
{
	struct job job = { .scorer = s, .options = options,
	    .n_items = scorer_items(s) };

	cut(&job);
	return par_threads() * bench_bytes(&job) + pipe_slots() * job.block *
	    job.k * (sizeof(struct topk_item) + TEXT) +
	    job.n_items * 2 * sizeof(uint32_t);
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
	for (size_t w = 0; w < par_threads(); w++)
		bench_init(&job->bench[w], job);
	job->part = mem_array("lists", pipe_slots(), sizeof *job->part);
	for (size_t i = 0; i < pipe_slots(); i++)
		job->part[i].best = mem_array("lists", job->block,
		    job->k * sizeof *job->part[i].best);
}

static void
end(struct job *job)
{
	for (size_t w = 0; w < par_threads(); w++)
		bench_release(&job->bench[w]);
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

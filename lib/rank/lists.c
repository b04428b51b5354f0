#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "rank/lists.h"

enum {
	SCORES_MAX = 16 << 20,	/* floats of one block: 64 MiB */
	BLOCK_MAX = 256,	/* users of one block: enough for a product */
	WAVE_PER_THREAD = 4,	/* blocks, so that threads seldom wait */
	WAVE_MAX = 32 << 20	/* list entries of a wave, unless that is less
				 * than a block for each thread */
};

/* The lists of one block of users. */
struct block {
	struct topk_item *best;	/* (BLOCK_MAX, k) */
	size_t *n;		/* (BLOCK_MAX) */
	struct buf text;
};

struct job {
	const struct scorer *scorer;
	const struct lists_options *options;
	const struct lists_text *text;	/* or NULL */
	const uint32_t *users;		/* (n_users) */
	uint32_t *ranks;		/* (n_items) */
	size_t n_users, n_items, k;
	size_t block;			/* users of a block */
	size_t first;			/* block that the wave begins with */
	struct block *wave;		/* (n_wave) */
	size_t n_wave;
	float *scores;			/* (threads, block, n_items) */
};

/* -INFINITY for what must not be in the user's list.  row (n_items) */
static void
leave_out(const struct job *job, uint32_t user, float *row)
{
	const struct csr *seen = job->options->seen;
	const unsigned char *allowed = job->options->allowed;

	if (seen != NULL && user < seen->rows)
		for (uint64_t p = seen->indptr[user];
		    p < seen->indptr[user + 1]; p++)
			if (seen->indices[p] < job->n_items)
				row[seen->indices[p]] = -INFINITY;
	for (size_t i = 0; allowed != NULL && i < job->n_items; i++)
		if (!allowed[i])
			row[i] = -INFINITY;
}

/* Block i of the wave: scores, selection, text. */
static void
make_block(void *arg, size_t i, size_t worker)
{
	const struct job *job = arg;
	const size_t begin = (job->first + i) * job->block;
	const size_t left = job->n_users - begin;
	const size_t n = left < job->block ? left : job->block;
	const uint32_t *users = job->users + begin;
	float *scores = job->scores + worker * job->block * job->n_items;
	struct block *b = &job->wave[i];
	uint32_t known[BLOCK_MAX];
	size_t n_known = 0;

	for (size_t u = 0; u < n; u++)
		if (scorer_knows_user(job->scorer, users[u]))
			known[n_known++] = users[u];
	if (n_known > 0)
		scorer_block(job->scorer, known, n_known, scores, worker);

	b->text.n = 0;
	for (size_t u = 0, row = 0; u < n; u++) {
		struct topk_item *best = b->best + u * job->k;

		b->n[u] = 0;
		if (row < n_known && users[u] == known[row]) {
			float *x = scores + row++ * job->n_items;

			leave_out(job, users[u], x);
			b->n[u] = topk_select(x, job->n_items, job->ranks,
			    job->k, best);
		}
		if (job->text != NULL)
			job->text->format(job->text->arg, users[u], best,
			    b->n[u], &b->text);
	}
}

static size_t
clamp(size_t x, size_t low, size_t high)
{
	return x < low ? low : x > high ? high : x;
}

static void
job_init(struct job *job)
{
	const size_t n = job->n_items > 0 ? job->n_items : 1;

	job->k = clamp(job->options->k, 1, n);
	job->block = clamp(SCORES_MAX / n, 1, BLOCK_MAX);
	job->n_wave = clamp(WAVE_MAX / (job->block * job->k), par_threads(),
	    par_threads() * WAVE_PER_THREAD);
	job->ranks = idmap_ranks(job->scorer->items);
	job->scores = mem_array("scores of a block of users",
	    par_threads() * job->block, n * sizeof *job->scores);
	job->wave = mem_array("lists", job->n_wave, sizeof *job->wave);
	for (size_t i = 0; i < job->n_wave; i++) {
		struct block *b = &job->wave[i];

		b->best = mem_array("lists", job->block,
		    job->k * sizeof *b->best);
		b->n = mem_array("lists", job->block, sizeof *b->n);
		b->text = BUF_EMPTY;
	}
}

static void
job_release(struct job *job)
{
	for (size_t i = 0; i < job->n_wave; i++) {
		free(job->wave[i].best);
		free(job->wave[i].n);
		buf_release(&job->wave[i].text);
	}
	free(job->wave);
	free(job->scores);
	free(job->ranks);
}

/* Makes all blocks, wave by wave, and gives each to done(), in order. */
static int
run(struct job *job, int (*done)(void *arg, const struct job *, size_t i),
    void *arg)
{
	const size_t n_blocks = par_pieces(job->n_users, job->block);
	int status = 0;

	for (; job->first < n_blocks && status == 0;
	    job->first += job->n_wave) {
		const size_t n = clamp(job->n_wave, 0, n_blocks - job->first);

		par_for(n, make_block, job);
		for (size_t i = 0; i < n && status == 0; i++)
			status = done(arg, job, i);
		tick_at(job->options->tick, clamp((job->first + n) *
		    job->block, 0, job->n_users), job->n_users);
	}
	return status;
}

struct each {
	int (*each)(void *arg, uint32_t user, const struct topk_item *best,
	    size_t n);
	void *arg;
};

static int
give_lists(void *arg, const struct job *job, size_t i)
{
	const struct each *e = arg;
	const size_t begin = (job->first + i) * job->block;
	const struct block *b = &job->wave[i];

	for (size_t u = 0; u < job->block && begin + u < job->n_users; u++)
		if (e->each(e->arg, job->users[begin + u],
		    b->best + u * job->k, b->n[u]) != 0)
			return -1;
	return 0;
}

static int
give_text(void *arg, const struct job *job, size_t i)
{
	const struct lists_text *t = job->text;
	const size_t begin = (job->first + i) * job->block;
	const struct block *b = &job->wave[i];

	(void)arg;
	for (size_t u = 0; t->count != NULL && u < job->block &&
	    begin + u < job->n_users; u++)
		t->count(t->arg, job->users[begin + u], b->n[u]);
	return t->write(t->arg, (struct span){ b->text.p, b->text.n });
}

int
lists_make(const struct scorer *s, const uint32_t *users, size_t n_users,
    const struct lists_options *options,
    int (*each)(void *arg, uint32_t user, const struct topk_item *best,
    size_t n), void *arg)
{
	struct each e = { each, arg };
	struct job job = { .scorer = s, .options = options, .users = users,
	    .n_users = n_users, .n_items = scorer_items(s) };
	int status;

	assert(options->k > 0);
	job_init(&job);
	status = run(&job, give_lists, &e);
	job_release(&job);
	return status;
}

int
lists_write(const struct scorer *s, const uint32_t *users, size_t n_users,
    const struct lists_options *options, const struct lists_text *text)
{
	struct job job = { .scorer = s, .options = options, .text = text,
	    .users = users, .n_users = n_users, .n_items = scorer_items(s) };
	int status;

	assert(options->k > 0);
	job_init(&job);
	status = run(&job, give_text, NULL);
	job_release(&job);
	return status;
}

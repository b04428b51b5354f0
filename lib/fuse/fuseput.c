#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/pipe.h"
#include "fuse/blend.h"
#include "fuse/fuseput.h"
#include "rank/topk.h"

enum { USERS_PER_PIECE = 32, PIECES_PER_WAVE = 256, PAIRS_PER_PART = 4096 };

/* What a worker needs for one list at a time. */
struct worker {
	struct listunion x;
	struct fuserows_scratch rows;
};

struct wave {
	const struct fusion *fusion;
	const struct fuselists *lists;
	const struct fuseput *how;
	size_t first;			/* user of piece 0 */
	struct worker *worker;		/* (threads) */
	struct buf rows[PIECES_PER_WAVE];
	size_t n_rows[PIECES_PER_WAVE];
};

static void
put_user(struct wave *w, size_t piece, struct worker *k, uint32_t user)
{
	listunion_make(&k->x, w->fusion, user);
	w->n_rows[piece] += fuserows_add(&w->how->rows, w->fusion, &k->x.u,
	    &k->rows, &w->rows[piece]);
}

static void
piece_of_wave(void *arg, size_t piece, size_t worker)
{
	struct wave *w = arg;
	const size_t from = w->first + piece * USERS_PER_PIECE;

	w->rows[piece].n = 0;
	w->n_rows[piece] = 0;
	for (size_t u = from; u < from + USERS_PER_PIECE &&
	    u < w->lists->n_users; u++)
		put_user(w, piece, &w->worker[worker], (uint32_t)u);
}

static void
put_wave(struct wave *w, struct fuseput *how, struct put *put)
{
	const size_t left = par_pieces(w->lists->n_users - w->first,
	    USERS_PER_PIECE);
	const size_t n = left < PIECES_PER_WAVE ? left : PIECES_PER_WAVE;

	par_for(n, piece_of_wave, w);
	for (size_t i = 0; i < n; i++) {
		put_rows(put, (struct span){ w->rows[i].p, w->rows[i].n });
		how->n_rows += w->n_rows[i];
	}
	w->first += n * USERS_PER_PIECE;
	tick_at(how->tick, w->first < w->lists->n_users ? w->first :
	    w->lists->n_users, w->lists->n_users);
}

void
fuseput_lists(const struct fusion *f, const struct fuselists *l,
    struct fuseput *how, struct put *put)
{
	struct wave *w = mem_array("fused lists", 1, sizeof *w);

	assert(f->n == l->n && how->rows.k > 0);
	w->fusion = f;
	w->lists = l;
	w->how = how;
	w->worker = mem_array("fused lists", par_threads(),
	    sizeof *w->worker);
	for (size_t i = 0; i < par_threads(); i++)
		listunion_init(&w->worker[i].x, l, i);
	fuserows_header(&how->rows, put);
	while (w->first < l->n_users && !put_failed(put))
		put_wave(w, how, put);
	for (size_t i = 0; i < par_threads(); i++) {
		listunion_release(&w->worker[i].x);
		fuserows_release(&w->worker[i].rows);
	}
	for (size_t i = 0; i < PIECES_PER_WAVE; i++)
		buf_release(&w->rows[i]);
	free(w->worker);
	free(w);
}

/* --- predictions ---------------------------------------------------------- */

/* Rows on their way out. */
struct part {
	size_t first, n;	/* pairs */
	struct buf rows;
};

struct pairs_job {
	const struct fusepairs *pairs;
	const float *score;	/* (pairs) */
	struct put *put;
	size_t next;		/* the first pair that is in no part yet */
	struct part *part;	/* (slots of the pipeline) */
};

static int
next_pairs(void *arg, size_t slot)
{
	struct pairs_job *job = arg;
	const size_t left = job->pairs->n - job->next;
	struct part *part = &job->part[slot];

	part->first = job->next;
	part->n = left < PAIRS_PER_PART ? left : PAIRS_PER_PART;
	job->next += part->n;
	return part->n > 0;
}

static int
format_pairs(void *arg, size_t slot, size_t worker)
{
	const struct pairs_job *job = arg;
	const struct fusepairs *p = job->pairs;
	struct part *part = &job->part[slot];
	struct span user[PAIRS_PER_PART], item[PAIRS_PER_PART];
	struct buf *b = &part->rows;

	(void)worker;
	b->n = 0;
	idmap_names(p->users, p->user + part->first, part->n, user);
	idmap_names(p->items, p->item + part->first, part->n, item);
	for (size_t i = 0; i < part->n; i++) {
		const size_t at = part->first + i;

		buf_span(b, user[i]);
		buf_char(b, '\t');
		buf_span(b, item[i]);
		buf_char(b, '\t');
		if (p->rating != NULL && !isnan(p->rating[at]))
			buf_double(b, p->rating[at]);
		if (p->rating != NULL)
			buf_char(b, '\t');
		buf_float(b, job->score[at]);
		buf_char(b, '\n');
	}
	return 0;
}

static int
write_pairs(void *arg, size_t slot)
{
	const struct pairs_job *job = arg;
	const struct buf *rows = &job->part[slot].rows;

	put_rows(job->put, (struct span){ rows->p, rows->n });
	return put_failed(job->put) ? put_finish(job->put) : 0;
}

int
fuseput_pairs(const struct fusion *f, const struct fusepairs *p,
    struct fuseput *how, struct put *put)
{
	float *score = mem_array("predictions", p->n, sizeof *score);
	struct pairs_job job = { p, score, put, 0, mem_array("rows",
	    pipe_slots(), sizeof *job.part) };
	int status;

	blend_predict(f, p, score);
	if (!how->rows.no_header)
		put_header(put, p->rating != NULL ?
		    "user_id:token\titem_id:token\trating:float\tscore:float" :
		    "user_id:token\titem_id:token\tscore:float");
	status = pipe_run(&(struct pipe){ &job, next_pairs, format_pairs,
	    write_pairs });
	how->n_rows = p->n;
	for (size_t i = 0; i < pipe_slots(); i++)
		buf_release(&job.part[i].rows);
	free(job.part);
	free(score);
	return status;
}

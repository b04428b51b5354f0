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
	struct fuseunion u;
	float *scores;
	struct topk_item *best;
	uint32_t *item;			/* of these */
	struct span *name;
	size_t cap_scores, cap_best, cap_item, cap_name;
};

struct wave {
	const struct fusion *fusion;
	const struct fuselists *lists;
	const struct fuseput *how;
	const double *factor;		/* (systems) */
	size_t first;			/* user of piece 0 */
	struct worker *worker;		/* (threads) */
	struct buf rows[PIECES_PER_WAVE];
	size_t n_rows[PIECES_PER_WAVE];
};

static void
put_row(struct wave *w, size_t piece, struct span user,
    const struct worker *k, size_t i)
{
	struct buf *b = &w->rows[piece];

	buf_span(b, user);
	buf_char(b, '\t');
	buf_span(b, k->name[i]);
	buf_char(b, '\t');
	buf_float(b, k->best[i].score);
	buf_char(b, '\t');
	buf_int(b, (int64_t)i + 1);
	if (w->how->titles != NULL) {
		buf_char(b, '\t');
		buf_span(b, titles_of(w->how->titles, k->item[i]));
	}
	buf_char(b, '\n');
	w->n_rows[piece]++;
}

static void
put_user(struct wave *w, size_t piece, struct worker *k, uint32_t user)
{
	const struct span name = idmap_name(w->lists->users, user);
	const struct fuseunion *u = &k->u;
	size_t n;

	fuseunion_make(&k->u, w->fusion, w->lists, user);
	n = u->n < w->how->k ? u->n : w->how->k;
	k->scores = mem_grow("scores", k->scores, &k->cap_scores, u->n,
	    sizeof *k->scores);
	k->best = mem_grow("a list", k->best, &k->cap_best, n,
	    sizeof *k->best);
	fuseunion_combine(u->x, u->n, w->factor, u->n_systems, k->scores);
	n = topk_select(k->scores, u->n, u->rank, n, k->best);
	k->item = mem_grow("a list", k->item, &k->cap_item, n,
	    sizeof *k->item);
	k->name = mem_grow("a list", k->name, &k->cap_name, n,
	    sizeof *k->name);
	for (size_t i = 0; i < n; i++)
		k->item[i] = u->item[k->best[i].item];
	idmap_names(w->lists->items, k->item, n, k->name);
	for (size_t i = 0; i < n; i++)
		put_row(w, piece, name, k, i);
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
	double *factor = mem_array("weights", f->n, sizeof *factor);

	assert(f->n == l->n && how->k > 0);
	for (size_t i = 0; i < f->n; i++)
		factor[i] = fusion_factor(f, i);
	w->fusion = f;
	w->lists = l;
	w->how = how;
	w->factor = factor;
	w->worker = mem_array("fused lists", par_threads(),
	    sizeof *w->worker);
	for (size_t i = 0; i < par_threads(); i++)
		fuseunion_init(&w->worker[i].u, l);
	if (!how->no_header)
		put_header(put, how->titles != NULL ?
		    "user_id:token\titem_id:token\tscore:float\trank:float"
		    "\ttitle:token_seq" :
		    "user_id:token\titem_id:token\tscore:float\trank:float");
	while (w->first < l->n_users && !put_failed(put))
		put_wave(w, how, put);
	for (size_t i = 0; i < par_threads(); i++) {
		fuseunion_release(&w->worker[i].u);
		free(w->worker[i].scores);
		free(w->worker[i].best);
		free(w->worker[i].item);
		free(w->worker[i].name);
	}
	for (size_t i = 0; i < PIECES_PER_WAVE; i++)
		buf_release(&w->rows[i]);
	free(w->worker);
	free(factor);
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
	if (!how->no_header)
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

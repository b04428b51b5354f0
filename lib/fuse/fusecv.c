#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "fuse/fusecv.h"
#include "fuse/fusefold.h"
#include "fuse/fuselearn.h"

enum { USERS_PER_PIECE = 64 };

/* --- values --------------------------------------------------------------- */

struct job {
	const struct fusion *fusion;
	const struct fuselists *lists;
	const struct objective *objective;
	const uint32_t *user;		/* (n) */
	size_t n;
	double *value;			/* (n) of the fusion, or */
	double *alone;			/* (systems, n) of each system */
	struct listunion *x;		/* (threads) */
};

/* The objective of a user's items in the order of the scores (u->n). */
static double
value_of(const struct job *job, struct fuseunion *u, uint32_t user,
    const float *scores, size_t worker)
{
	const struct objective *o = job->objective;
	const size_t k = o->depth > 0 && o->depth < u->n ? o->depth : u->n;
	struct topk_item *best = mem_array("a list", k, sizeof *best);
	uint32_t *item = mem_array("a list", k, sizeof *item);
	const size_t n = fuseunion_best(u, scores, k, best);
	double value;

	for (size_t i = 0; i < n; i++)
		item[i] = u->item[best[i].item];
	value = o->list(o, user, item, n, worker);
	free(best);
	free(item);
	return value;
}

/* What system s alone lists: its items, by their places. */
static double
alone_of(const struct job *job, const struct fuseunion *u, uint32_t user,
    size_t s, size_t worker)
{
	const struct objective *o = job->objective;
	const size_t n = u->start[s + 1] - u->start[s];
	const size_t k = o->depth > 0 && o->depth < n ? o->depth : n;
	uint32_t *item = mem_array("a list", k, sizeof *item);
	double value;

	for (size_t i = 0; i < k; i++)
		item[i] = u->item[u->entry[u->start[s] + i].item];
	value = o->list(o, user, item, k, worker);
	free(item);
	return value;
}

static void
value_piece(void *arg, size_t piece, size_t worker)
{
	struct job *job = arg;
	struct fuseunion *u = &job->x[worker].u;
	const size_t from = piece * USERS_PER_PIECE;

	for (size_t i = from; i < from + USERS_PER_PIECE && i < job->n; i++) {
		listunion_make(&job->x[worker], job->fusion, job->user[i]);
		for (size_t s = 0; s < job->lists->n && job->alone != NULL;
		    s++)
			job->alone[s * job->n + i] = alone_of(job, u,
			    job->user[i], s, worker);
		if (job->value == NULL)
			continue;
		u->scores = mem_grow("scores", u->scores, &u->cap_scores,
		    u->n, sizeof *u->scores);
		job->fusion->method->combine(job->fusion, u, u->scores);
		job->value[i] = value_of(job, u, job->user[i], u->scores,
		    worker);
	}
}

static void
run(struct job *job)
{
	job->x = mem_array("lists", par_threads(), sizeof *job->x);
	for (size_t i = 0; i < par_threads(); i++)
		listunion_init(&job->x[i], job->lists, i);
	par_for(par_pieces(job->n, USERS_PER_PIECE), value_piece, job);
	for (size_t i = 0; i < par_threads(); i++)
		listunion_release(&job->x[i]);
	free(job->x);
}

void
fuse_values(const struct fusion *f, const struct fuselists *l,
    const struct objective *o, const uint32_t *user, size_t n, double *value)
{
	run(&(struct job){ .fusion = f, .lists = l, .objective = o,
	    .user = user, .n = n, .value = value });
}

/* --- folds ---------------------------------------------------------------- */

struct users {
	uint32_t *user, *fold;	/* (n) */
	uint32_t *some;		/* (n) of one part */
	double *value;		/* (n) of these */
	size_t n;
};

/* Users with both lists and truth, dealt. */
static void
deal(struct users *u, const struct fuselists *l, const struct scored *truth,
    struct fusecv *cv)
{
	const size_t all = scored_users(truth);
	size_t n = 0, m;

	u->user = mem_array("users", all, sizeof *u->user);
	u->fold = mem_array("users", all, sizeof *u->fold);
	u->some = mem_array("users", all, sizeof *u->some);
	u->value = mem_array("users", all, sizeof *u->value);
	cv->n_unlisted = 0;
	for (uint32_t i = 0; i < all; i++) {
		int any = 0;

		scored_of(truth, i, &m);
		if (m == 0)
			continue;
		for (size_t s = 0; s < l->n && !any; s++) {
			scored_of(l->list[s], i, &m);
			any = m > 0;
		}
		if (any)
			u->user[n++] = i;
		else
			cv->n_unlisted++;
	}
	u->n = fusefold_deal(l->users, u->user, n, cv->max_users, cv->n_folds,
	    cv->seed, u->fold);
	cv->n_left_out = n - u->n;
}

static void
release_users(struct users *u)
{
	free(u->user);
	free(u->fold);
	free(u->some);
	free(u->value);
}

/* some <- users inside the fold, or outside it. */
static size_t
part(struct users *u, size_t fold, int inside)
{
	size_t n = 0;

	for (size_t i = 0; i < u->n; i++)
		if ((u->fold[i] == fold) == inside)
			u->some[n++] = u->user[i];
	return n;
}

static int
learn(struct fusion *f, const struct fuselists *l, const struct objective *o,
    const struct users *u, size_t n, uint64_t seed)
{
	return f->method->learner == NULL ? 0 : f->method->learner->learn(f,
	    &(struct fuselearn){ l, o, u->some, n, seed });
}

/* Measures the users of one fold with a fusion fitted to the others. */
static int
measure_fold(const struct fusion *f, const struct fuselists *l,
    const struct objective *o, struct users *u, size_t fold,
    struct fusecv *cv)
{
	struct fusion *g = fusion_like(f);
	const int status = learn(g, l, o, u, part(u, fold, 0), cv->seed);
	size_t n, at = 0;

	if (status == 0) {
		n = part(u, fold, 1);
		fuse_values(g, l, o, u->some, n, u->value);
		for (size_t i = 0; i < u->n; i++)
			if (u->fold[i] == fold)
				cv->fused[i] = u->value[at++];
	}
	fusion_free(g);
	return status;
}

double
fusecv_mean(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return n > 0 ? sum / (double)n : 0;
}

/* What the fusion says of itself. */
static void
summarise(struct fusion *f, const struct objective *o,
    const struct fusecv *cv)
{
	const size_t n = cv->n_users;

	free(f->metric);
	f->metric = mem_text(o->metric, strlen(o->metric));
	f->value = fusecv_mean(cv->fused, n);
	for (size_t s = 0; s < f->n; s++)
		f->alone[s] = fusecv_mean(cv->alone + s * n, n);
	f->shrinkage = 0;
	fusecv_gap(f, cv->alone, cv->fused, n, o->smaller_is_better);
	f->n_users = n;
	f->n_folds = cv->n_folds;
	f->seed = cv->seed;
}

/* Equal weights of the same scale, by a sum. */
static double
equal_value(const struct fusion *f, const struct fuselists *l,
    const struct objective *o, struct users *u)
{
	struct fusion *g = fusion_like(f);

	g->method = fuse_method(choice_find(fuse_choice, span_of("sum")));
	fuse_values(g, l, o, u->user, u->n, u->value);
	fusion_free(g);
	return fusecv_mean(u->value, u->n);
}

int
fusecv_fit(struct fusion *f, const struct fuselists *l,
    const struct objective *o, struct fusecv *cv)
{
	struct users u;
	int status = 0;

	deal(&u, l, o->truth, cv);
	cv->n_users = u.n;
	cv->alone = mem_array("values", f->n * u.n, sizeof *cv->alone);
	cv->fused = mem_array("values", u.n, sizeof *cv->fused);
	if (u.n < 2)
		status = err_msg("fewer than two users have both lists and "
		    "truth: nothing to fit weights to");
	tick_step(f->tick, f->method->what.name, "folds");
	for (size_t k = 0; k < cv->n_folds && status == 0; k++) {
		status = measure_fold(f, l, o, &u, k, cv);
		tick_at(f->tick, k + 1, cv->n_folds + 1);
	}
	if (status == 0) {
		run(&(struct job){ .fusion = f, .lists = l, .objective = o,
		    .user = u.user, .n = u.n, .alone = cv->alone });
		f->equal = equal_value(f, l, o, &u);
		summarise(f, o, cv);
		status = learn(f, l, o, &u, part(&u, SIZE_MAX, 0), cv->seed);
	}
	release_users(&u);
	return status;
}

void
fusecv_release(struct fusecv *cv)
{
	free(cv->alone);
	free(cv->fused);
	cv->alone = cv->fused = NULL;
}

struct fusegap
fusecv_gap_of(double mean, double error)
{
	return (struct fusegap){ mean, 1.959964 * error, error > 0 ?
	    erfc(fabs(mean) / error / sqrt(2)) : 1 };
}

/* The mean of a (n) less that of b. */
static struct fusegap
gap_of(const double *a, const double *b, size_t n)
{
	const double mean = fusecv_mean(a, n) - fusecv_mean(b, n);
	double square = 0;

	for (size_t i = 0; i < n; i++) {
		const double d = a[i] - b[i] - mean;

		square += d * d;
	}
	return fusecv_gap_of(mean, n > 1 ? sqrt(square / (double)(n - 1) /
	    (double)n) : 0);
}

void
fusecv_gap(struct fusion *f, const double *alone, const double *fused,
    size_t n, int smaller_is_better)
{
	f->best = 0;
	for (size_t s = 1; s < f->n; s++)
		if (smaller_is_better ? fusecv_mean(alone + s * n, n) <
		    fusecv_mean(alone + f->best * n, n) :
		    fusecv_mean(alone + s * n, n) >
		    fusecv_mean(alone + f->best * n, n))
			f->best = s;
	f->gap = gap_of(fused, alone + f->best * n, n);
	for (size_t s = 0; s < f->n; s++)
		f->gap_alone[s] = gap_of(alone + s * n, alone + f->best * n,
		    n);
}

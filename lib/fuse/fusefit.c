#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "fuse/fusecv.h"
#include "fuse/fusefit.h"
#include "fuse/fuseset.h"

enum {
	ROUNDS_MAX = 8,
	SHARES = 4		/* of equal weights: 0, 1/4, ... 1 */
};

/* The search that leaves one fold of users out. */
struct search {
	const struct fusion *fusion;
	const struct fuseset *set;
	uint32_t without;	/* the fold, or FUSESET_NO_FOLD */
	double *factor;		/* (n) scratch */
	double *try;		/* (n) scratch */
	double *value;		/* (n_users) scratch */
	struct fuseset_scratch scratch;
	double best;
	double equal, *alone;	/* (n) what equal and single weights give */
};

/* The search is on weights times the systems' spreads, so that its steps mean
 * the same whatever the scales. */
static void
set_factors(const struct fuseset *set, const double *w, double *factor)
{
	for (size_t i = 0; i < set->n_systems; i++)
		factor[i] = w[i] / set->spread[i];
}

/* The mean objective under weights w (n); higher is better, whatever the
 * metric. */
static double
look(struct search *s, const double *w)
{
	double mean;

	set_factors(s->set, w, s->factor);
	fuseset_values(s->set, s->factor, s->without, 0, &s->scratch,
	    s->value);
	mean = fuseset_mean(s->set, s->value, s->without, 0);
	return s->set->objective->smaller_is_better ? -mean : mean;
}

/* out (n) <- w with weight t for system i, the others in proportion. */
static void
move(const double *w, size_t n, size_t i, double t, double *out)
{
	double others = 0;

	for (size_t j = 0; j < n; j++)
		others += j != i ? w[j] : 0;
	for (size_t j = 0; j < n; j++)
		out[j] = others > 0 ? w[j] * (1 - t) / others :
		    (1 - t) / (double)(n - 1);
	out[i] = t;
}

/* Tries weight t for system i and keeps what is better. */
static int
try(struct search *s, double *w, size_t i, double t)
{
	const size_t n = s->fusion->n;
	double value;

	if (t < 0 || t > 1 || fabs(t - w[i]) < 1e-9)
		return 0;
	move(w, n, i, t, s->try);
	value = look(s, s->try);
	if (!(value > s->best + 1e-12))
		return 0;
	s->best = value;
	memcpy(w, s->try, n * sizeof *w);
	return 1;
}

/* One system at a time, the whole range in tenths, until nothing changes. */
static void
coarse(struct search *s, double *w)
{
	int changed = 1;

	for (int round = 0; changed && round < ROUNDS_MAX; round++) {
		changed = 0;
		for (size_t i = 0; i < s->fusion->n; i++)
			for (int t = 0; t <= 10; t++)
				changed |= try(s, w, i, t / 10.0);
	}
}

/* The same by steps around where it is. */
static void
fine(struct search *s, double *w, double step)
{
	int changed = 1;

	for (int round = 0; changed && round < ROUNDS_MAX; round++) {
		changed = 0;
		for (size_t i = 0; i < s->fusion->n; i++) {
			const double here = w[i];

			changed |= try(s, w, i, here - step);
			changed |= try(s, w, i, here + step);
		}
	}
}

static void
set_equal(double *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		w[i] = 1 / (double)n;
}

static void
set_single(double *w, size_t n, size_t i)
{
	memset(w, 0, n * sizeof *w);
	w[i] = 1;
}

/* w (n) <- the best weights for the users outside the fold. */
static void
search(struct search *s, double *w)
{
	const size_t n = s->fusion->n;
	size_t best = n;

	set_equal(w, n);
	s->best = s->equal = look(s, w);
	for (size_t i = 0; i < n; i++) {
		set_single(w, n, i);
		s->alone[i] = look(s, w);
		if (s->alone[i] > s->best) {
			s->best = s->alone[i];
			best = i;
		}
	}
	if (best < n)
		set_single(w, n, best);
	else
		set_equal(w, n);
	if (n == 1)
		return;
	coarse(s, w);
	fine(s, w, 0.05);
	fine(s, w, 0.02);
}

/* w (n) <- a share of w and the rest of equal weights. */
static void
shrink(const double *w, size_t n, int share, double *out)
{
	const double t = (double)share / SHARES;

	for (size_t i = 0; i < n; i++)
		out[i] = t * w[i] + (1 - t) / (double)n;
}

/* Searches without each fold, and with all users; they share nothing but what
 * they only read. */
struct job {
	struct fusion *fusion;
	const struct fuseset *set;
	double *held;		/* (SHARES + 1, n_users) under the weights of
				 * the other folds, shrunk */
	double *weight;		/* (n) of the search with all users */
	atomic_size_t n_done;	/* folds */
};

static void
piece(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;
	struct fusion *f = job->fusion;
	const int is_all = i == job->set->n_folds;
	const double sign = job->set->objective->smaller_is_better ? -1 : 1;
	struct search s = { .fusion = f, .set = job->set,
		.without = is_all ? FUSESET_NO_FOLD : (uint32_t)i,
		.scratch = { .worker = worker } };
	double *w = mem_array("weights", f->n, sizeof *w);

	s.factor = mem_array("weights", f->n, sizeof *s.factor);
	s.try = mem_array("weights", f->n, sizeof *s.try);
	s.alone = mem_array("values", f->n, sizeof *s.alone);
	s.value = mem_array("values", job->set->n_users, sizeof *s.value);
	search(&s, w);
	if (is_all) {
		memcpy(job->weight, w, f->n * sizeof *w);
		f->equal = sign * s.equal;
		for (size_t j = 0; j < f->n; j++)
			f->alone[j] = sign * s.alone[j];
	}
	for (int share = 0; share <= SHARES && !is_all; share++) {
		shrink(w, f->n, share, s.try);
		set_factors(job->set, s.try, s.factor);
		fuseset_values(job->set, s.factor, (uint32_t)i, 1, &s.scratch,
		    job->held + (size_t)share * job->set->n_users);
	}
	free(w);
	free(s.factor);
	free(s.try);
	free(s.alone);
	free(s.value);
	fuseset_scratch_release(&s.scratch);
	tick_at(f->tick, atomic_fetch_add(&job->n_done, 1) + 1,
	    job->set->n_folds + 1);
}

/* The share with the best cross-validated value, which is stored; of equal
 * ones the smallest. */
static int
choose_share(struct fusion *f, const struct job *job)
{
	const int smaller = job->set->objective->smaller_is_better;
	int best = 0;

	for (int share = 0; share <= SHARES; share++) {
		const double value = fuseset_mean(job->set, job->held +
		    (size_t)share * job->set->n_users, FUSESET_NO_FOLD, 0);

		if (share == 0 || (smaller ? value < f->value :
		    value > f->value)) {
			f->value = value;
			best = share;
		}
	}
	return best;
}

/* The gap between held (n_users) and the best system. */
static void
find_gap(struct fusion *f, const struct fuseset *set, const double *held)
{
	const size_t n = set->n_users;
	double *alone = mem_array("values", f->n * n, sizeof *alone);
	double *w = mem_array("weights", 2 * f->n, sizeof *w);
	struct fuseset_scratch scratch = { .scores = NULL };

	for (size_t s = 0; s < f->n; s++) {
		set_single(w, f->n, s);
		set_factors(set, w, w + f->n);
		fuseset_values(set, w + f->n, FUSESET_NO_FOLD, 0, &scratch,
		    alone + s * n);
	}
	fusecv_gap(f, alone, held, n, set->objective->smaller_is_better);
	fuseset_scratch_release(&scratch);
	free(alone);
	free(w);
}

static void
fit(struct fusion *f, const struct fuseset *set, struct fusefit *how)
{
	const struct objective *o = set->objective;
	struct job job = { .fusion = f, .set = set };
	double sum = 0;
	int share;

	job.held = mem_array("values", (SHARES + 1) * set->n_users,
	    sizeof *job.held);
	job.weight = mem_array("weights", f->n, sizeof *job.weight);
	tick_step(f->tick, f->method->what.name, "folds");
	par_for(set->n_folds + 1, piece, &job);
	share = choose_share(f, &job);
	f->shrinkage = 1 - (double)share / SHARES;
	find_gap(f, set, job.held + (size_t)share * set->n_users);
	shrink(job.weight, f->n, share, f->weight);
	set_factors(set, f->weight, f->weight);
	for (size_t i = 0; i < f->n; i++)
		sum += f->weight[i];
	for (size_t i = 0; i < f->n; i++)
		f->weight[i] /= sum;
	free(job.held);
	free(job.weight);
	f->metric = mem_text(o->metric, strlen(o->metric));
	f->n_users = set->n_users;
	f->seed = how->seed;
	f->n_folds = how->n_folds;
}

int
fusefit_lists(struct fusion *f, const struct fuselists *l,
    const struct objective *o, struct fusefit *how)
{
	struct fuseset set;
	const int status = fuseset_make(&set, f, l, o, how->n_folds,
	    how->max_users, how->seed);

	how->n_unlisted = set.n_unlisted;
	how->n_left_out = set.n_left_out;
	if (status == 0)
		fit(f, &set, how);
	fuseset_release(&set);
	return status;
}

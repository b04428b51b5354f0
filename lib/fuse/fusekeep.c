#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/fusehalves.h"
#include "fuse/fusekeep.h"

static const double hardly = 5e-4;

struct job {
	struct fusehalves halves;
	struct fusion *fusion;		/* to be measured */
	fusekeep_solver *solver;
	size_t n;			/* users */
	double *best, *now, *try;	/* (n) the metric: of the best so far,
					 * of what is tried */
};

int
fusekeep_has(const struct fusion *f, size_t s)
{
	return f->in != NULL ? f->in[s] : fabs(f->weight[s]) > 0;
}

void
fusekeep_listed(const struct fusion *f, const struct fuseunion *u,
    unsigned char *keep)
{
	const size_t S = u->n_systems;

	for (size_t p = 0; p < u->n; p++) {
		keep[p] = 0;
		for (size_t s = 0; s < S; s++)
			keep[p] |= fusekeep_has(f, s) &&
			    u->place[p * S + s] > 0;
	}
}

void
fusekeep_rows(const struct fusion *f, struct fuseunion *u, float *out,
    unsigned char *keep)
{
	memcpy(out, u->x, u->n * u->n_systems * sizeof *out);
	fusekeep_listed(f, u, keep);
}

void
fusekeep_solve(const struct fuserowset *r, const unsigned char *in,
    fusekeep_solver *solver, double *w)
{
	const size_t S = r->n_columns;
	struct fuserowset part = *r;
	size_t k = 0, at = 0;

	for (size_t s = 0; s < S; s++)
		k += in[s];
	if (k == S) {
		solver(r, w);
		return;
	}
	part.n_columns = k;
	part.x = mem_array("rows", r->n * k, sizeof *part.x);
	for (size_t i = 0; i < r->n * S; i++)
		if (in[i % S])
			part.x[at++] = r->x[i];
	solver(&part, w);
	free(part.x);
	for (size_t s = S; s-- > 0;)
		w[s] = in[s] ? w[--k] : 0;
}

/* value (n) <- the metric of the users of both halves, each with weights of
 * the other, of the systems that are in.  Their sum; -INFINITY: no relevant
 * item is in any list. */
static double
look(struct job *job, const unsigned char *in, double *value)
{
	struct fusion *f = job->fusion;
	double sum = 0;

	f->in = in;
	for (int i = 0; i < 2; i++) {
		struct fuserowset r;
		const int status = fusehalves_rows(&job->halves, i, f, f->n,
		    fusekeep_rows, &r);

		if (status == 0)
			fusekeep_solve(&r, in, job->solver, f->weight);
		fuserowset_release(&r);
		if (status != 0)
			return -INFINITY;
		fusehalves_values(&job->halves, f, !i, i == 0 ? value +
		    job->halves.n[0] : value);
	}
	for (size_t i = 0; i < job->n; i++)
		sum += value[i];
	return sum;
}

/* Is what is now hardly worse than the best, or no worse than chance allows? */
static int
is_as_good(const struct job *job)
{
	const double n = (double)job->n;
	double mean = 0, square = 0, best = 0;

	for (size_t i = 0; i < job->n; i++) {
		mean += (job->best[i] - job->now[i]) / n;
		best += job->best[i] / n;
	}
	for (size_t i = 0; i < job->n; i++) {
		const double d = job->best[i] - job->now[i] - mean;

		square += d * d;
	}
	return mean <= fmax(hardly * fabs(best), sqrt(square / (n - 1) / n));
}

static void
swap(double **a, double **b)
{
	double *t = *a;

	*a = *b;
	*b = t;
}

/* Takes out the system without which the others are best, if they are as good
 * as the best so far, *most; returns whether there was one. */
static int
drop_one(struct job *job, unsigned char *in, double *most)
{
	const size_t S = job->fusion->n;
	double sum = -INFINITY;
	size_t left = 0, worst = S;

	for (size_t s = 0; s < S; s++)
		left += in[s];
	for (size_t s = 0; s < S && left > 1; s++) {
		double without;

		if (!in[s])
			continue;
		in[s] = 0;
		without = look(job, in, job->try);
		in[s] = 1;
		if (without > sum) {
			sum = without;
			worst = s;
			swap(&job->try, &job->now);
		}
	}
	if (worst == S || !is_as_good(job))
		return 0;
	in[worst] = 0;
	if (sum > *most) {
		*most = sum;
		swap(&job->best, &job->now);
	}
	return 1;
}

void
fusekeep(const struct fusion *f, const struct fuselearn *how,
    fusekeep_solver *solver, unsigned char *in)
{
	struct job job = { .solver = solver };
	double *memory, most;

	memset(in, 1, f->n);
	if (fusehalves_init(&job.halves, how)) {
		job.n = job.halves.n[0] + job.halves.n[1];
		memory = mem_array("values", 3 * job.n, sizeof *memory);
		job.best = memory;
		job.now = memory + job.n;
		job.try = memory + 2 * job.n;
		job.fusion = fusion_like(f);
		job.fusion->method = fuse_method(choice_find(fuse_choice,
		    span_of("sum")));
		most = look(&job, in, job.best);
		while (!isinf(most) && drop_one(&job, in, &most))
			continue;
		fusion_free(job.fusion);
		free(memory);
	}
	fusehalves_release(&job.halves);
}

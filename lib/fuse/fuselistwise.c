#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "fuse/fuselistwise.h"
#include "fuse/fusesolve.h"

enum { QUERIES_PER_PIECE = 128 };

struct job {
	const struct fuselistwise *of;
	const double *w;		/* (k) */
	double *sum;			/* (pieces, each) slope (k), second
					 * derivatives (k, k), value */
	size_t each;
	double *scratch;		/* (threads, longest + k) */
	size_t longest;
};

/* p (n) <- the softmax of x w; returns the logarithm of its divisor. */
static double
softmax(const float *x, size_t n, size_t k, const double *w, double *p)
{
	double most = -INFINITY, sum = 0;

	for (size_t i = 0; i < n; i++, x += k) {
		p[i] = 0;
		for (size_t a = 0; a < k; a++)
			p[i] += w[a] * (double)x[a];
		most = fmax(most, p[i]);
	}
	for (size_t i = 0; i < n; i++)
		sum += p[i] = exp(p[i] - most);
	for (size_t i = 0; i < n; i++)
		p[i] /= sum;
	return most + log(sum);
}

/*
 * The slope of a user's part is sum_i (p_i - t_i) x_i, its second derivatives
 * are sum_i p_i x_i x_i' - m m' with m = sum_i p_i x_i.
 */
static void
add_query(const struct job *job, size_t q, double *p, double *mean,
    double *out)
{
	const struct fuselistwise *l = job->of;
	const size_t k = l->k, from = l->query[q], n = l->query[q + 1] - from;
	const float *x = l->x + from * k, *gain = l->gain + from;
	double *g = out, *H = g + k, *value = H + k * k, total = 0;

	for (size_t i = 0; i < n; i++)
		total += (double)gain[i];
	*value += softmax(x, n, k, job->w, p);
	memset(mean, 0, k * sizeof *mean);
	for (size_t i = 0; i < n; i++, x += k) {
		const double t = (double)gain[i] / total;

		for (size_t a = 0; a < k; a++) {
			const double xa = (double)x[a];

			*value -= t * job->w[a] * xa;
			g[a] += (p[i] - t) * xa;
			mean[a] += p[i] * xa;
			for (size_t b = 0; b <= a; b++)
				H[a * k + b] += p[i] * xa * (double)x[b];
		}
	}
	for (size_t a = 0; a < k; a++)
		for (size_t b = 0; b <= a; b++)
			H[a * k + b] -= mean[a] * mean[b];
}

static void
query_piece(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const struct fuselistwise *l = job->of;
	const size_t from = piece * QUERIES_PER_PIECE;
	double *p = job->scratch + worker * (job->longest + l->k);
	double *out = job->sum + piece * job->each;

	memset(out, 0, job->each * sizeof *out);
	for (size_t q = from; q < from + QUERIES_PER_PIECE &&
	    q < l->n_queries; q++)
		add_query(job, q, p, p + job->longest, out);
}

static double
sum_all(void *arg, const double *w, double *g, double *H)
{
	struct job *job = arg;
	const struct fuselistwise *l = job->of;
	const size_t k = l->k, n = par_pieces(l->n_queries, QUERIES_PER_PIECE);
	const double by = 1 / (double)l->n_queries;
	double value;

	job->w = w;
	par_for(n, query_piece, job);
	value = fusesolve_gather(job->sum, n, k, by, g, H);
	for (size_t a = 0; a < k; a++) {
		const double d = w[a] - (l->towards != NULL ? l->towards[a] :
		    0);

		value += l->l * d * d / 2;
		g[a] += l->l * d;
		H[a * k + a] += l->l;
	}
	return value;
}

static void
job_init(struct job *job, const struct fuselistwise *l)
{
	*job = (struct job){ .of = l,
		.each = fusesolve_part_size(l->k) };
	for (size_t q = 0; q < l->n_queries; q++)
		if (l->query[q + 1] - l->query[q] > job->longest)
			job->longest = l->query[q + 1] - l->query[q];
	job->sum = mem_array("weights", par_pieces(l->n_queries,
	    QUERIES_PER_PIECE) * job->each, sizeof *job->sum);
	job->scratch = mem_array("lists", par_threads() * (job->longest +
	    l->k), sizeof *job->scratch);
}

static void
job_release(struct job *job)
{
	free(job->sum);
	free(job->scratch);
}

void
fuselistwise_fit(const struct fuselistwise *l, double *w)
{
	struct job job;

	job_init(&job, l);
	fusesolve_newton(l->k, sum_all, &job, w);
	job_release(&job);
}

double
fuselistwise_curvature(const struct fuselistwise *l, const double *w)
{
	const size_t k = l->k;
	double *g = mem_array("weights", k + k * k, sizeof *g), *H = g + k;
	double trace = 0;
	struct job job;

	job_init(&job, l);
	sum_all(&job, w, g, H);
	for (size_t a = 0; a < k; a++)
		trace += H[a * k + a] - l->l;
	job_release(&job);
	free(g);
	return trace / (double)k;
}

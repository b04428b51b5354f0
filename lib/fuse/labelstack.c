#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "fuse/fusesolve.h"
#include "fuse/labelstack.h"

enum { ROWS_PER_PIECE = 4096 };
static const double slight = 1e-4;

struct job {
	const struct fuselabels *l;
	const int32_t *label;
	const uint32_t *row;
	size_t n, S, C, K;		/* K: S weights, C - 1 biases */
	double ridge;
	const double *v;		/* (K) */
	double *sum;			/* (pieces, each) slope, second
					 * derivatives, loss */
	size_t each;
};

static double
log_p(const struct fuselabels *l, size_t i, size_t s, size_t c)
{
	return log(fmax(labelblend_p(l, i, s, c), 1e-7));
}

/* z (S, C) <- the logarithms of row i; p (C) <- the softmax. */
static void
softmax(const struct fuselabels *l, size_t i, size_t S, size_t C,
    const double *w, const double *bias, double *z, double *p)
{
	double most = -INFINITY, sum = 0;

	for (size_t c = 0; c < C; c++) {
		p[c] = c > 0 ? bias[c - 1] : 0;
		for (size_t s = 0; s < S; s++) {
			z[s * C + c] = log_p(l, i, s, c);
			p[c] += w[s] * z[s * C + c];
		}
		most = fmax(most, p[c]);
	}
	for (size_t c = 0; c < C; c++)
		sum += p[c] = exp(p[c] - most);
	for (size_t c = 0; c < C; c++)
		p[c] /= sum;
}

/*
 * With the derivatives of a class's score z_sc for w_s and [c = a] for b_a:
 * the slope is sum_c (p_c - [c = y]) d_c, the second derivatives are
 * sum_c p_c d_c d_c' - m m', m = sum_c p_c d_c.
 */
static void
add_row(const struct job *job, size_t i, double *z, double *p, double *m,
    double *out)
{
	const size_t S = job->S, C = job->C, K = job->K;
	const size_t y = (size_t)job->label[i];
	double *g = out, *H = g + K, *loss = H + K * K;

	softmax(job->l, i, S, C, job->v, job->v + S, z, p);
	*loss -= log(fmax(p[y], 1e-300));
	for (size_t s = 0; s < S; s++) {
		m[s] = 0;
		for (size_t c = 0; c < C; c++)
			m[s] += p[c] * z[s * C + c];
		g[s] += m[s] - z[s * C + y];
	}
	for (size_t a = 1; a < C; a++) {
		m[S + a - 1] = p[a];
		g[S + a - 1] += p[a] - (a == y);
	}
	for (size_t s = 0; s < S; s++)
		for (size_t t = 0; t <= s; t++)
			for (size_t c = 0; c < C; c++)
				H[s * K + t] += p[c] * z[s * C + c] *
				    z[t * C + c];
	for (size_t a = 1; a < C; a++) {
		double *at = H + (S + a - 1) * K;

		for (size_t s = 0; s < S; s++)
			at[s] += p[a] * z[s * C + a];
		at[S + a - 1] += p[a];
	}
	for (size_t a = 0; a < K; a++)
		for (size_t b = 0; b <= a; b++)
			H[a * K + b] -= m[a] * m[b];
}

static void
piece(void *arg, size_t which, size_t worker)
{
	const struct job *job = arg;
	const size_t from = which * ROWS_PER_PIECE;
	double *z = mem_array("a row", job->S * job->C + job->C + job->K,
	    sizeof *z);
	double *p = z + job->S * job->C, *m = p + job->C;
	double *out = job->sum + which * job->each;

	(void)worker;
	memset(out, 0, job->each * sizeof *out);
	for (size_t i = from; i < from + ROWS_PER_PIECE && i < job->n; i++)
		add_row(job, job->row[i], z, p, m, out);
	free(z);
}

/* As fusesolve.h has it. */
static double
sum_all(void *arg, const double *v, double *g, double *H)
{
	struct job *job = arg;
	const size_t K = job->K, n = par_pieces(job->n, ROWS_PER_PIECE);
	const double by = 1 / (double)job->n;
	double loss;

	job->v = v;
	par_for(n, piece, job);
	loss = fusesolve_gather(job->sum, n, K, by, g, H);
	for (size_t s = 0; s < job->S; s++) {
		const double d = v[s] - 1 / (double)job->S;

		loss += job->ridge * d * d / 2;
		g[s] += job->ridge * d;
		H[s * K + s] += job->ridge;
	}
	for (size_t a = job->S; a < K; a++)
		H[a * K + a] += 1e-9;
	return loss;
}

void
labelstack_fit(struct fusion *f, const struct fuselabels *l,
    const int32_t *label, const uint32_t *row, size_t n)
{
	const size_t S = f->n, C = l->n_classes, K = S + C - 1;
	struct job job = { .l = l, .label = label, .row = row, .n = n,
		.S = S, .C = C, .K = K, .each = fusesolve_part_size(K) };
	double *v = mem_array("weights", 2 * K + K * K, sizeof *v);
	double *g = v + K, *H = g + K, trace = 0;

	job.sum = mem_array("weights", par_pieces(n, ROWS_PER_PIECE) *
	    job.each, sizeof *job.sum);
	for (size_t s = 0; s < S; s++)
		v[s] = 1 / (double)S;
	sum_all(&job, v, g, H);
	for (size_t s = 0; s < S; s++)
		trace += H[s * K + s];
	job.ridge = fmax(slight * trace / (double)S, 1e-12);
	fusesolve_newton(K, sum_all, &job, v);
	memcpy(f->weight, v, S * sizeof *v);
	if (f->class_bias == NULL)
		f->class_bias = mem_array("weights", C,
		    sizeof *f->class_bias);
	memcpy(f->class_bias + 1, v + S, (C - 1) * sizeof *v);
	free(job.sum);
	free(v);
}

void
labelstack_row(const struct fusion *f, const struct fuselabels *l, size_t i,
    double *p)
{
	double *z = mem_array("a row", f->n * l->n_classes, sizeof *z);

	softmax(l, i, f->n, l->n_classes, f->weight, f->class_bias + 1, z, p);
	free(z);
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "fuse/fuselinear.h"
#include "fuse/fusesolve.h"

enum { ROWS_PER_PIECE = 16384, ROUNDS_MORE = 50 };
static const double ridge = 1e-4;

/* --- sums ----------------------------------------------------------------- */

void
fusemoments_make(struct fusemoments *m, const float *x, const float *y,
    size_t n, size_t k)
{
	double mean_y = 0, trace = 0;

	*m = (struct fusemoments){ .n = n, .k = k };
	m->A = mem_array("moments", k * k, sizeof *m->A);
	m->c = mem_array("moments", k, sizeof *m->c);
	m->mean = mem_array("moments", k, sizeof *m->mean);
	for (size_t i = 0; i < n; i++) {
		mean_y += (y[i] > 0) / (double)n;
		for (size_t s = 0; s < k; s++)
			m->mean[s] += (double)x[i * k + s] / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		const double e = (y[i] > 0) - mean_y;

		for (size_t s = 0; s < k; s++) {
			const double d = (double)x[i * k + s] - m->mean[s];

			m->c[s] += d * e / (double)n;
			for (size_t t = 0; t <= s; t++)
				m->A[s * k + t] += d * ((double)x[i * k + t] -
				    m->mean[t]) / (double)n;
		}
	}
	for (size_t s = 0; s < k; s++) {
		trace += m->A[s * k + s];
		for (size_t t = 0; t < s; t++)
			m->A[t * k + s] = m->A[s * k + t];
	}
	m->l = fmax(ridge * trace / (double)k, 1e-12);
	for (size_t s = 0; s < k; s++)
		m->A[s * k + s] += m->l;
}

void
fusemoments_release(struct fusemoments *m)
{
	free(m->A);
	free(m->c);
	free(m->mean);
}

void
fuselinear_ridge(const struct fusemoments *m, double *w)
{
	double *B = mem_array("weights", m->k * m->k, sizeof *B);

	memcpy(B, m->A, m->k * m->k * sizeof *B);
	fusesolve_spd(B, m->c, m->k, w);
	free(B);
}

/* --- nnls ----------------------------------------------------------------- */

/* z (k) <- the minimum over those in `in`, 0 elsewhere. */
static void
solve_in(const struct fusemoments *m, const unsigned char *in, double *z)
{
	const size_t k = m->k;
	double *B = mem_array("weights", k * k + 2 * k, sizeof *B);
	double *c = B + k * k, *x = c + k;
	size_t n = 0, row = 0;

	for (size_t s = 0; s < k; s++)
		n += in[s];
	for (size_t s = 0; s < k; s++) {
		size_t column = 0;

		if (!in[s])
			continue;
		c[row] = m->c[s];
		for (size_t t = 0; t < k; t++)
			if (in[t])
				B[row * n + column++] = m->A[s * k + t];
		row++;
	}
	fusesolve_spd(B, c, n, x);
	row = 0;
	for (size_t s = 0; s < k; s++)
		z[s] = in[s] ? x[row++] : 0;
	free(B);
}

/* Moves w towards z until the first of w is 0, which leaves. */
static int
step_back(double *w, const double *z, unsigned char *in, size_t k)
{
	double share = 1;
	int any = 0;

	for (size_t s = 0; s < k; s++)
		if (in[s] && !(z[s] > 0)) {
			share = fmin(share, w[s] / (w[s] - z[s]));
			any = 1;
		}
	for (size_t s = 0; s < k; s++) {
		w[s] += share * (z[s] - w[s]);
		if (any && in[s] && !(w[s] > 1e-14)) {
			in[s] = 0;
			w[s] = 0;
		}
	}
	return any;
}

void
fuselinear_nnls(const struct fusemoments *m, double *w)
{
	const size_t k = m->k;
	unsigned char *in = mem_array("weights", k, 1);
	double *z = mem_array("weights", k, sizeof *z);

	memset(w, 0, k * sizeof *w);
	for (size_t round = 0; round < 3 * k + ROUNDS_MORE; round++) {
		double most = 1e-12;
		size_t best = k;

		/* The steepest way down among those that are 0. */
		for (size_t s = 0; s < k; s++) {
			double slope = m->c[s];

			for (size_t t = 0; t < k; t++)
				slope -= m->A[s * k + t] * w[t];
			if (!in[s] && slope > most) {
				most = slope;
				best = s;
			}
		}
		if (best == k)
			break;
		in[best] = 1;
		do
			solve_in(m, in, z);
		while (step_back(w, z, in, k));
	}
	free(in);
	free(z);
}

/* --- logistic ------------------------------------------------------------- */

/* Sums of a piece of rows: slope (k + 1), curvature (k + 1, k + 1) lower, and
 * the loss; the last column is the constant. */
struct logistic {
	const float *x, *y;
	size_t n, k;
	double ridge;
	const double *w;		/* (k + 1) */
	double *sum;			/* (pieces, each) */
	size_t each;
};

static void
logistic_piece(void *arg, size_t piece, size_t worker)
{
	const struct logistic *l = arg;
	const size_t k = l->k, K = k + 1, from = piece * ROWS_PER_PIECE;
	double *g = l->sum + piece * l->each, *H = g + K, *loss = H + K * K;

	(void)worker;
	memset(g, 0, l->each * sizeof *g);
	for (size_t i = from; i < from + ROWS_PER_PIECE && i < l->n; i++) {
		const float *x = l->x + i * k;
		const int y = l->y[i] > 0;
		double s = l->w[k], p, d, h;

		for (size_t a = 0; a < k; a++)
			s += l->w[a] * (double)x[a];
		p = 1 / (1 + exp(-s));
		d = p - y;
		h = p * (1 - p);
		*loss += (s > 0 ? s : 0) + log1p(exp(-fabs(s))) - y * s;
		for (size_t a = 0; a < K; a++) {
			const double xa = a < k ? (double)x[a] : 1;

			g[a] += d * xa;
			for (size_t b = 0; b <= a; b++)
				H[a * K + b] += h * xa * (b < k ?
				    (double)x[b] : 1);
		}
	}
}

/* As fusesolve.h has it: means over all rows, with the ridge. */
static double
logistic_sum(void *arg, const double *w, double *g, double *H)
{
	struct logistic *l = arg;
	const size_t K = l->k + 1, n = par_pieces(l->n, ROWS_PER_PIECE);
	double loss = 0;

	l->w = w;
	par_for(n, logistic_piece, l);
	memset(g, 0, K * sizeof *g);
	memset(H, 0, K * K * sizeof *H);
	for (size_t i = 0; i < n; i++) {
		const double *p = l->sum + i * l->each;

		for (size_t a = 0; a < K; a++)
			g[a] += p[a] / (double)l->n;
		for (size_t a = 0; a < K * K; a++)
			H[a] += p[K + a] / (double)l->n;
		loss += p[K + K * K] / (double)l->n;
	}
	for (size_t a = 0; a < l->k; a++) {
		g[a] += l->ridge * w[a];
		H[a * K + a] += l->ridge;
		loss += l->ridge * w[a] * w[a] / 2;
	}
	H[K * K - 1] += 1e-12;
	return loss;
}

void
fuselinear_logistic(const float *x, const float *y, size_t n, size_t k,
    double ridge_l, double *w, double *b)
{
	const size_t K = k + 1, each = K + K * K + 1;
	double *v = mem_array("weights", K, sizeof *v);
	struct logistic l = { .x = x, .y = y, .n = n, .k = k,
		.ridge = ridge_l, .each = each };

	l.sum = mem_array("weights", par_pieces(n, ROWS_PER_PIECE) * each,
	    sizeof *l.sum);
	memcpy(v, w, k * sizeof *v);
	v[k] = *b;
	fusesolve_newton(K, logistic_sum, &l, v);
	memcpy(w, v, k * sizeof *w);
	*b = v[k];
	free(l.sum);
	free(v);
}

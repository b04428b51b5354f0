#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "fuse/fuselearn.h"
#include "fuse/fuselinear.h"
#include "linalg/blas.h"

enum { STEPS = 50, ROWS_PER_PIECE = 16384 };
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

/* x (n) <- B^-1 c, B (n, n) positive definite, which is destroyed. */
static void
solve(double *B, const double *c, size_t n, double *x)
{
	memset(x, 0, n * sizeof *x);
	if (blas_potrf_double(n, B, n) != 0 || blas_potri_double(n, B, n) != 0)
		return;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			x[i] += B[i * n + j] * c[j];
}

void
fuselinear_ridge(const struct fusemoments *m, double *w)
{
	double *B = mem_array("weights", m->k * m->k, sizeof *B);

	memcpy(B, m->A, m->k * m->k * sizeof *B);
	solve(B, m->c, m->k, w);
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
	solve(B, c, n, x);
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
	for (size_t round = 0; round < 3 * k + STEPS; round++) {
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

/* g, H <- means over all rows, with the ridge; returns the loss. */
static double
logistic_sum(struct logistic *l, double ridge_l, double *g, double *H)
{
	const size_t K = l->k + 1, n = par_pieces(l->n, ROWS_PER_PIECE);
	double loss = 0;

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
		g[a] += ridge_l * l->w[a];
		H[a * K + a] += ridge_l;
		loss += ridge_l * l->w[a] * l->w[a] / 2;
	}
	H[K * K - 1] += 1e-12;
	return loss;
}

void
fuselinear_logistic(const float *x, const float *y, size_t n, size_t k,
    double ridge_l, double *w, double *b)
{
	const size_t K = k + 1, each = K + K * K + 1;
	const size_t pieces = par_pieces(n, ROWS_PER_PIECE);
	double *memory = mem_array("weights", 4 * K + 2 * K * K +
	    pieces * each, sizeof *memory);
	double *v = memory, *g = v + K, *d = g + K, *try = d + K;
	double *H = try + K, *H2 = H + K * K, loss;
	struct logistic l = { x, y, n, k, v, H2 + K * K, each };

	memcpy(v, w, k * sizeof *v);
	v[k] = *b;
	loss = logistic_sum(&l, ridge_l, g, H);
	for (int i = 0; i < STEPS; i++) {
		double step = 1, next = loss, most = 0;

		solve(H, g, K, d);
		for (; step > 1e-6; step /= 2) {
			for (size_t a = 0; a < K; a++)
				try[a] = v[a] - step * d[a];
			l.w = try;
			next = logistic_sum(&l, ridge_l, g, H);
			if (next <= loss)
				break;
		}
		if (!(next < loss))
			break;
		memcpy(v, try, K * sizeof *v);
		for (size_t a = 0; a < K; a++)
			most = fmax(most, fabs(g[a]));
		loss = next;
		l.w = v;
		if (most < 1e-10)
			break;
	}
	memcpy(w, v, k * sizeof *w);
	*b = v[k];
	free(memory);
}

/* --- the learners --------------------------------------------------------- */

static void
copy_x(const struct fusion *f, struct fuseunion *u, float *out,
    unsigned char *keep)
{
	(void)f;
	(void)keep;
	memcpy(out, u->x, u->n * u->n_systems * sizeof *out);
}

static int
learn(struct fusion *f, const struct fuselearn *how,
    void (*solver)(const struct fuserowset *, const struct fusemoments *,
    double *w))
{
	struct fuserowset r;
	struct fusemoments m;
	const int status = fuserowset_make(&r, f, how, f->n, copy_x);
	double sum = 0;

	if (status == 0) {
		fusemoments_make(&m, r.x, r.gain, r.n, r.n_columns);
		solver(&r, &m, f->weight);
		fusemoments_release(&m);
	}
	fuserowset_release(&r);
	/* The order does not depend on their sum. */
	for (size_t s = 0; s < f->n; s++)
		sum += fabs(f->weight[s]);
	for (size_t s = 0; s < f->n; s++)
		f->weight[s] = sum > 0 ? f->weight[s] / sum :
		    1 / (double)f->n;
	return status;
}

static void
by_ridge(const struct fuserowset *r, const struct fusemoments *m, double *w)
{
	(void)r;
	fuselinear_ridge(m, w);
}

static void
by_nnls(const struct fuserowset *r, const struct fusemoments *m, double *w)
{
	(void)r;
	fuselinear_nnls(m, w);
}

static void
by_logistic(const struct fuserowset *r, const struct fusemoments *m,
    double *w)
{
	double b = 0;

	memset(w, 0, m->k * sizeof *w);
	fuselinear_logistic(r->x, r->gain, r->n, r->n_columns, m->l * 1e-2, w,
	    &b);
}

static int
learn_ridge(struct fusion *f, const struct fuselearn *how)
{
	return learn(f, how, by_ridge);
}

static int
learn_nnls(struct fusion *f, const struct fuselearn *how)
{
	return learn(f, how, by_nnls);
}

static int
learn_logistic(struct fusion *f, const struct fuselearn *how)
{
	return learn(f, how, by_logistic);
}

const struct fuse_learner fuse_ridge = { learn_ridge, NULL, NULL, NULL };
const struct fuse_learner fuse_nnls = { learn_nnls, NULL, NULL, NULL };
const struct fuse_learner fuse_logistic = { learn_logistic, NULL, NULL,
    NULL };

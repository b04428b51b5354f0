#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/blendlinear.h"
#include "linalg/blas.h"

/* Sums over the pairs of a fold.  S systems. */
struct moments {
	size_t n;
	double *x;		/* (S) */
	double *xx;		/* (S, S) */
	double *xy;		/* (S) */
	double y;
};

struct job {
	const struct blendrows *rows;
	size_t S;
	struct moments *of;	/* (folds + 1) the last: of several */
	double *memory;		/* what the moments point into */
	double *w, b;		/* (S) the solution */
	double *A;		/* (S, S) scratch */
	double *c;		/* (S) scratch */
};

static void
add_pair(struct moments *m, const float *x, double y, size_t S)
{
	m->n++;
	m->y += y;
	for (size_t s = 0; s < S; s++) {
		m->x[s] += (double)x[s];
		m->xy[s] += (double)x[s] * y;
		for (size_t t = 0; t <= s; t++)
			m->xx[s * S + t] += (double)x[s] * (double)x[t];
	}
}

static void
job_init(struct job *j, const struct blendrows *r)
{
	const struct fusepairs *p = r->pairs;
	const size_t S = p->n_systems, each = S * S + 2 * S;

	*j = (struct job){ .rows = r, .S = S };
	j->of = mem_array("moments", r->n_folds + 1, sizeof *j->of);
	j->memory = mem_array("moments", (r->n_folds + 1) * each,
	    sizeof *j->memory);
	j->w = mem_array("weights", S, sizeof *j->w);
	j->c = mem_array("weights", S, sizeof *j->c);
	j->A = mem_array("moments", S * S, sizeof *j->A);
	for (size_t f = 0; f <= r->n_folds; f++) {
		j->of[f].x = j->memory + f * each;
		j->of[f].xy = j->of[f].x + S;
		j->of[f].xx = j->of[f].xy + S;
	}
	for (size_t i = 0; i < p->n; i++)
		if (!isnan(r->y[i]))
			add_pair(&j->of[r->fold[p->user[i]]], p->x + i * S,
			    r->y[i], S);
}

static void
job_release(struct job *j)
{
	free(j->of);
	free(j->memory);
	free(j->w);
	free(j->c);
	free(j->A);
}

/* The sums over all folds but one (SIZE_MAX: all). */
static const struct moments *
sum_folds(struct job *j, size_t without)
{
	const size_t S = j->S, n_folds = j->rows->n_folds;
	struct moments *sum = &j->of[n_folds];

	sum->n = 0;
	sum->y = 0;
	memset(sum->x, 0, (S * S + 2 * S) * sizeof *sum->x);
	for (size_t f = 0; f < n_folds; f++) {
		if (f == without)
			continue;
		sum->n += j->of[f].n;
		sum->y += j->of[f].y;
		for (size_t s = 0; s < S * S + 2 * S; s++)
			sum->x[s] += j->of[f].x[s];
	}
	return sum;
}

/*
 * w, b <- the minimum.  With C the covariance of the predictions, d theirs
 * with the rating and l = ridge mean(diag C):
 *	(C + l I) w = d + l / S,   b = mean y - w' mean x
 * With no variance at all that is the plain average.
 */
static void
solve(struct job *j, const struct moments *m, double ridge)
{
	const size_t S = j->S;
	const double n = (double)m->n;
	double l = 0;

	for (size_t s = 0; s < S; s++) {
		for (size_t t = 0; t <= s; t++)
			j->A[s * S + t] = m->xx[s * S + t] / n -
			    m->x[s] / n * (m->x[t] / n);
		j->c[s] = m->xy[s] / n - m->x[s] / n * (m->y / n);
		l += ridge * fmax(j->A[s * S + s], 0) / (double)S;
	}
	l = fmax(l, 1e-12);
	for (size_t s = 0; s < S; s++) {
		j->A[s * S + s] += l;
		j->c[s] += l / (double)S;
		j->w[s] = 1 / (double)S;
	}
	if (blas_potrf_double(S, j->A, S) == 0 &&
	    blas_potri_double(S, j->A, S) == 0)
		for (size_t s = 0; s < S; s++) {
			j->w[s] = 0;
			for (size_t t = 0; t < S; t++)
				j->w[s] += j->A[s * S + t] * j->c[t];
		}
	j->b = m->y / n;
	for (size_t s = 0; s < S; s++)
		j->b -= j->w[s] * m->x[s] / n;
}

static double
predict(const float *x, const double *w, double b, size_t S)
{
	for (size_t s = 0; s < S; s++)
		b += w[s] * (double)x[s];
	return b;
}

/* held (pairs) <- each pair with a rating from the other folds; returns the
 * sum of squared errors. */
static double
hold_out(struct job *j, double ridge, double *held)
{
	const struct blendrows *r = j->rows;
	double sum = 0;

	for (size_t f = 0; f < r->n_folds; f++) {
		const struct moments *m = sum_folds(j, f);

		if (j->of[f].n == 0)
			continue;
		solve(j, m, ridge);
		for (size_t i = 0; i < r->pairs->n; i++)
			if (blendrows_has(r, i, f)) {
				held[i] = predict(r->pairs->x + i * j->S,
				    j->w, j->b, j->S);
				sum += (r->y[i] - held[i]) * (r->y[i] -
				    held[i]);
			}
	}
	return sum;
}

int
blendlinear_fit(struct fusion *f, const struct blendrows *r, double *held)
{
	static const double ridges[] = { 10, 1, 0.1, 1e-2, 1e-3, 1e-4, 1e-6 };
	double least = INFINITY;
	struct job j;

	job_init(&j, r);
	for (size_t i = 0; i < sizeof ridges / sizeof ridges[0]; i++) {
		const double sum = hold_out(&j, ridges[i], held);

		if (sum < least) {
			least = sum;
			f->shrinkage = ridges[i];
		}
	}
	hold_out(&j, f->shrinkage, held);
	solve(&j, sum_folds(&j, SIZE_MAX), f->shrinkage);
	memcpy(f->weight, j.w, f->n * sizeof *f->weight);
	f->bias = j.b;
	job_release(&j);
	return 0;
}

void
blendlinear_predict(const struct fusion *f, const struct fusepairs *p,
    float *out)
{
	for (size_t i = 0; i < p->n; i++)
		out[i] = (float)predict(p->x + i * f->n, f->weight, f->bias,
		    f->n);
}

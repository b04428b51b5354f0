#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/vec.h"
#include "mf/featureprior.h"

enum { STEPS = 12 };

/* The columns side by side; row i of each is that of id i. */
static void
join_columns(const struct attributes *a, size_t rows, struct csr *F)
{
	uint64_t n = 0;

	*F = (struct csr){ .rows = rows };
	for (size_t c = 0; c < a->n; c++) {
		assert(a->column[c].of.rows == rows);
		n += csr_count(&a->column[c].of);
	}
	F->indptr = mem_array("features", rows + 1, sizeof *F->indptr);
	F->indices = mem_array("features", n, sizeof *F->indices);
	F->values = mem_array("features", n, sizeof *F->values);
	n = 0;
	for (size_t r = 0; r < rows; r++) {
		F->cols = 0;
		for (size_t c = 0; c < a->n; c++) {
			const struct csr *of = &a->column[c].of;

			for (uint64_t i = of->indptr[r]; i < of->indptr[r + 1];
			    i++, n++) {
				F->indices[n] = (uint32_t)F->cols +
				    of->indices[i];
				F->values[n] = of->values[i];
			}
			F->cols += of->cols;
		}
		F->indptr[r + 1] = n;
	}
}

void
feature_prior_init(struct feature_prior *p, const struct attributes *a,
    size_t rows, size_t k)
{
	join_columns(a, rows, &p->F);
	csr_transpose(&p->F, &p->by_feature);
	mat_init(&p->B, "weights of features", p->F.cols, k);
	mat_init(&p->mean, "expected factors", rows, k);
}

void
feature_prior_release(struct feature_prior *p)
{
	csr_release(&p->F);
	csr_release(&p->by_feature);
	mat_release(&p->B);
	mat_release(&p->mean);
}

/* --- the regression ----------------------------------------------------- */

struct fit {
	struct feature_prior *p;
	const float *weight;
	float ridge;
	size_t k, n;		/* n = features times k */
	float *rows;		/* (rows, k) */
	float *P, *R, *AP;	/* (features, k) directions, residuals */
	double *rr;		/* (k) of each column */
};

static void
weigh(const struct fit *f)
{
	for (size_t r = 0; r < f->p->F.rows; r++)
		vec_scale(f->weight[r], f->rows + r * f->k, f->k);
}

/* AP <- (F'WF + ridge I) P */
static void
times(const struct fit *f, const float *P)
{
	csr_times(&f->p->F, P, f->k, f->rows);
	weigh(f);
	csr_times(&f->p->by_feature, f->rows, f->k, f->AP);
	vec_axpy(f->ridge, P, f->AP, f->n);
}

/* sum (k) <- of each column of x * y */
static void
column_sums(const struct fit *f, const float *x, const float *y, double *sum)
{
	memset(sum, 0, f->k * sizeof *sum);
	for (size_t i = 0; i < f->n; i++)
		sum[i % f->k] += (double)x[i] * (double)y[i];
}

/* Each column of B is a system of its own. */
static void
step(const struct fit *f, double *sum)
{
	float *B = f->p->B.x;

	times(f, f->P);
	column_sums(f, f->P, f->AP, sum);
	for (size_t i = 0; i < f->n; i++) {
		const size_t c = i % f->k;
		const float a = sum[c] > 0 ? (float)(f->rr[c] / sum[c]) : 0;

		B[i] += a * f->P[i];
		f->R[i] -= a * f->AP[i];
	}
	column_sums(f, f->R, f->R, sum);
	for (size_t i = 0; i < f->n; i++) {
		const size_t c = i % f->k;

		f->P[i] = f->R[i] + (f->rr[c] > 0 ? (float)(sum[c] /
		    f->rr[c]) : 0) * f->P[i];
	}
	memcpy(f->rr, sum, f->k * sizeof *sum);
}

static float
mean_weight(const float *w, size_t n)
{
	double sum = 0;
	size_t n_known = 0;

	for (size_t i = 0; i < n; i++) {
		sum += (double)w[i];
		n_known += w[i] > 0;
	}
	return n_known > 0 ? (float)(sum / (double)n_known) : 1;
}

void
feature_prior_fit(struct feature_prior *p, const struct mat *X,
    const float *weight)
{
	const size_t k = X->cols, n = p->F.cols * k;
	struct fit f = { .p = p, .weight = weight,
		.ridge = mean_weight(weight, X->rows), .k = k, .n = n };
	double *sum = mem_array("features", k, sizeof *sum);

	f.rows = mem_array("features", X->rows, k * sizeof *f.rows);
	f.P = mem_array("features", n, sizeof *f.P);
	f.R = mem_array("features", n, sizeof *f.R);
	f.AP = mem_array("features", n, sizeof *f.AP);
	f.rr = mem_array("features", k, sizeof *f.rr);
	times(&f, p->B.x);
	memcpy(f.rows, X->x, X->rows * k * sizeof *f.rows);
	weigh(&f);
	csr_times(&p->by_feature, f.rows, k, f.R);
	vec_axpy(-1, f.AP, f.R, n);
	memcpy(f.P, f.R, n * sizeof *f.P);
	column_sums(&f, f.R, f.R, f.rr);
	for (size_t i = 0; i < STEPS; i++)
		step(&f, sum);
	feature_prior_expect(p);
	free(sum);
	free(f.rows);
	free(f.P);
	free(f.R);
	free(f.AP);
	free(f.rr);
}

void
feature_prior_expect(struct feature_prior *p)
{
	csr_times(&p->F, p->B.x, p->B.cols, p->mean.x);
}

#include <math.h>
#include <string.h>

#include "linalg/gather.h"
#include "linalg/normal.h"
#include "linalg/vec.h"
#include "mf/factors.h"
#include "mf/ratingrow.h"

enum {
	GATHER = 128,		/* rows of one product */
	FOLD_STEPS = 50		/* for rows that start from nothing */
};

size_t
rating_scratch(size_t k)
{
	return (normal_rows(k + 1) + GATHER + 2) * normal_width(k + 1);
}

/* Rows z of the columns (n) go to G (n, w); v += sum of z times what remains
 * of the ratings. */
static void
gather(const struct rating_side *side, const uint32_t *columns,
    const float *ratings, size_t n, float *G, float *v)
{
	const size_t k = side->Y->cols, w = normal_width(k + 1);

	memset(G, 0, n * w * sizeof *G);
	for (size_t i = 0; i < n; i++) {
		const uint32_t c = columns[i];
		float *z = G + i * w;

		memcpy(z, mat_row(side->Y, c), k * sizeof *z);
		z[k] = 1;
		vec_axpy(ratings[i] - side->mean - side->bias[c], z, v, k + 1);
	}
}

/* A (size, w), upper triangle, and v (w): the equations of a row. */
static void
equations(const struct rating_side *side, const uint32_t *columns,
    const float *ratings, size_t n, float *A, float *v, float *G)
{
	const size_t k = side->Y->cols, size = k + 1, w = normal_width(size);
	const double rows = pow((double)n, side->nu);

	normal_start(size, NULL, (float)(side->lambda * rows), A);
	A[k * w + k] = (float)(side->lambda_bias * rows);
	memset(v, 0, w * sizeof *v);
	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < GATHER ? n - i : GATHER;
		gather(side, columns + i, ratings + i, m, G, v);
		normal_add(size, G, m, A);
	}
}

/* --- non-negative ------------------------------------------------------- */

/*
 * Method (Hsieh & Dhillon 2011, "Fast coordinate descent methods with variable
 * selection for non-negative matrix factorization", section 2, in cyclic order
 * as Cichocki & Phan's HALS 2009): with g = A x - v, each coordinate in turn
 * goes to where its slope is zero, or to 0,
 *
 *	x_p <- max(0, x_p - g_p / A_pp)
 *
 * and g follows.  x (size), of which the last is free; v <- g.
 */
static int
descend(float *A, float *v, size_t size, size_t w, size_t steps, float *x)
{
	for (size_t p = 0; p < size; p++) {
		if (!(A[p * w + p] > 0))
			return -1;
		for (size_t q = p + 1; q < size; q++)
			A[q * w + p] = A[p * w + q];
	}
	for (size_t p = 0; p < size; p++)
		v[p] = vec_dot(A + p * w, x, size) - v[p];
	for (size_t step = 0; step < steps; step++)
		for (size_t p = 0; p < size; p++) {
			const float to = x[p] - v[p] / A[p * w + p];
			const float d = (p + 1 < size && to < 0 ? 0 : to) -
			    x[p];

			x[p] += d;
			vec_axpy(d, A + p * w, v, size);
		}
	return 0;
}

/* --- conjugate gradients ------------------------------------------------ */

/*
 * q (k + 1) <- A p, less the right side times `with_ratings`: a pass over the
 * ratings without the matrix.  z (GATHER) is scratch.
 */
static void
times(const struct rating_side *side, const uint32_t *columns,
    const float *ratings, size_t n, int with_ratings, const float *p,
    float *q, float *z)
{
	const size_t k = side->Y->cols;
	const double rows = pow((double)n, side->nu);

	memset(q, 0, k * sizeof *q);
	vec_axpy((float)(side->lambda * rows), p, q, k);
	q[k] = (float)(side->lambda_bias * rows) * p[k];
	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < GATHER ? n - i : GATHER;
		gather_dots(side->Y->x, k, k, columns + i, m, p, z);
		for (size_t j = 0; j < m; j++) {
			const uint32_t c = columns[i + j];

			z[j] += p[k];
			if (with_ratings)
				z[j] -= ratings[i + j] - side->mean -
				    side->bias[c];
			vec_axpy(z[j], mat_row(side->Y, c), q, k);
			q[k] += z[j];
		}
	}
}

/* As in ialssolve.c, of one row; x (k + 1), s (3 k + 3 + GATHER) scratch. */
static void
conjugate(const struct rating_side *side, const uint32_t *columns,
    const float *ratings, size_t n, float *x, float *s)
{
	const size_t size = side->Y->cols + 1;
	float *r = s, *p = r + size, *q = p + size, *z = q + size;
	double rr;

	times(side, columns, ratings, n, 1, x, r, z);
	vec_scale(-1, r, size);
	memcpy(p, r, size * sizeof *p);
	rr = vec_square_sum(r, size);
	for (size_t step = 0; step < side->steps; step++) {
		const double before = rr;
		double curve;

		times(side, columns, ratings, n, 0, p, q, z);
		curve = (double)vec_dot(p, q, size);
		if (!(curve > 0))
			return;		/* it is there already */
		vec_axpy((float)(rr / curve), p, x, size);
		vec_axpy((float)(-rr / curve), q, r, size);
		rr = vec_square_sum(r, size);
		vec_scale((float)(rr / before), p, size);
		vec_axpy(1, r, p, size);
	}
}

/* --- a row -------------------------------------------------------------- */

int
rating_row(const struct rating_side *side, const uint32_t *columns,
    const float *ratings, size_t n, float *x, float *bias, float *scratch)
{
	const size_t k = side->Y->cols, size = k + 1, w = normal_width(size);
	float *A = scratch;			/* (size, w) */
	float *G = A + normal_rows(size) * w;	/* (GATHER, w) */
	float *v = G + GATHER * w;		/* (w) */
	float *y = v + w;			/* (w) x and the bias */

	memcpy(y, x, k * sizeof *y);
	y[k] = *bias;
	if (side->solver == RATING_CG) {
		conjugate(side, columns, ratings, n, y, G);
	} else {
		equations(side, columns, ratings, n, A, v, G);
		if (side->solver == RATING_NONNEGATIVE) {
			if (descend(A, v, size, w, side->steps, y) != 0)
				return -1;
		} else {
			if (normal_factor(size, A) != 0)
				return -1;
			normal_solve(size, A, v);
			y = v;
		}
	}
	memcpy(x, y, k * sizeof *x);
	*bias = y[k];
	return 0;
}

/* --- loading ------------------------------------------------------------ */

static void
fold_begin(struct factors_fold *fold, const struct factors_view *f)
{
	fold->n_scratch = rating_scratch(f->item.cols);
}

/* The two ways of folding in. */
static int
fold(const struct factors_fold *fold, const struct factors_view *f,
    enum rating_solver solver, const uint32_t *items, const float *values,
    size_t n, float *x, float *bias, float *scratch)
{
	const struct rating_side side = { &f->item, f->item_bias, f->mean,
		fold->lambda, fold->lambda_bias, fold->nu, solver,
		FOLD_STEPS };

	return rating_row(&side, items, values, n, x, bias, scratch);
}

static int
fold_solve(const struct factors_fold *how, const struct factors_view *f,
    const uint32_t *items, const float *values, size_t n, float *x,
    float *bias, float *scratch)
{
	return fold(how, f, RATING_CHOLESKY, items, values, n, x, bias,
	    scratch);
}

static int
fold_nonnegative(const struct factors_fold *how, const struct factors_view *f,
    const uint32_t *items, const float *values, size_t n, float *x,
    float *bias, float *scratch)
{
	return fold(how, f, RATING_NONNEGATIVE, items, values, n, x, bias,
	    scratch);
}

static int
load(struct scorer *s, struct factors_fold how)
{
	double scale;

	if (model_real(s->file, "scale", &scale) != 0 ||
	    model_real(s->file, "lambda", &how.lambda) != 0 ||
	    model_real(s->file, "lambda-bias", &how.lambda_bias) != 0 ||
	    model_real(s->file, "nu", &how.nu) != 0)
		return -1;
	how.lambda *= scale;
	return factors_load(s, 1, &how);
}

int
rating_load(struct scorer *s)
{
	return load(s, (struct factors_fold){ fold_begin, fold_solve,
	    .own = NULL });
}

int
rating_load_nonnegative(struct scorer *s)
{
	return load(s, (struct factors_fold){ fold_begin, fold_nonnegative,
	    .own = NULL });
}

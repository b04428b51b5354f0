/* ialsrow.c -- a row of ials.h brought nearer to its solution. */

#include <string.h>

#include "linalg/gather.h"
#include "linalg/normal.h"
#include "linalg/vec.h"
#include "mf/ials.h"

enum { GATHER = 128 };		/* rows of Y of one product */

/* d (k) <- the part of A that all rows have, a diagonal, and the ridge. */
static void
diagonal_of(const struct ials_side *side, const float *weights, size_t n,
    float *d)
{
	const float ridge = (float)ials_ridge(side, weights, n);

	for (size_t j = 0; j < side->Y->cols; j++)
		d[j] = side->spectrum[j] + ridge;
}

/* sum_j d_j x_j^2 */
static double
weighted_square(const float *d, const float *x, size_t k)
{
	double sum = 0;

	for (size_t j = 0; j < k; j++)
		sum += (double)d[j] * (double)x[j] * (double)x[j];
	return sum;
}

/* --- conjugate gradients ------------------------------------------------ */

size_t
ials_cg_scratch(size_t k)
{
	return 5 * k;
}

/*
 * Method (Takacs, Pilaszy & Tikk 2011, "Applications of the conjugate gradient
 * method for implicit feedback collaborative filtering"): some steps from
 * where the row is, without its matrix.  Along the axes of Y'Y the matrix
 *
 *	A = diag(spectrum) + ridge I + sum c y y'
 *
 * is nearly its own diagonal m, by which residuals are divided: one step goes
 * further than three without.  Each step lowers the loss by a r.z.
 */
double
ials_cg_row(const struct ials_side *side, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch)
{
	const struct mat *Y = side->Y;
	const size_t k = Y->cols;
	float *d = scratch, *m = d + k;	/* (k) of A without and with data */
	float *r = m + k, *p = r + k;	/* (k) residual, direction */
	float *q = p + k;		/* (k) A p, then z = r / m */
	double loss, rz;

	diagonal_of(side, weights, n, d);
	memcpy(m, d, k * sizeof *m);
	memset(r, 0, k * sizeof *r);
	loss = gather_normal(Y->x, k, columns, weights, n, 1, x, r, m) +
	    weighted_square(d, x, k);
	for (size_t j = 0; j < k; j++) {
		r[j] = -r[j] - d[j] * x[j];
		p[j] = r[j] / m[j];
	}
	rz = (double)vec_dot(r, p, k);
	for (size_t step = 0; step < side->steps; step++) {
		double curve, next, a;

		for (size_t j = 0; j < k; j++)
			q[j] = d[j] * p[j];
		gather_normal(Y->x, k, columns, weights, n, 0, p, q, NULL);
		curve = (double)vec_dot(p, q, k);
		if (!(curve > 0))
			break;		/* it is there already */
		a = rz / curve;
		loss -= a * rz;
		vec_axpy((float)a, p, x, k);
		vec_axpy((float)-a, q, r, k);
		for (size_t j = 0; j < k; j++)
			q[j] = r[j] / m[j];
		next = (double)vec_dot(r, q, k);
		vec_scale((float)(next / rz), p, k);
		vec_axpy(1, q, p, k);
		rz = next;
	}
	return loss;
}

/* --- block by block ----------------------------------------------------- */

size_t
ials_block_scratch(size_t k, size_t block, size_t longest)
{
	return (normal_rows(block) + GATHER + 1) * normal_width(block) +
	    GATHER + k + longest;
}

/* What one row's blocks work on. */
struct block {
	size_t from, size;	/* coordinates */
	size_t w;
	float *H;		/* (size, w) second derivative */
	float *g;		/* (w) gradient, then the step */
	float *G;		/* (GATHER, w) */
	float *z;		/* (GATHER) */
	float *e;		/* (n) y.x - 1 */
};

/* H, g <- derivatives by the block's coordinates. */
static void
derive(const struct ials_side *side, const uint32_t *columns,
    const float *weights, size_t n, const float *d, const float *x,
    struct block *b)
{
	const float *Y = side->Y->x + b->from;

	normal_start(b->size, NULL, 0, b->H);
	memset(b->g, 0, b->w * sizeof *b->g);
	for (size_t j = 0; j < b->size; j++) {
		b->H[j * b->w + j] = d[b->from + j];
		b->g[j] = d[b->from + j] * x[b->from + j];
	}
	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < GATHER ? n - i : GATHER;
		for (size_t j = 0; j < m; j++)
			b->z[j] = weights[i + j] * b->e[i + j];
		gather_scaled(Y, side->Y->cols, b->size, columns + i,
		    weights + i, b->z, m, b->w, b->G, b->g);
		normal_add(b->size, b->G, m, b->H);
	}
}

/* x and e after the step g. */
static void
take_step(const struct ials_side *side, const uint32_t *columns, size_t n,
    float *x, struct block *b)
{
	vec_axpy(-1, b->g, x + b->from, b->size);
	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < GATHER ? n - i : GATHER;
		gather_dots(side->Y->x + b->from, side->Y->cols, b->size,
		    columns + i, m, b->g, b->z);
		vec_axpy(-1, b->z, b->e + i, m);
	}
}

/*
 * Method (Rendle et al. 2021, "iALS++: speeding up matrix factorization with
 * subspace optimization", algorithm 1): Newton's step on some coordinates at
 * a time.  With e_i = y_i.x - 1 kept up to date, the gradient and the second
 * derivative by the coordinates of a block, along the axes of Y'Y, are
 *
 *	g = (spectrum + ridge) x + sum c_i e_i y_i
 *	H = diag(spectrum + ridge) + sum c_i y_i y_i'
 */
int
ials_block_row(const struct ials_side *side, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch, double *loss)
{
	const size_t k = side->Y->cols, w = normal_width(side->block);
	struct block b = { .H = scratch };
	float *d;			/* (k) */
	double sum = 0;

	b.g = b.H + normal_rows(side->block) * w;
	b.G = b.g + w;
	b.z = b.G + GATHER * w;
	d = b.z + GATHER;
	b.e = d + k;
	diagonal_of(side, weights, n, d);
	gather_dots(side->Y->x, k, k, columns, n, x, b.e);
	for (size_t i = 0; i < n; i++)
		b.e[i] -= 1;
	for (; b.from < k; b.from += b.size) {
		b.size = k - b.from < side->block ? k - b.from : side->block;
		b.w = normal_width(b.size);
		derive(side, columns, weights, n, d, x, &b);
		if (normal_factor(b.size, b.H) != 0)
			return -1;
		normal_solve(b.size, b.H, b.g);
		take_step(side, columns, n, x, &b);
	}
	for (size_t i = 0; i < n; i++)
		sum += (double)(weights[i] * b.e[i] * b.e[i]);
	*loss = sum + weighted_square(d, x, k);
	return 0;
}

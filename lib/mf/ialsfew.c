/* ialsfew.c -- a row of ials.h with fewer columns than there are factors. */

#include <math.h>
#include <string.h>

#include "linalg/gather.h"
#include "linalg/normal.h"
#include "linalg/vec.h"
#include "mf/ials.h"

enum { DEPTH = 128 };		/* factors of one product */

/* Axes that matter less than this, next to the first, are not divided by. */
static const float TINY = 1e-6f;

size_t
ials_few_scratch(size_t k)
{
	return (normal_rows(k) + DEPTH + 2) * normal_width(k) + k;
}

int
ials_is_few(const struct ials_side *side, const float *weights, size_t n)
{
	const size_t k = side->Y->cols;
	const float ridge = (float)ials_ridge(side, weights, n);

	return n <= k / 4 * 3 && side->spectrum[0] + ridge >
	    TINY * (side->spectrum[k - 1] + ridge);
}

/*
 * Method: with B = diag(spectrum) + ridge I and the n rows y_i, each times the
 * root of its weight, in Z (n, k), the row is (B + Z'Z)^-1 Z's, s being these
 * roots.  That is
 *
 *	B^-1 Z' (I + Z B^-1 Z')^-1 s
 *
 * (Woodbury's identity), of n equations, which have a solution whatever the
 * weights are.  T = B^-1/2 Z' is made some factors at a time.
 */
int
ials_few_row(const struct ials_side *side, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch, double *loss)
{
	const struct mat *Y = side->Y;
	const size_t k = Y->cols, w = normal_width(n);
	const float ridge = (float)ials_ridge(side, weights, n);
	float *S = scratch;			/* (n, w), upper triangle */
	float *T = S + normal_rows(n) * w;	/* (DEPTH, w) */
	float *s = T + DEPTH * w, *z = s + w;	/* (w) */
	float *r = z + w;			/* (k) */

	/* 1: r <- the diagonal of B^-1/2 */
	for (size_t j = 0; j < k; j++)
		r[j] = 1 / sqrtf(side->spectrum[j] + ridge);
	memset(z, 0, w * sizeof *z);
	for (size_t i = 0; i < n; i++)
		z[i] = s[i] = sqrtf(weights[i]);

	/* 2: S <- I + T'T */
	normal_start(n, NULL, 1, S);
	for (size_t j = 0, m; j < k; j += m) {
		m = k - j < DEPTH ? k - j : DEPTH;
		gather_turned(Y->x + j, k, m, columns, s, n, r + j, w, T);
		normal_add(n, T, m, S);
	}

	/* 3: z <- S^-1 s, which the loss is s.z of */
	if (normal_factor(n, S) != 0)
		return -1;
	normal_solve(n, S, z);
	*loss = (double)vec_dot(s, z, n);

	/* 4: x <- B^-1 Z' z */
	memset(x, 0, k * sizeof *x);
	for (size_t i = 0; i < n; i++)
		vec_axpy(s[i] * z[i], mat_row(Y, columns[i]), x, k);
	for (size_t j = 0; j < k; j++)
		x[j] *= r[j] * r[j];
	return 0;
}

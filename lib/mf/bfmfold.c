#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/normal.h"
#include "linalg/vec.h"
#include "mf/bfmfold.h"

enum { GUESSES = 5 };		/* of what is behind grades */

struct bfm_fold {
	const struct bfm_samples *samples;
	size_t block, longest;
	float *precision;	/* (samples, k + 1) of the prior */
	float *moment;		/* (k + 1) the mean moment's row */
	float *Z;		/* (longest, width) z_d */
	float *y;		/* (longest) less the offset */
	float *A;		/* of normal.h */
	float *v;		/* (width) */
};

static float
at(const struct bfm_samples *s, size_t b, size_t row, size_t i, size_t f)
{
	return s->part[b].unit[i * (s->k + 1) + f] *
	    (float)bfm_sample(s, b, row, i)[f];
}

/* Of a column of sample i. */
static float
precision(const struct bfm_samples *s, size_t b, size_t i, size_t f)
{
	const size_t n = s->part[b].rows - 1;
	const double mean = (double)at(s, b, n, i, f);
	const double unit = (double)s->part[b].unit[i * (s->k + 1) + f];
	double sum = unit * unit;	/* no less than what rounding makes */

	for (size_t r = 0; r < n; r++)
		sum += pow((double)at(s, b, r, i, f) - mean, 2);
	return (float)((double)(n + 1) / sum);
}

struct bfm_fold *
bfm_fold_new(const struct bfm_samples *s, size_t b, size_t longest)
{
	const size_t size = s->k + 1, width = normal_width(size);
	struct bfm_fold *fold = mem_array("fold-in", 1, sizeof *fold);

	*fold = (struct bfm_fold){ s, b, longest, .precision = mem_array(
	    "fold-in", s->n, size * sizeof *fold->precision) };
	for (size_t i = 0; i < s->n; i++)
		for (size_t f = 0; f < size; f++)
			fold->precision[i * size + f] = precision(s, b, i, f);
	fold->moment = mem_array("fold-in", size, sizeof *fold->moment);
	fold->Z = mem_array("fold-in", longest, width * sizeof *fold->Z);
	fold->y = mem_array("fold-in", longest, sizeof *fold->y);
	fold->A = mem_array("fold-in", normal_rows(size), width *
	    sizeof *fold->A);
	fold->v = mem_array("fold-in", width, sizeof *fold->v);
	return fold;
}

void
bfm_fold_free(struct bfm_fold *fold)
{
	if (fold == NULL)
		return;
	free(fold->precision);
	free(fold->moment);
	free(fold->Z);
	free(fold->y);
	free(fold->A);
	free(fold->v);
	free(fold);
}

/* z_d of sample i, at a moment that is none in particular; the offset. */
static float
take_partner(const struct bfm_fold *fold, size_t row, size_t i, float *z)
{
	const struct bfm_samples *s = fold->samples;
	const size_t other = fold->block == BFM_USER ? BFM_ITEM : BFM_USER;
	float offset = at(s, other, row, i, s->k) + fold->moment[s->k];

	for (size_t f = 0; f < s->k; f++) {
		const float q = at(s, other, row, i, f);

		offset += q * fold->moment[f];
		z[f] = q + fold->moment[f];
	}
	z[s->k] = 1;
	return offset;
}

/* The level that is nearest to a rating. */
static size_t
level_of(const struct bfm_samples *s, float rating)
{
	size_t best = 0;

	for (size_t l = 1; l < s->n_levels; l++)
		if (fabsf(s->level[l] - rating) <
		    fabsf(s->level[best] - rating))
			best = l;
	return best;
}

/* v <- P m + alpha sum y_d z_d, then the solution. */
static void
solve(const struct bfm_fold *fold, size_t i, const float *y, size_t n,
    float alpha)
{
	const struct bfm_samples *s = fold->samples;
	const size_t size = s->k + 1, width = normal_width(size);
	const size_t mean = s->part[fold->block].rows - 1;

	memset(fold->v, 0, width * sizeof *fold->v);
	for (size_t f = 0; f < size; f++)
		fold->v[f] = fold->precision[i * size + f] *
		    at(s, fold->block, mean, i, f);
	for (size_t d = 0; d < n; d++)
		vec_axpy(alpha * y[d], fold->Z + d * width, fold->v, size);
	normal_solve(size, fold->A, fold->v);
}

/* Grades: y is what is expected behind each at the row so far. */
static void
solve_grades(const struct bfm_fold *fold, size_t i, const float *ratings,
    size_t n, float *y)
{
	const struct bfm_samples *s = fold->samples;
	const size_t width = normal_width(s->k + 1), m = s->n_levels - 1;

	memset(y, 0, n * sizeof *y);
	solve(fold, i, y, 0, 1);
	for (int guess = 0; guess < GUESSES; guess++) {
		for (size_t d = 0; d < n; d++) {
			const float x = fold->y[d] + vec_dot(fold->v,
			    fold->Z + d * width, s->k + 1);

			y[d] = bfm_probit_expect(s->cuts + i * m, s->n_levels,
			    level_of(s, ratings[d]), x) - fold->y[d];
		}
		solve(fold, i, y, n, 1);
	}
}

/* A <- P + alpha sum z_d z_d', factored. */
static void
factor(const struct bfm_fold *fold, size_t i, size_t n, float alpha)
{
	const size_t size = fold->samples->k + 1, width = normal_width(size);
	int status;

	normal_start(size, NULL, 0, fold->A);
	normal_add(size, fold->Z, n, fold->A);
	for (size_t r = 0; r < size; r++)
		for (size_t c = r; c < size; c++)
			fold->A[r * width + c] *= alpha;
	for (size_t f = 0; f < size; f++)
		fold->A[f * width + f] += fold->precision[i * size + f];
	status = normal_factor(size, fold->A);
	assert(status == 0);	/* a sum of squares and what is above 0 */
	(void)status;
}

void
bfm_fold_row(struct bfm_fold *fold, const uint32_t *rows,
    const float *ratings, size_t n, float *x)
{
	const struct bfm_samples *s = fold->samples;
	const size_t size = s->k + 1, width = normal_width(size);
	float *y = mem_array("fold-in", n, sizeof *y);

	assert(n <= fold->longest);
	for (size_t i = 0; i < s->n; i++) {
		const float alpha = s->n_levels > 0 ? 1 : s->alpha[i];

		for (size_t f = 0; s->n_blocks > BFM_MOMENT && f < size; f++)
			fold->moment[f] = at(s, BFM_MOMENT,
			    s->part[BFM_MOMENT].rows - 1, i, f);
		for (size_t d = 0; d < n; d++)
			fold->y[d] = take_partner(fold, rows[d], i,
			    fold->Z + d * width);
		factor(fold, i, n, alpha);
		if (s->n_levels > 0) {
			solve_grades(fold, i, ratings, n, y);
		} else {
			for (size_t d = 0; d < n; d++)
				y[d] = (float)(((double)ratings[d] - s->mean) /
				    s->scale) - fold->y[d];
			solve(fold, i, y, n, alpha);
		}
		memcpy(x + i * size, fold->v, size * sizeof *x);
	}
	free(y);
}

#include <math.h>
#include <string.h>

#include "linalg/normal.h"
#include "linalg/vec.h"
#include "mf/factors.h"
#include "mf/ratingrow.h"

enum { GATHER = 128 };		/* rows of one product */

size_t
rating_scratch(size_t k)
{
	return (normal_rows(k + 1) + GATHER + 1) * normal_width(k + 1);
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

int
rating_row(const struct rating_side *side, const uint32_t *columns,
    const float *ratings, size_t n, float *x, float *bias, float *scratch)
{
	const size_t k = side->Y->cols, size = k + 1, w = normal_width(size);
	float *A = scratch;			/* (size, w), upper triangle */
	float *G = A + normal_rows(size) * w;	/* (GATHER, w) */
	float *v = G + GATHER * w;		/* (w) */
	const double rows = pow((double)n, side->nu);

	/* 1: the ridge */
	normal_start(size, NULL, (float)(side->lambda * rows), A);
	A[k * w + k] = (float)(side->lambda_bias * rows);
	memset(v, 0, w * sizeof *v);

	/* 2: the ratings */
	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < GATHER ? n - i : GATHER;
		gather(side, columns + i, ratings + i, m, G, v);
		normal_add(size, G, m, A);
	}

	/* 3: the solution */
	if (normal_factor(size, A) != 0)
		return -1;
	normal_solve(size, A, v);
	memcpy(x, v, k * sizeof *x);
	*bias = v[k];
	return 0;
}

/* --- loading ------------------------------------------------------------ */

static void
fold_begin(struct factors_fold *fold, const struct factors_view *f)
{
	fold->n_scratch = rating_scratch(f->item.cols);
}

static int
fold_solve(const struct factors_fold *fold, const struct factors_view *f,
    const uint32_t *items, const float *values, size_t n, float *x,
    float *bias, float *scratch)
{
	const struct rating_side side = { &f->item, f->item_bias, f->mean,
		fold->lambda, fold->lambda_bias, fold->nu };

	return rating_row(&side, items, values, n, x, bias, scratch);
}

int
rating_load(struct scorer *s)
{
	struct factors_fold fold = { fold_begin, fold_solve, .gram = NULL };
	double scale;

	if (model_real(s->file, "scale", &scale) != 0 ||
	    model_real(s->file, "lambda", &fold.lambda) != 0 ||
	    model_real(s->file, "lambda-bias", &fold.lambda_bias) != 0 ||
	    model_real(s->file, "nu", &fold.nu) != 0)
		return -1;
	fold.lambda *= scale;
	return factors_load(s, 1, &fold);
}

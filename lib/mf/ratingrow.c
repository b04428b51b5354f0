#include <math.h>
#include <string.h>

#include "linalg/blas.h"
#include "mf/factors.h"
#include "mf/ratingrow.h"

enum { GATHER = 256 };		/* rows of one product */

size_t
rating_scratch(size_t k)
{
	return (k + 1) * (k + 1) + GATHER * (k + 1) + GATHER + k + 1;
}

int
rating_row(const struct rating_side *side, const uint32_t *columns,
    const float *ratings, size_t n, float *x, float *bias, float *scratch)
{
	const size_t k = side->Y->cols, size = k + 1;
	float *A = scratch;		/* (size, size), lower triangle */
	float *Z = A + size * size;	/* (GATHER, size) */
	float *r = Z + GATHER * size;	/* (GATHER) */
	float *v = r + GATHER;		/* (size) */
	const double rows = pow((double)n, side->nu);

	/* 1: the ridge */
	memset(A, 0, size * size * sizeof *A);
	memset(v, 0, size * sizeof *v);
	for (size_t p = 0; p < k; p++)
		A[p * size + p] = (float)(side->lambda * rows);
	A[k * size + k] = (float)(side->lambda_bias * rows);

	/* 2: the ratings */
	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < GATHER ? n - i : GATHER;
		for (size_t j = 0; j < m; j++) {
			const uint32_t c = columns[i + j];

			memcpy(Z + j * size, mat_row(side->Y, c), k *
			    sizeof *Z);
			Z[j * size + k] = 1;
			r[j] = ratings[i + j] - side->mean - side->bias[c];
		}
		blas_syrk(size, m, 1, Z, size, 1, A, size);
		blas_gemv(1, size, m, 1, Z, size, r, 1, v);
	}

	/* 3: the solution */
	if (blas_potrf(size, A, size) != 0)
		return -1;
	blas_potrs(size, 1, A, size, v, 1);
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

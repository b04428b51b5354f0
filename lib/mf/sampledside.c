/* sampledside.c -- the vectors of sampled.h, and steps in them. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/vec.h"
#include "mf/sampled.h"

static const double BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

double
sampled_unit(float *x, size_t k)
{
	const double square = vec_square_sum(x, k);

	if (!(square > 0))
		return 1;
	if (fabs(square - 1) > 1e-6)
		vec_scale((float)(1 / sqrt(square)), x, k);
	return sqrt(square);
}

/* A vector of 0 is made the first unit vector. */
void
sampled_side_unit(struct sampled_side *side, uint32_t id)
{
	const size_t k = side->factors->cols;
	float *x = mat_row(&side->own, id), *unit = mat_row(side->factors, id);

	if (!(vec_square_sum(x, k) > 0))
		x[0] = 1;
	memcpy(unit, x, k * sizeof *unit);
	sampled_unit(unit, k);
}

static void
init(struct sampled_side *side, struct mat *factors, int has_own)
{
	const size_t n = factors->rows, k = factors->cols;

	*side = (struct sampled_side){ .factors = factors };
	mat_init(&side->first, "slopes", n, k);
	mat_init(&side->second, "slopes", n, k);
	side->steps = mem_array("slopes", n, sizeof *side->steps);
	if (has_own)
		mat_init(&side->own, "factors", n, k);
}

void
sampled_side_init(struct sampled_side *side, struct mat *factors,
    int is_cosine)
{
	init(side, factors, is_cosine);
	side->is_unit = is_cosine;
	if (!is_cosine)
		return;
	memcpy(side->own.x, factors->x, factors->rows * factors->cols *
	    sizeof *factors->x);
	for (size_t i = 0; i < factors->rows; i++)
		sampled_side_unit(side, (uint32_t)i);
}

void
sampled_side_pooled(struct sampled_side *side, struct mat *factors)
{
	init(side, factors, 1);
}

void
sampled_side_release(struct sampled_side *side)
{
	mat_release(&side->own);
	mat_release(&side->first);
	mat_release(&side->second);
	free(side->steps);
}

VEC_KERNEL(void, sampled_adam, (float *x, float *m, float *v, const float *g,
    size_t k, float t, double rate), (x, m, v, g, k, t, rate))
{
	const float beta1 = (float)BETA1, beta2 = (float)BETA2;
	const float correct = (float)(1 / (1 - pow(BETA2, (double)t)));
	const float step = (float)(rate / (1 - pow(BETA1, (double)t)));
	const float epsilon = (float)EPSILON;

	for (size_t p = 0; p < k; p++) {
		m[p] = beta1 * m[p] + (1 - beta1) * g[p];
		v[p] = beta2 * v[p] + (1 - beta2) * g[p] * g[p];
		x[p] -= step * m[p] / (sqrtf(v[p] * correct) + epsilon);
	}
}

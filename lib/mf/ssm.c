#include <math.h>

#include "linalg/exp.h"
#include "linalg/vec.h"
#include "mf/ssm.h"

/* The largest of x (n) and `least`. */
static float
largest(const float *x, size_t n, float least)
{
	for (size_t i = 0; i < n; i++)
		least = x[i] > least ? x[i] : least;
	return least;
}

/* x_j (n) <- w_j exp((x_j - top) / t); below e^-87 it is 0. */
VEC_CLONES static void
exponentials(float *x, const float *w, size_t n, float top, float inverse_t)
{
	for (size_t j = 0; j < n; j++) {
		const float y = (x[j] - top) * inverse_t;

		x[j] = y < -87 ? 0 : w[j] * exp_of(y < -87 ? -87 : y);
	}
}

static double
sum(const float *x, size_t n)
{
	double s[4] = { 0 };
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
		for (size_t l = 0; l < 4; l++)
			s[l] += (double)x[i + l];
	for (; i < n; i++)
		s[0] += (double)x[i];
	return (s[0] + s[1]) + (s[2] + s[3]);
}

/*
 * With e_j = exp((s_j - top) / t), D = |items| sum w_j e_j and Z_i = e_i + D,
 * the slopes are (e_i / Z_i - 1) / t by s_i, and by s_j
 *
 *	|items| w_j e_j / t  sum_i 1 / Z_i
 */
double
ssm_loss(const struct mf_options *o, const struct sampled_row *r)
{
	const double t = o->temperature, n_items = (double)r->n_items;
	const float top = largest(r->drawn, r->n_drawn,
	    largest(r->had, r->n_had, -INFINITY));
	double drawn, inverse = 0, loss = 0;

	exponentials(r->drawn, r->weight, r->n_drawn, top, (float)(1 / t));
	drawn = n_items * sum(r->drawn, r->n_drawn);
	for (size_t i = 0; i < r->n_had; i++) {
		const double x = (double)(r->had[i] - top) / t, e = exp(x);
		const double Z = e + drawn;

		loss += log(Z) - x;
		r->had[i] = (float)((e / Z - 1) / t);
		inverse += 1 / Z;
	}
	vec_scale((float)(n_items * inverse / t), r->drawn, r->n_drawn);
	return loss;
}

const struct sampled_method ssm_method = { "ssm", ssm_loss,
	SAMPLED_COSINE, { "temperature" } };

int
ssm_train(const struct mf_task *task, struct mf_result *result)
{
	return sampled_train(&ssm_method, task, result);
}

int
ssm_load(struct scorer *s)
{
	return sampled_load(&ssm_method, s);
}

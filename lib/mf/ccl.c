#include "linalg/vec.h"
#include "mf/ccl.h"

/* Returns sum_j w_j max(0, x_j - margin); x_j (n) <- scale w_j above it. */
VEC_CLONES static double
hinges(float *x, const float *w, size_t n, float margin, float scale)
{
	float loss = 0;

	for (size_t j = 0; j < n; j++) {
		const float above = x[j] - margin;

		loss += above > 0 ? w[j] * above : 0;
		x[j] = above > 0 ? scale * w[j] : 0;
	}
	return (double)loss;
}

double
ccl_loss(const struct mf_options *o, const struct sampled_row *r)
{
	const double weight = o->negative_weight * (double)r->n_had;
	double loss = weight * hinges(r->drawn, r->weight, r->n_drawn,
	    (float)o->margin, (float)weight);

	for (size_t i = 0; i < r->n_had; i++) {
		loss += 1 - (double)r->had[i];
		r->had[i] = -1;
	}
	return loss;
}

const struct sampled_method ccl_method = { "ccl", ccl_loss,
	SAMPLED_COSINE, { "margin", "negative-weight" } };

int
ccl_train(const struct mf_task *task, struct mf_result *result)
{
	return sampled_train(&ccl_method, task, result);
}

int
ccl_load(struct scorer *s)
{
	return sampled_load(&ccl_method, s);
}

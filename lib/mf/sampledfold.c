/* sampledfold.c -- fold-in for the losses of sampled.h. */

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "mf/factors.h"
#include "mf/sampled.h"
#include "mf/sampledpool.h"

enum {
	DRAWN = 512,		/* items that all new users are told from */
	STEPS = 100
};

static const double RATE = 0.05, DECAY1 = 0.9, DECAY2 = 0.999;
static const uint64_t SEED = 1;	/* a model is used without a seed */

/*
 * Method: the loss of the new row over all that it had, against the same
 * drawn items for everyone, by Adam with a rate that falls to 0 evenly.  It
 * starts from the mean of what was had, so that it has few steps to go.  Where
 * users are made of what they had, a new one is that alone.
 */

/* own: Y (DRAWN, k), weights (DRAWN), which item each is (DRAWN). */
static void
fold_begin(struct factors_fold *fold, const struct factors_view *f)
{
	const size_t k = f->item.cols;
	float *Y = mem_array("drawn items", DRAWN, (k + 2) * sizeof *Y);
	float *weight = Y + DRAWN * k;
	struct rng r;

	rng_init(&r, SEED, rng_stream("sampled.fold", fold->of_items != 0));
	for (size_t j = 0; j < DRAWN; j++) {
		const uint32_t i = rng_below(&r, (uint32_t)f->item.rows);

		memcpy(Y + j * k, mat_row(&f->item, i), k * sizeof *Y);
		memcpy(weight + DRAWN + j, &i, sizeof i);
		weight[j] = 1.0f / DRAWN;
	}
	fold->own = Y;
	fold->n_scratch = 4 * k + 3 * DRAWN;
}

/* scores (DRAWN) of what the row had <- -INFINITY */
static void
leave_out(const float *ids, const uint32_t *items, size_t n, float *scores)
{
	for (size_t j = 0; j < DRAWN; j++) {
		uint32_t id;

		memcpy(&id, ids + j, sizeof id);
		for (size_t i = 0; i < n; i++)
			if (items[i] == id) {
				scores[j] = -INFINITY;
				break;
			}
	}
}

/* g (k) <- the loss's slope at x; scores, slopes (DRAWN) are scratch. */
static void
slope_at(const struct factors_fold *fold, const struct factors_view *f,
    const uint32_t *items, size_t n, const float *mask, const float *x,
    float *g, float *scores, float *slopes)
{
	const size_t k = f->item.cols;
	const float *Y = fold->own, *weight = Y + DRAWN * k;

	memset(g, 0, k * sizeof *g);
	blas_gemv(0, DRAWN, k, 1, Y, k, x, 0, scores);
	for (size_t j = 0; j < DRAWN; j++)
		scores[j] = mask[j] < 0 ? -INFINITY : scores[j];
	for (size_t from = 0, m; from < n; from += m) {
		float had[SAMPLED_HAD];
		struct sampled_row row = { .had = had, .drawn = slopes,
			.weight = weight, .n_drawn = DRAWN,
			.n_items = f->item.rows, .first = from % DRAWN };

		row.n_had = m = n - from < SAMPLED_HAD ? n - from :
		    SAMPLED_HAD;
		memcpy(slopes, scores, DRAWN * sizeof *slopes);
		for (size_t i = 0; i < m; i++)
			had[i] = vec_dot(x, mat_row(&f->item,
			    items[from + i]), k);
		fold->method->loss(&fold->options, &row);
		blas_gemv(1, k, DRAWN, 1, Y, k, slopes, 1, g);
		for (size_t i = 0; i < m; i++)
			vec_axpy(had[i], mat_row(&f->item, items[from + i]),
			    g, k);
	}
	vec_axpy((float)(fold->options.lambda * (double)n), x, g, k);
}

static int
fold_solve(const struct factors_fold *fold, const struct factors_view *f,
    const uint32_t *items, const float *values, size_t n, float *x,
    float *bias, float *scratch)
{
	const size_t k = f->item.cols;
	const int is_cosine = sampled_is_cosine(fold->method, &fold->options);
	float *g = scratch, *m = g + k, *v = m + k, *mask = v + k;
	float *scores = mask + DRAWN, *slopes = scores + DRAWN;
	double decay1 = 1, decay2 = 1;

	(void)values;
	(void)bias;
	if (f->pooling.rows > 0 && !fold->of_items) {
		sampled_pool_new_user(&f->pooling, fold->options.pooling,
		    &f->item, items, n, x, g);
		if (is_cosine)
			sampled_unit(x, k);
		return 0;
	}
	memset(scratch, 0, (3 * k + DRAWN) * sizeof *scratch);
	leave_out(fold->own + DRAWN * (k + 1), items, n, mask);
	for (size_t i = 0; i < n; i++)
		vec_axpy(1 / (float)n, mat_row(&f->item, items[i]), x, k);
	for (size_t step = 0; step < STEPS; step++) {
		const double rate = RATE * (1 - (double)step / STEPS);

		if (is_cosine)
			sampled_unit(x, k);
		slope_at(fold, f, items, n, mask, x, g, scores, slopes);
		if (is_cosine)
			vec_axpy(-vec_dot(g, x, k), x, g, k);
		decay1 *= DECAY1;
		decay2 *= DECAY2;
		for (size_t p = 0; p < k; p++) {
			m[p] += (float)(1 - DECAY1) * (g[p] - m[p]);
			v[p] += (float)(1 - DECAY2) * (g[p] * g[p] - v[p]);
			x[p] -= (float)(rate * (double)m[p] / (1 - decay1) /
			    (sqrt((double)v[p] / (1 - decay2)) + 1e-8));
		}
	}
	if (is_cosine)
		sampled_unit(x, k);
	return 0;
}

/* A setting that some of the methods have; NAN: this one has not. */
static int
get_real(const struct st_file *file, const char *key, double *x)
{
	*x = NAN;
	return st_meta(file, key) == NULL ? 0 : model_real(file, key, x);
}

int
sampled_load(const struct sampled_method *method, struct scorer *s)
{
	struct factors_fold fold = { fold_begin, fold_solve,
		.options = MF_NOTHING_SET, .method = method };
	struct mf_options *o = &fold.options;
	const char *similarity = st_meta(s->file, "similarity");

	for (size_t i = 0; method->settings[i] != NULL; i++)
		if (st_meta(s->file, method->settings[i]) == NULL)
			return err_msg("%s: the metadata has no '%s'",
			    st_path(s->file), method->settings[i]);
	if (get_real(s->file, "lambda", &o->lambda) != 0 ||
	    get_real(s->file, "temperature", &o->temperature) != 0 ||
	    get_real(s->file, "margin", &o->margin) != 0 ||
	    get_real(s->file, "negative-weight", &o->negative_weight) != 0 ||
	    get_real(s->file, "pooling", &o->pooling) != 0)
		return -1;
	if (isnan(o->lambda))
		o->lambda = 0;
	if (similarity != NULL && (o->similarity = choice_find(
	    sampled_similarity_choice, span_of(similarity))) == NULL)
		return err_msg("%s: no similarity '%s'", st_path(s->file),
		    similarity);
	return factors_load(s, 0, &fold);
}

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/vec.h"
#include "mf/bpr.h"
#include "mf/factors.h"
#include "mf/sampled.h"
#include "mf/sgd.h"
#include "mf/warm.h"

enum { TRIES = 16, AHEAD = 4, LINE = 16, LANES = 16 };

typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));

struct bpr {
	struct factors f;
	struct sgd_grid grid;
	struct csr had;			/* ascending */
	struct mf_options options;
	uint64_t seed;
	size_t epoch;
	float rate;
};

/* --- a step ------------------------------------------------------------- */

static inline __attribute__((always_inline)) double
step(float *p, float *qi, float *qj, size_t k, float rate, float lambda)
{
	const float keep = 1 - rate * lambda;
	lanes a = { 0 };
	float x = 0, g;
	size_t f = 0;

	for (; f + LANES <= k; f += LANES)
		a += *(lanes *)(p + f) * (*(lanes *)(qi + f) -
		    *(lanes *)(qj + f));
	for (size_t l = 0; l < LANES; l++)
		x += a[l];
	for (; f < k; f++)
		x += p[f] * (qi[f] - qj[f]);
	g = rate / (1 + expf(x));
	for (f = 0; f + LANES <= k; f += LANES) {
		const lanes u = *(lanes *)(p + f), i = *(lanes *)(qi + f),
			j = *(lanes *)(qj + f);

		*(lanes *)(p + f) = u * keep + (i - j) * g;
		*(lanes *)(qi + f) = i * keep + u * g;
		*(lanes *)(qj + f) = j * keep - u * g;
	}
	for (; f < k; f++) {
		const float u = p[f], i = qi[f], j = qj[f];

		p[f] = u * keep + (i - j) * g;
		qi[f] = i * keep + u * g;
		qj[f] = j * keep - u * g;
	}
	return x > 0 ? log1p(exp(-(double)x)) :
	    log1p(exp((double)x)) - (double)x;
}

VEC_KERNEL(double, bpr_step, (float *p, float *qi, float *qj, size_t k,
    float rate, float lambda), (p, qi, qj, k, rate, lambda))
{
	return step(p, qi, qj, k, rate, lambda);
}

/* --- an epoch ----------------------------------------------------------- */

static int
has_had(const struct csr *had, uint32_t user, uint32_t item)
{
	uint64_t from = had->indptr[user], to = had->indptr[user + 1];

	while (from < to) {
		const uint64_t middle = from + (to - from) / 2;

		if (had->indices[middle] == item)
			return 1;
		if (had->indices[middle] < item)
			from = middle + 1;
		else
			to = middle;
	}
	return 0;
}

/* An item of the column that the user has not had; UINT32_MAX: none was
 * found. */
static uint32_t
draw_negative(const struct bpr *m, size_t column, uint32_t user,
    struct rng *r)
{
	const uint32_t *items = m->grid.items + m->grid.column[column];
	const uint32_t n = m->grid.column[column + 1] -
	    m->grid.column[column];

	for (size_t i = 0; i < TRIES; i++) {
		const uint32_t j = items[rng_below(r, n)];

		if (!has_had(&m->had, user, j))
			return j;
	}
	return UINT32_MAX;
}

VEC_CLONES static double
run_pairs(const struct bpr *m, size_t b, struct rng *r)
{
	const struct sgd_grid *g = &m->grid;
	const size_t k = m->f.user.cols;
	const float lambda = (float)m->options.lambda;
	double loss = 0;

	for (uint64_t i = g->block[b]; i < g->block[b + 1]; i++) {
		const uint32_t u = g->pair[i].user, v = g->pair[i].item;
		const uint32_t j = draw_negative(m, b % g->side, u, r);

		for (size_t f = 0; i + AHEAD < g->block[b + 1] && f < k;
		    f += LINE)
			__builtin_prefetch(m->f.user.x + f +
			    g->pair[i + AHEAD].user * k, 1);
		if (j != UINT32_MAX)
			loss += step(m->f.user.x + u * k, m->f.item.x + v * k,
			    m->f.item.x + j * k, k, m->rate, lambda);
	}
	return loss;
}

static double
block(void *arg, size_t b)
{
	const struct bpr *m = arg;
	const size_t side = m->grid.side;
	struct rng r;

	rng_init(&r, m->seed, rng_stream("bpr.negatives",
	    m->epoch * side * side + b));
	return run_pairs(m, b, &r);
}

/* The loss is the mean of -log sigma on the way. */
static int
epoch(void *arg, size_t i, double *loss)
{
	struct bpr *m = arg;
	const struct sgd_grid *g = &m->grid;
	struct rng r;

	rng_init(&r, m->seed, rng_stream("bpr.diagonals", i));
	m->epoch = i;
	m->rate = (float)(m->options.rate * (1 - (double)i /
	    (double)m->options.epochs));
	*loss = sgd_grid_pass(g, block, m, &r) /
	    (double)g->block[g->side * g->side];
	return 0;
}

/* --- training ----------------------------------------------------------- */

static int
write_model(const struct bpr *m, const struct mf_task *task,
    const struct mf_result *result)
{
	struct st_writer *w = model_writer("bpr");
	int status;

	factors_put(w, &m->f, task, result);
	model_put_real(w, "rate", task->options->rate);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	return status;
}

int
bpr_train(const struct mf_task *task, struct mf_result *result)
{
	struct bpr m = { .options = *task->options,
		.seed = task->train->seed };
	struct factors_method method = { .epoch = epoch, .arg = &m,
		.advice = "give a smaller --rate" };
	int status = -1;

	mf_matrix(task, &m.had);
	csr_drop_values(&m.had);
	factors_init(&m.f, m.had.rows, m.had.cols, m.options.factors, 0);
	factors_start(&m.f.user, &m.options, m.seed, "bpr.users");
	factors_start(&m.f.item, &m.options, m.seed, "bpr.items");
	sgd_grid_init(&m.grid, &m.had, m.options.factors, m.seed);
	method.bytes = csr_bytes(&m.had) + sgd_grid_bytes(&m.grid);
	if (warm_start(&m.f, task, "bpr", result) == 0 &&
	    factors_train(&m.f, task, &method, result) == 0)
		status = write_model(&m, task, result);
	factors_release(&m.f);
	sgd_grid_release(&m.grid);
	csr_release(&m.had);
	return status;
}

/* --- loading ------------------------------------------------------------ */

/*
 * The mean over all items of -log sigma(s_i - s_j), for fold-in: there are no
 * steps of pairs then, but a row and some items that were drawn.
 */
static double
row_loss(const struct mf_options *o, const struct sampled_row *r)
{
	float had[SAMPLED_HAD];
	double loss = 0;

	(void)o;
	memcpy(had, r->had, r->n_had * sizeof *had);
	memset(r->had, 0, r->n_had * sizeof *had);
	for (size_t j = 0; j < r->n_drawn; j++) {
		const float s = r->drawn[j];

		r->drawn[j] = 0;
		for (size_t i = 0; i < r->n_had && s > -INFINITY; i++) {
			const float e = expf(s - had[i]);
			const float g = e < INFINITY ? e / (1 + e) : 1;

			loss += (double)r->weight[j] * (e < INFINITY ?
			    log1p((double)e) : (double)(s - had[i]));
			r->drawn[j] += r->weight[j] * g;
			r->had[i] -= r->weight[j] * g;
		}
	}
	return loss;
}

const struct sampled_method bpr_method = { "bpr", row_loss, SAMPLED_DOT,
	{ NULL } };

int
bpr_load(struct scorer *s)
{
	return sampled_load(&bpr_method, s);
}

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/vec.h"
#include "mf/factors.h"
#include "mf/measure.h"
#include "mf/sgd.h"
#include "mf/warm.h"

/* --- a step ------------------------------------------------------------- */

enum { LANES = 16, LINE = 16, AHEAD = 6 };
enum { HELD = 8 };	/* lanes of a row that registers can keep */

/* 16 or 8 floats at any address that a float may have. */
typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef float eight __attribute__((vector_size(32), aligned(4), may_alias));

static inline __attribute__((always_inline)) float
sum_of_eight(const eight *h)
{
	return (((*h)[0] + (*h)[4]) + ((*h)[1] + (*h)[5])) +
	    (((*h)[2] + (*h)[6]) + ((*h)[3] + (*h)[7]));
}

static inline __attribute__((always_inline)) float
sum_of(const lanes *a)
{
	const eight h = __builtin_shufflevector(*a, *a, 0, 1, 2, 3, 4, 5, 6, 7)
	    + __builtin_shufflevector(*a, *a, 8, 9, 10, 11, 12, 13, 14, 15);

	return sum_of_eight(&h);
}

static inline __attribute__((always_inline)) float
dot(const float *p, const float *q, size_t k)
{
	lanes a = { 0 }, b = { 0 };
	size_t j = 0;
	float sum;

	for (; j + 2 * LANES <= k; j += 2 * LANES) {
		a += *(const lanes *)(p + j) * *(const lanes *)(q + j);
		b += *(const lanes *)(p + j + LANES) *
		    *(const lanes *)(q + j + LANES);
	}
	for (; j + LANES <= k; j += LANES)
		a += *(const lanes *)(p + j) * *(const lanes *)(q + j);
	a += b;
	sum = sum_of(&a);
	if (j + LANES / 2 <= k) {
		const eight c = *(const eight *)(p + j) *
		    *(const eight *)(q + j);

		sum += sum_of_eight(&c);
		j += LANES / 2;
	}
	for (; j < k; j++)
		sum += p[j] * q[j];
	return sum;
}

/* p <- keep_p p + s q, q <- keep_q q + s p, at the old p and q. */
static inline __attribute__((always_inline)) void
move(float *p, float *q, size_t k, float s, float keep_p, float keep_q)
{
	size_t j = 0;

	for (; j + LANES <= k; j += LANES) {
		const lanes x = *(lanes *)(p + j), y = *(lanes *)(q + j);

		*(lanes *)(p + j) = x * keep_p + y * s;
		*(lanes *)(q + j) = y * keep_q + x * s;
	}
	if (j + LANES / 2 <= k) {
		const eight x = *(eight *)(p + j), y = *(eight *)(q + j);

		*(eight *)(p + j) = x * keep_p + y * s;
		*(eight *)(q + j) = y * keep_q + x * s;
		j += LANES / 2;
	}
	for (; j < k; j++) {
		const float old = p[j];

		p[j] = keep_p * old + s * q[j];
		q[j] = keep_q * q[j] + s * old;
	}
}

/*
 * The step of sgd.h.  With held > 0, known when this is compiled, a row has so
 * many lanes, and is loaded and stored once, which is a third less to do.
 */
static inline __attribute__((always_inline)) float
step(const struct sgd_row *user, const struct sgd_row *item, size_t k,
    float r, float rate, float rate_bias, size_t held)
{
	float *p = user->x, *q = item->x;
	const float keep_p = 1 - rate * user->ridge;
	const float keep_q = 1 - rate * item->ridge;
	lanes x[HELD], y[HELD], sum[2] = { { 0 }, { 0 } };
	float e = r - *user->bias - *item->bias, s;

#pragma GCC unroll 8
	for (size_t j = 0; j < held; j++) {
		x[j] = *(lanes *)(p + j * LANES);
		y[j] = *(lanes *)(q + j * LANES);
		sum[j % 2] += x[j] * y[j];
	}
	sum[0] += sum[1];
	e -= held > 0 ? sum_of(&sum[0]) : dot(p, q, k);
	s = rate * e;
#pragma GCC unroll 8
	for (size_t j = 0; j < held; j++) {
		*(lanes *)(p + j * LANES) = x[j] * keep_p + y[j] * s;
		*(lanes *)(q + j * LANES) = y[j] * keep_q + x[j] * s;
	}
	if (held == 0)
		move(p, q, k, s, keep_p, keep_q);
	*user->bias += rate_bias * (e - user->ridge_bias * *user->bias);
	*item->bias += rate_bias * (e - item->ridge_bias * *item->bias);
	return e;
}

/* f(..., held), which is a constant: one copy of f for each usual k. */
#define WITH_HELD(k, f, ...) ( \
	(k) == 1 * LANES ? f(__VA_ARGS__, 1) : \
	(k) == 2 * LANES ? f(__VA_ARGS__, 2) : \
	(k) == 4 * LANES ? f(__VA_ARGS__, 4) : \
	(k) == 8 * LANES ? f(__VA_ARGS__, 8) : f(__VA_ARGS__, 0))

VEC_KERNEL(float, sgd_step, (const struct sgd_row *user,
    const struct sgd_row *item, size_t k, float r, float rate, float rate_bias),
    (user, item, k, r, rate, rate_bias))
{
	return WITH_HELD(k, step, user, item, k, r, rate, rate_bias);
}

/* --- an epoch ----------------------------------------------------------- */

/*
 * What a row has beside its factors, while an epoch runs.  A cache line of its
 * own: the biases of 16 rows would be in one, of which any two threads write
 * some, and each would wait for the line to come over from the other.
 */
struct small {
	_Alignas(64) float bias;
	float ridge;			/* n^(nu - 1) */
};

struct sgd {
	struct factors f;
	struct sgd_grid grid;
	struct small *user, *item;	/* (users), (items) */
	struct mf_options options;	/* in the ratings' own unit */
	double scale;			/* s */
	uint64_t seed;
	float rate, rate_bias;		/* of the epoch */
};

/* Rows come from all over memory: those of a rating soon to come are asked
 * for while this one is worked on. */
static inline __attribute__((always_inline)) void
ask_for(const struct sgd *m, const struct sgd_pair *next, size_t k)
{
	const struct factors *f = &m->f;
	const float *p = f->user.x + next->user * k;
	const float *q = f->item.x + next->item * k;

	__builtin_prefetch(&m->user[next->user], 1);
	__builtin_prefetch(&m->item[next->item], 1);
	for (size_t j = 0; j < k; j += LINE) {
		__builtin_prefetch(p + j, 1);
		__builtin_prefetch(q + j, 1);
	}
}

static inline __attribute__((always_inline)) double
run(const struct sgd *m, const struct sgd_pair *pair, const float *rating,
    uint64_t n, size_t cols, size_t held)
{
	const size_t k = held > 0 ? held * LANES : cols;
	struct small *const users = m->user, *const items = m->item;
	float *const p = m->f.user.x, *const q = m->f.item.x;
	const float lambda = (float)m->options.lambda, mean = m->f.mean;
	const float lambda_bias = (float)m->options.lambda_bias;
	const float rate = m->rate, rate_bias = m->rate_bias;
	double sum = 0;

	for (uint64_t i = 0; i < n; i++) {
		const uint32_t u = pair[i].user, v = pair[i].item;
		const struct sgd_row user = { p + u * k, &users[u].bias,
			lambda * users[u].ridge, lambda_bias * users[u].ridge };
		const struct sgd_row item = { q + v * k, &items[v].bias,
			lambda * items[v].ridge, lambda_bias * items[v].ridge };
		float e;

		if (i + AHEAD < n)
			ask_for(m, &pair[i + AHEAD], k);
		e = step(&user, &item, k, rating[i] - mean, rate, rate_bias,
		    held);
		sum += (double)e * (double)e;
	}
	return sum;
}

/* Descends along the ratings (n) of a block; returns the sum of e^2. */
VEC_CLONES static double
run_block(const struct sgd *m, const struct sgd_pair *pair,
    const float *rating, uint64_t n)
{
	const size_t k = m->f.user.cols;

	return WITH_HELD(k, run, m, pair, rating, n, k);
}

static double
block(void *arg, size_t b)
{
	const struct sgd *m = arg;
	const struct sgd_grid *g = &m->grid;

	return run_block(m, g->pair + g->block[b], g->rating + g->block[b],
	    g->block[b + 1] - g->block[b]);
}

static void
take_biases(struct small *to, const float *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i].bias = from[i];
}

static void
give_biases(const struct small *from, float *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = from[i].bias;
}

/* The loss is the root mean square of the errors met on the way. */
static int
epoch(void *arg, size_t i, double *loss)
{
	struct sgd *m = arg;
	const struct sgd_grid *g = &m->grid;
	const struct mf_options *o = &m->options;
	struct rng r;
	double sum;

	rng_init(&r, m->seed, rng_stream("sgd.diagonals", i));
	m->rate_bias = (float)(o->rate * (1 - (double)i /
	    (double)o->epochs));
	m->rate = m->rate_bias / (float)m->scale;
	take_biases(m->user, m->f.user_bias, m->f.user.rows);
	take_biases(m->item, m->f.item_bias, m->f.item.rows);
	sum = sgd_grid_pass(g, block, m, &r);
	give_biases(m->user, m->f.user_bias, m->f.user.rows);
	give_biases(m->item, m->f.item_bias, m->f.item.rows);
	*loss = sqrt(sum / (double)g->block[g->side * g->side]);
	return 0;
}

/* --- training ----------------------------------------------------------- */

/* With n^(nu - 1) for each row; a row without ratings has no step. */
static struct small *
new_rows(const struct csr *m, double nu)
{
	struct small *rows = mem_array("weights", m->rows, sizeof *rows);

	for (size_t r = 0; r < m->rows; r++)
		if (csr_row_count(m, r) > 0)
			rows[r].ridge = (float)pow((double)csr_row_count(m, r),
			    nu - 1);
	return rows;
}

static void
init(struct sgd *m, const struct mf_task *task)
{
	const struct csr *by_user = &task->data->by_user;
	struct mf_options *o = &m->options;
	struct measure ratings;
	struct csr by_item;

	*m = (struct sgd){ .options = *task->options,
		.seed = task->train->seed };
	csr_transpose(by_user, &by_item);
	m->user = new_rows(by_user, o->nu);
	m->item = new_rows(&by_item, o->nu);
	csr_release(&by_item);
	factors_init(&m->f, by_user->rows, by_user->cols, o->factors, 1);
	measure_ratings(&ratings, by_user);
	m->scale = ratings.stdev;
	m->f.mean = (float)ratings.mean;
	m->f.min = (float)ratings.min;
	m->f.max = (float)ratings.max;
	o->lambda *= m->scale;
	o->stdev *= sqrt(m->scale);
	factors_start(&m->f.user, o, m->seed, "sgd.user_factors");
	factors_start(&m->f.item, o, m->seed, "sgd.item_factors");
	sgd_grid_init(&m->grid, by_user, o->factors, m->seed);
}

static void
release(struct sgd *m)
{
	factors_release(&m->f);
	sgd_grid_release(&m->grid);
	free(m->user);
	free(m->item);
}

static int
write_model(const struct sgd *m, const struct mf_task *task,
    const struct mf_result *result)
{
	struct st_writer *w = model_writer("sgd");
	int status;

	factors_put(w, &m->f, task, result);
	model_put_real(w, "lambda-bias", task->options->lambda_bias);
	model_put_real(w, "rate", task->options->rate);
	model_put_real(w, "scale", m->scale);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	return status;
}

int
sgd_train(const struct mf_task *task, struct mf_result *result)
{
	struct sgd m;
	struct factors_method method = { .epoch = epoch, .arg = &m,
		.advice = "give a smaller --rate", .predicts_ratings = 1 };
	int status = -1;

	init(&m, task);
	method.bytes = sgd_grid_bytes(&m.grid);
	if (warm_start(&m.f, task, "sgd", result) == 0 &&
	    factors_train(&m.f, task, &method, result) == 0)
		status = write_model(&m, task, result);
	release(&m);
	return status;
}

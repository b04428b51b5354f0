#include <assert.h>
#include <math.h>
#include <string.h>

#include "linalg/exp.h"
#include "linalg/vec.h"
#include "nn/contest.h"
#include "nn/kernel.h"
#include "nn/kernelrows.h"

enum { LANES = 16 };

static float
sum_lanes(const float sum[LANES])
{
	float all = 0;

	for (size_t j = 0; j < LANES; j++)
		all += sum[j];
	return all;
}

/* The block of s that begins at i; past the end nobody takes part. */
static const float *
block_at(const float *s, size_t i, size_t k, float rest[LANES])
{
	if (i + LANES <= k)
		return s + i;
	for (size_t j = 0; j < LANES; j++)
		rest[j] = i + j < k ? s[i + j] : -INFINITY;
	return rest;
}

/* exp x, and 0 where that is too small for a float. */
static inline float
exp_down(float x)
{
	return x < -87 ? 0 : exp_of(x);
}

/* --- softmax -------------------------------------------------------------- */

static float
softmax(float w, float *own, float *s, size_t k)
{
	const float o = *own, top = fmaxf(o, kernel_max(s, k));
	const float e = expf(o - top), sum = kernel_exp_sum(s, top, k) + e;

	(void)w;
	vec_scale(1 / sum, s, k);
	*own = e / sum - 1;
	return top - o + logf(sum);
}

/* --- bce ------------------------------------------------------------------ */

/* log(1 + exp x) */
static float
softplus(float x)
{
	return (x > 0 ? x : 0) + log1pf(expf(-fabsf(x)));
}

/*
 * The sum of log(1 + exp(s_j - shift)): of max(s_j - shift, 0), and of the log
 * of a product of factors from 1 to 2, LAPS of which a float has room for.
 */
enum { LAPS = 64 };

VEC_CLONES static float
softplus_sum(const float *s, float shift, size_t k)
{
	float above[LANES] = { 0 }, product[LANES], rest[LANES], logs = 0;

	for (size_t from = 0; from < k; from += LAPS * LANES) {
		for (size_t j = 0; j < LANES; j++)
			product[j] = 1;
		for (size_t i = from; i < k && i < from + LAPS * LANES;
		    i += LANES) {
			const float *x = block_at(s, i, k, rest);

			for (size_t j = 0; j < LANES; j++) {
				const float d = x[j] - shift;

				above[j] += d > 0 ? d : 0;
				product[j] *= 1 + exp_down(d > 0 ? -d : d);
			}
		}
		for (size_t j = 0; j < LANES; j++)
			logs += logf(product[j]);
	}
	return sum_lanes(above) + logs;
}

static float
bce(float w, float *own, float *s, size_t k)
{
	const float part = 1 / (float)(k + 1);
	const float loss = part * (w * softplus(-*own) +
	    softplus_sum(s, 0, k));

	kernel_sigmoid(s, s, k);
	vec_scale(part, s, k);
	*own = -part * w * sigmoid_of(-*own);
	return loss;
}

/* --- bpr ------------------------------------------------------------------ */

/* s <- a S(s - own); the sum of that. */
VEC_CLONES static float
bpr_row(float a, float own, float *s, size_t k)
{
	float sum[LANES] = { 0 }, all = 0;
	size_t i = 0;

	for (size_t j = 0; j < k; j++)
		s[j] = a * sigmoid_of(s[j] - own);
	for (; i + LANES <= k; i += LANES)
		for (size_t j = 0; j < LANES; j++)
			sum[j] += s[i + j];
	for (; i < k; i++)
		all += s[i];
	return all + sum_lanes(sum);
}

static float
bpr(float w, float *own, float *s, size_t k)
{
	const float part = 1 / (float)k;
	const float loss = part * softplus_sum(s, *own, k);

	(void)w;
	*own = -bpr_row(part, *own, s, k);
	return loss;
}

/* --- bpr-max -------------------------------------------------------------- */

/* Keeps the logarithm finite where the target is hopeless. */
static const float least = 1e-24f;

struct max_sums {
	float top;		/* of s */
	float all;		/* sum of e_j = exp(s_j - top) */
	float won;		/* sum of e_j S_j, S_j = S(own - s_j) */
	float bent;		/* sum of e_j S_j (1 - S_j) */
	float squares;		/* sum of e_j s_j^2 */
};

static inline float
score_of(float s)
{
	return s < -1e30f ? 0 : s;	/* its weight is 0 */
}

VEC_CLONES static void
max_row(struct max_sums *m, float own, const float *s, size_t k)
{
	float all[LANES] = { 0 }, won[LANES] = { 0 }, bent[LANES] = { 0 };
	float squares[LANES] = { 0 }, rest[LANES];

	for (size_t i = 0; i < k; i += LANES) {
		const float *x = block_at(s, i, k, rest);

		for (size_t j = 0; j < LANES; j++) {
			const float e = exp_down(x[j] - m->top);
			const float S = sigmoid_of(own - x[j]);
			const float score = score_of(x[j]);

			all[j] += e;
			won[j] += e * S;
			bent[j] += e * S * (1 - S);
			squares[j] += e * score * score;
		}
	}
	m->all = sum_lanes(all);
	m->won = sum_lanes(won);
	m->bent = sum_lanes(bent);
	m->squares = sum_lanes(squares);
}

/*
 * With P = sum p_j S_j and R = sum p_j s_j^2: the slope by s_j is
 *	-(p_j (S_j - P) - p_j S_j (1 - S_j)) / P + w p_j (s_j^2 - R + 2 s_j),
 * that by o -sum p_j S_j (1 - S_j) / P.
 */
VEC_CLONES static void
max_move(const struct max_sums *m, float w, float own, float *s, size_t k)
{
	const float P = m->won / m->all, R = m->squares / m->all;
	const float by = 1 / (P + least), part = 1 / m->all, top = m->top;

	for (size_t j = 0; j < k; j++) {
		const float p = part * exp_down(s[j] - top);
		const float score = score_of(s[j]), S = sigmoid_of(own - s[j]);

		s[j] = by * p * (S * (1 - S) - (S - P)) + w * p *
		    (score * score - R + 2 * score);
	}
}

static float
bpr_max(float w, float *own, float *s, size_t k)
{
	struct max_sums m = { .top = kernel_max(s, k) };
	const float o = *own;

	*own = 0;
	if (!(m.top > -INFINITY)) {	/* nobody takes part */
		memset(s, 0, k * sizeof *s);
		return 0;
	}
	max_row(&m, o, s, k);
	max_move(&m, w, o, s, k);
	*own = -m.bent / (m.won + least * m.all);
	return -logf(m.won / m.all + least) + w * m.squares / m.all;
}

/* -------------------------------------------------------------------------- */

float
contest_slopes(enum contest rule, double w, float *own, float *s, size_t k)
{
	static float (*const rules[])(float w, float *own, float *s,
	    size_t k) = {
		[CONTEST_SOFTMAX] = softmax, [CONTEST_BCE] = bce,
		[CONTEST_BPR] = bpr, [CONTEST_BPR_MAX] = bpr_max,
	};

	assert(k > 0);
	return rules[rule]((float)w, own, s, k);
}

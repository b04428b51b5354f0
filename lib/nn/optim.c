#include <assert.h>
#include <math.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/optim.h"

static const double beta1 = 0.9, beta2 = 0.999;
static const double follow_least = 0.01;	/* of statistics */
static const float epsilon = 1e-8f;
static const float beta = 1;		/* of ftrl */

static const struct choice rules[] = {
	{ "sgd", "stochastic gradient descent", NULL },
	{ "adagrad", "steps that shrink with the squares of past gradients",
	    NULL },
	{ "adam", "steps scaled by moments of the gradient, decay in the "
	    "gradient", NULL },
	{ "adamw", "Adam with the decay apart from the gradient", NULL },
	{ "ftrl", "follow the regularized leader: --l1 makes weights 0",
	    NULL },
};

const struct choice *
optim_choice(size_t i)
{
	return i < sizeof rules / sizeof *rules ? &rules[i] : NULL;
}

enum optim_rule
optim_rule(const struct choice *choice)
{
	assert(choice >= rules && choice <= &rules[OPTIM_FTRL]);
	return (enum optim_rule)(choice - rules);
}

static const struct choice schedules[] = {
	{ "constant", "the same all the time", NULL },
	{ "linear", "down to zero in a straight line", NULL },
	{ "cosine", "down to zero in half a cosine wave", NULL },
	{ "step", "down by --fall-by after each --fall-every", NULL },
};

const struct choice *
optim_schedule_choice(size_t i)
{
	return i < sizeof schedules / sizeof *schedules ? &schedules[i] :
	    NULL;
}

enum optim_schedule
optim_schedule(const struct choice *choice)
{
	assert(choice >= schedules && choice <= &schedules[OPTIM_STEP]);
	return (enum optim_schedule)(choice - schedules);
}

double
optim_part(const struct optim *o, uint64_t t, uint64_t steps)
{
	static const double pi = 3.141592653589793;
	const double rest = (double)(steps - o->warmup);
	double x;

	assert(t >= 1 && t <= steps && o->warmup < steps);
	if (t <= o->warmup)
		return (double)t / (double)o->warmup;
	x = (double)(t - o->warmup - 1) / rest;
	switch (o->schedule) {
	case OPTIM_CONSTANT: break;
	case OPTIM_LINEAR: return 1 - x;
	case OPTIM_COSINE: return (1 + cos(pi * x)) / 2;
	case OPTIM_STEP: return pow(o->fall_by, (double)((t - 1) /
	    o->fall_every));
	}
	return 1;
}

int
optim_needs_m(enum optim_rule rule)
{
	return rule == OPTIM_ADAM || rule == OPTIM_ADAMW ||
	    rule == OPTIM_FTRL;
}

int
optim_needs_v(enum optim_rule rule)
{
	return rule != OPTIM_SGD;
}

struct optim_step
optim_step(const struct optim *o, uint64_t t, uint64_t steps)
{
	const double rate = o->rate * optim_part(o, t, steps);
	struct optim_step step = { .rule = o->rule, .rate = (float)rate,
		.root_scale = 1, .follow = (float)fmax(1 / (double)t,
		follow_least), .l1 = (float)o->l1, .l2 = (float)o->l2,
		.gain = 1 };

	if (o->rule == OPTIM_FTRL)
		step.rate = (float)(1 / rate);
	if (o->rule == OPTIM_ADAM || o->rule == OPTIM_ADAMW) {
		const double n = (double)t;

		step.rate = (float)(rate / (1 - pow(beta1, n)));
		step.root_scale = (float)(1 / sqrt(1 - pow(beta2, n)));
	}
	if (o->rule == OPTIM_ADAMW) {
		step.shrink = (float)(rate * o->decay);
		step.row_shrink = (float)(rate * o->row_decay);
	} else {
		step.decay = (float)o->decay;
		step.row_decay = (float)o->row_decay;
	}
	return step;
}

struct optim_step
optim_row_step(const struct optim_step *s)
{
	struct optim_step step = *s;

	if (s->rule == OPTIM_FTRL)
		return step;
	step.shrink = s->row_shrink;
	step.decay = s->row_decay;
	return step;
}

/*
 * sqrt x to 2^-22, x >= 0; 0 for 0.  sqrtf() sets errno, so compilers call it
 * for one number at a time.  The first guess is from the bits (Lomont 2003);
 * each of Newton's steps doubles the digits.
 */
static inline float
root(float x)
{
	const float half = 0.5f * x;
	uint32_t bits;
	float r;

	memcpy(&bits, &x, sizeof bits);
	bits = 0x5f375a86 - (bits >> 1);
	memcpy(&r, &bits, sizeof r);
	r *= 1.5f - half * r * r;
	r *= 1.5f - half * r * r;
	r *= 1.5f - half * r * r;
	return x * r;
}

VEC_CLONES static void
move_sgd(const struct optim_step *s, float decay, float *restrict w,
    const float *restrict g, size_t n)
{
	const float rate = s->rate;

	for (size_t i = 0; i < n; i++)
		w[i] -= rate * (g[i] + decay * w[i]);
}

VEC_CLONES static void
move_adagrad(const struct optim_step *s, float decay, float *restrict w,
    const float *restrict g, float *restrict v, size_t n)
{
	const float rate = s->rate;

	for (size_t i = 0; i < n; i++) {
		const float gi = g[i] + decay * w[i];

		v[i] += gi * gi;
		w[i] -= rate * gi / (root(v[i]) + epsilon);
	}
}

VEC_CLONES static void
move_adam(const struct optim_step *s, float decay, float shrink,
    float *restrict w, const float *restrict g, float *restrict m,
    float *restrict v, size_t n)
{
	const float b1 = (float)(1 - beta1), b2 = (float)(1 - beta2);
	const float rate = s->rate, scale = s->root_scale;

	for (size_t i = 0; i < n; i++) {
		const float gi = g[i] + decay * w[i];

		m[i] += b1 * (gi - m[i]);
		v[i] += b2 * (gi * gi - v[i]);
		w[i] -= shrink * w[i] +
		    rate * m[i] / (root(v[i]) * scale + epsilon);
	}
}

/* z = -w (b / a + l) - sign(w) l1 */
void
optim_begin(const struct optim *o, int no_decay, const float *w, float *m,
    size_t n)
{
	const double decay = no_decay ? 0 : o->decay;
	const float l1 = no_decay ? 0 : (float)o->l1;
	const float scale = (float)((double)beta / o->rate + decay);

	if (o->rule != OPTIM_FTRL)
		return;
	for (size_t i = 0; i < n; i++)
		m[i] = -w[i] * scale - (w[i] > 0 ? l1 : w[i] < 0 ? -l1 : 0);
}

VEC_CLONES static void
move_ftrl(const struct optim_step *s, float decay, float l1,
    float *restrict w, const float *restrict g, float *restrict z,
    float *restrict v, size_t n)
{
	const float rate = s->rate, gain = s->gain;

	for (size_t i = 0; i < n; i++) {
		const float gi = gain * g[i], more = v[i] + gi * gi;
		const float new = root(more);
		const float zi = z[i] + gi - (new - root(v[i])) * rate * w[i];
		const float size = zi < 0 ? -zi : zi;
		const float over = zi < 0 ? zi + l1 : zi - l1;

		z[i] = zi;
		v[i] = more;
		w[i] = size > l1 ? -over / ((beta + new) * rate + decay) : 0;
	}
}

void
optim_move(const struct optim_step *s, int no_decay, float *w, const float *g,
    float *m, float *v, size_t n)
{
	const float decay = no_decay ? 0 : s->decay;
	const float shrink = no_decay ? 0 : s->shrink;

	switch (s->rule) {
	case OPTIM_SGD:
		move_sgd(s, decay, w, g, n);
		break;
	case OPTIM_ADAGRAD:
		move_adagrad(s, decay, w, g, v, n);
		break;
	case OPTIM_ADAM:
	case OPTIM_ADAMW:
		move_adam(s, decay, shrink, w, g, m, v, n);
		break;
	case OPTIM_FTRL:
		move_ftrl(s, decay, no_decay ? 0 : s->l1, w, g, m, v, n);
		break;
	}
}

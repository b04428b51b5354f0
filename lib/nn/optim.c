#include <assert.h>
#include <math.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/optim.h"

static const double beta1 = 0.9, beta2 = 0.999;
static const float epsilon = 1e-8f;

static const struct choice rules[] = {
	{ "sgd", "stochastic gradient descent", NULL },
	{ "adagrad", "steps that shrink with the squares of past gradients",
	    NULL },
	{ "adam", "steps scaled by moments of the gradient, decay in the "
	    "gradient", NULL },
	{ "adamw", "Adam with the decay apart from the gradient", NULL },
};

const struct choice *
optim_choice(size_t i)
{
	return i < sizeof rules / sizeof *rules ? &rules[i] : NULL;
}

enum optim_rule
optim_rule(const struct choice *choice)
{
	assert(choice >= rules && choice <= &rules[OPTIM_ADAMW]);
	return (enum optim_rule)(choice - rules);
}

static const struct choice schedules[] = {
	{ "constant", "the same all the time", NULL },
	{ "linear", "down to zero in a straight line", NULL },
	{ "cosine", "down to zero in half a cosine wave", NULL },
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
	assert(choice >= schedules && choice <= &schedules[OPTIM_COSINE]);
	return (enum optim_schedule)(choice - schedules);
}

double
optim_part(enum optim_schedule schedule, uint64_t t, uint64_t steps)
{
	static const double pi = 3.141592653589793;
	const double done = (double)(t - 1) / (double)steps;

	assert(t >= 1 && t <= steps);
	switch (schedule) {
	case OPTIM_CONSTANT: break;
	case OPTIM_LINEAR: return 1 - done;
	case OPTIM_COSINE: return (1 + cos(pi * done)) / 2;
	}
	return 1;
}

int
optim_needs_m(enum optim_rule rule)
{
	return rule == OPTIM_ADAM || rule == OPTIM_ADAMW;
}

int
optim_needs_v(enum optim_rule rule)
{
	return rule != OPTIM_SGD;
}

struct optim_step
optim_step(const struct optim *o, uint64_t t, uint64_t steps)
{
	const double rate = o->rate * optim_part(o->schedule, t, steps);
	struct optim_step step = { .rule = o->rule, .rate = (float)rate,
		.root_scale = 1 };

	if (optim_needs_m(o->rule)) {
		const double n = (double)t;

		step.rate = (float)(rate / (1 - pow(beta1, n)));
		step.root_scale = (float)(1 / sqrt(1 - pow(beta2, n)));
	}
	if (o->rule == OPTIM_ADAMW)
		step.shrink = (float)(rate * o->decay);
	else
		step.decay = (float)o->decay;
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
	}
}

#ifndef SRS_OPTIM_H
#define SRS_OPTIM_H

/*
 * optim.h -- how parameters follow their gradient.
 *
 * With gradient g, learning rate a, weight decay l (t counts the steps):
 *
 *	sgd	g += l w;  w -= a g
 *	adagrad	g += l w;  v += g^2;  w -= a g / (sqrt v + e)
 *		(Duchi, Hazan & Singer 2011)
 *	adam	g += l w;  m += (1 - b1) (g - m);  v += (1 - b2) (g^2 - v);
 *		w -= a / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + e)
 *		(Kingma & Ba 2015, algorithm 1)
 *	adamw	the same, with w -= a l w in place of g += l w
 *		(Loshchilov & Hutter 2019, algorithm 2)
 *
 * b1 = 0.9, b2 = 0.999, e = 1e-8.
 *
 * Rows of sparse parameters take a step only in batches that touched them
 * (lazy): their moments stand still in between, and so does the decay.  A row
 * that every batch touches learns exactly as if it were dense.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"

enum optim_rule { OPTIM_SGD, OPTIM_ADAGRAD, OPTIM_ADAM, OPTIM_ADAMW };

/* Their names, in the order of enum optim_rule. */
const struct choice *optim_choice(size_t i);
enum optim_rule optim_rule(const struct choice *);

/* How the learning rate goes from its full size down to zero, or not. */
enum optim_schedule { OPTIM_CONSTANT, OPTIM_LINEAR, OPTIM_COSINE };

const struct choice *optim_schedule_choice(size_t i);
enum optim_schedule optim_schedule(const struct choice *);

struct optim {
	enum optim_rule rule;
	enum optim_schedule schedule;
	double rate, decay;
};

/* The part of the rate that step t of `steps` takes (0 < part <= 1). */
double optim_part(enum optim_schedule, uint64_t t, uint64_t steps);

/* The numbers of one step, for optim_move(). */
struct optim_step {
	enum optim_rule rule;
	float rate;		/* a; for Adam a / (1 - b1^t) */
	float root_scale;	/* 1 / sqrt(1 - b2^t) */
	float shrink;		/* a l, for adamw */
	float decay;		/* l, for the others */
};

/* Step t = 1, 2, ... of all the `steps` that there will be. */
struct optim_step optim_step(const struct optim *, uint64_t t,
    uint64_t steps);

/*
 * Moves w (n) against g (n); m (n) and v (n) are the moments that the rule
 * needs, zero at first.  no_decay: l is 0 (biases).
 */
void optim_move(const struct optim_step *, int no_decay, float *w,
    const float *g, float *m, float *v, size_t n);

/* Which moments a rule needs. */
int optim_needs_m(enum optim_rule);
int optim_needs_v(enum optim_rule);

#endif

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
 *	ftrl	g is the sum over the batch's examples, not their mean;
 *		z += g - (sqrt(v + g^2) - sqrt v) / a w;  v += g^2;
 *		w = 0 if |z| <= l1, else
 *		    -(z - sign(z) l1) / ((b + sqrt v) / a + l)
 *		(McMahan et al. 2013, "Ad click prediction: a view from the
 *		trenches", algorithm 1, with l1, l against the sum of all
 *		losses; z is where m stands, and begins so that w is the
 *		first w)
 *
 * b1 = 0.9, b2 = 0.999, e = 1e-8, b = 1.
 *
 * Rows of sparse parameters take a step only in batches that touched them
 * (lazy): their moments stand still in between, and so does the decay.  A row
 * that every batch touches learns exactly as if it were dense.
 *
 * Decay is the same for a row that a batch looked up once and for one that it
 * looked up often.  l2 is not: of n examples, each look-up of a row adds
 * l2 / n w to its g, which is the penalty l2 / 2 |w|^2 in the loss of each
 * example that looked it up (Rendle et al. 2009, Koren 2009).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"

enum optim_rule {
	OPTIM_SGD, OPTIM_ADAGRAD, OPTIM_ADAM, OPTIM_ADAMW, OPTIM_FTRL
};

/* Their names, in the order of enum optim_rule. */
const struct choice *optim_choice(size_t i);
enum optim_rule optim_rule(const struct choice *);

/* How the learning rate goes down from its full size, or not. */
enum optim_schedule { OPTIM_CONSTANT, OPTIM_LINEAR, OPTIM_COSINE, OPTIM_STEP };

const struct choice *optim_schedule_choice(size_t i);
enum optim_schedule optim_schedule(const struct choice *);

struct optim {
	enum optim_rule rule;
	enum optim_schedule schedule;
	double rate, decay;
	double row_decay;	/* of embeddings: sparse rows of several
				 * columns; not of ftrl */
	double l1;		/* of ftrl */
	double l2;		/* of rows of more than one column */
	uint64_t warmup;	/* steps in which the rate rises */
	uint64_t fall_every;	/* steps, >= 1, of OPTIM_STEP */
	double fall_by;
};

/*
 * The part of the rate that step t = 1 .. steps takes, 0 <= part <= 1.  Of
 * w < steps steps of warm-up, step t takes t / w; then, with x =
 * (t - w - 1) / (steps - w), it is
 *
 *	constant	1
 *	linear		1 - x
 *	cosine		(1 + cos(pi x)) / 2  (Loshchilov & Hutter 2017, eq. 5)
 *	step		fall_by^k after k times fall_every steps, warm-up
 *			and all
 */
double optim_part(const struct optim *, uint64_t t, uint64_t steps);

/* The numbers of one step, for optim_move(). */
struct optim_step {
	enum optim_rule rule;
	float rate;		/* a; for Adam a / (1 - b1^t); ftrl: 1 / a */
	float root_scale;	/* 1 / sqrt(1 - b2^t) */
	float shrink;		/* a l, for adamw */
	float decay;		/* l, for the others */
	float row_shrink, row_decay;	/* the same of embeddings */
	float l1, l2;
	float follow;		/* how far statistics go to those of a batch:
				 * 1 / t, later 0.01 */
	float gain;		/* the examples that gradients are the mean
				 * of; 1, until it is set */
};

/* Step t = 1, 2, ... of all the `steps` that there will be. */
struct optim_step optim_step(const struct optim *, uint64_t t,
    uint64_t steps);

/* The same step for embeddings. */
struct optim_step optim_row_step(const struct optim_step *);

/* m (n), which is zero, made what it is before the first step for first
 * weights w (n). */
void optim_begin(const struct optim *, int no_decay, const float *w, float *m,
    size_t n);

/*
 * Moves w (n) against g (n); m (n) and v (n) are the moments that the rule
 * needs, zero at first (m: but for optim_begin()).  no_decay: l and l1 are 0
 * (biases).
 */
void optim_move(const struct optim_step *, int no_decay, float *w,
    const float *g, float *m, float *v, size_t n);

/* Which moments a rule needs. */
int optim_needs_m(enum optim_rule);
int optim_needs_v(enum optim_rule);

#endif

#ifndef SRS_GRADCHECK_H
#define SRS_GRADCHECK_H

/*
 * gradcheck.h -- is the gradient of a network what its losses say?
 *
 * Every element of every parameter that learns is moved a little and the loss
 * computed again: with four points the difference quotient
 *
 *	(8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12 h
 *
 * is the derivative up to h^4.  Where f has a kink nearby (relu), it shows in
 * what becomes of the quotients for h / 2: such elements are counted and left
 * out.
 */

#include <stddef.h>

#include "nn/work.h"

struct gradcheck {
	const struct plan *plan;		/* for training */
	size_t examples;			/* rows of axis 0 */
	void (*fill)(void *arg, struct work *);	/* the inputs */
	void *arg;
	/* results */
	size_t checked, kinks;
	double worst;	/* |quotient - gradient| / (1 + |quotient|) */
	char where[160];
};

void gradcheck(struct gradcheck *);

/* Values of all parameters but statistics that are neither small nor random: a
 * wave. */
void gradcheck_params(struct params *);

#endif

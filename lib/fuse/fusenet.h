#ifndef SRS_FUSENET_H
#define SRS_FUSENET_H

/*
 * fusenet.h -- a small network beside a sum of the systems' x, learned from
 * lists with the loss of fuselistwise.h.
 *
 *	h = tanh(W (z, 1))
 *	s = sum_s a_s x_s + v' h			one output: it is added
 *	s = sum_s (a_s + (V h)_s) x_s		an output for each system
 *
 * With V = 0, where it starts, it is the sum.  As some hundred numbers are
 * learned it needs no graph: lib/nn is for networks of millions.
 */

#include <stddef.h>
#include <stdint.h>

#include "fuse/fuselearn.h"

struct fusenet {
	size_t S, D, H;		/* systems, inputs z, hidden */
	int gates;		/* an output for each system, */
	size_t O;		/* outputs: S then, else 1 */
	size_t n;		/* parameters in all */
	double *p;		/* (n) a (S), W (H, D + 1), V (O, H); owned */
};

/* All zero. */
void fusenet_init(struct fusenet *, size_t S, size_t D, size_t H, int gates);
void fusenet_release(struct fusenet *);

/* W (H, D + 1) and V (O, H), within p. */
double *fusenet_in(const struct fusenet *);
double *fusenet_out(const struct fusenet *);

/* h (H) <- the hidden layer; w (S) <- what each x is multiplied by.  Returns
 * what is added. */
double fusenet_weights(const struct fusenet *, const float *z, double *h,
    double *w);

/*
 * The mean loss of users query (n) of rows, whose columns are x (S) and z (D);
 * g (n parameters) <- its slope, NULL: not asked for.
 */
double fusenet_loss(const struct fusenet *, const struct fuserowset *rows,
    const uint32_t *query, size_t n, double *g);

struct fusenet_fit {
	size_t epochs, patience;	/* epochs without a better loss */
	size_t batch;			/* users */
	double rate, decay;		/* Adam's; of W and V */
	uint64_t seed;
};

/*
 * Trains with users train (n_train), in an order drawn for each epoch, by Adam
 * (Kingma & Ba 2015), and keeps the parameters, those it starts with included,
 * that have the least loss of users held (n_held).  Returns that loss.
 */
double fusenet_train(struct fusenet *, const struct fuserowset *rows,
    uint32_t *train, size_t n_train, const uint32_t *held, size_t n_held,
    const struct fusenet_fit *);

#endif

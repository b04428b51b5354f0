#ifndef SRS_MULTVAE_H
#define SRS_MULTVAE_H

/*
 * multvae.h -- Liang et al. 2018, "Variational autoencoders for collaborative
 * filtering": what a user had, x, is made of a normally distributed z of few
 * numbers, which is made of x.
 *
 *	h = tanh(x / |x| W + b), then more such layers
 *	z ~ N(mean(h), exp(log_var(h)))
 *	scores = dense layers, tanh between them, of z
 *	loss = -sum over what was had of log softmax(scores)
 *	    + beta KL(z || N(0, 1))
 *
 * In training some of x is left out, and beta rises from 0 to `anneal` in the
 * first half of the epochs.  z is its mean in use.  The layers after z are
 * those before it, the other way round.  Users are no parameters: any history
 * can be served.
 */

#include <stddef.h>

#include "nn/nn.h"
#include "nn/params.h"
#include "nn/tower.h"

struct multvae_layer {
	struct param *W, *b;
};

struct multvae {
	struct params *params;
	size_t n_items, factors;	/* width of z */
	struct tower shape;		/* only its widths */
	struct param *first, *first_b;	/* (items, width) */
	struct multvae_layer down[TOWER_MOST], up[TOWER_MOST];
	struct multvae_layer mean, log_var;
	struct param *last, *last_b;	/* (items, width) */
};

/* Entries (m, 1) are what users had, a row of them the user's number in the
 * batch. */
struct multvae_net {
	struct graph *graph;
	struct node *item, *value;	/* (m, 1) that are read */
	struct node *row;
	struct node *target, *target_row;	/* (k, 1) that are wanted */
	struct node *beta;		/* (n, 1) */
	struct node *top;		/* (n, width) the last hidden layer */
	struct node *loss;
};

/* 0, or -1 after a message (of layers). */
int multvae_init(struct multvae *, size_t n_items, size_t factors,
    const char *layers) SRS_MUST_CHECK;
void multvae_release(struct multvae *);

/* For at most so many users that have at most so many entries together. */
void multvae_build(const struct multvae *, size_t most_users,
    size_t most_entries, struct multvae_net *);

int multvae_train(struct nn_job *);
int multvae_load(struct scorer *);

/* Makes *s a scorer of the network, which must stay.  Users are served from
 * s->history; its prepare() reads that with the parameters as they are. */
void multvae_serve(const struct multvae *, struct scorer *s);

/* The items of a user that the network knows, each once, into out (items) with
 * their values, which make a vector of length 1.  Their number. */
size_t multvae_items(const struct multvae *, const struct inter *,
    size_t user, uint32_t *out);

#endif

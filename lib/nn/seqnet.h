#ifndef SRS_SEQNET_H
#define SRS_SEQNET_H

/*
 * seqnet.h -- networks that read what a user had, in order, and say what is
 * next: what all of them share.
 *
 *	score(i) = h . q_i
 *
 * with h what the network makes of the user's last items, and q_i the item's
 * embedding, which is also what the network reads.  Users are no parameters:
 * any history can be served.  Each step learns to tell the next item from
 * others (seqloss.h).
 *
 * A network of this kind is a file with the two functions of struct
 * seqnet_kind, a line in the table of nn.c and one in the gradient test.
 */

#include <stddef.h>

#include "nn/nn.h"
#include "nn/params.h"
#include "nn/seqloss.h"
#include "nn/windows.h"
#include "nn/work.h"

enum { SEQNET_BLOCKS = 16 };

/* A dense layer's parameters, or a normalisation's gain and bias. */
struct seqnet_layer {
	struct param *W, *b;
};

/* What a kind does not have is NULL. */
struct seqnet_block {
	struct seqnet_layer norm_look, query, key, value, out;
	struct seqnet_layer norm_think, wide, narrow;
	struct seqnet_layer enter;	/* of recurrent layers */
	struct param *state;
};

struct seqnet {
	const struct seqnet_kind *kind;
	struct params *params;
	size_t n_items, factors, length, heads, n_blocks, units, recent;
	struct windows windows;
	struct param *items;		/* (items, factors) */
	struct param *places;		/* (length, factors), the last one that
					 * of the last item; or NULL */
	struct seqnet_block block[SEQNET_BLOCKS];
	struct seqnet_layer norm, join, out;
	struct seqnet_layer filter[WINDOWS_MOST];	/* of the windows */
	struct param *mix;
};

/* Steps of sequences, which stand one after the other. */
struct seqnet_net {
	struct graph *graph;
	struct node *item, *seq;		/* (m, 1) */
	struct node *place;			/* (m, 1), or NULL */
	struct node *steps;			/* (m, factors) */
	/* in training */
	struct node *target;			/* (m, 1) */
	struct node *candidate, *level;		/* (k, 1) */
	struct node *loss;			/* (m, 1) */
	double dropout;
};

struct seqnet_kind {
	const char *name;
	int has_places, has_heads, has_blocks, has_windows;
	double first_weight;		/* standard deviation of dense layers'
					 * first weights; 0: by their size
					 * (Glorot & Bengio 2010, eq. 16) */
	/* Declares the kind's parameters. */
	void (*declare)(struct seqnet *);
	/* h of each step (m, factors). */
	struct node *(*steps)(const struct seqnet *,
	    const struct seqnet_net *);
};

/* For kinds: a layer NAME.weight (in, out), NAME.bias; a gain and a bias
 * NAME.gain, NAME.bias (1, cols); both as nodes. */
struct seqnet_layer seqnet_layer(struct seqnet *, const char *name,
    size_t block, size_t in, size_t out);
struct seqnet_layer seqnet_norm(struct seqnet *, const char *name,
    size_t block);
struct node *seqnet_dense(const struct seqnet_net *, struct node *x,
    struct seqnet_layer);
/* What was had (m, factors): embeddings times sqrt(factors), or what they bring
 * would be small beside what layers make of it (Vaswani et al. 2017, section
 * 3.4). */
struct node *seqnet_had(const struct seqnet *, const struct seqnet_net *);
struct node *seqnet_dropout(const struct seqnet_net *, struct node *x);

/* Declares the parameters.  0, or -1 after a message (of options that do not
 * go together). */
int seqnet_init(struct seqnet *, const struct seqnet_kind *, size_t n_items,
    const struct nn_options *) SRS_MUST_CHECK;
void seqnet_release(struct seqnet *);

/* For at most so many sequences, of `length` steps at most; without a loss for
 * serving. */
void seqnet_build(const struct seqnet *, size_t most, const struct seqloss *,
    double dropout, struct seqnet_net *);

/* The inputs of a sequence of n items, number `seq`, in rows m .. m + n - 1 of
 * a worker. */
void seqnet_put(const struct seqnet *, const struct seqnet_net *,
    struct work *, const uint32_t *items, size_t n, uint32_t seq, size_t m);

/* The items of a user that the network knows, at most the last `most`, oldest
 * first: out (most); their number. */
size_t seqnet_items(const struct seqnet *, const struct inter *, size_t user,
    size_t most, uint32_t *out);

int seqnet_train(struct nn_job *);
int seqnet_load(struct scorer *, const struct seqnet_kind *);

/* Makes *s a scorer of the network, which must stay.  Users are served from
 * s->history; its prepare() reads that with the parameters as they are. */
void seqnet_serve(const struct seqnet *, struct scorer *s);

/* sasrec.c, gru4rec.c, caser.c */
extern const struct seqnet_kind sasrec_kind, gru4rec_kind, caser_kind;

#endif

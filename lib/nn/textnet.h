#ifndef SRS_TEXTNET_H
#define SRS_TEXTNET_H

/*
 * textnet.h -- classifiers of texts: what all of them share.
 *
 *	P(class | text) = softmax(W sum(text) + b)
 *
 * with what the network makes of the embeddings of the text's first `length`
 * words, which may begin as vectors that were learned elsewhere.  A text
 * without a known word gets what b says.
 *
 * A network of this kind is a file with the two functions of struct
 * textnet_kind, a line in the table of nn.c and one in the gradient test.
 */

#include <stddef.h>

#include "data/examples.h"
#include "nn/nn.h"
#include "nn/params.h"
#include "nn/windows.h"
#include "nn/work.h"

struct textnet_layer {
	struct param *W, *b;
};

struct textnet {
	const struct textnet_kind *kind;
	struct params *params;
	size_t n_words, n_classes, factors, units, length;
	struct windows windows;		/* words each */
	struct param *words;		/* (words, factors) */
	/* the kind's own; NULL where it has none */
	struct textnet_layer filter[WINDOWS_MOST];	/* (window factors,
					 * units) */
	struct textnet_layer enter;	/* (factors, 4 units) */
	struct param *state;		/* (units, 4 units) */
	size_t width;			/* of sum(text): set by declare() */
	struct textnet_layer out;	/* (width, classes) */
};

/* Words of texts, which stand one after the other. */
struct textnet_net {
	struct graph *graph;
	struct node *word, *text;	/* (m, 1) */
	struct node *shares;		/* (n, classes) */
	struct node *class, *loss;	/* (n, 1) of training */
	double dropout;
};

struct textnet_kind {
	const char *name;
	int has_units, has_windows;
	void (*declare)(struct textnet *);
	/* (n, width) <- rows x (m, factors) of the words */
	struct node *(*sum)(const struct textnet *,
	    const struct textnet_net *, struct node *x);
};

/* For kinds: a layer NAME.weight (in, out), NAME.bias. */
struct textnet_layer textnet_layer(struct textnet *, const char *name,
    size_t in, size_t out);

/* Declares the parameters.  0, or -1 after a message (of windows). */
int textnet_init(struct textnet *, const struct textnet_kind *,
    const struct vocabulary *, size_t n_classes, const struct nn_options *)
    SRS_MUST_CHECK;
void textnet_release(struct textnet *);

/* For at most so many texts and words. */
void textnet_build(const struct textnet *, size_t most_texts,
    size_t most_words, double dropout, struct textnet_net *);

/* The words of texts example[0 .. n - 1] (NULL: first ..) become the inputs of
 * a worker, whose axis 0 has its rows. */
void textnet_feed(const struct textnet *, const struct textnet_net *,
    struct work *, const struct examples *, const uint32_t *example,
    size_t first, size_t n);

/* The usual width of embeddings, if nobody says. */
void textnet_settle(struct nn_options *, const struct nn_job *data);

int textnet_train(struct nn_job *);
int textnet_load(struct scorer *, const struct textnet_kind *);

/* Makes *s a scorer of the network, which must stay. */
void textnet_serve(const struct textnet *, struct scorer *s);

/* bow.c, textcnn.c, lstm.c */
extern const struct textnet_kind bow_kind, textcnn_kind, lstm_kind;

#endif

#ifndef SRS_TEXTNET_H
#define SRS_TEXTNET_H

/*
 * textnet.h -- classifiers of texts: what all of them share.
 *
 *	P(class | text) = softmax(W sum(text) + b)
 *
 * with what the network makes of the embeddings of the text's first `length`
 * words, which may begin as vectors that were learned elsewhere; and, if that
 * is wanted, with the mean of embeddings of its runs of two and more words
 * (Joulin et al. 2017, "Bag of tricks for efficient text classification",
 * section 2.2), which begin as 0.  A text without a known word gets what b
 * says.
 *
 * A network of this kind is a file with the two functions of struct
 * textnet_kind, a line in the table of nn.c and one in the gradient test.
 */

#include <stddef.h>

#include "data/examples.h"
#include "nn/classes.h"
#include "nn/grams.h"
#include "nn/nn.h"
#include "nn/params.h"
#include "nn/windows.h"
#include "nn/work.h"

struct textnet_layer {
	struct param *W, *b;
};

/* What of each filter's values in a text counts, or of each unit's states. */
enum textnet_pool { TEXTNET_MAX, TEXTNET_MEAN, TEXTNET_BOTH };

/* Their names, in the order of enum textnet_pool. */
const struct choice *textnet_pool_choice(size_t i);

struct textnet {
	const struct textnet_kind *kind;
	struct params *params;
	size_t n_words, n_classes, units, length;
	size_t factors;			/* of words and own */
	struct windows windows;		/* words each */
	enum textnet_pool pool;
	struct param *words;		/* (words, any) */
	struct param *own;		/* (words, any) beside them; or NULL */
	const struct grams *runs;	/* or NULL */
	struct param *grams;		/* (runs, factors), or NULL */
	/* the kind's own; NULL where it has none */
	struct textnet_layer filter[WINDOWS_MOST];	/* (window factors,
					 * units) */
	struct textnet_layer enter;	/* (factors, 4 units) */
	struct param *state;		/* (units, 4 units) */
	size_t width;			/* of sum(text): set by declare() */
	struct textnet_layer out;	/* (width and factors of grams,
					 * classes) */
};

/* Words of texts, which stand one after the other. */
struct textnet_net {
	struct graph *graph;
	struct node *word, *text;	/* (m, 1) */
	struct node *gram, *gram_text;	/* (k, 1), or NULL */
	struct node *shares;		/* (n, classes) */
	struct node *loss;		/* (n, 1) of training */
	struct classes classes;
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

/* For kinds with units: (n, textnet_pooled(units)) <- of the rows x (m, units)
 * of the words what counts. */
size_t textnet_pooled(const struct textnet *, size_t units);
struct node *textnet_over(const struct textnet *, const struct textnet_net *,
    struct node *x);

/* Declares the parameters.  Runs of words, or NULL, must stay.  0, or -1 after
 * a message (of windows). */
int textnet_init(struct textnet *, const struct textnet_kind *,
    const struct vocabulary *, const struct grams *runs, size_t n_classes,
    const struct nn_options *) SRS_MUST_CHECK;
void textnet_release(struct textnet *);

/* For at most so many texts and words; `learnt` has what is learnt, NULL: for
 * serving. */
void textnet_build(const struct textnet *, size_t most_texts,
    size_t most_words, double dropout, const struct classes *learnt,
    struct textnet_net *);

/* Some of the texts. */
struct textnet_texts {
	const struct examples *x;
	const uint32_t *example;	/* (n), or NULL: first .. */
	size_t first, n;
	double drop;			/* part of their words, and of runs,
					 * that is left out: a function of */
	uint64_t seed, epoch;		/* and the text's number */
};

/* Their words become the inputs of a worker, whose axis 0 has n rows. */
void textnet_feed(const struct textnet *, const struct textnet_net *,
    struct work *, const struct textnet_texts *);

/* The usual width of embeddings, if nobody says. */
void textnet_settle(struct nn_options *, const struct nn_job *data);

int textnet_train(struct nn_job *);
int textnet_load(struct scorer *, const struct textnet_kind *);

/* Makes *s a scorer of the network, which must stay. */
void textnet_serve(const struct textnet *, struct scorer *s);

/* bow.c, textcnn.c, lstm.c */
extern const struct textnet_kind bow_kind, textcnn_kind, lstm_kind;

#endif

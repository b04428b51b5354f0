#ifndef SRS_SPARSENET_H
#define SRS_SPARSENET_H

/*
 * sparsenet.h -- binary classifiers of examples with few features out of many
 * (click-through and conversion rates): what all of them share.
 *
 *	p(x) = 1 / (1 + exp(-score(x)))
 *
 * A network of this kind is a file with the two functions of struct
 * sparsenet_kind, a line in the table of nn.c and one in the gradient test.
 */

#include <stddef.h>

#include "data/examples.h"
#include "nn/nn.h"
#include "nn/params.h"
#include "nn/tower.h"
#include "nn/work.h"

enum { CROSS_MOST = 16, SPARSENET_BLOCKS = 16, SPARSENET_LOOKS = 4 };

/* A network; the kind's own parameters are NULL where it has none. */
struct sparsenet {
	const struct sparsenet_kind *kind;
	struct params *params;
	size_t n_features, n_fields, factors;
	struct param *offset;			/* (1, 1) */
	struct param *linear;			/* (features, 1) */
	struct param *table;			/* (features, any) */
	struct tower tower;
	/* of kinds that look at what was had: fields, and the feature whose
	 * embedding each has there (features) */
	size_t past_field, shown_field;
	uint32_t *like;				/* owned; or NULL */
	struct tower attention;
	size_t n_cross;
	struct param *cross_W[CROSS_MOST], *cross_b[CROSS_MOST];
	struct param *cross_out, *cross_out_b;
	/* of kinds that attend to fields: queries, keys, values, the rest */
	size_t n_blocks, heads;
	struct param *look[SPARSENET_BLOCKS][SPARSENET_LOOKS];
	struct param *look_out, *look_out_b;
};

/* The inputs, as opsparse.c has them, for at most so many entries. */
struct sparsenet_net {
	struct graph *graph;
	struct node *feature, *value, *slot;	/* (m, 1) */
	/* entries of the field of what was had, what is shown in their
	 * examples, and the number of the example (k, 1); or NULL */
	struct node *past, *past_shown, *past_of;
	struct node *label;			/* (n, 1) */
	struct node *score, *loss;		/* (n, 1) */
	double dropout;
};

struct sparsenet_kind {
	const char *name;
	int has_factors, has_layers, has_cross;	/* options it takes */
	int has_blocks;				/* the same, and heads */
	int has_past;				/* the same: --attend */
	int is_fm;	/* the score is kernelfm.h's, with the offset */
	size_t attention_units;
	/* Declares the kind's parameters. */
	void (*declare)(struct sparsenet *);
	/* The score (n, 1) of the inputs. */
	struct node *(*score)(const struct sparsenet *,
	    const struct sparsenet_net *);
};

/* For kinds: a table of all features; score parts that several have. */
struct param *sparsenet_table(struct sparsenet *, const char *name,
    size_t cols);
struct node *sparsenet_linear(const struct sparsenet *,
    const struct sparsenet_net *);

/* The fields' embeddings side by side, (n, fields factors). */
struct node *sparsenet_fields(const struct sparsenet *,
    const struct sparsenet_net *, struct node *rows);

/* Declares a network with these options; no memory for it yet. */
int sparsenet_init(struct sparsenet *, const struct sparsenet_kind *,
    const struct vocabulary *, const struct nn_options *) SRS_MUST_CHECK;
void sparsenet_release(struct sparsenet *);

void sparsenet_build(const struct sparsenet *, size_t most_examples,
    size_t most_entries, double dropout, struct sparsenet_net *);

/* Examples example[0 .. n - 1] (NULL: first .. first + n - 1) become the
 * inputs of a worker. */
void sparsenet_feed(const struct sparsenet *, const struct sparsenet_net *,
    struct work *, const struct examples *, const uint32_t *example,
    size_t first, size_t n);

/* For kinds with a past (sparsepast.c): its fields, "past,shown"; its inputs;
 * what they are of these examples. */
int sparsepast_init(struct sparsenet *, const struct vocabulary *,
    const char *list) SRS_MUST_CHECK;
void sparsepast_build(struct sparsenet_net *, size_t most_entries);
void sparsepast_feed(const struct sparsenet *, const struct sparsenet_net *,
    struct work *, const struct examples *, const uint32_t *example,
    size_t first, size_t n);

int sparsenet_train(struct nn_job *);
int sparsenet_load(struct scorer *, const struct sparsenet_kind *);

/* Makes *s a scorer of the network, which must stay: of examples. */
void sparsenet_serve(const struct sparsenet *, struct scorer *s);

/* Of logistic: learning rate and weight decay, if not set, are 0.1 and 1 of
 * --optimizer ftrl, 0.001 and 0.0001 of the others. */
void logistic_settle(struct nn_options *, const struct nn_job *data);

/* logistic.c, fm.c, ffm.c, deepfm.c, widedeep.c, dcn.c, din.c, autoint.c */
extern const struct sparsenet_kind logistic_kind, fm_kind, ffm_kind,
    deepfm_kind, widedeep_kind, dcn_kind, din_kind, autoint_kind;

#endif

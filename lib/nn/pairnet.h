#ifndef SRS_PAIRNET_H
#define SRS_PAIRNET_H

/*
 * pairnet.h -- networks that score pairs of a user and an item: what all of
 * them share.
 *
 *	score(u, i) = mean + join(side(u), side(i))
 *
 * A side is what is made of a user, or of an item, whoever the other one is: a
 * few vectors.  In training it is made once for a user and the items that are
 * scored for them, in serving once for all.  Users and items are rows of
 * tables, plus what is known of them: features, rows of other tables (a bag,
 * as in Kula 2015, "Metadata embeddings for user and item cold-start
 * recommendations", section 3).
 *
 * Ratings: the mean is theirs, and the squared or absolute error is minimised;
 * predictions for pairs are kept within their range, and of an unknown user or
 * item all tables give 0.  Implicit feedback: what was observed is told from
 * items that were drawn, one by one (op_group() in ops.h), or, where join is a
 * product, from all of a part of a batch at once (op_contrast()).
 *
 * A network of this kind is a file with the functions of struct pairnet_kind,
 * a line in the table of nn.c and one in the gradient test.
 */

#include <stddef.h>

#include "linalg/csr.h"
#include "linalg/mat.h"
#include "nn/loss.h"
#include "nn/nn.h"
#include "nn/ops.h"
#include "nn/params.h"
#include "nn/tower.h"

enum { PAIRNET_USER, PAIRNET_ITEM, PAIRNET_SIDES };
enum { PAIRNET_TABLES = 2, PAIRNET_PARTS = 3 };

/* Rows of ids and rows of features, of the same width. */
struct pairnet_table {
	struct param *ids;		/* (n, any) */
	struct param *features;		/* (features, any), or NULL */
};

/* Users, or items; the kind's own parameters are NULL where it has none. */
struct pairnet_side {
	size_t n;
	const struct csr *of;		/* (n, features), or NULL */
	struct pairnet_table table[PAIRNET_TABLES];
	struct pairnet_table bias;	/* of one column */
	struct tower tower;
};

struct pairnet {
	const struct pairnet_kind *kind;
	struct params *params;
	struct pairnet_side side[PAIRNET_SIDES];
	size_t factors;
	struct tower tower;		/* of both */
	struct param *gain, *offset;
	int ratings;
	float mean, min, max;		/* of the ratings; else 0 */
};

/* What is made of a side: (rows, any) each. */
struct pairnet_parts {
	struct node *part[PAIRNET_PARTS];	/* (n) */
	size_t n;
};

/* The inputs of training.  A row of users has `per` rows of items, or, with
 * contrast, items have an axis of their own. */
struct pairnet_net {
	struct graph *graph;
	struct node *ids[PAIRNET_SIDES];	/* (rows, 1) */
	struct node *target;		/* (n, 1) of ratings, else NULL */
	struct node *log_q;		/* of contrast, else NULL */
	struct node *score;		/* NULL for contrast */
	struct node *loss;		/* (n, 1) */
	size_t per;
	double dropout;
};

struct pairnet_kind {
	const char *name;
	int has_layers, has_ratings;
	int is_product;		/* a side is one vector, join their product */
	int contrasts;		/* learns so, unless told otherwise */
	/* Declares the kind's parameters. */
	void (*declare)(struct pairnet *);
	/* What is made of the rows `ids` of a side. */
	struct pairnet_parts (*side)(const struct pairnet *,
	    const struct pairnet_net *, size_t side, struct node *ids);
	/* The scores of rows of users with rows of items, as op_dot(). */
	struct node *(*join)(const struct pairnet *,
	    const struct pairnet_net *, const struct pairnet_parts *users,
	    const struct pairnet_parts *items);
};

/* --- for kinds ----------------------------------------------------------- */

/* Tables "user_NAME" and "item_NAME" of both sides, and "user_NAME.features";
 * of one column they begin as 0, else with this standard deviation. */
void pairnet_tables(struct pairnet *, size_t which, const char *name,
    size_t cols, double deviation);
void pairnet_biases(struct pairnet *);

/* Rows (rows, any) of a side's table: those of the ids, plus those of what
 * they have. */
struct node *pairnet_look(const struct pairnet_net *,
    const struct pairnet_side *, const struct pairnet_table *,
    struct node *ids);

/*
 * The first layer of the tower of both sees the two sides' vectors next to
 * each other: a sum of what it makes of each, x (rows, any) of a side times
 * that part of the weights.  Then what the tower makes of that sum.
 */
struct node *pairnet_half(const struct pairnet *, const struct pairnet_net *,
    size_t side, struct node *x);
struct node *pairnet_hidden(const struct pairnet *,
    const struct pairnet_net *, struct node *user, struct node *item);

/* --- the network ---------------------------------------------------------- */

struct pairnet_shape {
	size_t n[PAIRNET_SIDES];
	const struct csr *of[PAIRNET_SIDES];	/* or NULL; must stay */
	size_t factors;
	const char *layers;			/* of kinds that have them */
	const struct choice *norm;		/* of these, or NULL */
};

/* Declares the parameters; no memory for them yet.  0, or -1 after a message
 * (of layers). */
int pairnet_init(struct pairnet *, const struct pairnet_kind *,
    const struct pairnet_shape *) SRS_MUST_CHECK;
void pairnet_release(struct pairnet *);

/* How it learns. */
struct pairnet_way {
	enum loss loss;
	int contrast;			/* op_contrast(), of a product */
	enum op_contrast others;
	size_t negatives;		/* of a group, or of all rows; 0:
					 * ratings */
	int hard;
	int whole;			/* contrast with all items */
	double dropout;
};

void pairnet_build(const struct pairnet *, size_t most_examples,
    const struct pairnet_way *, struct pairnet_net *);

/* Loss and sampling, if not set: of ratings mse; else bce of items that are
 * drawn uniformly, or the softmax among a part of the batch. */
void pairnet_settle(struct nn_options *, const struct nn_job *data);

/* The same, and the penalty of the embeddings of gmf. */
void gmf_settle(struct nn_options *, const struct nn_job *data);

int pairnet_train(struct nn_job *);
int pairnet_load(struct scorer *, const struct pairnet_kind *);

/* Makes *s a scorer of the network, which must stay: with ops, state and what
 * is told of ratings.  Its prepare() computes the sides from the parameters as
 * they are then. */
void pairnet_serve(const struct pairnet *, struct scorer *s);

/* The vectors of a side of a product, (n, any), after prepare(): views that
 * last until the next one. */
struct mat pairnet_vectors(const struct scorer *, size_t side);

/* deepcf.c, neumf.c, twotower.c */
extern const struct pairnet_kind deepcf_kind, gmf_kind, ncfmlp_kind,
    neumf_kind, cosine_kind, twotower_kind;

#endif

#include <math.h>

#include "nn/deepcf.h"

/*
 * score(u, i) = m + b_u + b_i + MLP([p_u; q_i])
 *
 * with embeddings side by side into dense layers with ReLU: the MLP of He et
 * al. 2017, "Neural collaborative filtering", section 3.3, with the biases of
 * matrix factorization.
 */

static const double first_embedding = 0.2;	/* standard deviation */

static void
declare(struct pairnet *net)
{
	pairnet_tables(net, 0, "embeddings", net->factors, first_embedding);
	pairnet_biases(net);
	tower_params(&net->tower, net->params, 2 * net->factors);
}

static struct pairnet_parts
side(const struct pairnet *net, const struct pairnet_net *in, size_t which,
    struct node *ids)
{
	const struct pairnet_side *s = &net->side[which];
	struct node *x = pairnet_look(in, s, &s->table[0], ids);

	if (in->dropout > 0)
		x = op_dropout(in->graph, x, in->dropout);
	return (struct pairnet_parts){ { pairnet_half(net, in, which, x),
	    pairnet_look(in, s, &s->bias, ids) }, 2 };
}

static struct node *
join(const struct pairnet *net, const struct pairnet_net *in,
    const struct pairnet_parts *u, const struct pairnet_parts *v)
{
	return op_add(in->graph,
	    pairnet_hidden(net, in, u->part[0], v->part[0]),
	    op_meet(in->graph, u->part[1], v->part[1], OP_LINEAR));
}

const struct pairnet_kind deepcf_kind = {
	.name = "deepcf", .has_layers = 1, .has_ratings = 1,
	.declare = declare, .side = side, .join = join
};

/* Tables of users or items, which are learnt by all who share a feature, want
 * less of it. */
static double
dropout(double more, int has_tables)
{
	const double most = has_tables ? 0.2 : 0.3;

	return most - (most - 0.1) * more;
}

/*
 * Ratings: chosen on held-out parts of the training data of MovieLens 100K
 * and of MovieLens 1M, and between them by the logarithm of the number of
 * ratings; implicit feedback: on those of a made-up shop (srs-synth).
 */
void
deepcf_settle(struct nn_options *o, const struct nn_job *data)
{
	const double n = (double)csr_count(&data->inter->by_user);
	const double more = fmin(fmax(log10(n) - 5, 0), 1);

	if (o->epochs == SIZE_MAX)
		o->epochs = o->ratings ? 25 : 15;
	if (isnan(o->weight_decay))
		o->weight_decay = o->ratings ? 0.001 * pow(0.3, more) : 0.0001;
	if (isnan(o->dropout))
		o->dropout = o->ratings ? dropout(more, data->of_users != NULL
		    || data->of_items != NULL) : 0;
	pairnet_settle(o, data);
}

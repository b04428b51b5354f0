#include "nn/ops.h"
#include "nn/seqnet.h"

/*
 * Kang & McAuley 2018, "Self-attentive sequential recommendation": items plus
 * places, then blocks of causal attention and of two dense layers, each behind
 * a normalisation and beside a way around it ("pre-norm", Xiong et al. 2020);
 * a normalisation at the end.  With the softmax as the loss, which is what
 * makes it strong (Klenitskiy & Vasilev 2023).  First weights are small, so
 * that what was had goes its way around the blocks until they have learnt
 * something (Radford et al. 2019).
 */

static void
declare(struct seqnet *net)
{
	const size_t d = net->factors;

	for (size_t i = 0; i < net->n_blocks; i++) {
		struct seqnet_block *b = &net->block[i];

		b->norm_look = seqnet_norm(net, "norm_look", i + 1);
		b->query = seqnet_layer(net, "query", i + 1, d, d);
		b->key = seqnet_layer(net, "key", i + 1, d, d);
		b->value = seqnet_layer(net, "value", i + 1, d, d);
		b->out = seqnet_layer(net, "out", i + 1, d, d);
		b->norm_think = seqnet_norm(net, "norm_think", i + 1);
		b->wide = seqnet_layer(net, "wide", i + 1, d, d);
		b->narrow = seqnet_layer(net, "narrow", i + 1, d, d);
	}
	net->norm = seqnet_norm(net, "norm", 0);
}

/* What each step sees of those before it. */
static struct node *
look(const struct seqnet *net, const struct seqnet_net *in,
    const struct seqnet_block *b, struct node *x)
{
	struct graph *g = in->graph;
	struct node *z = op_norm(g, x, b->norm_look.W, b->norm_look.b);
	struct node *q = seqnet_dense(in, z, b->query);
	struct node *k = seqnet_dense(in, z, b->key);
	struct node *v = seqnet_dense(in, z, b->value);

	z = op_attention(g, &(struct op_attention){ .q = q, .k = k, .v = v,
	    .seq = in->seq, .heads = net->heads, .longest = net->length,
	    .dropout = in->dropout });
	return op_add(g, x, seqnet_dropout(in, seqnet_dense(in, z, b->out)));
}

/* What each step makes of it. */
static struct node *
think(const struct seqnet_net *in, const struct seqnet_block *b,
    struct node *x)
{
	struct graph *g = in->graph;
	struct node *z = op_norm(g, x, b->norm_think.W, b->norm_think.b);

	z = seqnet_dropout(in, op_dense(g, z, b->wide.W, b->wide.b, OP_RELU));
	return op_add(g, x, seqnet_dropout(in, seqnet_dense(in, z,
	    b->narrow)));
}

static struct node *
steps(const struct seqnet *net, const struct seqnet_net *in)
{
	struct graph *g = in->graph;
	struct node *x = seqnet_dropout(in, op_add(g, seqnet_had(net, in),
	    op_embed(g, in->place, (struct param *[]){ net->places }, 1)));

	for (size_t i = 0; i < net->n_blocks; i++)
		x = think(in, &net->block[i], look(net, in, &net->block[i],
		    x));
	return op_norm(g, x, net->norm.W, net->norm.b);
}

const struct seqnet_kind sasrec_kind = {
	.name = "sasrec", .has_places = 1, .has_heads = 1, .has_blocks = 1,
	.first_weight = 0.02, .declare = declare, .steps = steps
};

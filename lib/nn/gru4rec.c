#include <math.h>
#include <stdio.h>

#include "nn/ops.h"
#include "nn/seqnet.h"

/*
 * Hidasi & Karatzoglou 2018, "Recurrent neural networks with top-k gains for
 * session-based recommendations": layers of gated recurrent units over the
 * items' embeddings, which are the weights of the output as well ("constrained
 * embedding"); a dense layer in between lets the state differ from them.
 */

static struct param *
add_state(struct seqnet *net, size_t block)
{
	const size_t d = net->factors;
	char name[64];

	snprintf(name, sizeof name, "block%zu.state.weight", block);
	return params_add(net->params, &(struct param_spec){ .name = name,
	    .rows = d, .cols = 3 * d, .init = PARAM_UNIFORM,
	    .scale = 1 / sqrt((double)d) });
}

static void
declare(struct seqnet *net)
{
	const size_t d = net->factors;

	for (size_t i = 0; i < net->n_blocks; i++) {
		net->block[i].enter = seqnet_layer(net, "enter", i + 1, d,
		    3 * d);
		net->block[i].state = add_state(net, i + 1);
	}
	net->out = seqnet_layer(net, "out", 0, d, d);
}

static struct node *
steps(const struct seqnet *net, const struct seqnet_net *in)
{
	struct graph *g = in->graph;
	struct node *x = seqnet_had(net, in);

	for (size_t i = 0; i < net->n_blocks; i++)
		x = op_gru(g, seqnet_dense(in, seqnet_dropout(in, x),
		    net->block[i].enter), in->seq, net->block[i].state);
	return seqnet_dense(in, seqnet_dropout(in, x), net->out);
}

const struct seqnet_kind gru4rec_kind = {
	.name = "gru4rec", .has_blocks = 1, .declare = declare, .steps = steps
};

#include <math.h>

#include "nn/ops.h"
#include "nn/textnet.h"

/* A layer of long short-term memory (Hochreiter & Schmidhuber 1997) over the
 * words: the greatest of its states, unit by unit, as in Lai et al. 2015,
 * "Recurrent convolutional neural networks for text classification", or the
 * mean. */

static void
declare(struct textnet *net)
{
	const size_t d = net->units;

	net->enter = textnet_layer(net, "enter", net->factors, 4 * d);
	net->state = params_add(net->params, &(struct param_spec){
	    .name = "state.weight", .rows = d, .cols = 4 * d,
	    .init = PARAM_UNIFORM, .scale = 1 / sqrt((double)d) });
	net->width = textnet_pooled(net, d);
}

static struct node *
sum(const struct textnet *net, const struct textnet_net *in, struct node *x)
{
	struct graph *g = in->graph;
	struct node *h = op_lstm(g, op_dense(g, x, net->enter.W, net->enter.b,
	    OP_LINEAR), in->text, net->state);

	return textnet_over(net, in, h);
}

const struct textnet_kind lstm_kind = {
	.name = "lstm", .has_units = 1, .declare = declare, .sum = sum
};

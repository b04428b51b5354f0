#include <stdio.h>

#include "nn/ops.h"
#include "nn/textnet.h"

/* Kim 2014, "Convolutional neural networks for sentence classification":
 * filters over windows of words, of each the greatest in the text, or the
 * mean. */

static void
declare(struct textnet *net)
{
	for (size_t i = 0; i < net->windows.n; i++) {
		const size_t width = net->windows.width[i];
		char name[32];

		snprintf(name, sizeof name, "window%zu", width);
		net->filter[i] = textnet_layer(net, name,
		    width * net->factors, net->units);
	}
	net->width = net->windows.n * textnet_pooled(net, net->units);
}

static struct node *
sum(const struct textnet *net, const struct textnet_net *in, struct node *x)
{
	struct graph *g = in->graph;
	struct node *found[WINDOWS_MOST];

	for (size_t i = 0; i < net->windows.n; i++) {
		struct node *seen = op_windows(g, x, in->text,
		    net->windows.width[i]);

		found[i] = textnet_over(net, in, op_dense(g, seen,
		    net->filter[i].W, net->filter[i].b, OP_RELU));
	}
	return op_concat(g, found, net->windows.n);
}

const struct textnet_kind textcnn_kind = {
	.name = "textcnn", .has_units = 1, .has_windows = 1,
	.declare = declare, .sum = sum
};

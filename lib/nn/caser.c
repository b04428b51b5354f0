#include <math.h>
#include <stdio.h>

#include "nn/ops.h"
#include "nn/seqnet.h"

/*
 * Tang & Wang 2018, "Personalized top-N sequential recommendation via
 * convolutional sequence embedding", without the embedding of the user, so
 * that whoever has a history is served.  Of the `recent` last items:
 * horizontal filters over windows of several items, of each filter the
 * greatest; vertical filters, which are weighted sums of the items; both
 * through dense layers.
 *
 * What a filter sees in a window is the same for all steps that look back at
 * it: it is computed once, and each step takes the greatest of its own.
 */

/* As many vertical filters, for 16 horizontal ones of each window: section
 * 4.1.3. */
enum { HORIZONTAL_TO_VERTICAL = 4 };

static void
declare(struct seqnet *net)
{
	const size_t d = net->factors;
	const size_t vertical = (net->units + HORIZONTAL_TO_VERTICAL - 1) /
	    HORIZONTAL_TO_VERTICAL;

	for (size_t i = 0; i < net->windows.n; i++) {
		char name[32];

		snprintf(name, sizeof name, "window%zu",
		    net->windows.width[i]);
		net->filter[i] = seqnet_layer(net, name, 0,
		    net->windows.width[i] * d, net->units);
	}
	net->mix = params_add(net->params, &(struct param_spec){
	    .name = "vertical.weight", .rows = vertical, .cols = net->recent,
	    .init = PARAM_UNIFORM, .scale = 1 / sqrt((double)net->recent) });
	net->join = seqnet_layer(net, "join", 0, net->windows.n * net->units +
	    vertical * d, d);
	net->out = seqnet_layer(net, "out", 0, d, d);
}

static struct node *
steps(const struct seqnet *net, const struct seqnet_net *in)
{
	struct graph *g = in->graph;
	struct node *x = seqnet_had(net, in);
	struct node *part[WINDOWS_MOST + 1];
	const size_t n = net->windows.n;

	for (size_t i = 0; i < n; i++) {
		const size_t width = net->windows.width[i];
		struct node *seen = op_dense(g, op_windows(g, x, in->seq,
		    width), net->filter[i].W, net->filter[i].b, OP_RELU);

		part[i] = op_recent_max(g, seen, in->seq,
		    net->recent - width + 1);
	}
	part[n] = op_mix(g, x, in->seq, net->mix);
	x = seqnet_dropout(in, op_concat(g, part, n + 1));
	x = op_dense(g, x, net->join.W, net->join.b, OP_RELU);
	return seqnet_dense(in, x, net->out);
}

const struct seqnet_kind caser_kind = {
	.name = "caser", .has_windows = 1, .declare = declare, .steps = steps
};

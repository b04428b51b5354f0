#include "nn/ops.h"
#include "nn/textnet.h"

/* A bag of words: the mean of their embeddings (Joulin et al. 2017, "Bag of
 * tricks for efficient text classification", without n-grams). */

static void
declare(struct textnet *net)
{
	net->width = net->factors;
}

static struct node *
sum(const struct textnet *net, const struct textnet_net *in, struct node *x)
{
	(void)net;
	return op_over(in->graph, x, in->text, OP_OVER_MEAN);
}

const struct textnet_kind bow_kind = {
	.name = "bow", .declare = declare, .sum = sum
};

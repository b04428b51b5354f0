#include "nn/sparsenet.h"

/* score(x) = b + sum of w_i x_i */

static void
declare(struct sparsenet *net)
{
	(void)net;
}

const struct sparsenet_kind logistic_kind = {
	.name = "logistic", .declare = declare, .score = sparsenet_linear
};

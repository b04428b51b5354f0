#include <math.h>

#include "nn/sparsenet.h"

/* score(x) = b + sum of w_i x_i */

static void
declare(struct sparsenet *net)
{
	(void)net;
}

/* FTRL's were chosen on the validation part of frappe. */
void
logistic_settle(struct nn_options *o, const struct nn_job *data)
{
	const int is_ftrl = optim_rule(o->optimizer) == OPTIM_FTRL;

	(void)data;
	if (isnan(o->learning_rate))
		o->learning_rate = is_ftrl ? 0.1 : 0.001;
	if (isnan(o->weight_decay))
		o->weight_decay = is_ftrl ? 1 : 0.0001;
}

const struct sparsenet_kind logistic_kind = {
	.name = "logistic", .is_fm = 1, .declare = declare,
	.score = sparsenet_linear
};

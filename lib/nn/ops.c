#include "nn/optable.h"
#include "nn/ops.h"

static const struct op *const all_ops[] = {
	&optable_floats, &optable_ids,
	&optable_embed, &optable_bias,
	&optable_dense, &optable_part, &optable_shift,
	&optable_relu, &optable_sigmoid, &optable_tanh, &optable_dropout,
	&optable_batch_norm,
	&optable_add, &optable_multiply, &optable_concat,
	&optable_reshape,
	&optable_dot, &optable_meet, &optable_bag, &optable_sums,
	&optable_direction, &optable_gain,
	&optable_lookup, &optable_pool, &optable_total, &optable_pairs,
	&optable_field_pairs,
	&optable_norm, &optable_attention, &optable_gru, &optable_lstm,
	&optable_windows, &optable_recent_max, &optable_mix, &optable_over,
	&optable_gauss, &optable_kl, &optable_logits,
	&optable_mse, &optable_mae, &optable_bce, &optable_hinge,
	&optable_contest, &optable_group, &optable_contrast,
	&optable_shares, &optable_multinomial, &optable_times,
};

const struct op *
ops_at(size_t i)
{
	return i < sizeof all_ops / sizeof *all_ops ? all_ops[i] : NULL;
}

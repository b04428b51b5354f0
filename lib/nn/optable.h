#ifndef SRS_OPTABLE_H
#define SRS_OPTABLE_H

/* optable.h -- the lines of the table of operations; see ops.h. */

#include "nn/op.h"

/* opinput.c */
extern const struct op optable_floats, optable_ids;
/* opembed.c */
extern const struct op optable_embed, optable_bias;
/* opdense.c */
extern const struct op optable_dense, optable_part, optable_shift;
/* opunary.c */
extern const struct op optable_relu, optable_sigmoid, optable_tanh,
    optable_dropout;
/* opbatch.c */
extern const struct op optable_batch_norm;
/* opjoin.c */
extern const struct op optable_add, optable_multiply, optable_concat,
    optable_reshape;
/* opmeet.c, opbag.c, opdirection.c */
extern const struct op optable_dot, optable_meet, optable_bag, optable_sums,
    optable_direction, optable_gain;
/* opsparse.c */
extern const struct op optable_lookup, optable_pool, optable_total,
    optable_pairs;
/* opfields.c */
extern const struct op optable_field_pairs;
/* opnorm.c, opattention.c */
extern const struct op optable_norm, optable_attention;
/* oprecurrent.c */
extern const struct op optable_gru, optable_lstm;
/* opsteps.c, opover.c */
extern const struct op optable_windows, optable_recent_max, optable_mix,
    optable_over;
/* opvae.c */
extern const struct op optable_gauss, optable_kl, optable_logits;
/* oploss.c, opcontest.c, opgroup.c, opcontrast.c */
extern const struct op optable_mse, optable_mae, optable_bce, optable_hinge,
    optable_contest, optable_group, optable_contrast;
/* opclasses.c, opgate.c */
extern const struct op optable_shares, optable_multinomial, optable_times;

#endif

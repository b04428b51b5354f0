#ifndef SRS_DEEPCF_H
#define SRS_DEEPCF_H

/* deepcf.h -- the settings of deepcf that depend on the data. */

#include "nn/pairnet.h"

/*
 * Epochs, weight decay and dropout, if not set: for implicit feedback 15,
 * 0.0001 and 0; for up to 10^5 ratings 25, 0.001 and 0.3 (0.2 with tables of
 * users or items), of which decay and dropout fall to 0.0003 and 0.1 for 10^6
 * ratings and more.
 */
void deepcf_settle(struct nn_options *, const struct nn_job *data);

#endif

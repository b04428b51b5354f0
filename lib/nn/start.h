#ifndef SRS_START_H
#define SRS_START_H

/*
 * start.h -- where a network's parameters start, other than at random: an
 * older model, vectors of users or items from elsewhere; and which of them
 * stay there.
 *
 * Rows of a parameter whose spec names a list of ids are found by these: a
 * model of other users, items or features is a start for those that both
 * have.  Others must have the same shape.
 *
 * A method may have parts: others whose weights, under the same names, are
 * among its own and whose scores it adds up.  Models of these, one of each at
 * most, start it together, as the mean of their scores; what none of them has
 * starts at random.
 */

#include "base/err.h"
#include "nn/nn.h"

/*
 * Values from the models job->init and from job->vectors, and what
 * job->options->freeze names frozen, in this order; says in notes what was
 * found.  The parameters have their first values, and no graph yet.  0, or -1
 * after a message.
 */
int start_params(const struct nn_job *, struct params *) SRS_MUST_CHECK;

#endif

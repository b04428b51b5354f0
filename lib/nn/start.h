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
 */

#include "base/err.h"
#include "nn/nn.h"

/*
 * Values from job->init and job->vectors, and what job->options->freeze names
 * frozen, in this order; says in notes what was found.  The parameters have
 * their first values, and no graph yet.  0, or -1 after a message.
 */
int start_params(const struct nn_job *, struct params *) SRS_MUST_CHECK;

#endif

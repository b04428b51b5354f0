#ifndef SRS_APPROXIMATE_H
#define SRS_APPROXIMATE_H

/* approximate.h -- srs-topk --approximate: ways to find the best items without
 * scoring all of them, and what is found of what exact search finds. */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "rank/lists.h"

/* The ways, for options. */
const struct choice *approximate_choice(size_t i);

/* An index of a prepared scorer; NULL after a message: `path`, the model, has
 * no vectors. */
struct coarse *approximate_open(const struct scorer *, const float *adjust,
    const char *path);

struct approximate_recall {
	size_t n_users;		/* who have lists, and were looked at */
	double recall;		/* the part of their exact lists that is in
				 * the others; NAN of no users */
};

/* Makes lists with and without the options' index for n of the users (all
 * that there are, if less), evenly spread. */
struct approximate_recall approximate_recall(const struct scorer *,
    const uint32_t *users, size_t n_users, const struct lists_options *,
    size_t n);

#endif

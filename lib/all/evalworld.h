#ifndef SRS_EVALWORLD_H
#define SRS_EVALWORLD_H

/*
 * evalworld.h -- what srs-eval knows besides truth and lists: what was trained
 * on, and what items are; by the numbers of its own users and items.
 *
 *	struct evalworld *w = evalworld_new(how, needs, users, items);
 *	evalworld_grow(w);		there are more users or items
 *	options.world = evalworld_metric(w);
 *	evalworld_free(w);
 */

#include "all/evaluate.h"
#include "data/idmap.h"

struct evalworld;

/* Reads --train and --features as far as `needs` (METRIC_NEEDS_...) says.  The
 * maps must stay.  NULL after a message: which option is missing, too. */
struct evalworld *evalworld_new(const struct evaluate *how, unsigned needs,
    const struct idmap *users, const struct idmap *items);
void evalworld_free(struct evalworld *);

/* The maps have grown: so does this.  What the files do not have is an item
 * that nobody had, or of which nothing is known. */
void evalworld_grow(struct evalworld *);
const struct metric_world *evalworld_metric(const struct evalworld *);

/*
 * Cuts the users or items of what was trained on, by the number of their
 * interactions, into parts (at most 255) of about as many interactions each:
 * part[id] (the caller frees) of id in *ids, from 0, the least popular.
 */
unsigned char *evalworld_parts(const struct evalworld *, int of_users,
    size_t parts, const struct idmap **ids);

#endif

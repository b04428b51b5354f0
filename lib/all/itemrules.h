#ifndef SRS_ITEMRULES_H
#define SRS_ITEMRULES_H

/*
 * itemrules.h -- which items may stand in whose list, and what is added to
 * their scores, from tables of ids.
 *
 * A table with a column user_id (or, without a header, with two columns or
 * more: user_id, item_id) is of pairs; one of item_id alone is for everybody.
 * What the maps do not know has no effect and is counted.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/idmap.h"
#include "data/inter.h"

/* In the order in which they are to be read. */
enum { ITEMRULES_CANDIDATES, ITEMRULES_BOOST, ITEMRULES_EXCLUDE,
	ITEMRULES_KINDS };

struct itemrules {
	float *adjust;			/* (items) added to scores, -INFINITY
					 * leaves out; NULL: nothing */
	struct inter *candidates;	/* a user's only items; NULL: all */
	struct inter *excluded;		/* pairs; NULL: none */
	int is_pairs[ITEMRULES_KINDS];
	size_t n_unknown[ITEMRULES_KINDS];	/* rows with unknown ids */
};

/*
 * Reads a file of one of these kinds into the rules, which are all zero at
 * first.  A boost is the column "boost" (or, without a header, the second one):
 * a finite number.  The maps do not grow.  0, or -1 after a message;
 * itemrules_release() in both cases.
 */
int itemrules_read(struct itemrules *, int kind, const char *path,
    struct idmap *users, struct idmap *items) SRS_MUST_CHECK;
void itemrules_release(struct itemrules *);

/* rules->adjust (n_items), all zero unless there is one. */
float *itemrules_adjust(struct itemrules *, size_t n_items);

#endif

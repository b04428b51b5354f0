#ifndef SRS_FUSETWINS_H
#define SRS_FUSETWINS_H

/*
 * fusetwins.h -- systems that list the same as another one.
 *
 * Such a twin says nothing, but methods that count systems, or draw what they
 * start with for each, would take it for a second opinion.  What is fitted is
 * fitted without it, and the saved fusion remembers which operand is not read:
 * two identical members change nothing.
 */

#include <stddef.h>

#include "fuse/fuse.h"
#include "fuse/fuselists.h"

/* like (l->n) <- the first system with the same lists, items and scores of all
 * users: itself if there is none before.  Returns how many are not the first.
 * O(systems^2 rows) at worst, if many are alike. */
size_t fusetwins_find(const struct fuselists *l, size_t *like);

/* Takes those that are not the first out of the lists, and out of a fusion that
 * is not fitted, which remembers them. */
void fusetwins_drop(struct fuselists *l, struct fusion *, const size_t *like);

/* `to` remembers what `from` did. */
void fusetwins_move(struct fusion *from, struct fusion *to);

/* How many operands the fusion is of, and their names: systems and twins. */
size_t fusetwins_operands(const struct fusion *);
struct span fusetwins_name(const struct fusion *, size_t i);

/* Is operand i one that is not read? */
int fusetwins_is(const struct fusion *, size_t i);

void fusetwins_put(const struct fusion *, struct st_writer *);
int fusetwins_get(const struct st_file *, struct fusion *) SRS_MUST_CHECK;

#endif

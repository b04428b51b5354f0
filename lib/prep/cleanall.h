#ifndef SRS_CLEANALL_H
#define SRS_CLEANALL_H

/* cleanall.h -- small rules that look at all rows: weights that fade from the
 * newest row, the most frequent items, attributes put together. */

#include <stdint.h>

#include "base/err.h"
#include "prep/cleanstore.h"

/* Makes weights lighter by age: the newest row's stays what it is, and it
 * halves every half_life (clean_decay()).  The store has weights and times,
 * and no time is missing. */
int cleanall_decay(struct cleanstore *, double half_life) SRS_MUST_CHECK;

/* Keeps the rows of the n items with the most rows; among items with as many
 * rows those whose id sorts last.  *removed: rows of the others. */
int cleanall_top_items(struct cleanstore *, size_t n, uint64_t *removed)
    SRS_MUST_CHECK;

/*
 * Makes one row of those with the same key (the store's users), in the place
 * of the first: of each of the n_text other columns the last value that is
 * not empty, or fill[i] if there is none.  Sets *merged to the number of rows
 * that went into others, and *filled to that of values filled in.
 */
int cleanall_merge_texts(struct cleanstore *, const struct span *fill,
    size_t n_text, uint64_t *merged, uint64_t *filled) SRS_MUST_CHECK;

#endif

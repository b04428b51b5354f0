#ifndef SRS_CANDIDATES_H
#define SRS_CANDIDATES_H

/*
 * candidates.h -- for a tested row, items that its user never had: what a
 * model must rank the tested item above (He et al. 2017, "Neural
 * Collaborative Filtering", section 4.1, with 99 of them).
 *
 *	struct candidates *c = candidates_new(&rows, part, ranks, how, seed);
 *	scratch = candidates_scratch(c);		one per thread
 *	n = candidates_draw(c, row, 99, items, scratch);
 *
 * Items are drawn without replacement, uniformly or in proportion to their
 * rows in the train part, among those that the user has in no part.  The
 * draw is a function of the row, of what the items are called, and of the
 * seed: the order of rows does not matter.  Sampled metrics differ from those
 * of the full ranking (Krichene and Rendle 2020); they are for comparing with
 * published ones.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "prep/split.h"

struct candidates;
struct candidates_scratch;

/* uniform (the first), popularity. */
const struct choice *candidates_choice(size_t i);

/*
 * `rows` have users and items; with `part` they must stay.  ranks (n_items):
 * the order of the items' names, see idmap_ranks().
 */
struct candidates *candidates_new(const struct split_rows *rows,
    const unsigned char *part, const uint32_t *ranks,
    const struct choice *how, uint64_t seed);
void candidates_free(struct candidates *);

struct candidates_scratch *candidates_scratch(const struct candidates *);
void candidates_scratch_free(struct candidates_scratch *);

/*
 * items (n) <- the items for this row.  Returns how many: less than n if there
 * are not enough.  O(the user's rows + n), as long as n is a small part of
 * what can be drawn, else O(n_items log n_items).
 */
size_t candidates_draw(const struct candidates *, size_t row, size_t n,
    uint32_t *items, struct candidates_scratch *);

#endif

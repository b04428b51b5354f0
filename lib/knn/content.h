#ifndef SRS_CONTENT_H
#define SRS_CONTENT_H

/*
 * content.h -- how like each other items are by what is known of them, for
 * items that nobody had yet (Lops et al. 2011, section 3.3.1).
 *
 * An item's vector has a part for each column of the tables, all of about the
 * same length:
 *
 *	tokens	f log(1 + N / n), for a token with the share f in the item's
 *		field that n of N items have; divided by their length
 *	number	what it is, in standard deviations from the mean
 *	vector	divided by its length
 *
 * and s_ij is the cosine of the vectors of i and j.  An empty field is a part
 * of zeros.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/tick.h"
#include "data/attributes.h"
#include "linalg/csr.h"

/* out (items, features) <- the vectors, from n tables of the same items, all
 * finished.  The caller releases. */
void content_vectors(const struct attributes *const *tables, size_t n,
    struct csr *out);

/*
 * near (items, n_old) <- of each item the `keep` among the first n_old that
 * are most like it, itself left out, and s_ij > 0; nearest first, of equal
 * ones that with the higher rank.  ranks (n_old).  The caller releases.
 * O(sum over features of the items that have it, squared).
 */
void content_near(const struct csr *vectors, size_t n_old, size_t keep,
    const uint32_t *ranks, struct tick *, struct csr *near);

#endif

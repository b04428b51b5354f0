#ifndef SRS_PAST_H
#define SRS_PAST_H

/*
 * past.h -- what users had, as a matrix over the items of a model: the same
 * for the data of a training and for the history at scoring time.
 */

#include "base/choice.h"
#include "base/err.h"
#include "data/inter.h"
#include "linalg/csr.h"
#include "model/model.h"

/*
 * How the summed weight w of a user and an item counts: "raw" (w), "log"
 * (log2(1 + w), so that 1 stays 1; a negative weight keeps its sign) or "one"
 * (its sign).
 */
const struct choice *past_values_choice(size_t i);

/*
 * out (users, n_items) <- rows of `in`, ascending, without items >= n_items.
 * `values` NULL: ratings, of which the last one counts; else weights, which
 * are summed.  The caller releases out.
 */
void past_matrix(const struct inter *in, size_t n_items,
    const struct choice *values, struct csr *out);

/*
 * The same for those who count what was had by its age: an item that stands t
 * places before the end of its user's row (its last time) has decay^t, and 0^0
 * is 1; what counts nothing is left out.
 */
void past_recent(const struct inter *in, size_t n_items, double decay,
    struct csr *out);

/*
 * out (n_users, cols) <- row u of `fresh`, or of `stored` where that has no
 * row or an empty one.  Either may be NULL, and may have fewer rows.  The
 * caller releases out.
 */
void past_or(const struct csr *fresh, const struct csr *stored,
    size_t n_users, size_t cols, struct csr *out);

/* The choice that a model's metadata names: 0, or -1 after a message. */
int past_choice_of(const struct st_file *, const char *key,
    const struct choice *(*table)(size_t i), const struct choice **out)
    SRS_MUST_CHECK;

#endif

#ifndef SRS_SPLITCOUNT_H
#define SRS_SPLITCOUNT_H

/* splitcount.h -- what a split came to, as numbers and as lines of text. */

#include <stddef.h>

#include "base/buf.h"
#include "prep/leaks.h"
#include "prep/split.h"

/* The rows of valid and test that have one of these leaks. */
size_t splitcount_leaking(const struct split_rows *, const unsigned char *part,
    const unsigned char *leaks, unsigned kinds);

/* Adds a line for each part with rows; and with `leaks`, one for valid and
 * for test. */
void splitcount_report(const struct split_rows *, const struct leaks_count *,
    int leaks, struct buf *);

/* "1 row", "2 rows" */
void splitcount_put(struct buf *, size_t n, const char *what);

#endif

#ifndef SRS_SPLITCOUNT_H
#define SRS_SPLITCOUNT_H

/* splitcount.h -- what a split came to, as numbers and as lines of text. */

#include <stddef.h>

#include "base/buf.h"
#include "prep/leaks.h"
#include "prep/split.h"

struct splitcount {
	size_t rows[SPLIT_PARTS + 1];	/* the last: dropped */
	/* ids of the part; of valid and test, those that neither the train
	 * part nor (users) the rows to fold in have */
	size_t users[SPLIT_PARTS], items[SPLIT_PARTS];
	size_t new_users[SPLIT_PARTS], new_items[SPLIT_PARTS];
	size_t leaks[SPLIT_PARTS][LEAK_KINDS];	/* rows */
};

/* leaks (n), see leaks.h; NULL: they are not counted. */
void splitcount_make(const struct split_rows *, const unsigned char *part,
    const unsigned char *leaks, struct splitcount *);

/* The rows of valid and test that have one of these leaks. */
size_t splitcount_leaking(const struct split_rows *, const unsigned char *part,
    const unsigned char *leaks, unsigned kinds);

/* Adds a line for each part with rows; and with `leaks`, one for valid and
 * for test. */
void splitcount_report(const struct split_rows *, const struct splitcount *,
    int leaks, struct buf *);

/* "1 row", "2 rows" */
void splitcount_put(struct buf *, size_t n, const char *what);

#endif

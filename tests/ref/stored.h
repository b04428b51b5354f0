#ifndef SRS_REF_STORED_H
#define SRS_REF_STORED_H

/* stored.h -- a cleanstore row by row, for tests. */

#include "prep/cleanstore.h"

void stored_add(struct cleanstore *, const struct cleanstore_row *);

/* Row i; its text is valid until the next call with the same buffer. */
struct cleanstore_row stored_get(const struct cleanstore *, uint64_t i,
    struct buf *text);

#endif

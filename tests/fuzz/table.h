#ifndef SRS_FUZZ_TABLE_H
#define SRS_FUZZ_TABLE_H

/* table.h -- any kind of table, read whole, in small blocks, and side by
 * side: always the same. */

#include "io/rows.h"
#include "tests/fuzz/fuzz.h"

/* The first bytes choose how it is read. */
void fuzz_table(enum rows_kind, struct fuzz);

/* Each row with its line and fields, or what is wrong with it, into `out`; the
 * messages into `said`.  0, or -1 as rows_next(). */
int fuzz_rows(struct span bytes, size_t step, const struct rows_format *,
    int keep_bad, struct buf *out, struct buf *said);

#endif

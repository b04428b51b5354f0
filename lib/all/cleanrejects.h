#ifndef SRS_CLEANREJECTS_H
#define SRS_CLEANREJECTS_H

/* cleanrejects.h -- the table of refused rows: the columns of the first
 * table, as they were, and `reason`, a message with path and line. */

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "io/rows.h"

struct cleanrejects;

/* As out_open().  NULL after a message. */
struct cleanrejects *cleanrejects_open(const char *path, int gzip,
    const struct rows *first);
void cleanrejects_free(struct cleanrejects *);
int cleanrejects_commit(struct cleanrejects *) SRS_MUST_CHECK;

/* Finds the columns in a table; those that it does not have stay empty. */
void cleanrejects_bind(struct cleanrejects *, const struct rows *);

/*
 * Adds the row last read, as it is to be written, to the buffer; any thread
 * may.  With is_record it could not be cut into fields, and stands whole in
 * the first column.  Control characters and bytes that are not UTF-8 are
 * repaired as in texts.
 */
void cleanrejects_row(const struct cleanrejects *, const struct rows *,
    int is_record, struct span reason, struct buf *);

/* Writes such rows. */
void cleanrejects_put(struct cleanrejects *, struct span rows);

#endif

#ifndef SRS_CLEANCOLUMNS_H
#define SRS_CLEANCOLUMNS_H

/* cleancolumns.h -- the columns of tables, found as the plan says. */

#include "all/cleanplan.h"
#include "base/buf.h"
#include "base/err.h"
#include "io/rows.h"

/* The column of that name, by --map too: its number; or -1 and no message. */
int cleancolumns_find(const struct cleanplan *, const struct rows *,
    const char *name);

/* The same, and a message. */
int cleancolumns_need(const struct cleanplan *, const struct rows *,
    const char *name) SRS_MUST_CHECK;

/* Tells a table what is used of it, once that is settled. */
void cleancolumns_use(const struct cleanplan *, struct rows *);

/* Decides what the first table leaves open: which of the optional columns
 * there are, names and types of the others, duplicates.  0, or -1 after a
 * message. */
int cleancolumns_settle(struct cleanplan *, const struct rows *) SRS_MUST_CHECK;

/* Adds the typed header of the output, without line end. */
void cleancolumns_put_header(const struct cleanplan *, struct buf *);

#endif

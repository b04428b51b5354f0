#ifndef SRS_CLEANREPORT_H
#define SRS_CLEANREPORT_H

/* cleanreport.h -- what srs-clean did, for people and as JSON.  Nothing in
 * either depends on paths or on the day. */

#include "all/cleanrun.h"
#include "base/buf.h"
#include "base/err.h"

/* Adds lines for people, each ended by '\n'; rules that took nothing are left
 * out.  Works once a table was read. */
void cleanreport_text(const struct cleanrun *, struct buf *lines);

/* Writes the JSON to `path`: 0, or -1 after a message. */
int cleanreport_write(const struct cleanrun *, const char *path)
    SRS_MUST_CHECK;

#endif

#ifndef SRS_CLEANREPORT_H
#define SRS_CLEANREPORT_H

/* cleanreport.h -- what srs-clean did, for people.  Nothing in it depends on
 * paths or on the day. */

#include "all/cleanrun.h"
#include "base/buf.h"

/* Adds lines, each ended by '\n'; rules that took nothing are left out.
 * Works once a table was read. */
void cleanreport_text(const struct cleanrun *, struct buf *lines);

#endif

#ifndef SRS_CLEANDETAILS_H
#define SRS_CLEANDETAILS_H

/* cleandetails.h -- what srs-clean -v adds to its summary: a table of the
 * columns, how unequal users and items are, histograms. */

#include "all/cleanrun.h"
#include "base/buf.h"

/* Adds lines, each ended by '\n', of the rows that the rules for one row kept
 * (users and items: of those written). */
void cleandetails_text(const struct cleanrun *, struct buf *lines);

#endif

#ifndef SRS_CLEANGATE_H
#define SRS_CLEANGATE_H

/*
 * cleangate.h -- limits that a clean table must keep: all are checked, and all
 * that it does not keep are told.
 *
 *	struct cleangates *g = cleangates_new(&limits);	NULL: wrong usage
 *	cleangates_begin(g, quality);			columns are known
 *	cleangates_check(g, quality, report);		adds to the report
 *	if (cleangates_tell(g) > 0)
 *		nothing is replaced
 */

#include <stddef.h>

#include "all/cleanlimits.h"
#include "all/cleanquality.h"
#include "base/buf.h"
#include "base/err.h"
#include "io/json.h"

struct cleangates;

/* `limits` must stay.  NULL after a message: wrong usage. */
struct cleangates *cleangates_new(const struct cleanlimits *limits);
void cleangates_free(struct cleangates *);

/* Reads the baseline.  Are there the columns that limits are for, and has it
 * the same?  0, or -1 after a message. */
int cleangates_begin(struct cleangates *, const struct cleanquality *)
    SRS_MUST_CHECK;

/* Compares, and adds "drift" and "gates" to the report.  0, or -1 after a
 * message: the baseline is damaged. */
int cleangates_check(struct cleangates *, struct cleanquality *,
    cJSON *report) SRS_MUST_CHECK;

/* A message for each gate that says no: their number. */
size_t cleangates_tell(const struct cleangates *);

/* Adds a line for each drift, for people. */
void cleangates_text(const struct cleangates *, struct buf *);

#endif

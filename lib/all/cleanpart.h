#ifndef SRS_CLEANPART_H
#define SRS_CLEANPART_H

/*
 * cleanpart.h -- what a thread makes of a block of rows: what is to be
 * written, or kept for the rules that need all rows; and what was refused.
 */

#include "all/cleanoutput.h"
#include "all/cleanplan.h"
#include "all/cleanquality.h"
#include "all/cleanrejects.h"
#include "all/cleantable.h"
#include "base/buf.h"
#include "base/err.h"
#include "io/rows.h"
#include "prep/cleanbatch.h"
#include "prep/cleanusual.h"

/* What all parts use, and none changes. */
struct cleanpart_job {
	const struct cleanplan *plan;
	const struct cleantable *table;
	struct cleanquality *quality;
	const struct cleanoutput *output;
	const struct cleanrejects *rejects;	/* NULL if not wanted */
	/* NULL: rows are written at once */
	const struct cleanstore_columns *stored;
};

/* All zero is empty. */
struct cleanpart {
	struct buf rows;	/* to be written */
	struct cleanbatch batch;	/* to be stored */
	struct buf rejects;
	/* scratch */
	struct cleanfields fields;
	struct clean_row row;
	struct buf why;
	struct cleanusual *usual;	/* NULL until needed */
};

void cleanpart_release(struct cleanpart *);

/* Judges the rows of a block; the part's are empty before.  0, or -1 after a
 * message: the first bad row, if the plan stops there. */
int cleanpart_read(struct cleanpart *, const struct cleanpart_job *,
    struct rows *block) SRS_MUST_CHECK;

#endif

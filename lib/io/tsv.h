#ifndef SRS_TSV_H
#define SRS_TSV_H

/* tsv.h -- records of lines: LF ends one, a separator stands between fields,
 * there is no quoting. */

#include "base/err.h"
#include "io/lines.h"
#include "io/marks.h"
#include "io/record.h"

/* The next record, as record.h says; its fields point into `lines`.  The
 * marks are those of separators and LF. */
int tsv_record(struct lines *, struct marks *, char separator,
    struct record *) SRS_MUST_CHECK;

#endif

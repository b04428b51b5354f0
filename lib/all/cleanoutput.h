#ifndef SRS_CLEANOUTPUT_H
#define SRS_CLEANOUTPUT_H

/* cleanoutput.h -- the clean table, as it is written. */

#include "all/cleanplan.h"
#include "base/buf.h"
#include "base/err.h"
#include "io/put.h"
#include "prep/cleanstore.h"

struct cleanoutput;

/* Begins with the header, after the plan is settled.  NULL after a message. */
struct cleanoutput *cleanoutput_open(const struct cleanplan *);
void cleanoutput_free(struct cleanoutput *);

/* As out_finish() and out_commit(). */
int cleanoutput_finish(struct cleanoutput *) SRS_MUST_CHECK;
int cleanoutput_commit(struct cleanoutput *) SRS_MUST_CHECK;

/* Adds a row, all but its text, as it is to be written; any thread may. */
void cleanoutput_row(const struct cleanoutput *,
    const struct cleanstore_row *, struct buf *);

/* Writes rows that are whole.  Failures are kept for cleanoutput_commit(). */
void cleanoutput_put(struct cleanoutput *, struct span rows);

/* True once a write has failed. */
int cleanoutput_failed(const struct cleanoutput *);

#endif

#ifndef SRS_CLEANWRITE_H
#define SRS_CLEANWRITE_H

/* cleanwrite.h -- the rows of a store, written by all threads. */

#include "all/cleanoutput.h"
#include "all/cleanquality.h"
#include "base/err.h"
#include "base/tick.h"
#include "prep/cleanstore.h"

/* Writes all rows in their order, and counts them.  0, or -1 after a message;
 * a write that fails is for cleanoutput_commit() to complain about. */
int cleanwrite(const struct cleanplan *, const struct cleanstore *,
    struct cleanoutput *, struct cleanquality *, struct tick *)
    SRS_MUST_CHECK;

#endif

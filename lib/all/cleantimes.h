#ifndef SRS_CLEANTIMES_H
#define SRS_CLEANTIMES_H

/* cleantimes.h -- what srs-clean's options say about times: how they are
 * spelled, from when to when, and how weights fade. */

#include "all/cleanplan.h"
#include "base/err.h"

/* Reads --time-unit, --time-format, --time-zone, --since, --until, --now and
 * --half-life into the plan's rules.  0, or -1 after a message. */
int cleantimes_read(struct cleanplan *) SRS_MUST_CHECK;

/* Is there a rule that needs times?  Its option's name, or NULL. */
const char *cleantimes_need(const struct cleanplan *);

#endif

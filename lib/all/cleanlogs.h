#ifndef SRS_CLEANLOGS_H
#define SRS_CLEANLOGS_H

/* cleanlogs.h -- what srs-clean's options say about rules that only logs have:
 * robots, the most frequent items; and about words of texts. */

#include "all/cleanplan.h"
#include "base/err.h"

/* Reads --max-per-day, --max-burst, --max-one-item and --top-items.  0, or -1
 * after a message. */
int cleanlogs_read(struct cleanplan *) SRS_MUST_CHECK;

/* The option that needs times, if there is one; or NULL. */
const char *cleanlogs_need_times(const struct cleanplan *);

/* Reads --min-token and --stop-words. */
int cleanlogs_read_words(struct cleanplan *) SRS_MUST_CHECK;

#endif

#ifndef SRS_CLEANIDS_H
#define SRS_CLEANIDS_H

/* cleanids.h -- what srs-clean's options say about ids: samples of them, and
 * pseudonyms. */

#include "all/cleanplan.h"
#include "base/err.h"

/* Reads --sample-users, --sample-items and --pseudonymize into the plan's
 * rules.  0, or -1 after a message. */
int cleanids_read(struct cleanplan *) SRS_MUST_CHECK;

#endif

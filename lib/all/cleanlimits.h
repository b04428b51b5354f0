#ifndef SRS_CLEANLIMITS_H
#define SRS_CLEANLIMITS_H

/* cleanlimits.h -- the gates of srs-clean, as on the command line. */

#include <math.h>
#include <stddef.h>

#include "cli/opt.h"

/* NULL: not said. */
struct cleanlimits {
	size_t min_rows;
	struct opt_list max_missing;	/* "COLUMN=5%" */
	const char *max_duplicates, *max_rejects;	/* "1%" or "0.01" */
	double max_drift;		/* NAN: none */
	const char *baseline;		/* an older report */
};

#define CLEANLIMITS_DEFAULTS { .max_drift = NAN }

#endif

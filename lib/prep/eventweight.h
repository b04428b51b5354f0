#ifndef SRS_EVENTWEIGHT_H
#define SRS_EVENTWEIGHT_H

/* eventweight.h -- what a view, a cart and a purchase are worth. */

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "data/idmap.h"

struct eventweight {
	struct idmap *types;	/* owned; in the order they were named */
	float *weight;		/* (types) */
	size_t cap;
};

#define EVENTWEIGHT_EMPTY ((struct eventweight){ NULL, NULL, 0 })

/* Reads "view=1,cart=3,purchase=5".  0, or -1 after a message that starts
 * with `option`; released by the caller in any case. */
int eventweight_read(struct eventweight *, struct span text,
    const char *option) SRS_MUST_CHECK;
void eventweight_release(struct eventweight *);

#endif

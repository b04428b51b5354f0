#ifndef SRS_HOLD_H
#define SRS_HOLD_H

/* hold.h -- texts that stay where they are, until all of them are dropped. */

#include "base/span.h"

/* NULL holds none. */
struct hold;

/* A copy of the text, which is valid until hold_release(). */
struct span hold_text(struct hold **, struct span text);

/* Drops all of them; *h is NULL then. */
void hold_release(struct hold **h);

#endif

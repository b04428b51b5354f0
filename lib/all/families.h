#ifndef SRS_FAMILIES_H
#define SRS_FAMILIES_H

/* families.h -- every family of models that can be loaded. */

#include "model/scorer.h"

/* Ended by NULL: for scorer_open(). */
extern const struct family *const all_families[];

#endif

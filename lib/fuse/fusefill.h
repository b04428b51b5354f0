#ifndef SRS_FUSEFILL_H
#define SRS_FUSEFILL_H

/*
 * fusefill.h -- scores for items that a system's list lacks, of the system's
 * own model.  What the model does not know stays absent.
 */

#include "fuse/fuseunion.h"
#include "model/scorer.h"

struct fusefill {
	struct scorer **model;	/* (n) prepared; NULL for systems without */
	size_t n;
};

/* Adds the model's scores to list s, whose order is then undone; nothing
 * without a model. */
void fusefill_one(const struct fusefill *, struct fuseunion *, size_t s);

/* The same for all systems. */
void fusefill_all(const struct fusefill *, struct fuseunion *);

#endif

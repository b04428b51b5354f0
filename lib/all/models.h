#ifndef SRS_MODELS_H
#define SRS_MODELS_H

/*
 * models.h -- the models of a command line: one, or several with weights.
 *
 *	srs-topk -m ials.st:0.6 -m ease.st:0.4
 *
 * What follows the last colon is a weight if it is a number, and else part of
 * the name; a file whose name ends so is given as NAME:1.
 */

#include <stddef.h>

#include "base/err.h"
#include "model/scorer.h"

struct models {
	const char *const *name;	/* (n) with weights; n >= 1 */
	size_t n;
	int partial;		/* they may have different items */
};

/* One model as it is, several as ensemble.h has them.  NULL after a message. */
struct scorer *models_open(const struct models *);

/* What a message calls them: the one's path, or "the models". */
const char *models_name(const struct models *);

#endif

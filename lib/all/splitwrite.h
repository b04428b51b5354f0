#ifndef SRS_SPLITWRITE_H
#define SRS_SPLITWRITE_H

/* splitwrite.h -- the rows of a table, which is in memory, into its parts. */

#include <stddef.h>

#include "all/splitfile.h"
#include "all/splitparts.h"
#include "base/err.h"
#include "prep/balance.h"
#include "prep/split.h"

struct splitwrite {
	const struct splitfile *file;
	const unsigned char *part;	/* (n) */
	/* columns behind the others */
	const struct split_rule *folds;	/* NULL: no folds */
	const uint64_t *fold_hash;	/* of each unit */
	const uint32_t *fold_unit;	/* (n); NULL: the rows are the units */
	const struct balance *balance;	/* of the train part; NULL: none */
	int weights;			/* its weights in a column */
	int header;
	struct tick *tick;		/* blocks; may be NULL */
};

/* The extra columns must be new to the table: 0, or -1 after a message. */
int splitwrite_check(const struct splitwrite *) SRS_MUST_CHECK;

/* Adds the rows to the parts, in their order, and headers before them. */
int splitwrite_run(const struct splitwrite *, struct splitparts *)
    SRS_MUST_CHECK;

#endif

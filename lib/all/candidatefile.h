#ifndef SRS_CANDIDATEFILE_H
#define SRS_CANDIDATEFILE_H

/* candidatefile.h -- for each tested row of a split, its item and others that
 * the user never had (prep/candidates.h), as rows user_id item_id. */

#include <stddef.h>

#include "all/splitfile.h"
#include "base/choice.h"
#include "io/put.h"

struct candidatefile {
	const char *path;
	size_t negatives;		/* for each tested row */
	const struct choice *how;	/* of candidates_choice() */
	uint64_t seed;
	int gzip, header;
};

/*
 * Writes all rows and finishes: put_commit() is left to the caller, who has
 * other files to write.  *n_short <- the rows that got fewer items than asked
 * for.  The table must have users and items.  NULL after a message.
 */
struct put *candidatefile_make(const struct splitfile *,
    const unsigned char *part, const struct candidatefile *,
    size_t *n_short);

#endif

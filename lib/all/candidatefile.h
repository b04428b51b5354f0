#ifndef SRS_CANDIDATEFILE_H
#define SRS_CANDIDATEFILE_H

/* candidatefile.h -- for each row of a part, its item and others that the user
 * never had (prep/candidates.h), as rows user_id item_id. */

#include <stddef.h>

#include "all/splitfile.h"
#include "base/choice.h"
#include "io/put.h"

struct candidatefile {
	const char *paths[SPLIT_PARTS];	/* of valid and test; NULL: none */
	size_t negatives;		/* for each row */
	const struct choice *how;	/* of candidates_choice() */
	uint64_t seed;
	int gzip, header;
};

/*
 * Writes those of the rows in part `which` (rows.n) and finishes: put_commit()
 * is left to the caller, who has other files to write.  *n_short <- the rows
 * that got fewer items than asked for.  The table must have users, items and
 * hashes.  NULL after a message.
 */
struct put *candidatefile_make(const struct splitfile *,
    const unsigned char *part, enum split_part which,
    const struct candidatefile *, size_t *n_short);

#endif

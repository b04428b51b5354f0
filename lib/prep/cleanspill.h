#ifndef SRS_CLEANSPILL_H
#define SRS_CLEANSPILL_H

/*
 * cleanspill.h -- a store that is larger than memory: when it leaves it, and
 * how rows that belong together come together (Kitsuregawa, Tanaka, Moto-oka
 * 1983, "Application of hash to data base machine and its architecture"; the
 * grace hash join): rows are dealt out to parts, each part is worked on in
 * memory, and the rows left are merged by where they were.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "prep/cleanstore.h"

enum { CLEANSPILL_PARTS_MAX = 512 };

/* Is the store in a file? */
int cleanspill_is_out(const struct cleanstore *);

/* Moves the rows to a file now. */
int cleanspill_out(struct cleanstore *) SRS_MUST_CHECK;

/* Moves the rows to a file if they take more than the limit; fails, with a
 * message, if the ids and what the passes need for them are more than that. */
int cleanspill_check(struct cleanstore *) SRS_MUST_CHECK;

/* The parts that the rows of a store in a file must be cut into, when working
 * on one takes `row_bytes` for each row besides the row. */
size_t cleanspill_parts(const struct cleanstore *, size_t row_bytes);

struct cleanspill_job {
	void *arg;
	/* the part of row i of a block, below n_parts */
	size_t (*part)(void *arg, const struct cleanblock *, size_t i);
	/* changes a part: a store in memory, with the ids of the whole */
	int (*each)(void *arg, struct cleanstore *part);
	size_t n_parts;
	size_t row_bytes;	/* as above */
};

/* Does all that to a store in a file.  0, or -1 after a message. */
int cleanspill_run(struct cleanstore *, const struct cleanspill_job *)
    SRS_MUST_CHECK;

#endif

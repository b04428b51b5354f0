#ifndef SRS_READINTER_H
#define SRS_READINTER_H

/* readinter.h -- interactions from tables or from a CSR in safetensors. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tick.h"
#include "data/inter.h"

struct readinter {
	/* the column that becomes the value; NULL: "weight" if there is one,
	 * else 1 for each row.  A named column must be there. */
	const char *value;
	int needs_value;	/* an empty value is an error, not 1 */
	/* not NULL: whether there is such a column is for the files to say
	 * (all the same); without it, values are as for NULL above */
	int *has_value;
	/* whose rows are kept, by number in `users`; NULL: all users', and
	 * no rows at all are an error */
	int (*wants)(const void *arg, uint32_t user);
	const void *arg;
	/* bytes that interactions and maps may take; 0: any.  More are an
	 * error, which ends with what to do `instead` */
	size_t memory;
	const char *instead;
	int without_times;	/* rows are in the order of arrival; 8 bytes
				 * less for each, and its time is not read */
	struct tick *tick;
};

/*
 * Reads the files one after the other into one set of interactions.  Tables:
 * columns user_id, item_id (positional: user_id item_id rating timestamp), the
 * value and timestamp (kept, if every file has it, in thousandths of its
 * unit).  Matrices: as interfile.h says.
 * `users` and `items` may hold names already; new ones are added.  An empty
 * id is an error.  No rows at all: an error.  Returns finished interactions,
 * which own the maps if `owns`; or NULL after a message (and then the maps are
 * freed if `owns`).
 */
struct inter *readinter(const char *const *paths, size_t n_paths,
    const struct readinter *, struct idmap *users, struct idmap *items,
    int owns);

#endif

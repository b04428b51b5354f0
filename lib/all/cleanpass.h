#ifndef SRS_CLEANPASS_H
#define SRS_CLEANPASS_H

/*
 * cleanpass.h -- the rules that look at more than one row, in their order.
 *
 * Each is a line of one table: when it is wanted, and what it does to the rows
 * that the rules for single rows have left.  The order is that of the table,
 * and is documented in srs-clean(1): missing values are filled, outliers go,
 * values are scaled, robots go, duplicates are merged, the popular items or a
 * sample of the users stay, the k-core is taken, and old rows are made
 * lighter.
 *
 *	if (cleanpass_any(plan))		rows must be held
 *		...
 *	status = cleanpass_run(store, plan, count);
 */

#include <stddef.h>

#include "all/cleanplan.h"
#include "base/err.h"
#include "prep/cleancount.h"
#include "prep/cleanstore.h"

struct cleanpass {
	const char *name;
	/* by the settled plan (all but holds_rows) */
	int (*wanted)(const struct cleanplan *);
	/* counts what it does in count->what[]; 0, or -1 after a message */
	int (*run)(struct cleanstore *, const struct cleanplan *,
	    struct cleancount *);
};

/* Line i of the table, or NULL past its end. */
const struct cleanpass *cleanpass_at(size_t i);

int cleanpass_any(const struct cleanplan *);

/* Runs those that are wanted.  0, or -1 after a message. */
int cleanpass_run(struct cleanstore *, const struct cleanplan *,
    struct cleancount *) SRS_MUST_CHECK;

#endif

#ifndef SRS_CLEANPASS_H
#define SRS_CLEANPASS_H

/*
 * cleanpass.h -- the rules that look at more than one row, in their order.
 *
 * Each is a line of one table: when it is wanted, and what it does to the rows
 * that the rules for single rows have left.  The order is that of the table,
 * and is documented in srs-clean(1): an event delivered twice happened once;
 * robots are judged by what they did; weights fade before they are added up;
 * outliers are outliers of what will be written, and no mean is taken of them;
 * items are chosen before the k-core, which must hold of what is written; and
 * numbers are made normal last, so that a mean that should be 0 is.
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

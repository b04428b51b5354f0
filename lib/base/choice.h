#ifndef SRS_CHOICE_H
#define SRS_CHOICE_H

/*
 * choice.h -- one line of a table of named things: methods, metrics, ...
 *
 * A table's struct begins with a struct choice; a function of this shape
 * gives line i, or NULL past the end, to option parsing, help and completion:
 *
 *	const struct choice *mf_choice(size_t i);
 */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct choice {
	const char *name;
	const char *purpose;	/* one clause, lower case, no full stop */
	const char *defaults;	/* "factors=64 epochs=16"; NULL for none */
};

/* The line named `name`, or NULL. */
const struct choice *choice_find(const struct choice *(*table)(size_t i),
    struct span name);

#endif

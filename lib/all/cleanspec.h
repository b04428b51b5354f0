#ifndef SRS_CLEANSPEC_H
#define SRS_CLEANSPEC_H

/*
 * cleanspec.h -- rules for single columns, as they stand on the command line:
 * COLUMN=RULE,COLUMN=RULE.
 *
 *	--fill       COLUMN=WHAT	keep, drop, ..., mean, ..., or a value
 *	--range      COLUMN=LOW..HIGH[:WHAT]
 *	--scale      COLUMN=LOW..HIGH:LOW..HIGH
 *	--outliers   COLUMN=HOW:LIMIT[:WHAT]
 *	--normalize  COLUMN=HOW
 *	--number     COLUMN=STYLE
 *	--tokenize   COLUMN
 *
 * First all lists are read, then, with a table in view, the column of each
 * rule is found.
 */

#include "base/err.h"
#include "cli/opt.h"
#include "prep/cleanvalue.h"

enum cleanspec_option {
	CLEANSPEC_FILL, CLEANSPEC_RANGE, CLEANSPEC_SCALE, CLEANSPEC_OUTLIERS,
	CLEANSPEC_NORMALIZE, CLEANSPEC_NUMBER, CLEANSPEC_TOKENIZE,
	CLEANSPEC_OPTIONS
};

/* "--fill", ... */
const char *cleanspec_name(enum cleanspec_option);

/* The rules of a column. */
struct cleanspec_column {
	char *name;		/* as the user spelled it; owned */
	struct cleanvalue value;
	unsigned given;		/* 1 << option: those that the user gave */
};

struct cleanspec {
	struct cleanspec_column *column;	/* (n) */
	size_t n, cap;
};

#define CLEANSPEC_EMPTY ((struct cleanspec){ NULL, 0, 0 })
void cleanspec_release(struct cleanspec *);

/* Adds what an option says.  0, or -1 after a message. */
int cleanspec_read(struct cleanspec *, enum cleanspec_option,
    const struct opt_list *) SRS_MUST_CHECK;

/* The same for --missing WHAT, which is short for --fill rating=WHAT. */
int cleanspec_read_missing(struct cleanspec *, const char *what) SRS_MUST_CHECK;

/* The first option that was given for the column. */
enum cleanspec_option cleanspec_first(const struct cleanspec_column *);

/* Makes the constant of --fill a number: 0, or -1 after a message. */
int cleanspec_settle_number(struct cleanspec_column *) SRS_MUST_CHECK;

#endif

#ifndef SRS_ABMETRIC_H
#define SRS_ABMETRIC_H

/*
 * abmetric.h -- what an experiment measures: kinds, and metrics made of them,
 * such as "conversion:purchase", "sum:purchase.price", "ratio:click/view".
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "base/span.h"

/* How groups are compared. */
enum abtest_how { ABTEST_SHARE, ABTEST_MEAN, ABTEST_RATIO };

/* What a kind is about, behind the colon. */
enum abkind_about {
	ABKIND_NAME,		/* a column, or an event */
	ABKIND_FIELD,		/* EVENT.COLUMN */
	ABKIND_PAIR,		/* A/B, of columns or events */
	ABKIND_DAYS		/* a number */
};

struct abkind {
	struct choice what;
	enum abtest_how how;
	enum abkind_about about;
	int of_tables;		/* can it be a column of a table of users? */
};

const struct choice *abkind_choice(size_t i);

struct abmetric {
	const struct abkind *kind;
	char *name;		/* as it was asked for; owned */
	char *first;		/* event or column; owned */
	char *second;		/* column, or denominator; owned, or NULL */
	size_t days;
};

struct abmetrics {
	struct abmetric *at;	/* (n) */
	size_t n;
};

/* "conversion:purchase,sum:purchase.price".  of_events: metrics are of events,
 * not of columns.  0, or -1 after a message; then *out is empty. */
int abmetrics_parse(const char *text, int of_events, struct abmetrics *out)
    SRS_MUST_CHECK;
void abmetrics_release(struct abmetrics *);

#endif

#ifndef SRS_CLEANDRIFT_H
#define SRS_CLEANDRIFT_H

/*
 * cleandrift.h -- how far a table has moved since an older report
 * (cleanjson.h) was made.
 *
 *	cJSON *before = cleandrift_read("old.json");	checked
 *	cleandrift_fits(before, columns, n, "old.json")
 *	...
 *	struct cleandrift d;
 *	if (cleandrift_compare(&d, before, now, "old.json") == 0)
 *		for (i = 0; i < d.n; i++) use(&d.line[i]);
 *	cleandrift_release(&d);
 *
 * Compared is the input: rows that were neither refused nor dropped by a rule
 * for one row.  Of numbers and tokens it is the population stability index
 * (psi.h) of
 *   - the values and "missing", where both sides have few values;
 *   - ten groups of neighbouring bins (logbins.h), about as large as each
 *     other before, and "missing", of other numbers;
 *   - the hours of the day and "missing", of times: years and months differ
 *     between any two logs.
 * Of ids, and of tokens with many values, it is the share of those now that
 * were not there before (new), and of those before that are not there now
 * (vanished), by the samples in both reports: with its standard error, which
 * is 0 where the samples are all there is.
 */

#include <stddef.h>

#include "base/err.h"
#include "io/json.h"
#include "prep/profile.h"

enum cleandrift_kind { CLEANDRIFT_PSI, CLEANDRIFT_NEW, CLEANDRIFT_VANISHED };

struct cleandrift_line {
	const char *column;	/* belongs to the older report */
	enum cleandrift_kind kind;
	double value, error;
};

struct cleandrift {
	struct cleandrift_line *line;	/* (n) */
	size_t n, cap;
};

/* A report of srs-clean of this format.  NULL after a message. */
cJSON *cleandrift_read(const char *path);

/* Has it just these columns?  0, or -1 after a message. */
int cleandrift_fits(const cJSON *before, const struct profile_spec *,
    size_t n, const char *path) SRS_MUST_CHECK;

/* 0, or -1 after a message that `path`, the older one, is damaged; to be
 * released in any case. */
int cleandrift_compare(struct cleandrift *, const cJSON *before,
    const cJSON *now, const char *path) SRS_MUST_CHECK;
void cleandrift_release(struct cleandrift *);

/* "psi", "new", "vanished" */
const char *cleandrift_name(enum cleandrift_kind);

#endif

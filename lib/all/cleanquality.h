#ifndef SRS_CLEANQUALITY_H
#define SRS_CLEANQUALITY_H

/*
 * cleanquality.h -- what srs-clean counts while it works, by any number of
 * threads: each fills a sheet of its own.
 *
 *	struct cleansheet *sheet = cleanquality_take(q);	in a thread
 *	for each row
 *		cleanquality_row(q, sheet, field, text, &row);
 *	cleanquality_give(q, sheet);
 *	...
 *	const struct cleansheet *all = cleanquality_sum(q);	at the end
 *
 * Sheets can be added up in any order with the same result (profile.h,
 * cleancount.h), so any thread may go on with any sheet.
 */

#include <stdint.h>

#include "all/cleanplan.h"
#include "prep/cleancount.h"
#include "prep/cleanstore.h"
#include "prep/cleanusual.h"
#include "prep/profile.h"

enum { CLEANSHEET_ROWS = 128 };

struct cleansheet {
	struct cleancount count;
	struct profile *input;	/* rows that the rules for one row kept */
	struct profile *output;	/* rows written; NULL: the same rows */
	struct cleansheet *next;
	/* rows of the input (n) that are not in the profile yet */
	size_t n;
	uint64_t user[CLEANSHEET_ROWS], item[CLEANSHEET_ROWS];	/* hashes */
	uint64_t pair[CLEANSHEET_ROWS];
	float rating[CLEANSHEET_ROWS], weight[CLEANSHEET_ROWS];
	int64_t time[CLEANSHEET_ROWS];
};

struct cleanquality;

/* Of a plan that is settled and stays. */
struct cleanquality *cleanquality_new(const struct cleanplan *);
void cleanquality_free(struct cleanquality *);

/* A sheet that nobody else has, and back.  Safe in threads. */
struct cleansheet *cleanquality_take(struct cleanquality *);
void cleanquality_give(struct cleanquality *, struct cleansheet *);

/* Counts a row that clean_row() has made of field and text. */
void cleanquality_row(const struct cleanquality *, struct cleansheet *,
    const struct span *field, const struct span *text,
    const struct clean_row *);

/* Counts the usual ones of n rows, which were judged last, of these fields. */
void cleanquality_usual(const struct cleanquality *, struct cleansheet *,
    const struct cleanusual *, const struct spans *field, size_t n);

/* Counts a record that could not be cut into fields. */
void cleanquality_record(struct cleansheet *);

/* Rows are written that had to wait: where the plan holds rows, each is to be
 * counted, and no other. */
void cleanquality_written(const struct cleanquality *, struct cleansheet *,
    const struct cleanstore *, const struct cleanblock *);

/* The rows written of each of n users, or items. */
void cleanquality_ids(struct cleanquality *, enum clean_field,
    const uint64_t *rows, size_t n);

/* --- afterwards ---------------------------------------------------------- */

/* All that was counted; no sheet must be out.  It belongs to the quality, and
 * grows with what is counted later. */
struct cleansheet *cleanquality_sum(struct cleanquality *);

const struct profile *cleanquality_input(struct cleanquality *);
const struct profile *cleanquality_output(struct cleanquality *);

/* Of the users or items of the output. */
struct popularity cleanquality_popularity(struct cleanquality *,
    enum clean_field);

/* Rows written divided by users times items; 0 without rows. */
double cleanquality_density(struct cleanquality *);

/* Rows of the input that say what another says: as many as were merged, or
 * would be. */
double cleanquality_duplicates(struct cleanquality *, int *estimated);

/* The columns of the profiles; that of a field, or -1; is it read, or made? */
const struct profile_spec *cleanquality_columns(const struct cleanquality *,
    size_t *n);
int cleanquality_column(const struct cleanquality *, enum clean_field);
int cleanquality_is_read(const struct cleanquality *, size_t column);

/* Empty fields of a column that is read. */
uint64_t cleanquality_missing(struct cleanquality *, size_t column);

#endif

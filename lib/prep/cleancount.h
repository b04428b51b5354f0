#ifndef SRS_CLEANCOUNT_H
#define SRS_CLEANCOUNT_H

/* cleancount.h -- how often each rule of clean.h was applied.  Counts can be
 * merged: each thread has its own. */

#include <stdint.h>

#include "prep/clean.h"
#include "prep/cleanusual.h"
#include "prep/nametally.h"

struct cleancount {
	uint64_t rows;			/* read */
	uint64_t what[CLEAN_WHATS];
	uint64_t users[CLEAN_WHATS];	/* whom a rule took whole */
	/* empty fields, in all rows that could be cut into fields */
	uint64_t missing[CLEAN_FIELDS];
	unsigned char field[CLEAN_FIELDS];	/* (n_fields) that are read */
	size_t n_fields;
	uint64_t *missing_text;		/* (n_text) */
	size_t n_text;
	uint64_t *events;		/* (types) of rows kept, by weights */
	size_t n_events;
	struct nametally others;	/* events that are not wanted */
};

void cleancount_init(struct cleancount *, const struct clean_rules *);
void cleancount_release(struct cleancount *);

/* Counts a row that clean_row() has made of `field` and `text`. */
void cleancount_row(struct cleancount *, const struct span *field,
    const struct span *text, const struct clean_row *);

/* Counts the usual ones of the n rows that were judged last. */
void cleancount_usual(struct cleancount *, const struct cleanusual *,
    size_t n);

/* Counts a record that could not be cut into fields. */
void cleancount_record(struct cleancount *);

/* Adds the counts of others, by the same rules, to the first. */
void cleancount_merge(struct cleancount *, const struct cleancount *);

/* The sum of what[] over the refused, and over the dropped. */
uint64_t cleancount_refused(const struct cleancount *);
uint64_t cleancount_dropped(const struct cleancount *);

#endif

#ifndef SRS_CLEANCOUNT_H
#define SRS_CLEANCOUNT_H

/* cleancount.h -- how often each rule of clean.h was applied. */

#include <stdint.h>

#include "data/idmap.h"
#include "prep/clean.h"

/* Types of event without a weight are counted by name, up to this many; a
 * broken column has a new one in every row. */
enum { CLEANCOUNT_OTHERS_MAX = 64 };

struct cleancount {
	uint64_t rows;			/* read */
	uint64_t what[CLEAN_WHATS];
	uint64_t missing[CLEAN_FIELDS];	/* in kept rows; also ids refused */
	uint64_t *missing_text;		/* (n_text) */
	size_t n_text;
	uint64_t *events;		/* (types) of rows kept, by weights */
	size_t n_events;
	struct idmap *others;		/* names of other types */
	uint64_t n_others[CLEANCOUNT_OTHERS_MAX];	/* (others) */
	uint64_t more_others;		/* of types that found no place */
};

void cleancount_init(struct cleancount *, const struct clean_rules *);
void cleancount_release(struct cleancount *);

/* Counts a row that clean_row() has made of `text` and other fields. */
void cleancount_row(struct cleancount *, const struct clean_rules *,
    const struct clean_row *, const struct span *text);

/* Counts a record that could not be cut into fields. */
void cleancount_record(struct cleancount *);

/* The sum of what[] over the refused, and over the dropped. */
uint64_t cleancount_refused(const struct cleancount *);
uint64_t cleancount_dropped(const struct cleancount *);

#endif

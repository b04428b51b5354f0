#ifndef SRS_CLEANBATCH_H
#define SRS_CLEANBATCH_H

/*
 * cleanbatch.h -- clean rows on their way into a store: a thread collects
 * those of its part of the input, with the keys of their ids, and the store
 * takes them in the order of the input.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hold.h"
#include "base/span.h"
#include "data/idmap.h"

/* A row, as it comes and goes.  Fields without column are ignored. */
struct cleanstore_row {
	struct span user, item, event, text;
	float rating, weight;
	int64_t time;
};

/* Which columns there are, besides the user. */
struct cleanstore_columns {
	int item, event, rating, weight, time, text;
};

/* All zero is empty; columns that are not there are not filled. */
struct cleanbatch {
	size_t n, cap;
	struct idmap_key *user, *item, *event;	/* (n) */
	float *rating, *weight;	/* (n) */
	int64_t *time;		/* (n) */
	uint32_t *text_length;	/* (n) */
	struct buf text;
	struct hold *held;	/* names that are long */
};

void cleanbatch_release(struct cleanbatch *);

/* Takes all rows out, and keeps the memory. */
void cleanbatch_clear(struct cleanbatch *);

/* Adds a row, of which all is copied. */
void cleanbatch_add(struct cleanbatch *, const struct cleanstore_columns *,
    const struct cleanstore_row *);

/* Columns of rows without text, in which the same are NULL as in a batch. */
struct cleanbatch_rows {
	const struct idmap_key *user, *item, *event;
	const float *rating, *weight;
	const int64_t *time;
};

/* Adds rows first .. end of these; long names must stay where they are until
 * the batch is cleared. */
void cleanbatch_add_rows(struct cleanbatch *,
    const struct cleanstore_columns *, const struct cleanbatch_rows *,
    size_t first, size_t end);

#endif

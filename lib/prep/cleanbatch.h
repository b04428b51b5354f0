#ifndef SRS_CLEANBATCH_H
#define SRS_CLEANBATCH_H

/*
 * cleanbatch.h -- clean rows on their way into a store: a thread collects
 * those of its part of the input, with the hashes of their ids, and the store
 * takes them in the order of the input.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

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

/* A column of names. */
struct cleanbatch_names {
	struct buf text;	/* one after the other, nothing between */
	uint32_t *length;	/* (n) */
	uint32_t *hash;		/* (n) idmap_hash() */
};

/* All zero is empty; columns that are not there are not filled. */
struct cleanbatch {
	size_t n, cap;
	struct cleanbatch_names user, item, event;
	float *rating, *weight;	/* (n) */
	int64_t *time;		/* (n) */
	uint32_t *text_length;	/* (n) */
	struct buf text;
};

void cleanbatch_release(struct cleanbatch *);

/* Takes all rows out, and keeps the memory. */
void cleanbatch_clear(struct cleanbatch *);

void cleanbatch_add(struct cleanbatch *, const struct cleanstore_columns *,
    const struct cleanstore_row *);

#endif

#ifndef SRS_CLEANSTORE_H
#define SRS_CLEANSTORE_H

/*
 * cleanstore.h -- clean rows held in memory, for the rules that look at more
 * than one: duplicates and k-core.
 *
 * Columns are arrays beside each other, and only those that are needed are
 * there: user, item, one value and the time take 20 bytes a row.  Ids are
 * numbers; the text of the other columns is kept as it will be written.  Rows
 * stay in the order of arrival.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "data/idmap.h"

struct cleanstore {
	struct idmap *users, *items, *events;	/* owned */
	uint32_t *user, *item;	/* (n); item NULL in a table of attributes */
	uint32_t *event;	/* (n), or NULL like all that follow */
	float *rating;		/* NAN: missing */
	float *weight;
	int64_t *time;		/* CLEANTIME_NONE: missing */
	uint64_t *at;		/* where in `text` the row's text begins */
	struct buf text;	/* TEXT\n TEXT\n ... */
	size_t n;
	/* growth of each array */
	size_t cap_user, cap_item, cap_event, cap_rating, cap_weight,
	    cap_time, cap_at;
};

/* Which columns there are, besides the user. */
struct cleanstore_columns {
	int item, event, rating, weight, time, text;
};

struct cleanstore *cleanstore_new(const struct cleanstore_columns *);
void cleanstore_free(struct cleanstore *);

/* A row, as it comes and goes.  Fields without column are ignored. */
struct cleanstore_row {
	struct span user, item, event, text;
	float rating, weight;
	int64_t time;
};

/* Copies what it needs.  `text` has no newline in it. */
void cleanstore_add(struct cleanstore *, const struct cleanstore_row *);

/* Row i < n; its spans are valid until the next cleanstore_add(). */
void cleanstore_get(const struct cleanstore *, size_t i,
    struct cleanstore_row *);

/* Row `to` becomes what row `from` is. */
void cleanstore_copy(struct cleanstore *, size_t from, size_t to);

/* Removes the rows that are marked in gone (n), and closes the gaps. */
void cleanstore_remove(struct cleanstore *, const unsigned char *gone);

/* --- passes over all rows ----------------------------------------------- */

/*
 * Some rows, as arrays of n; NULL for columns that the store does not have.
 * Values may be changed where the function that hands it out says so.
 */
struct cleanblock {
	size_t n;
	uint32_t *user, *item, *event;
	float *rating, *weight;
	int64_t *time;
	uint64_t *at;		/* for cleanstore_text() */
	unsigned char *gone;	/* 0; set it to take the row away */
};

/*
 * Visits all rows, a block of neighbours at a time, in the order of rows, on
 * one thread.  With `changes`, values may be changed and rows marked gone:
 * those are removed when the visit is over, so a later pass does not see them.
 * A store may be larger than memory: a pass is one or more of these scans,
 * with counters of users or items between them, and never looks for a row by
 * number.  Returns 0, or -1 after a message (visit's own, or of the disk).
 */
int cleanstore_scan(struct cleanstore *, int changes,
    int (*visit)(void *arg, struct cleanblock *), void *arg) SRS_MUST_CHECK;

/*
 * Visits each user's rows together, in the order of rows: for rules about
 * what one user does.  Values may be changed and rows marked gone.  Users come
 * in order of their numbers, on one thread.  Memory for the rows of the most
 * active user; O(n).  Returns as cleanstore_scan().
 */
int cleanstore_users(struct cleanstore *,
    int (*visit)(void *arg, struct cleanblock *), void *arg) SRS_MUST_CHECK;

/* Adds a row's other columns, as they will be written ("\tTITLE\tGENRES"),
 * to the buffer. */
int cleanstore_text(struct cleanstore *, uint64_t at, struct buf *)
    SRS_MUST_CHECK;

/*
 * Removes rows of users with fewer than min_user rows and of items with fewer
 * than min_item, until none are left.  Returns the number of rows removed.
 */
uint64_t cleanstore_core(struct cleanstore *, size_t min_user,
    size_t min_item);

#endif

#ifndef SRS_CLEANSTORE_H
#define SRS_CLEANSTORE_H

/*
 * cleanstore.h -- clean rows, held for the rules that look at more than one:
 * duplicates, k-core, and the like.
 *
 * Columns are arrays, and only those that are needed are there: user, item,
 * one value and the time take 20 bytes a row.  Ids are numbers; the text of
 * the other columns is kept as it will be written.  Rows stay in the order of
 * arrival.  They are in chunks of neighbours, so that growing moves nothing;
 * with a limit of memory the chunks, when they are more than that, move to a
 * temporary file.  Ids and their names always stay in memory.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "data/idmap.h"
#include "prep/cleanbatch.h"
#include "prep/textlog.h"

struct cleanstore {
	struct idmap *users, *items, *events;	/* owned */
	struct cleanstore_columns has;
	struct textlog *texts;	/* owned; of the other columns */
	struct cleanchunks *rows;	/* cleanchunk.h */
	uint64_t limit;		/* bytes of memory; 0: none */
	int joins_events;	/* cleanmerge() takes them for one */
};

struct cleanstore *cleanstore_new(const struct cleanstore_columns *);
void cleanstore_free(struct cleanstore *);

/*
 * From now on the store takes at most this much memory, ids included, as far
 * as that is possible: cleanstore_take() and the passes fail, with a message
 * that says how much it takes, when ids and buffers alone are more.
 */
void cleanstore_limit(struct cleanstore *, uint64_t bytes);

/* Adds the rows of a batch, which may then be cleared.  0, or -1 after a
 * message. */
int cleanstore_take(struct cleanstore *, const struct cleanbatch *)
    SRS_MUST_CHECK;

/*
 * Some rows, as arrays of n; NULL for columns that the store does not have.
 * Values may be changed where the function that hands it out says so.
 */
struct cleanblock {
	size_t n;
	uint32_t *user, *item, *event;
	float *rating;		/* NAN: missing */
	float *weight;
	int64_t *time;		/* CLEANTIME_NONE: missing */
	uint64_t *at;		/* for cleanstore_text() */
	unsigned char *gone;	/* 0; set it to take the row away */
};

/* --- passes over all rows ----------------------------------------------- */

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
 * in order of their numbers, on one thread.  O(n).  Returns as
 * cleanstore_scan().
 */
int cleanstore_users(struct cleanstore *,
    int (*visit)(void *arg, struct cleanblock *), void *arg) SRS_MUST_CHECK;

/* Adds the other columns of a row with this `at`, as they will be written
 * ("\tTITLE\tGENRES"), to the buffer; the window is the caller's. */
int cleanstore_text(const struct cleanstore *, uint64_t at,
    struct textlog_window *, struct buf *) SRS_MUST_CHECK;

/* --- all rows, by several threads ---------------------------------------- */

/* Rows there are, and blocks of them. */
uint64_t cleanstore_rows(const struct cleanstore *);
size_t cleanstore_blocks(const struct cleanstore *);

/* Block i, for reading.  `memory` is used if it comes from the disk: NULL at
 * first, kept for the next one, to be freed in the end. */
int cleanstore_load(const struct cleanstore *, size_t i, void **memory,
    struct cleanblock *) SRS_MUST_CHECK;

/* Row i of a block; user, item and text are left out: idmap_names() and
 * cleanstore_text().  The event is valid until the next cleanstore_take(). */
struct cleanstore_row cleanstore_row(const struct cleanstore *,
    const struct cleanblock *, size_t i);

/* --- for the modules of the store ---------------------------------------- */

/* Removes the rows that are marked in gone (rows). */
int cleanstore_remove(struct cleanstore *, const unsigned char *gone)
    SRS_MUST_CHECK;

#endif

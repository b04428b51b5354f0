#ifndef SRS_CLEANGROUP_H
#define SRS_CLEANGROUP_H

/*
 * cleangroup.h -- the rows of each subject together: of one user, item and, if
 * that is asked for and the store has events, event.
 *
 * Subjects are dealt out, by a hash, to eight rounds of up to 64 parts each.
 * In a round the ids and numbers of its rows are copied to where their parts
 * are, one next to the other: that is read and written in order, so no row is
 * waited for.  A part is small enough for the caches, and is worked on by one
 * thread, which finds the rows of each subject with a hash table.  Only rows
 * that are not alone are looked at in the store.  A store in a file is first
 * cut into stores that fit into memory (cleanspill.h).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "prep/cleanchunk.h"
#include "prep/cleanstore.h"

enum { CLEANGROUP_PARTS = 64 };

/* The n >= 2 rows of a subject, in their order, of a store in memory. */
struct cleangroup {
	struct cleanstore *store;
	struct cleanchunks *rows;	/* of it */
	const uint64_t *row;	/* (n) numbers of rows */
	size_t n;
	unsigned char *mark;	/* for cleangroup_remove() */
	size_t part;		/* < CLEANGROUP_PARTS: others are visited by
				 * other threads at the same time */
};

/*
 * Visits all subjects with several rows, on all threads and in any order.
 * With by_event the event, if the store has one, tells subjects apart too.
 * Rows may be changed, and are removed where marked; *removed is how many.
 * 0, or -1 after a message.  O(n); 4 bytes for each row, and on each thread 24
 * for those of a part, 1/512 of all rows (or 1/8, if they are few).
 */
int cleangroup_each(struct cleanstore *, int by_event, void (*visit)(void *arg,
    const struct cleangroup *), void *arg, uint64_t *removed) SRS_MUST_CHECK;

/* --- looking at rows ----------------------------------------------------- */

static inline int
cleangroup_has(const struct cleangroup *g, enum cleanchunk_column column)
{
	return g->rows->width[column] > 0;
}

static inline uint32_t
cleangroup_id(const struct cleangroup *g, enum cleanchunk_column column,
    uint64_t row)
{
	return !cleangroup_has(g, column) ? 0
	    : *(uint32_t *)cleanchunk_at(g->rows, column, row);
}

/* A rating or a weight that is there. */
static inline float *
cleangroup_value(const struct cleangroup *g, enum cleanchunk_column column,
    uint64_t row)
{
	return cleanchunk_at(g->rows, column, row);
}

/* CLEANTIME_NONE without such a column. */
int64_t cleangroup_time(const struct cleangroup *, uint64_t row);

/* Where the row was in the whole store. */
uint64_t cleangroup_place(const struct cleangroup *, uint64_t row);

/* Marks a row: it is removed when all have been visited. */
void cleangroup_remove(const struct cleangroup *, uint64_t row);

/* All of row `from` but its place, to row `to` of the same subject. */
void cleangroup_copy(const struct cleangroup *, uint64_t from, uint64_t to);

#endif

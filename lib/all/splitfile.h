#ifndef SRS_SPLITFILE_H
#define SRS_SPLITFILE_H

/*
 * splitfile.h -- tables into the arrays that prep/split.h looks at.
 *
 * All of it is in memory: the text of the rows, and 5 bytes a row, with 4
 * more for each of the users, items and sessions that are needed, 8 for the
 * times, 8 for hashes and 2 for classes.
 */

#include <stddef.h>
#include <stdint.h>

#include "all/splitcolumns.h"
#include "base/err.h"
#include "base/tick.h"
#include "data/idmap.h"
#include "io/table.h"
#include "prep/split.h"

struct splitfile {
	struct table *table;		/* the rows as they will be written */
	struct idmap *names[SPLITIDS];	/* of what was needed and is there */
	struct split_rows rows;		/* its arrays are owned */
	uint16_t *class;		/* (rows.n); NULL: not needed */
	size_t *first_session;		/* see splitfile_cut(); NULL: none */
	size_t cap_id[SPLITIDS], cap_time, cap_hash;
};

/* Reads the files as one table.  NULL after a message. */
struct splitfile *splitfile_read(const char *const *paths, size_t n_paths,
    const struct splitneeds *, struct tick *);
void splitfile_free(struct splitfile *);

/* Makes sessions of gaps (prep/gaps.h), in a table that must have none. */
int splitfile_cut(struct splitfile *, int64_t gap) SRS_MUST_CHECK;

/* Adds the name of the row's session, which was made of gaps: its user's,
 * and a number from 1. */
void splitfile_put_session(const struct splitfile *, size_t row, struct buf *);

/* What each unit is known by: (the number of users, items or sessions); the
 * caller frees. */
uint64_t *splitfile_hashes(const struct splitfile *, enum split_unit);

#endif

#ifndef SRS_SPLITFILE_H
#define SRS_SPLITFILE_H

/*
 * splitfile.h -- tables into the arrays that prep/split.h looks at, and its
 * parts into files.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/tick.h"
#include "data/idmap.h"
#include "io/table.h"
#include "prep/split.h"

struct splitfile {
	struct table *table;		/* the rows as they will be written */
	struct idmap *users, *items;	/* rows.user, rows.item */
	struct split_rows rows;		/* its arrays are owned */
	size_t cap_user, cap_item, cap_time, cap_hash;
};

/*
 * Reads the files as one table, which must have the columns that the method
 * needs; times are read if `times` is set and there are any.  A row is known
 * by user, item and timestamp; in a table without users or items, by all of
 * it.  NULL after a message.
 */
struct splitfile *splitfile_read(const char *const *paths, size_t n_paths,
    const struct split_method *, int times, struct tick *);
void splitfile_free(struct splitfile *);

/*
 * Writes each part that has a path, in the order of the rows; a part without
 * rows is an error.  All files take their places when all are whole.
 */
int splitfile_write(const struct splitfile *, const unsigned char *part,
    const char *const paths[SPLIT_PARTS], int gzip, int header)
    SRS_MUST_CHECK;

/* Writes the table with a column `fold` behind the others. */
int splitfile_write_folds(const struct splitfile *, uint64_t seed,
    size_t folds, const char *path, int gzip, int header) SRS_MUST_CHECK;

#endif

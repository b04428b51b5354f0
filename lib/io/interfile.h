#ifndef SRS_INTERFILE_H
#define SRS_INTERFILE_H

/*
 * interfile.h -- interactions as a sparse matrix in a safetensors file.
 *
 * Metadata srs.kind = interactions, srs.format = 1, and `value`, the name of
 * the column that the values were.  Tensors: user_ids and item_ids U8 (names,
 * each ended by a newline), indptr I64 (users + 1), indices I32 (n), values
 * F32 (n; without it all are 1) and timestamps I64 (n; may be missing).  Rows
 * are in the order of time.  timestamps_per_unit (metadata, 1 if missing) is
 * how many of a timestamp make one of the unit that tables have: 1 or 1000.
 */

#include "base/err.h"
#include "data/inter.h"
#include "io/safetensors.h"

/*
 * Adds a file's interactions to `in`, not finished, as rows of a table in the
 * order of the file.  A file that says what its values are must say `value`;
 * with `value` NULL those that are not called "weight" count as 1.  A file
 * without timestamps drops those of `in`.
 */
int interfile_add(const struct st_file *, const char *value, struct inter *in)
    SRS_MUST_CHECK;

/* Writes finished interactions; as out_open() and out_commit(). */
int interfile_write(const struct inter *, const char *value, const char *path,
    int gzip) SRS_MUST_CHECK;

#endif

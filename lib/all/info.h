#ifndef SRS_INFO_H
#define SRS_INFO_H

/*
 * info.h -- what a file holds, and whether it is sound: a table, a matrix in
 * .npy, or tensors (a model, a fusion, interactions, embeddings, others').
 */

#include "all/facts.h"
#include "base/err.h"
#include "base/span.h"
#include "base/tick.h"
#include "io/in.h"
#include "io/safetensors.h"

/* Reads all of the file and adds what it holds.  0, or -1 after a message
 * that says what is wrong with it. */
int info_file(const char *path, struct tick *, struct facts *)
    SRS_MUST_CHECK;

/* Adds the ids of the tensor `name`, one a line. */
int info_ids(const char *path, const char *name, struct buf *) SRS_MUST_CHECK;

/* Adds the names of the columns of a table, one a line; reads the beginning
 * only. */
int info_columns(const char *path, struct buf *) SRS_MUST_CHECK;

/* Its parts, one for each kind of file. */
int infotable_describe(struct in *, struct tick *, struct facts *)
    SRS_MUST_CHECK;
int infotensors_describe(const struct st_file *, struct facts *)
    SRS_MUST_CHECK;

/* What is wrong with an id list (each name must have bytes, and none that a
 * table cannot have): NULL if nothing. */
const char *info_id_problem(struct span text);

#endif

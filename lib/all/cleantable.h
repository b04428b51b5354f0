#ifndef SRS_CLEANTABLE_H
#define SRS_CLEANTABLE_H

/* cleantable.h -- one input of srs-clean: a table, with its columns found,
 * and its rows, which several threads read (rows_scan()). */

#include <stddef.h>

#include "all/cleanplan.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "io/rows.h"
#include "prep/clean.h"

struct cleantable {
	struct rows *rows;
	int column[CLEAN_FIELDS];	/* -1: there is none */
	int *text_column;		/* (n_text) */
	size_t n_text;
	/* The fields that have a column, for cleantable_many(). */
	enum clean_field field[CLEAN_FIELDS];	/* (n_fields) */
	int field_column[CLEAN_FIELDS];		/* (n_fields) */
	size_t n_fields;
	/* The fields that are columns of the output, in their order; none if
	 * one of them has no column here.  If no field changes, are the rows
	 * those of the output as they are? */
	enum clean_field output[CLEAN_FIELDS];	/* (n_output) */
	size_t n_output;
	int is_output;
};

/* Opens `path`; the first table settles the plan, later ones must have its
 * columns, in any order.  0, or -1 after a message; closed in any case. */
int cleantable_open(struct cleantable *, const char *path, struct cleanplan *)
    SRS_MUST_CHECK;
void cleantable_close(struct cleantable *);

/* Opens all files, as far as they are regular, and closes them again: so that
 * a wrong name is found before the first is read.  0, or -1 after a message. */
int cleantable_check(struct cleanplan *, char *const *path, size_t n)
    SRS_MUST_CHECK;

/* The fields of a row, for clean_row(). */
struct cleanfields {
	struct span field[CLEAN_FIELDS];
	struct span *text;		/* (n_text); free it in the end */
};

/* Reads a row of a block of the table; answers as rows_next() does, 2 included
 * if the plan does not stop at bad rows. */
int cleantable_next(const struct cleantable *, const struct cleanplan *,
    struct rows *block, struct cleanfields *) SRS_MUST_CHECK;

/* Reads many rows at once, as rows_many() does: sets those of field[] that are
 * columns of the table.  Then row i of them, one by one. */
size_t cleantable_many(const struct cleantable *, struct rows *block,
    struct spans field[CLEAN_FIELDS]);
void cleantable_one(const struct cleantable *, struct rows *block, size_t i,
    struct cleanfields *);

/* "PATH:LINE: COLUMN: WHY" for a refused row, or "PATH:LINE: PROBLEM" for a
 * record that could not be cut (row NULL). */
void cleantable_explain(const struct cleantable *, const struct rows *block,
    const struct clean_row *, struct buf *);

#endif

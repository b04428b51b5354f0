#ifndef SRS_EXAMPLEFIELDS_H
#define SRS_EXAMPLEFIELDS_H

/* examplefields.h -- which fields a file of examples has; see
 * readexamples.h. */

#include "base/err.h"
#include "io/readexamples.h"
#include "io/rows.h"

/* *column <- that of the label, or -1 if none is needed.  0, or -1 after a
 * message. */
int examplefields_label(const struct readexamples *, const struct rows *,
    int *column) SRS_MUST_CHECK;

/*
 * Adds the fields of a table to the vocabulary: those of the list, or all
 * columns but the label's and timestamp.  A column is a number if its type, or
 * the list, says float.  Of texts it is one field, of words.  0, or -1 after a
 * message.
 */
int examplefields_choose(const struct readexamples *, const struct rows *,
    int label) SRS_MUST_CHECK;

/* Finds the fields of c->v in a table: c->column, which the caller frees.  0,
 * or -1 after a message. */
int examplefields_find(const struct rows *, struct examplecolumns *c)
    SRS_MUST_CHECK;

/*
 * What is known when all is read: numbers are brought to standard units, and
 * a libfm text that names no fields gets them by place, or one field;
 * classes are sorted.
 */
void examplefields_settle(struct vocabulary *, struct examples *);

#endif

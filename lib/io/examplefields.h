#ifndef SRS_EXAMPLEFIELDS_H
#define SRS_EXAMPLEFIELDS_H

/* examplefields.h -- which fields a file of examples has; see
 * readexamples.h. */

#include "base/err.h"
#include "data/examples.h"
#include "io/rows.h"

/*
 * Adds the fields of a table: those of a list "city,age:float", or all columns
 * but the label's and timestamp.  A column is a number if its type, or the
 * list, says float.  0, or -1 after a message.
 */
int examplefields_choose(struct vocabulary *, const struct rows *,
    const char *list, const char *label) SRS_MUST_CHECK;

/*
 * What is known when all is read: numbers are brought to standard units, and
 * a libfm text that names no fields gets them by place, or one field.
 */
void examplefields_settle(struct vocabulary *, struct examples *);

#endif

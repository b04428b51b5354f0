#ifndef SRS_HEADER_H
#define SRS_HEADER_H

/* header.h -- what the columns of a table are called, and their types. */

#include <stddef.h>

#include "base/err.h"
#include "io/record.h"
#include "io/rows.h"

struct header {
	struct column {
		char *name;
		enum rows_type type;
	} *column;		/* (n) */
	size_t n;
	int is_there;		/* the first record was a header */
};

/*
 * The columns of a table whose first record is this: decides by `format`
 * whether it is a header.  Names without a type get that of their use:
 * "rating", "timestamp" and the like are floats, others are tokens.  0, or -1
 * after a message with `path`.
 */
int header_make(struct header *, const struct record *first,
    const struct rows_format *, enum rows_kind, const char *path)
    SRS_MUST_CHECK;
/* For other makers: n columns, to be named each by header_set().  0, or -1
 * after a message. */
int header_begin(struct header *, size_t n, const char *path) SRS_MUST_CHECK;

/* An empty name: the column is called by its number.  Its type becomes that
 * of its use. */
void header_set(struct header *, size_t column, struct span name);

void header_release(struct header *);

/* Does every field have the shape name:type? */
int header_is_typed(const struct record *);

/* The column of that name, or with that number from 1; -1. */
int header_find(const struct header *, const char *name);

#endif

#ifndef SRS_ITEMWHERE_H
#define SRS_ITEMWHERE_H

/*
 * itemwhere.h -- which items may be listed, by what a table says of them:
 * "stock>0", "category!=gift card", "genre=crime".
 *
 * One of = != < <= > >= stands between a column's name and a value; blanks
 * around it do not matter.  A column of numbers compares numbers, one of
 * tokens whole texts by their bytes; of words (token_seq), = asks whether the
 * value is one of them, and != whether it is none.  An item about which the
 * table says nothing passes no comparison, != neither.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "data/itemtable.h"

enum itemwhere_how { ITEMWHERE_EQ, ITEMWHERE_NE, ITEMWHERE_LT, ITEMWHERE_LE,
	ITEMWHERE_GT, ITEMWHERE_GE };

struct itemwhere {
	const char *text;	/* the caller's */
	char *column;		/* owned */
	enum itemwhere_how how;
	struct span value;	/* part of text */
	/* after itemwhere_apply() */
	size_t n_out;		/* items that do not pass */
	size_t n_missing;	/* of these, about which nothing is said */
};

/* 0, or -1 after a message; itemwhere_release() in any case. */
int itemwhere_read(struct itemwhere *, const char *text) SRS_MUST_CHECK;
void itemwhere_release(struct itemwhere *);

/*
 * adjust (items) <- -INFINITY for items of the table that do not pass; its
 * other numbers stay.  `path` is the table's, for messages.  0, or -1 after a
 * message: the column is not of a kind that can be compared so.
 */
int itemwhere_apply(struct itemwhere *, const struct itemtable *,
    const char *path, float *adjust) SRS_MUST_CHECK;

#endif

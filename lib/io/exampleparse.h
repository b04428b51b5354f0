#ifndef SRS_EXAMPLEPARSE_H
#define SRS_EXAMPLEPARSE_H

/*
 * exampleparse.h -- the rows of a block (rows_scan() in io/rows.h) as examples
 * of few features; what readexamples.h and the scoring of such rows share.
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "data/examples.h"
#include "io/rows.h"

/* What is read as what. */
struct examplecolumns {
	const struct vocabulary *v;
	int *column;		/* (fields) of a table; not of libfm text */
	int label;		/* column of it; -1: none */
	int keeps_names;	/* of features and classes, that may be new */
};

/* All zero is empty. */
struct examplepart {
	struct examples x;
	/* with keeps_names: those of each entry's feature, which x has no
	 * number of yet */
	struct buf names;
	size_t *end;		/* (entries of cap) in names */
	size_t cap;
	/* the same of each example's class, if the vocabulary has classes */
	struct buf classes;
	size_t *class_end;	/* (examples of cap_class) in classes */
	size_t cap_class;
	struct buf name, words;	/* scratch */
};

/*
 * Reads the block in place of what the part had.  A text in the format of
 * libfm is one column: "label feature:value ...", or "label
 * field:feature:value ...", with a label of 0, 1 or -1 (which is 0).  0, or -1
 * after a message.
 */
int exampleparse(struct examplepart *, const struct examplecolumns *,
    struct rows *block) SRS_MUST_CHECK;

/* The same for the row last read, which is added. */
int exampleparse_row(struct examplepart *, const struct examplecolumns *,
    struct rows *) SRS_MUST_CHECK;

void exampleparse_clear(struct examplepart *);
void exampleparse_release(struct examplepart *);

/* The name of entry e's feature. */
static inline struct span
exampleparse_name(const struct examplepart *p, size_t e)
{
	const size_t from = e == 0 ? 0 : p->end[e - 1];

	return (struct span){ p->names.p + from, p->end[e] - from };
}

/* The name of example i's class. */
static inline struct span
exampleparse_class(const struct examplepart *p, size_t i)
{
	const size_t from = i == 0 ? 0 : p->class_end[i - 1];

	return (struct span){ p->classes.p + from, p->class_end[i] - from };
}

#endif

#ifndef SRS_READEXAMPLES_H
#define SRS_READEXAMPLES_H

/*
 * readexamples.h -- click logs and other rows of few features out of many.
 *
 *	struct vocabulary *v = vocabulary_new();
 *	struct examples *x = readexamples(paths, n, &(struct readexamples){
 *	    .vocabulary = v, .grows = 1 });
 *
 * Tables have a column of labels, and each other one is a field: of tokens, of
 * lists of tokens, or of numbers.  A text in the format of libfm, libsvm or
 * libffm has lines "label feature:value ..." or "label field:feature:value
 * ..."; it is known by its first line.
 *
 * Texts with labels are tables of a label, the name of a class, and a text:
 * "label TAB text" where there is no header.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/tick.h"
#include "data/examples.h"
#include "io/exampleparse.h"

struct readexamples {
	struct vocabulary *vocabulary;
	/* the fields and features are those of the files; else they are the
	 * vocabulary's, and others are counted */
	int grows;
	const char *label;	/* column; NULL: "label" */
	int needs_label;	/* a table without it is an error */
	/* "city,age:float,tags:token_seq": the columns that are fields when
	 * it grows; NULL: all but the label and timestamp */
	const char *features;
	int texts;		/* labels are names of classes, the field is
				 * the words of a text */
	struct tick *tick;
};

/* All files as one; no rows at all are an error.  A libfm text whose lines
 * all have as many features, and each feature always the same place, has a
 * field for each place; else it has one, or those that it names.  The caller
 * frees; NULL after a message. */
struct examples *readexamples(const char *const *paths, size_t n_paths,
    const struct readexamples *);

/* The same of a stream, which is closed. */
struct examples *readexamples_in(struct in *, const struct readexamples *);

/* Is the stream a text in the format of libfm?  1 or 0, or -1 after a
 * message. */
int readexamples_is_libfm(struct in *) SRS_MUST_CHECK;

/* The rows of such a text: one column; and of texts. */
extern const struct rows_format readexamples_libfm, readexamples_texts;

#endif

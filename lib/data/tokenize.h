#ifndef SRS_TOKENIZE_H
#define SRS_TOKENIZE_H

/*
 * tokenize.h -- text into words: "The Matrix (1999)" is "the matrix 1999".
 *
 * A word is a run of letters, marks and numbers (Unicode's general categories
 * L, M and N), as long as it can be; everything else is between words.
 * Letters become small ones, each for itself (Unicode's simple mapping), in
 * no language's special way.  Text without blanks between its words, as
 * Chinese is, stays whole.
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "data/idmap.h"

struct tokenize_rules {
	size_t min;			/* letters of the shortest word */
	const struct idmap *stop;	/* words that are left out; or NULL */
};

/* Adds the words of `text`, which is UTF-8, with blanks between them. */
void tokenize(struct span text, const struct tokenize_rules *, struct buf *);

#endif

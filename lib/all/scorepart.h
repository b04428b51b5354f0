#ifndef SRS_SCOREPART_H
#define SRS_SCOREPART_H

/* scorepart.h -- the rows of a block (rows_scan() in io/rows.h), ready to be
 * scored: what the model needs of them, and their text. */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/exampleparse.h"
#include "io/ids.h"
#include "io/rows.h"
#include "model/scorer.h"

/* Where a table has what the model asks for. */
struct scorecolumns {
	const struct scorer *scorer;
	int user, item, time;	/* time -1: none, or it does not matter */
	const struct examplecolumns *example;	/* of a model of examples; or
						 * NULL */
	int *feature;		/* (features) of a model of these; or NULL */
	size_t n_features;
};

/* All zero is empty; arrays are (n of cap). */
struct scorepart {
	struct buf text;	/* rows without their line ends */
	size_t *end;		/* of each in text */
	size_t *line;
	struct ids user, item;
	int64_t *time;
	float *x;		/* (n, n_features) */
	struct examplepart example;
	size_t n, cap, cap_x;
};

/* Reads the block's rows in place of those it has.  0, or -1 after a
 * message. */
int scorepart_read(struct scorepart *, const struct scorecolumns *,
    struct rows *block) SRS_MUST_CHECK;

void scorepart_release(struct scorepart *);

/* The text of row i. */
static inline struct span
scorepart_row(const struct scorepart *p, size_t i)
{
	const size_t from = i == 0 ? 0 : p->end[i - 1];

	return (struct span){ p->text.p + from, p->end[i] - from };
}

#endif

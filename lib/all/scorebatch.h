#ifndef SRS_SCOREBATCH_H
#define SRS_SCOREBATCH_H

/*
 * scorebatch.h -- rows of a table that are scored together, in parallel, and
 * become rows with a score at their end; of a classifier of several classes
 * with the likeliest class, its probability, and those of all.
 *
 *	scorebatch_init(&b, scorer, missing);
 *	scorebatch_add_pair(&b, row, user, item, time);	until it is full
 *	status = scorebatch_flush(&b, path, line, put);	in the order of adding
 *	scorebatch_release(&b);
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "data/examples.h"
#include "data/features.h"
#include "io/put.h"
#include "model/scorer.h"

enum { SCOREBATCH_ROWS = 1 << 16 };

/* What becomes of a row whose user or item the model does not know. */
enum scorebatch_missing {
	/*
	 * The model's answer for what it does not know (of a rating model the
	 * mean, or what the known half says).  A model without one: the lowest
	 * score that the user gives to any item, and 0 for a user who is not
	 * known, so that such an item is never above one that is known.
	 */
	SCOREBATCH_FALLBACK,
	SCOREBATCH_DROP,	/* the row is left out */
	SCOREBATCH_NAN		/* the score is "nan" */
};

struct scorebatch {
	const struct scorer *scorer;	/* prepared */
	enum scorebatch_missing missing;
	size_t n;			/* rows now in the batch */
	size_t room;			/* how many can be */
	struct buf text;		/* their bytes, one after the other */
	size_t *end;			/* (ROWS) where each ends in text */
	uint32_t *users, *items;	/* (ROWS) or NULL */
	int64_t *times;			/* (ROWS) or NULL: the model does not
					 * know of time */
	int has_times;			/* for the caller to set, if times is
					 * not NULL: the table has them */
	struct features features;	/* x (room, columns) or empty */
	struct examples examples;	/* of a model of examples */
	size_t outputs;			/* scores of a row */
	float *score;			/* (room, outputs) */
	float **worst;			/* (threads) (n_items) scratch */
	_Atomic float *least;		/* (users) the lowest score that each
					 * gives; NAN: not asked for yet */
	size_t *bad;			/* (pieces) row with a score of NaN */
	struct buf *out;		/* (pieces) */
	/* of all batches */
	uint64_t n_rows, n_missing;
	uint64_t n_general;		/* with a user without a segment */
	uint64_t n_partly;		/* whose user only some of the models
					 * know */
};

void scorebatch_init(struct scorebatch *, const struct scorer *,
    enum scorebatch_missing);
void scorebatch_release(struct scorebatch *);

/* Must be flushed before the next row. */
int scorebatch_is_full(const struct scorebatch *);

/* `row` is what the score is added to, without line end; it is copied.  The
 * user or item is IDMAP_NONE if it has no number. */
void scorebatch_add_pair(struct scorebatch *, struct span row, uint32_t user,
    uint32_t item, int64_t time);

/* For a model of features: the caller fills the features returned, in the
 * order of scorer->features. */
float *scorebatch_add_features(struct scorebatch *, struct span row);

/* For a model of examples: a copy of number i of x. */
void scorebatch_add_example(struct scorebatch *, struct span row,
    const struct examples *x, size_t i);

/*
 * Scores, writes and empties the batch; `path` and the line of its first row
 * are for messages.  0, or -1 after a message when the model's score of
 * something that it knows is not a number.
 */
int scorebatch_flush(struct scorebatch *, const char *path, size_t line,
    struct put *) SRS_MUST_CHECK;

#endif

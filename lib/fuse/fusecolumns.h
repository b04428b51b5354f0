#ifndef SRS_FUSECOLUMNS_H
#define SRS_FUSECOLUMNS_H

/*
 * fusecolumns.h -- what a fusion knows of users and items besides scores: which
 * columns of their tables, which counts, and how each becomes numbers.
 *
 * A fusion keeps them, so that other tables give the same numbers later.  Each
 * column is one number (of a token the place in `tokens`), but tokens are one
 * for each token, 1 or 0.  NaN is a missing one.
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "data/idmap.h"
#include "io/safetensors.h"

enum fuseside { FUSE_USERS, FUSE_ITEMS };

enum fusecolumn_kind {
	FUSECOLUMN_NUMBER,
	FUSECOLUMN_COUNT,	/* log(1 + interactions) */
	FUSECOLUMN_TOKEN,	/* a category */
	FUSECOLUMN_TOKENS
};

struct fusecolumn {
	enum fusecolumn_kind kind;
	enum fuseside side;
	char *name;		/* owned */
	struct idmap *tokens;	/* owned, the most frequent first; NULL */
	size_t first;		/* its place among the numbers of the side */
	double mean, stdev;	/* of those it was made from; stdev > 0 */
};

struct fusecolumns {
	struct fusecolumn *at;	/* (n of cap) owned */
	size_t n, cap;
	size_t width[2];	/* numbers of a user, of an item */
	size_t n_inputs[2];	/* the same for fusecolumns_inputs() */
};

struct fusecolumns *fusecolumns_new(void);
struct fusecolumns *fusecolumns_copy(const struct fusecolumns *);
void fusecolumns_free(struct fusecolumns *);

/* Adds one; tokens (NULL for numbers) become its own.  `first` is set. */
void fusecolumns_add(struct fusecolumns *, struct fusecolumn);

/* Adds the name of number i of a side: "user.age", "item.genres=Drama". */
void fusecolumns_name(const struct fusecolumns *, enum fuseside, size_t i,
    struct buf *);

/* out (width of users, then of items) <- 1 for those that are categories. */
void fusecolumns_categories(const struct fusecolumns *, unsigned char *out);

/*
 * out (n_inputs) <- a side's numbers (width) for methods that multiply them:
 * in standard deviations from the mean, of a category 1 for the one it is (of
 * the first 32), 0 for what is missing.
 */
void fusecolumns_inputs(const struct fusecolumns *, enum fuseside,
    const float *row, float *out);

/* Tensors columns, column_tokens, column_scale.  Reading: *out stays NULL if
 * there are none; 0, or -1 after a message. */
void fusecolumns_put(const struct fusecolumns *, struct st_writer *);
int fusecolumns_get(const struct st_file *, struct fusecolumns **out)
    SRS_MUST_CHECK;

#endif

#ifndef SRS_TREEBINS_H
#define SRS_TREEBINS_H

/*
 * treebins.h -- the columns of a table cut into at most 255 bins each, which
 * is what trees are grown on.
 *
 * Bin 0 is a missing value (NaN), of a category also one that is rare or was
 * not seen.  A number's bins are as equally full as equal values allow; a
 * category (a whole number >= 0) has a bin of its own, the most frequent first.
 */

#include <stddef.h>
#include <stdint.h>

enum { TREE_BINS = 256 };	/* with bin 0 */

struct treebins {
	size_t n_columns;
	unsigned char *is_category;	/* (n_columns) owned */
	size_t *n;			/* (n_columns) bins besides 0 */
	/* (n_columns, 255) of a number the largest value of each bin but the
	 * last, which has none; of a category its value */
	float *edge;
};

/*
 * From x (rows, columns) row-major; is_category (columns) may be NULL.
 * Numbers are looked at in at most some ten thousand rows, evenly spread.
 */
struct treebins *treebins_new(const float *x, size_t n_rows, size_t n_columns,
    const unsigned char *is_category);
void treebins_free(struct treebins *);

/* The bin of a value. */
unsigned treebins_of(const struct treebins *, size_t column, float value);

/* out (rows, columns) <- the bins of x.  The caller frees. */
uint8_t *treebins_rows(const struct treebins *, const float *x,
    size_t n_rows);

#endif

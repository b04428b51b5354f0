#ifndef SRS_ROWLISTS_H
#define SRS_ROWLISTS_H

/*
 * rowlists.h -- a sparse matrix whose rows are found by parallel work.
 *
 *	rowlists_init(&l, n_rows, n_cols);
 *	par_for(rowlists_pieces(&l), find_rows, &job);
 *		in piece i, for each row r of rowlists_rows(&l, i, ...):
 *			rowlists_add(&l, r, entries, n);
 *	rowlists_end(&l, &matrix);
 */

#include <stddef.h>
#include <stdint.h>

#include "linalg/csr.h"
#include "rank/topk.h"

enum { ROWLISTS_ROWS = 32 };	/* of a piece */

/* What a piece has found, one row after the other. */
struct rowlist {
	struct topk_item *best;	/* (n of cap) */
	size_t n, cap;
};

struct rowlists {
	size_t rows, cols, n_pieces;
	struct rowlist *lists;	/* (n_pieces) */
	uint64_t *indptr;	/* (rows + 1) indptr[r + 1]: how many r has */
};

void rowlists_init(struct rowlists *, size_t rows, size_t cols);

/* The rows of a piece: *first .. *end - 1, to be added in this order. */
void rowlists_rows(const struct rowlists *, size_t piece, size_t *first,
    size_t *end);

/* Row r has these entries (n). */
void rowlists_add(struct rowlists *, size_t r, const struct topk_item *,
    size_t n);

/* out <- all of it, entries in the order that they were added in. */
void rowlists_end(struct rowlists *, struct csr *out);

#endif

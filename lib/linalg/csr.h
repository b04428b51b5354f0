#ifndef SRS_CSR_H
#define SRS_CSR_H

/*
 * csr.h -- a sparse matrix of floats by rows.
 *
 * Row r holds columns indices[indptr[r]] .. indices[indptr[r + 1] - 1] and
 * the values beside them.  Column order within a row is the maker's: sorted
 * (and without duplicates) where a function below says so.
 */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

struct csr {
	size_t rows, cols;
	uint64_t *indptr;	/* (rows + 1); indptr[0] is 0 */
	uint32_t *indices;	/* (indptr[rows]) each < cols */
	float *values;		/* (indptr[rows]); NULL: dropped */
};

void csr_release(struct csr *);

/* The memory that it takes. */
static inline double
csr_bytes(const struct csr *m)
{
	const size_t entry = sizeof *m->indices + (m->values != NULL ?
	    sizeof *m->values : 0);

	return (double)(m->rows + 1) * sizeof *m->indptr +
	    (double)m->indptr[m->rows] * (double)entry;
}

/* For those who only ask where there are entries: half the memory. */
void csr_drop_values(struct csr *);

static inline uint64_t
csr_count(const struct csr *m)
{
	return m->indptr[m->rows];
}

/* The number of entries of row r. */
static inline size_t
csr_row_count(const struct csr *m, size_t r)
{
	assert(r < m->rows);
	return (size_t)(m->indptr[r + 1] - m->indptr[r]);
}

/* The transpose; within a row of it, columns ascend.  Parallel over parts of
 * the rows, O(rows + cols + n). */
void csr_transpose(const struct csr *m, struct csr *out);

/* How entries that share row and column are made one. */
enum csr_merge { CSR_SUM, CSR_LAST, CSR_MAX };

/*
 * A copy with ascending columns and no duplicates.  CSR_LAST keeps the entry
 * that stood last in its row.  O(rows + cols + n).
 */
void csr_unique(const struct csr *m, enum csr_merge how, struct csr *out);

/*
 * Y (rows, k) <- m X, with a dense X (cols, k); both row-major.  A row's sum
 * is in the order of its entries.  Parallel over rows, O(n k).
 */
void csr_times(const struct csr *m, const float *X, size_t k, float *Y);

#endif

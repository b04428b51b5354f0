#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "tests/ref/sparse.h"

void
sparse_random(struct csr *m, size_t rows, size_t cols, double p, int values,
    uint64_t seed)
{
	struct rng r;
	uint64_t n = 0;

	rng_init(&r, seed, rng_stream("test.sparse", 0));
	m->rows = rows;
	m->cols = cols;
	m->indptr = mem_array("a test", rows + 1, sizeof *m->indptr);
	m->indices = mem_array("a test", rows * cols, sizeof *m->indices);
	m->values = mem_array("a test", rows * cols, sizeof *m->values);
	for (size_t i = 0; i < rows; i++) {
		for (uint32_t j = 0; j < cols; j++) {
			const float x = values ?
			    (float)(1 + rng_below(&r, 5)) : 1;

			if (rng_real(&r) >= p)
				continue;
			m->indices[n] = j;
			m->values[n++] = x;
		}
		m->indptr[i + 1] = n;
	}
}

double
sparse_at(const struct csr *m, size_t row, size_t col)
{
	double sum = 0;

	for (uint64_t p = m->indptr[row]; p < m->indptr[row + 1]; p++)
		if (m->indices[p] == col)
			sum += (double)m->values[p];
	return sum;
}

void
sparse_permute(const struct csr *m, const uint32_t *rows,
    const uint32_t *cols, struct csr *out)
{
	uint32_t *back = mem_array("a test", m->rows, sizeof *back);
	struct csr moved;
	uint64_t n = 0;

	for (uint32_t r = 0; r < m->rows; r++)
		back[rows != NULL ? rows[r] : r] = r;
	moved = (struct csr){ .rows = m->rows, .cols = m->cols };
	moved.indptr = mem_array("a test", m->rows + 1, sizeof *moved.indptr);
	moved.indices = mem_array("a test", csr_count(m),
	    sizeof *moved.indices);
	moved.values = mem_array("a test", csr_count(m),
	    sizeof *moved.values);
	for (size_t r = 0; r < m->rows; r++) {
		for (uint64_t p = m->indptr[back[r]];
		    p < m->indptr[back[r] + 1]; p++, n++) {
			moved.indices[n] = cols != NULL ?
			    cols[m->indices[p]] : m->indices[p];
			moved.values[n] = m->values[p];
		}
		moved.indptr[r + 1] = n;
	}
	csr_unique(&moved, CSR_SUM, out);	/* columns ascend again */
	csr_release(&moved);
	free(back);
}

void
sparse_order(uint32_t *order, size_t n, uint64_t seed)
{
	struct rng r;

	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	rng_init(&r, seed, rng_stream("test.order", 0));
	rng_shuffle(&r, order, (uint32_t)n);
}

double
sparse_cosine(const struct csr *x, size_t a, size_t b, double shrink)
{
	double ab = 0, aa = 0, bb = 0, squares = 0;

	for (size_t r = 0; r < x->rows; r++) {
		const double p = sparse_at(x, r, a), q = sparse_at(x, r, b);

		ab += p * q;
		aa += p * p;
		bb += q * q;
	}
	for (uint64_t i = 0; i < csr_count(x); i++)
		squares += (double)x->values[i] * (double)x->values[i];
	return fabs(ab) > 0 ? ab / (sqrt(aa) * sqrt(bb) +
	    shrink * squares / (double)csr_count(x)) : 0;
}

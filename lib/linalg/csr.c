#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/csr.h"
#include "linalg/vec.h"

enum { ROWS = 64 };		/* of a piece of parallel work */

static void
init(struct csr *m, size_t rows, size_t cols, uint64_t n)
{
	*m = (struct csr){ .rows = rows, .cols = cols };
	m->indptr = mem_array("sparse matrix", rows + 1, sizeof *m->indptr);
	m->indices = mem_array("sparse matrix", n, sizeof *m->indices);
	m->values = mem_array("sparse matrix", n, sizeof *m->values);
}

void
csr_release(struct csr *m)
{
	free(m->indptr);
	free(m->indices);
	free(m->values);
	*m = (struct csr){ 0 };
}

/*
 * A counting sort by column.  It is stable: rows are walked in order, so that
 * the entries of a row of the transpose come with ascending columns, and
 * entries that share both keep their order.
 */
void
csr_transpose(const struct csr *m, struct csr *out)
{
	const uint64_t n = csr_count(m);
	uint64_t *at;		/* (cols + 1) the next free place per row */

	/* 1: at[c + 1] <- entries of column c; summed, where row c begins */
	init(out, m->cols, m->rows, n);
	for (uint64_t i = 0; i < n; i++)
		out->indptr[m->indices[i] + 1]++;
	for (size_t c = 0; c < m->cols; c++)
		out->indptr[c + 1] += out->indptr[c];

	/* 2: each entry goes to the next place of its row */
	at = mem_array("sparse matrix", m->cols + 1, sizeof *at);
	memcpy(at, out->indptr, (m->cols + 1) * sizeof *at);
	for (size_t r = 0; r < m->rows; r++)
		for (uint64_t i = m->indptr[r]; i < m->indptr[r + 1]; i++) {
			const uint64_t to = at[m->indices[i]]++;

			out->indices[to] = (uint32_t)r;
			out->values[to] = m->values[i];
		}
	free(at);
}

static float
merge(enum csr_merge how, float have, float value)
{
	switch (how) {
	case CSR_SUM:
		return have + value;
	case CSR_MAX:
		return value > have ? value : have;
	case CSR_LAST:
		break;
	}
	return value;
}

/* Makes neighbours in a row that share their column one; in place. */
static void
squeeze(struct csr *m, enum csr_merge how)
{
	uint64_t to = 0, i = 0;

	for (size_t r = 0; r < m->rows; r++) {
		const uint64_t begin = to, end = m->indptr[r + 1];

		for (; i < end; i++) {
			if (to > begin && m->indices[to - 1] == m->indices[i]) {
				m->values[to - 1] = merge(how,
				    m->values[to - 1], m->values[i]);
				continue;
			}
			m->indices[to] = m->indices[i];
			m->values[to++] = m->values[i];
		}
		m->indptr[r + 1] = to;
	}
}

void
csr_unique(const struct csr *m, enum csr_merge how, struct csr *out)
{
	struct csr t;

	csr_transpose(m, &t);
	csr_transpose(&t, out);
	csr_release(&t);
	squeeze(out, how);
}

struct times {
	const struct csr *m;
	const float *X;		/* (cols, k) */
	float *Y;		/* (rows, k) */
	size_t k;
};

static void
times_rows(void *arg, size_t piece, size_t worker)
{
	const struct times *t = arg;
	const struct csr *m = t->m;

	(void)worker;
	for (size_t r = piece * ROWS; r < m->rows && r < (piece + 1) * ROWS;
	    r++) {
		float *y = t->Y + r * t->k;

		memset(y, 0, t->k * sizeof *y);
		for (uint64_t i = m->indptr[r]; i < m->indptr[r + 1]; i++)
			vec_axpy(m->values[i], t->X + m->indices[i] * t->k, y,
			    t->k);
	}
}

void
csr_times(const struct csr *m, const float *X, size_t k, float *Y)
{
	struct times t = { m, X, Y, k };

	par_for(par_pieces(m->rows, ROWS), times_rows, &t);
}

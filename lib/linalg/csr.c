#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/csr.h"
#include "linalg/vec.h"

enum {
	ROWS = 64,		/* of a piece of parallel work */
	PART = 1 << 16,		/* entries of a part of a transpose at least, */
	PARTS = 16		/* and how many parts there are at most */
};

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

void
csr_drop_values(struct csr *m)
{
	free(m->values);
	m->values = NULL;
}

struct transpose {
	const struct csr *m;
	struct csr *out;
	size_t n_parts;
	size_t *rows;		/* (n_parts + 1) where parts begin */
	uint64_t *at;		/* (n_parts, cols) entries of a column, then
				 * the place of the next */
};

static void
count_part(void *arg, size_t part, size_t worker)
{
	const struct transpose *t = arg;
	const struct csr *m = t->m;
	uint64_t *at = t->at + part * m->cols;

	(void)worker;
	for (uint64_t i = m->indptr[t->rows[part]];
	    i < m->indptr[t->rows[part + 1]]; i++)
		at[m->indices[i]]++;
}

static void
move_part(void *arg, size_t part, size_t worker)
{
	const struct transpose *t = arg;
	const struct csr *m = t->m;
	uint64_t *at = t->at + part * m->cols;

	(void)worker;
	for (size_t r = t->rows[part]; r < t->rows[part + 1]; r++)
		for (uint64_t i = m->indptr[r]; i < m->indptr[r + 1]; i++) {
			const uint64_t to = at[m->indices[i]]++;

			t->out->indices[to] = (uint32_t)r;
			t->out->values[to] = m->values[i];
		}
}

/* Cuts the rows into parts of about as many entries, which are large and have
 * no more counters than entries. */
static void
cut_rows(struct transpose *t)
{
	const struct csr *m = t->m;
	const uint64_t n = csr_count(m);
	const uint64_t most = n / (m->cols > PART ? m->cols : PART);
	size_t r = 0;

	t->n_parts = most < 1 ? 1 : most > PARTS ? PARTS : (size_t)most;
	t->rows = mem_array("sparse matrix", t->n_parts + 1, sizeof *t->rows);
	for (size_t p = 1; p < t->n_parts; p++) {
		while (m->indptr[r] < n / t->n_parts * p)
			r++;
		t->rows[p] = r;
	}
	t->rows[t->n_parts] = m->rows;
}

/*
 * A counting sort by column.  It is stable: rows are walked in order, so that
 * the entries of a row of the transpose come with ascending columns, and
 * entries that share both keep their order.
 */
void
csr_transpose(const struct csr *m, struct csr *out)
{
	struct transpose t = { .m = m, .out = out };
	uint64_t sum = 0;

	/* 1: how many entries of each column each part has */
	init(out, m->cols, m->rows, csr_count(m));
	cut_rows(&t);
	t.at = mem_array("sparse matrix", t.n_parts, m->cols * sizeof *t.at);
	par_for(t.n_parts, count_part, &t);

	/* 2: summed, where they go; 3: there they go */
	for (size_t c = 0; c < m->cols; c++) {
		for (size_t p = 0; p < t.n_parts; p++) {
			const uint64_t count = t.at[p * m->cols + c];

			t.at[p * m->cols + c] = sum;
			sum += count;
		}
		out->indptr[c + 1] = sum;
	}
	par_for(t.n_parts, move_part, &t);
	free(t.rows);
	free(t.at);
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

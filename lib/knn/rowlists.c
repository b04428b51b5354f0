#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/rowlists.h"

void
rowlists_init(struct rowlists *l, size_t rows, size_t cols)
{
	*l = (struct rowlists){ .rows = rows, .cols = cols,
		.n_pieces = par_pieces(rows, ROWLISTS_ROWS) };
	l->lists = mem_array("neighbours", l->n_pieces, sizeof *l->lists);
	l->indptr = mem_array("neighbours", rows + 1, sizeof *l->indptr);
}

void
rowlists_rows(const struct rowlists *l, size_t piece, size_t *first,
    size_t *end)
{
	*first = piece * ROWLISTS_ROWS;
	*end = l->rows - *first < ROWLISTS_ROWS ? l->rows :
	    *first + ROWLISTS_ROWS;
}

void
rowlists_add(struct rowlists *l, size_t r, const struct topk_item *entries,
    size_t n)
{
	struct rowlist *f = &l->lists[r / ROWLISTS_ROWS];

	if (f->cap - f->n < n)
		f->best = mem_grow("neighbours", f->best, &f->cap, f->n + n,
		    sizeof *f->best);
	for (size_t j = 0; j < n; j++)
		f->best[f->n++] = entries[j];
	l->indptr[r + 1] = n;
}

void
rowlists_end(struct rowlists *l, struct csr *out)
{
	uint64_t to = 0;

	*out = (struct csr){ .rows = l->rows, .cols = l->cols,
		.indptr = l->indptr };
	for (size_t r = 0; r < out->rows; r++)
		out->indptr[r + 1] += out->indptr[r];
	out->indices = mem_array("neighbours", csr_count(out),
	    sizeof *out->indices);
	out->values = mem_array("neighbours", csr_count(out),
	    sizeof *out->values);
	for (size_t i = 0; i < l->n_pieces; i++) {
		for (size_t j = 0; j < l->lists[i].n; j++, to++) {
			out->indices[to] = l->lists[i].best[j].item;
			out->values[to] = l->lists[i].best[j].score;
		}
		free(l->lists[i].best);
	}
	assert(to == csr_count(out));
	free(l->lists);
}

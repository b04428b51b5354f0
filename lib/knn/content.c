#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "knn/content.h"
#include "knn/nearest.h"
#include "knn/weighting.h"

/* --- vectors -------------------------------------------------------------- */

/* Each row <- divided by its length. */
static void
normalize_rows(struct csr *m)
{
	for (size_t r = 0; r < m->rows; r++) {
		double squares = 0;

		for (uint64_t p = m->indptr[r]; p < m->indptr[r + 1]; p++)
			squares += (double)m->values[p] *
			    (double)m->values[p];
		for (uint64_t p = m->indptr[r]; p < m->indptr[r + 1]; p++)
			m->values[p] = (float)((double)m->values[p] /
			    sqrt(squares > 0 ? squares : 1));
	}
}

/* out <- one column's part of the vectors; a token that stands twice in a
 * field has both shares. */
static void
part_of(const struct attribute *a, struct csr *out)
{
	csr_unique(&a->of, CSR_SUM, out);
	if (a->kind == ATTRIBUTE_TOKEN || a->kind == ATTRIBUTE_TOKENS) {
		struct weighting tfidf;

		weighting_init(&tfidf, choice_find(weighting_choice,
		    span_of("tfidf")), out);
		weighting_matrix(&tfidf, out);
		weighting_release(&tfidf);
	}
	if (a->kind != ATTRIBUTE_NUMBER)
		normalize_rows(out);
}

/* out <- the parts side by side */
static void
join(const struct csr *part, size_t n, size_t rows, struct csr *out)
{
	const char *what = "features of items";
	uint64_t to = 0, count = 0;

	*out = (struct csr){ .rows = rows };
	for (size_t k = 0; k < n; k++) {
		count += csr_count(&part[k]);
		out->cols += part[k].cols;
	}
	out->indptr = mem_array(what, rows + 1, sizeof *out->indptr);
	out->indices = mem_array(what, count, sizeof *out->indices);
	out->values = mem_array(what, count, sizeof *out->values);
	for (size_t r = 0; r < rows; r++) {
		size_t first = 0;

		for (size_t k = 0; k < n; first += part[k++].cols)
			for (uint64_t p = part[k].indptr[r];
			    p < part[k].indptr[r + 1]; p++, to++) {
				out->indices[to] = (uint32_t)first +
				    part[k].indices[p];
				out->values[to] = part[k].values[p];
			}
		out->indptr[r + 1] = to;
	}
}

void
content_vectors(const struct attributes *const *tables, size_t n,
    struct csr *out)
{
	const size_t rows = idmap_count(tables[0]->ids);
	struct csr *part = NULL;
	size_t n_parts = 0, cap = 0;

	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n; c++) {
			part = mem_grow("features of items", part, &cap,
			    n_parts + 1, sizeof *part);
			part_of(&tables[t]->column[c], &part[n_parts++]);
		}
	join(part, n_parts, rows, out);
	for (size_t k = 0; k < n_parts; k++)
		csr_release(&part[k]);
	free(part);
}

/* --- neighbours ----------------------------------------------------------- */

/* head <- the first n rows of m, a view */
static struct csr
head_of(const struct csr *m, size_t n)
{
	struct csr head = *m;

	head.rows = n;
	return head;
}

void
content_near(const struct csr *vectors, size_t n_old, size_t keep,
    const uint32_t *ranks, struct tick *tick, struct csr *near)
{
	const struct nearest_rule cosine = { .similarity =
	    choice_find(similarity_choice, span_of("cosine")) };
	const struct csr old = head_of(vectors, n_old);
	struct nearest_space space;
	struct csr x;

	csr_transpose(&old, &x);
	nearest_space_init(&space, &x, &cosine, ranks);
	nearest_table(&space, vectors, keep, tick, near);
	nearest_space_release(&space);
	csr_release(&x);
}

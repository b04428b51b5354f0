#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/blas.h"
#include "linalg/mat.h"
#include "linalg/vec.h"
#include "rank/likeness.h"

/* One of the two, its rows of length 1 or 0. */
struct likeness {
	struct mat vectors;	/* (n_items, dims) */
	struct csr features;	/* (n_items, features) */
	int is_dense;
};

static void
to_unit(float *x, size_t n)
{
	const double squares = vec_square_sum(x, n);

	if (squares > 0)
		vec_scale((float)(1 / sqrt(squares)), x, n);
}

struct likeness *
likeness_of_vectors(const float *x, size_t n_items, size_t dims)
{
	struct likeness *l = mem_array("item vectors", 1, sizeof *l);

	l->is_dense = 1;
	mat_init(&l->vectors, "item vectors", n_items, dims);
	for (size_t i = 0; i < n_items; i++) {
		memcpy(mat_row(&l->vectors, i), x + i * dims,
		    dims * sizeof *x);
		to_unit(mat_row(&l->vectors, i), dims);
	}
	return l;
}

struct likeness *
likeness_of_features(const struct csr *m)
{
	struct likeness *l = mem_array("item features", 1, sizeof *l);

	csr_unique(m, CSR_SUM, &l->features);
	for (size_t i = 0; i < m->rows; i++)
		to_unit(l->features.values + l->features.indptr[i],
		    csr_row_count(&l->features, i));
	return l;
}

void
likeness_free(struct likeness *l)
{
	if (l == NULL)
		return;
	mat_release(&l->vectors);
	csr_release(&l->features);
	free(l);
}

void
likeness_gather(const struct likeness *l, struct likeness_near *near,
    const uint32_t *items, size_t n)
{
	const size_t dims = l->vectors.cols;

	near->items = items;
	near->n = n;
	if (!l->is_dense) {
		if (near->x == NULL)
			near->x = mem_array("item features",
			    l->features.cols, sizeof *near->x);
		return;
	}
	near->x = mem_grow("item vectors", near->x, &near->cap, n * dims,
	    sizeof *near->x);
	for (size_t i = 0; i < n; i++)
		memcpy(near->x + i * dims, mat_row(&l->vectors, items[i]),
		    dims * sizeof *near->x);
}

void
likeness_near_release(struct likeness_near *near)
{
	free(near->x);
	*near = (struct likeness_near){ .items = NULL };
}

/* sum of room[f] x_f over the features f of an item */
static float
dot_row(const struct csr *m, uint32_t item, const float *room)
{
	float sum = 0;

	for (uint64_t e = m->indptr[item]; e < m->indptr[item + 1]; e++)
		sum += room[m->indices[e]] * m->values[e];
	return sum;
}

/* room <- the item's features times `scale` */
static void
spread_row(const struct csr *m, uint32_t item, float scale, float *room)
{
	for (uint64_t e = m->indptr[item]; e < m->indptr[item + 1]; e++)
		room[m->indices[e]] = scale * m->values[e];
}

void
likeness_to(const struct likeness *l, struct likeness_near *near,
    size_t place, float *out)
{
	const uint32_t item = near->items[place];
	const size_t dims = l->vectors.cols;

	if (l->is_dense) {
		blas_gemv(0, near->n, dims, 1, near->x, dims,
		    mat_row(&l->vectors, item), 0, out);
		return;
	}
	spread_row(&l->features, item, 1, near->x);
	for (size_t i = 0; i < near->n; i++)
		out[i] = dot_row(&l->features, near->items[i], near->x);
	spread_row(&l->features, item, 0, near->x);
}

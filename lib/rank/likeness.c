#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/gather.h"
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

size_t
likeness_room(const struct likeness *l)
{
	return l->is_dense ? 0 : l->features.cols;
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
likeness_to(const struct likeness *l, float *room, uint32_t item,
    const uint32_t *others, size_t n, float *out)
{
	if (l->is_dense) {
		gather_dots(l->vectors.x, l->vectors.cols, l->vectors.cols,
		    others, n, mat_row(&l->vectors, item), out);
		return;
	}
	spread_row(&l->features, item, 1, room);
	for (size_t i = 0; i < n; i++)
		out[i] = dot_row(&l->features, others[i], room);
	spread_row(&l->features, item, 0, room);
}

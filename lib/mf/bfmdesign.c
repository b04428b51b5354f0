#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mf/bfmdesign.h"

static void
begin_block(struct bfm_block *b, size_t rows)
{
	b->rows = rows;
	b->count = mem_array("ratings", rows, sizeof *b->count);
	/* One feature for each row. */
	b->group[b->n_groups++] = (struct bfm_group){ .n = rows };
	b->features = rows;
}

void
bfm_design_add(struct bfm_block *b, const struct csr *m)
{
	struct bfm_group *g = &b->group[b->n_groups++];
	struct csr unique, by_feature;

	assert(b->n_groups <= BFM_GROUPS && m->rows == b->rows);
	csr_unique(m, CSR_LAST, &unique);
	csr_transpose(&unique, &by_feature);
	g->n = m->cols;
	g->indptr = by_feature.indptr;
	g->row = by_feature.indices;
	g->value = mem_array("features", m->rows, sizeof *g->value);
	for (size_t r = 0; r < m->rows; r++)
		if (csr_row_count(&unique, r) > 0)
			g->value[r] = unique.values[unique.indptr[r]];
	free(by_feature.values);
	csr_release(&unique);
	b->features += g->n;
}

/* m (rows, features) says which features a row has; each counts 1 / sqrt of
 * their number, so that rows with many are not of another size. */
static void
add_set(struct bfm_block *b, struct csr *m)
{
	for (size_t r = 0; r < m->rows; r++)
		for (uint64_t i = m->indptr[r]; i < m->indptr[r + 1]; i++)
			m->values[i] = (float)(1 /
			    sqrt((double)csr_row_count(m, r)));
	bfm_design_add(b, m);
}

/* --- runs and moments --------------------------------------------------- */

static int64_t
bin_of(const struct bfm_moments *m, int64_t time)
{
	return (int64_t)floor((double)time / (1000 * m->width));
}

/* Ratings of a user are in the order of time, so those of a bin are next to
 * each other. */
static void
add_moments(struct bfm_design *d, const struct inter *in, double width)
{
	struct bfm_moments *m = &d->moments;
	const struct csr *by_user = &in->by_user;
	size_t n = 0;

	m->width = width;
	m->bin = mem_array("moments", d->n, sizeof *m->bin);
	d->begin = mem_array("moments", d->n + 1, sizeof *d->begin);
	for (size_t u = 0; u < m->users; u++) {
		m->first[u] = n;
		for (uint64_t i = by_user->indptr[u];
		    i < by_user->indptr[u + 1]; i++) {
			const int64_t bin = bin_of(m, in->times[i]);

			if (n > m->first[u] && m->bin[n - 1] == bin)
				continue;
			d->begin[n] = i;
			m->bin[n++] = bin;
		}
	}
	m->first[m->users] = n;
	d->begin[n] = d->n;
	begin_block(&d->block[BFM_MOMENT], n);
	for (size_t t = 0; t < n; t++)
		d->block[BFM_MOMENT].count[t] = (float)(d->begin[t + 1] -
		    d->begin[t]);
	d->n_blocks = BFM_MOMENT + 1;
}

/* A run is a user. */
static void
add_users(struct bfm_design *d, const struct csr *by_user)
{
	d->begin = mem_array("users", by_user->rows + 1, sizeof *d->begin);
	for (size_t u = 0; u <= by_user->rows; u++) {
		d->begin[u] = by_user->indptr[u];
		d->moments.first[u] = u;
	}
}

uint32_t
bfm_moments_find(const struct bfm_moments *m, uint32_t user, int64_t time)
{
	uint64_t from, to;
	int64_t bin;

	if (m->bin == NULL || user >= m->users)
		return UINT32_MAX;
	bin = bin_of(m, time);
	from = m->first[user];
	to = m->first[user + 1];
	while (from < to) {
		const uint64_t middle = from + (to - from) / 2;

		if (m->bin[middle] == bin)
			return (uint32_t)middle;
		if (m->bin[middle] < bin)
			from = middle + 1;
		else
			to = middle;
	}
	return UINT32_MAX;
}

/* --- the design --------------------------------------------------------- */

static void
add_sets(struct bfm_design *d, const struct csr *ratings, unsigned implicit)
{
	struct csr by_user, by_item;

	csr_unique(ratings, CSR_LAST, &by_user);
	csr_transpose(&by_user, &by_item);
	if (implicit & BFM_OF_USERS)
		add_set(&d->block[BFM_USER], &by_user);
	if (implicit & BFM_OF_ITEMS)
		add_set(&d->block[BFM_ITEM], &by_item);
	csr_release(&by_user);
	csr_release(&by_item);
}

/* Ratings of each item; floats that are counted up stay at 2^24. */
static void
count_items(struct bfm_block *b, const uint32_t *item, size_t n)
{
	uint64_t *count = mem_array("items", b->rows, sizeof *count);

	for (size_t i = 0; i < n; i++)
		count[item[i]]++;
	for (size_t j = 0; j < b->rows; j++)
		b->count[j] = (float)count[j];
	free(count);
}

void
bfm_design_init(struct bfm_design *d, const struct inter *in,
    unsigned implicit, double width)
{
	const struct csr *m = &in->by_user;

	*d = (struct bfm_design){ .n = (size_t)csr_count(m),
		.item = m->indices, .n_blocks = 2 };
	begin_block(&d->block[BFM_USER], m->rows);
	begin_block(&d->block[BFM_ITEM], m->cols);
	for (size_t u = 0; u < m->rows; u++)
		d->block[BFM_USER].count[u] = (float)csr_row_count(m, u);
	count_items(&d->block[BFM_ITEM], d->item, d->n);
	add_sets(d, m, implicit);
	d->moments.users = m->rows;
	d->moments.first = mem_array("moments", m->rows + 1,
	    sizeof *d->moments.first);
	if (width > 0 && in->has_times)
		add_moments(d, in, width);
	else
		add_users(d, m);
}

void
bfm_design_release(struct bfm_design *d)
{
	for (size_t b = 0; b < BFM_BLOCKS; b++) {
		free(d->block[b].count);
		for (size_t g = 0; g < d->block[b].n_groups; g++) {
			free(d->block[b].group[g].indptr);
			free(d->block[b].group[g].row);
			free(d->block[b].group[g].value);
		}
	}
	free(d->begin);
	free(d->moments.first);
	free(d->moments.bin);
	*d = (struct bfm_design){ 0 };
}

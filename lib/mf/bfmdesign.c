#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mf/bfmdesign.h"

/* One feature for each row. */
static void
add_identity(struct bfm_block *b)
{
	struct bfm_group *g = &b->group[b->n_groups++];

	*g = (struct bfm_group){ .n = b->rows };
	b->features += g->n;
}

void
bfm_design_add(struct bfm_block *b, const struct csr *m)
{
	struct bfm_group *g = &b->group[b->n_groups++];

	assert(b->n_groups <= BFM_GROUPS && m->rows == b->rows);
	g->n = m->cols;
	csr_transpose(m, &g->rows);
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

/* row_of (n ratings) becomes the block's. */
static void
begin_block(struct bfm_block *b, size_t rows, uint32_t *row_of, size_t n)
{
	b->rows = rows;
	b->row_of = row_of;
	b->count = mem_array("ratings", rows, sizeof *b->count);
	for (size_t i = 0; i < n; i++)
		b->count[row_of[i]]++;
	add_identity(b);
}

/* --- moments ------------------------------------------------------------ */

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
	uint32_t *row_of = mem_array("ratings", d->n, sizeof *row_of);
	size_t n = 0;

	*m = (struct bfm_moments){ .width = width, .users = by_user->rows };
	m->first = mem_array("moments", m->users + 1, sizeof *m->first);
	m->bin = mem_array("moments", d->n, sizeof *m->bin);
	for (size_t u = 0; u < m->users; u++) {
		m->first[u] = n;
		for (uint64_t i = by_user->indptr[u];
		    i < by_user->indptr[u + 1]; i++) {
			const int64_t bin = bin_of(m, in->times[i]);

			if (n == m->first[u] || m->bin[n - 1] != bin)
				m->bin[n++] = bin;
			row_of[i] = (uint32_t)(n - 1);
		}
	}
	m->first[m->users] = n;
	begin_block(&d->block[BFM_MOMENT], n, row_of, d->n);
	d->n_blocks = BFM_MOMENT + 1;
}

uint32_t
bfm_moments_find(const struct bfm_moments *m, uint32_t user, int64_t time)
{
	const int64_t bin = bin_of(m, time);
	uint64_t from, to;

	if (m->first == NULL || user >= m->users)
		return UINT32_MAX;
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

void
bfm_design_init(struct bfm_design *d, const struct inter *in,
    unsigned implicit, double width)
{
	const struct csr *m = &in->by_user;
	uint32_t *user, *item;

	*d = (struct bfm_design){ .n = (size_t)csr_count(m), .n_blocks = 2 };
	user = mem_array("ratings", d->n, sizeof *user);
	item = mem_array("ratings", d->n, sizeof *item);
	for (size_t u = 0; u < m->rows; u++)
		for (uint64_t i = m->indptr[u]; i < m->indptr[u + 1]; i++) {
			user[i] = (uint32_t)u;
			item[i] = m->indices[i];
		}
	begin_block(&d->block[BFM_USER], m->rows, user, d->n);
	begin_block(&d->block[BFM_ITEM], m->cols, item, d->n);
	add_sets(d, m, implicit);
	if (width > 0 && in->has_times)
		add_moments(d, in, width);
}

void
bfm_design_release(struct bfm_design *d)
{
	for (size_t b = 0; b < BFM_BLOCKS; b++) {
		free(d->block[b].row_of);
		free(d->block[b].count);
		for (size_t g = 0; g < d->block[b].n_groups; g++)
			csr_release(&d->block[b].group[g].rows);
	}
	free(d->moments.first);
	free(d->moments.bin);
	*d = (struct bfm_design){ 0 };
}

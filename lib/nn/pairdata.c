#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "nn/negatives.h"
#include "nn/pairdata.h"

/* --- what was had --------------------------------------------------------- */

/* Columns of items that nobody had are left out. */
static void
number_items(struct pairdata *d)
{
	uint32_t *number = mem_array("items", d->had.cols, sizeof *number);
	uint32_t n = 0;

	for (size_t p = 0; p < d->n; p++)
		number[d->had.indices[p]] = 1;
	d->item = mem_array("items", d->had.cols, sizeof *d->item);
	for (uint32_t i = 0; i < d->had.cols; i++)
		if (number[i] == 1) {
			d->item[n] = i;
			number[i] = n++;
		}
	for (size_t p = 0; p < d->n; p++)
		d->had.indices[p] = number[d->had.indices[p]];
	d->had.cols = n;
	free(number);
}

static void
measure_shares(struct pairdata *d, enum drawing how, double exponent)
{
	const size_t m = d->had.cols;
	double sum = 0;

	d->share = mem_array("items", m, sizeof *d->share);
	d->share_had = mem_array("items", m, sizeof *d->share_had);
	for (size_t p = 0; p < d->n; p++)
		d->share_had[d->had.indices[p]] += 1 / (double)d->n;
	for (size_t i = 0; i < m; i++) {
		d->share[i] = how == DRAWING_POPULARITY ?
		    pow(d->share_had[i], exponent) : 1;
		sum += d->share[i];
	}
	for (size_t i = 0; i < m; i++)
		d->share[i] /= sum;
	if (how != DRAWING_POPULARITY)
		return;
	d->popular = mem_array("items", m, sizeof *d->popular);
	alias_build(d->popular, d->share, m);
}

void
pairdata_init(struct pairdata *d, const struct inter *in, enum csr_merge merge,
    enum drawing how, double exponent)
{
	size_t p = 0;

	*d = (struct pairdata){ .n = 0 };
	inter_matrix(in, merge, &d->had);
	d->n = (size_t)csr_count(&d->had);
	number_items(d);
	d->user = mem_array("examples", d->n, sizeof *d->user);
	for (uint32_t u = 0; u < d->had.rows; u++)
		while (p < d->had.indptr[u + 1])
			d->user[p++] = u;
	measure_shares(d, how, exponent);
}

void
pairdata_release(struct pairdata *d)
{
	csr_release(&d->had);
	free(d->item);
	free(d->user);
	free(d->popular);
	free(d->share);
	free(d->share_had);
}

/* --- draws ---------------------------------------------------------------- */

/* Blocks 2^16 (2^16 e + j) and on are its own. */
static struct rng
begin(uint64_t seed, uint64_t epoch, size_t e, size_t j)
{
	struct rng rng = { .seed = seed,
		.stream = rng_stream("pairs.draw", epoch) };

	rng.index = ((uint64_t)e << 16 | j) << 16;
	return rng;
}

static uint32_t
any(const struct pairdata *d, struct rng *rng)
{
	return d->popular != NULL ? alias_draw(d->popular,
	    (uint32_t)d->had.cols, rng_u64(rng)) :
	    rng_below(rng, (uint32_t)d->had.cols);
}

uint32_t
pairdata_draw_any(const struct pairdata *d, uint64_t seed, uint64_t epoch,
    size_t e, size_t j)
{
	struct rng rng = begin(seed, epoch, e, j);

	return any(d, &rng);
}

static int
has(const struct csr *had, uint32_t u, uint32_t item)
{
	uint64_t low = had->indptr[u], high = had->indptr[u + 1];

	while (low < high) {
		const uint64_t mid = low + (high - low) / 2;

		if (had->indices[mid] < item)
			low = mid + 1;
		else
			high = mid;
	}
	return low < had->indptr[u + 1] && had->indices[low] == item;
}

/* A user who had nearly all that is popular gets another after some tries. */
uint32_t
pairdata_draw(const struct pairdata *d, uint64_t seed, uint64_t epoch,
    size_t e, size_t j)
{
	enum { TRIES = 64 };
	const uint32_t u = d->user[e];
	const size_t left = negatives_left(&d->had, u);
	struct rng rng = begin(seed, epoch, e, j);

	if (left == 0)
		return d->had.indices[e];
	for (int i = 0; d->popular != NULL && i < TRIES; i++) {
		const uint32_t item = any(d, &rng);

		if (!has(&d->had, u, item))
			return item;
	}
	return negatives_at(&d->had, u, rng_below(&rng, (uint32_t)left));
}

/* --- features ------------------------------------------------------------- */

void
pairdata_features(const struct attributes *a, struct csr *out)
{
	const size_t rows = idmap_count(a->ids);
	uint64_t count = 0, at = 0;

	*out = (struct csr){ .rows = rows };
	for (size_t c = 0; c < a->n; c++)
		count += csr_count(&a->column[c].of);
	out->indptr = mem_array("features", rows + 1, sizeof *out->indptr);
	out->indices = mem_array("features", (size_t)count,
	    sizeof *out->indices);
	out->values = mem_array("features", (size_t)count,
	    sizeof *out->values);
	for (size_t r = 0; r < rows; r++) {
		uint32_t first = 0;

		for (size_t c = 0; c < a->n; c++) {
			const struct csr *of = &a->column[c].of;

			for (uint64_t e = of->indptr[r]; e < of->indptr[r + 1];
			    e++, at++) {
				out->indices[at] = first + of->indices[e];
				out->values[at] = of->values[e];
			}
			first += (uint32_t)of->cols;
		}
		out->indptr[r + 1] = at;
		out->cols = first;
	}
}

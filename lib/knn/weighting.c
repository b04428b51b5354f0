#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "knn/weighting.h"

enum { NONE, TFIDF, BM25 };

static const struct choice table[] = {
	[NONE] = { "none", "all count the same", NULL },
	[TFIDF] = { "tfidf", "what few have counts more", NULL },
	[BM25] = { "bm25", "the same, and long rows count less", NULL },
};

static const double k1 = 1.2, b = 0.75;

const struct choice *
weighting_choice(size_t i)
{
	return i < sizeof table / sizeof *table ? &table[i] : NULL;
}

static double
length(const float *values, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += fabs((double)values[i]);
	return sum;
}

void
weighting_init(struct weighting *w, const struct choice *how,
    const struct csr *m)
{
	const uint64_t n = csr_count(m);
	const double N = (double)m->rows;

	w->how = how;
	w->mean_length = m->rows > 0 ? length(m->values, n) / N : 0;
	w->idf = mem_array("weights", m->cols, sizeof *w->idf);
	for (uint64_t i = 0; i < n; i++)
		w->idf[m->indices[i]]++;
	for (size_t c = 0; c < m->cols; c++) {
		const double had = w->idf[c];

		w->idf[c] = how == &table[BM25] ?
		    log1p((N - had + 0.5) / (had + 0.5)) :
		    log1p(N / fmax(had, 1));
	}
}

void
weighting_release(struct weighting *w)
{
	free(w->idf);
	w->idf = NULL;
}

void
weighting_row(const struct weighting *w, const uint32_t *indices,
    float *values, size_t n)
{
	double flat = 0;		/* k1 (1 - b + b L / mean L) */

	if (w->how == &table[NONE])
		return;
	if (w->how == &table[BM25] && w->mean_length > 0)
		flat = k1 * (1 - b + b * length(values, n) / w->mean_length);
	for (size_t i = 0; i < n; i++) {
		double x = (double)values[i];

		if (w->how == &table[BM25] && fabs(x) > 0)
			x *= (k1 + 1) / (fabs(x) + flat);
		values[i] = (float)(x * w->idf[indices[i]]);
	}
}

void
weighting_matrix(const struct weighting *w, struct csr *m)
{
	for (size_t r = 0; r < m->rows; r++)
		weighting_row(w, m->indices + m->indptr[r],
		    m->values + m->indptr[r], csr_row_count(m, r));
}

static double
squares(const struct csr *x, size_t row)
{
	double sum = 0;

	for (uint64_t p = x->indptr[row]; p < x->indptr[row + 1]; p++)
		sum += (double)x->values[p] * (double)x->values[p];
	return sum;
}

void
weighting_activity(struct csr *x, double power)
{
	double before = 0, after = 0;

	if (!(fabs(power) > 0))
		return;
	for (size_t u = 0; u < x->rows; u++) {
		const double s = squares(x, u);

		before += s;
		if (s > 0)
			after += s * pow((double)csr_row_count(x, u), power);
	}
	for (size_t u = 0; u < x->rows; u++) {
		const double w = pow((double)csr_row_count(x, u), power) *
		    before / after;

		for (uint64_t p = x->indptr[u]; p < x->indptr[u + 1]; p++)
			x->values[p] = (float)((double)x->values[p] * sqrt(w));
	}
}

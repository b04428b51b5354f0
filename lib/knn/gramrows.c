#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "knn/gramrows.h"

enum {
	AHEAD = 4,		/* visits from one that is added to the one
				 * that is asked for */
	LINE = 16		/* entries in a line of the cache */
};

void
gramrows_init(struct gramrows *g, const struct csr *x, const struct csr *xt)
{
	*g = (struct gramrows){ .x = x, .xt = xt };
	g->before = mem_array("products of columns", x->rows,
	    sizeof *g->before);
}

void
gramrows_release(struct gramrows *g)
{
	free(g->before);
	free(g->visit);
}

void
gramrows_strip(struct gramrows *g, size_t first, size_t end)
{
	const struct csr *x = g->x, *xt = g->xt;

	g->first = xt->indptr[first];
	g->visit = mem_grow("products of columns", g->visit, &g->cap,
	    xt->indptr[end] - g->first, sizeof *g->visit);
	for (uint64_t q = g->first; q < xt->indptr[end]; q++) {
		const uint32_t row = xt->indices[q];

		g->visit[q - g->first] = (struct gramrows_visit){
		    x->indptr[row], g->before[row]++, xt->values[q] };
	}
}

static inline void
ask_for(const struct csr *x, struct gramrows_visit v, size_t i)
{
	__builtin_prefetch(x->indices + v.from + i);
	__builtin_prefetch(x->values + v.from + i);
}

/* sum <- sum + what v says; what `later` needs is asked for meanwhile */
static inline void
add(const struct csr *x, struct gramrows_visit v, struct gramrows_visit later,
    double *sum)
{
	const uint32_t *column = x->indices + v.from;
	const float *value = x->values + v.from;
	const double a = (double)v.value;
	size_t i = 0;

	for (; i + LINE <= v.n; i += LINE) {
		if (i < later.n)
			ask_for(x, later, i);
		for (size_t k = i; k < i + LINE; k++)
			sum[column[k]] += a * (double)value[k];
	}
	for (size_t k = i; k < v.n; k++)
		sum[column[k]] += a * (double)value[k];
	for (; i < later.n; i += LINE)
		ask_for(x, later, i);
}

void
gramrows_row(const struct gramrows *g, size_t i, double *sum)
{
	const size_t n = csr_row_count(g->xt, i);
	const struct gramrows_visit *v = g->visit + (g->xt->indptr[i] -
	    g->first);
	double square = 0;

	memset(sum, 0, (i + 1) * sizeof *sum);
	for (size_t k = 0; k < n; k++) {
		add(g->x, v[k], v[k + AHEAD < n ? k + AHEAD : k], sum);
		square += (double)v[k].value * (double)v[k].value;
	}
	sum[i] = square;
}

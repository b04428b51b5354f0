#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "eval/bootstrap.h"

enum { RESAMPLES_PER_PIECE = 16 };

static int
rising(const void *va, const void *vb)
{
	const double *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

/* Quantile p of x (n), which is sorted; between two, as far as it is. */
static double
quantile(const double *x, size_t n, double p)
{
	const double at = p * (double)(n - 1);
	const size_t i = (size_t)at;

	if (i + 1 >= n)
		return x[n - 1];
	return x[i] + (at - (double)i) * (x[i + 1] - x[i]);
}

/* The interval of x (n), of which NANs are left out. */
static void
interval(double *x, size_t n, double alpha, double *low, double *high)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			x[kept++] = x[i];
	*low = *high = NAN;
	if (kept == 0)
		return;
	qsort(x, kept, sizeof *x, rising);
	*low = quantile(x, kept, alpha / 2);
	*high = quantile(x, kept, 1 - alpha / 2);
}

/* --- means ---------------------------------------------------------------- */

struct means {
	const struct bootstrap *how;
	double *value;		/* (columns, n) 0 where there is none */
	unsigned char *has;	/* (columns, n), or NULL: all have */
	size_t n, columns;
	double *mean;		/* (columns, resamples) */
	uint32_t *times;	/* (workers, n) how often a row was drawn */
	atomic_size_t n_done;	/* resamples, about */
};

static void
draw(const struct bootstrap *how, size_t r, size_t n, uint32_t *times)
{
	struct rng rng;

	rng_init(&rng, how->seed, rng_stream("bootstrap", r));
	memset(times, 0, n * sizeof *times);
	for (size_t i = 0; i < n; i++)
		times[rng_index(&rng, n)]++;
}

static double
weighted_mean(const double *x, const unsigned char *has,
    const uint32_t *times, size_t n)
{
	double sum[4] = { 0, 0, 0, 0 };
	uint64_t weight = 0;

	for (size_t i = 0; i < n; i++)
		sum[i % 4] += x[i] * times[i];
	for (size_t i = 0; has != NULL && i < n; i++)
		weight += has[i] ? times[i] : 0;
	return ((sum[0] + sum[1]) + (sum[2] + sum[3])) /
	    (double)(has != NULL ? weight : n);
}

static void
means_piece(void *arg, size_t i, size_t worker)
{
	struct means *m = arg;
	uint32_t *times = m->times + worker * m->n;
	const size_t first = i * RESAMPLES_PER_PIECE;

	for (size_t r = first; r < first + RESAMPLES_PER_PIECE &&
	    r < m->how->resamples; r++) {
		draw(m->how, r, m->n, times);
		for (size_t c = 0; c < m->columns; c++)
			m->mean[c * m->how->resamples + r] = weighted_mean(
			    m->value + c * m->n, m->has != NULL ?
			    m->has + c * m->n : NULL, times, m->n);
	}
	tick_at(m->how->tick, atomic_fetch_add(&m->n_done,
	    RESAMPLES_PER_PIECE), m->how->resamples);
}

/* Columns one after the other, of the rows that are kept. */
static void
take_columns(struct means *m, const double *value, size_t n,
    const unsigned char *kept)
{
	size_t rows = 0;
	int all_have = 1;

	for (size_t i = 0; i < n; i++)
		m->n += kept == NULL || kept[i];
	m->value = mem_array("values", m->columns, m->n * sizeof *m->value);
	m->has = mem_array("values", m->columns, m->n);
	for (size_t i = 0; i < n; i++) {
		if (kept != NULL && !kept[i])
			continue;
		for (size_t c = 0; c < m->columns; c++) {
			const double x = value[i * m->columns + c];

			if (!isnan(x))
				m->has[c * m->n + rows] = 1;
			m->value[c * m->n + rows] = isnan(x) ? 0 : x;
			all_have = all_have && !isnan(x);
		}
		rows++;
	}
	if (all_have) {
		free(m->has);
		m->has = NULL;
	}
}

void
bootstrap_means(const double *value, size_t n, size_t columns,
    const unsigned char *kept, const struct bootstrap *how, double *low,
    double *high)
{
	struct means m = { .how = how, .columns = columns };

	take_columns(&m, value, n, kept);
	m.mean = mem_array("resamples", columns,
	    how->resamples * sizeof *m.mean);
	m.times = mem_array("resamples", par_threads(),
	    m.n * sizeof *m.times);
	if (m.n > 0)
		par_for(par_pieces(how->resamples, RESAMPLES_PER_PIECE),
		    means_piece, &m);
	for (size_t c = 0; c < columns; c++)
		interval(m.mean + c * how->resamples, m.n > 0 ?
		    how->resamples : 0, how->alpha, &low[c], &high[c]);
	free(m.times);
	free(m.mean);
	free(m.has);
	free(m.value);
}

/* --- any number ----------------------------------------------------------- */

struct any {
	const struct bootstrap *how;
	size_t n;
	double (*of)(void *arg, const size_t *row, size_t n, size_t worker);
	void *arg;
	size_t *row;		/* (workers, n) */
	double *value;		/* (resamples) */
	atomic_size_t n_done;
};

static void
any_piece(void *arg, size_t r, size_t worker)
{
	struct any *a = arg;
	size_t *row = a->row + worker * a->n;
	struct rng rng;

	rng_init(&rng, a->how->seed, rng_stream("bootstrap", r));
	for (size_t i = 0; i < a->n; i++)
		row[i] = rng_index(&rng, a->n);
	a->value[r] = a->of(a->arg, row, a->n, worker);
	tick_at(a->how->tick, atomic_fetch_add(&a->n_done, 1),
	    a->how->resamples);
}

void
bootstrap_of(size_t n, const struct bootstrap *how,
    double (*of)(void *arg, const size_t *row, size_t n, size_t worker),
    void *arg, double *low, double *high)
{
	struct any a = { how, n, of, arg,
	    mem_array("resamples", par_threads(), n * sizeof *a.row),
	    mem_array("resamples", how->resamples, sizeof *a.value), 0 };

	if (n > 0)
		par_for(how->resamples, any_piece, &a);
	interval(a.value, n > 0 ? how->resamples : 0, how->alpha, low, high);
	free(a.value);
	free(a.row);
}

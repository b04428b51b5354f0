/*
 * The methods, and their common scales (for lists x_1 >= ... >= x_n).
 *
 * z-score and min-max: Fox & Shaw, "Combination of multiple searches", TREC-2
 * (1994), with the normalisations of Montague & Aslam, "Relevance score
 * normalization for metasearch", CIKM (2001).  Rank: Borda count, Aslam &
 * Montague, "Models for metasearch", SIGIR (2001).  Reciprocal rank fusion:
 * Cormack, Clarke & Buettcher, SIGIR (2009).
 */

#include <math.h>

#include "fuse/fuse.h"

/* x_i */
static void
as_is(const struct fusion *f, const struct scored_item *list, size_t n,
    double *x)
{
	(void)f;
	for (size_t i = 0; i < n; i++)
		x[i] = list[i].value;
}

/* (x_i - mean) / standard deviation; 0 in a list of equal scores */
static void
zscore(const struct fusion *f, const struct scored_item *list, size_t n,
    double *x)
{
	double mean = 0, square = 0, stdev;

	(void)f;
	for (size_t i = 0; i < n; i++)
		mean += list[i].value / (double)n;
	for (size_t i = 0; i < n; i++) {
		const double d = list[i].value - mean;

		square += d * d / (double)n;
	}
	stdev = sqrt(square);
	for (size_t i = 0; i < n; i++)
		x[i] = list[0].value > list[n - 1].value && stdev > 0 ?
		    (list[i].value - mean) / stdev : 0;
}

/* (x_i - min) / (max - min); 0 in a list of equal scores */
static void
minmax(const struct fusion *f, const struct scored_item *list, size_t n,
    double *x)
{
	const double min = list[n - 1].value, range = list[0].value - min;

	(void)f;
	for (size_t i = 0; i < n; i++)
		x[i] = range > 0 ? (list[i].value - min) / range : 0;
}

/* (n - i + 1) / n for place i = 1 .. n */
static void
borda(const struct fusion *f, const struct scored_item *list, size_t n,
    double *x)
{
	(void)f;
	(void)list;
	for (size_t i = 0; i < n; i++)
		x[i] = (double)(n - i) / (double)n;
}

/* 1 / (k + i) for place i = 1 .. n */
static void
reciprocal(const struct fusion *f, const struct scored_item *list, size_t n,
    double *x)
{
	(void)list;
	for (size_t i = 0; i < n; i++)
		x[i] = 1 / (f->rrf_k + (double)(i + 1));
}

static const struct fuse_method methods[] = {
	{ { "zscore", "weighted sum of each list's z-scores", NULL },
	    zscore, 0, 0, 0, 0 },
	{ { "minmax", "weighted sum of scores scaled to 0..1", NULL },
	    minmax, 0, 0, 0, 0 },
	{ { "rank", "weighted sum of places scaled to 0..1 (Borda)", NULL },
	    borda, 0, 0, 0, 0 },
	{ { "rrf", "reciprocal rank fusion", "rrf-k=60" },
	    reciprocal, 1, 1, 0, 0 },
	{ { "weighted", "weighted sum of the scores as they are", NULL },
	    as_is, 0, 0, 1, 1 },
};

const struct choice *
fuse_choice(size_t i)
{
	return i < sizeof methods / sizeof methods[0] ? &methods[i].what :
	    NULL;
}

const struct fuse_method *
fuse_method(const struct choice *choice)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (span_is(span_of(choice->name), methods[i].what.name))
			return &methods[i];
	return NULL;
}

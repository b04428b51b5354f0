/*
 * The scales (for lists x_1 >= ... >= x_n).
 *
 * z-score and min-max: Fox & Shaw, "Combination of multiple searches", TREC-2
 * (1994), with the normalisations of Montague & Aslam, "Relevance score
 * normalization for metasearch", CIKM (2001).  Rank: Aslam & Montague, "Models
 * for metasearch", SIGIR (2001).  Reciprocal: Cormack, Clarke & Buettcher,
 * SIGIR (2009).  What is learned from relevance is in scalelearn.c.
 */

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuse/fuse.h"
#include "fuse/scale.h"
#include "fuse/scalelearn.h"

enum { QUANTILES = 256 };

double
scale_at(const struct scale_map *m, double x)
{
	size_t low = 0, high = m->n - 1;

	if (m->n == 0) {
		const double y = m->factor * (x - m->shift);

		return m->squashes ? 1 / (1 + exp(-y)) : y;
	}
	if (x <= m->at[low])
		return m->value[low];
	if (x >= m->at[high])
		return m->value[high];
	while (high - low > 1) {
		const size_t mid = low + (high - low) / 2;

		*(m->at[mid] <= x ? &low : &high) = mid;
	}
	return m->value[low] + (m->value[high] - m->value[low]) *
	    (x - m->at[low]) / (m->at[high] - m->at[low]);
}

void
scale_map_release(struct scale_map *m)
{
	free(m->at);
	free(m->value);
	*m = (struct scale_map){ .n = 0 };
}

/* --- of one list ---------------------------------------------------------- */

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
	const double each = 1 / (double)n;
	double mean = 0, square = 0, by;

	(void)f;
	for (size_t i = 0; i < n; i++)
		mean += list[i].value * each;
	for (size_t i = 0; i < n; i++) {
		const double d = list[i].value - mean;

		square += d * d * each;
	}
	by = list[0].value > list[n - 1].value && square > 0 ?
	    1 / sqrt(square) : 0;
	for (size_t i = 0; i < n; i++)
		x[i] = (list[i].value - mean) * by;
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
rank(const struct fusion *f, const struct scored_item *list, size_t n,
    double *x)
{
	(void)f;
	(void)list;
	for (size_t i = 0; i < n; i++)
		x[i] = (double)(n - i) / (double)n;
}

/* The share of the list's scores that are smaller, equal ones counting half. */
static void
percentile(const struct fusion *f, const struct scored_item *list, size_t n,
    double *x)
{
	(void)f;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && list[end].value == list[i].value;)
			end++;
		for (size_t j = i; j < end; j++)
			x[j] = ((double)(n - end) + (double)(end - i) / 2) /
			    (double)n;
	}
}

/* exp(x_i - x_1) / sum of them */
static void
softmax(const struct fusion *f, const struct scored_item *list, size_t n,
    double *x)
{
	double sum = 0;

	(void)f;
	for (size_t i = 0; i < n; i++)
		sum += x[i] = exp(list[i].value - list[0].value);
	for (size_t i = 0; i < n; i++)
		x[i] /= sum;
}

/* 1 / (1 + exp(-z)) of the z-score */
static void
sigmoid(const struct fusion *f, const struct scored_item *list, size_t n,
    double *x)
{
	zscore(f, list, n, x);
	for (size_t i = 0; i < n; i++)
		x[i] = 1 / (1 + exp(-x[i]));
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

/* --- of all values of a system -------------------------------------------- */

static void
zscore_map(struct scale_map *m, const double *value, size_t n)
{
	double mean = 0, square = 0;

	for (size_t i = 0; i < n; i++)
		mean += value[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		square += (value[i] - mean) * (value[i] - mean) / (double)n;
	m->shift = mean;
	m->factor = value[n - 1] > value[0] && square > 0 ?
	    1 / sqrt(square) : 0;
}

static void
sigmoid_map(struct scale_map *m, const double *value, size_t n)
{
	zscore_map(m, value, n);
	m->squashes = 1;
}

static void
minmax_map(struct scale_map *m, const double *value, size_t n)
{
	m->shift = value[0];
	m->factor = value[n - 1] > value[0] ? 1 / (value[n - 1] - value[0]) :
	    0;
}

/* The distribution at QUANTILES places, straight between them. */
static void
percentile_map(struct scale_map *m, const double *value, size_t n)
{
	m->at = mem_array("a scale", QUANTILES, sizeof *m->at);
	m->value = mem_array("a scale", QUANTILES, sizeof *m->value);
	for (size_t q = 0; q < QUANTILES; q++) {
		const double share = (double)q / (QUANTILES - 1);
		const double x = value[(size_t)(share * (double)(n - 1))];

		if (m->n > 0 && m->at[m->n - 1] == x)
			m->n--;
		m->at[m->n] = x;
		m->value[m->n++] = share;
	}
}

/* --- the table ------------------------------------------------------------ */

static const struct fuse_scale scales[] = {
	{ { "zscore", "(score - mean) / standard deviation", NULL },
	    zscore, zscore_map, NULL, 0, 0 },
	{ { "minmax", "(score - least) / (largest - least)", NULL },
	    minmax, minmax_map, NULL, 0, 0 },
	{ { "rank", "places scaled to 0..1", NULL },
	    rank, NULL, NULL, 0, 0 },
	{ { "percentile", "the share of scores that are smaller", NULL },
	    percentile, percentile_map, NULL, 0, 0 },
	{ { "softmax", "exp(score), divided by the list's sum", NULL },
	    softmax, NULL, NULL, 0, 0 },
	{ { "sigmoid", "the logistic function of the z-score", NULL },
	    sigmoid, sigmoid_map, NULL, 0, 0 },
	{ { "platt", "how likely the score is relevant: a logistic curve, "
	    "with --fit", NULL },
	    NULL, NULL, scalelearn_platt, 0, 0 },
	{ { "isotonic", "the same as steps that do not fall", NULL },
	    NULL, NULL, scalelearn_isotonic, 0, 0 },
	{ { "reciprocal", "1 / (K + place), K of --rrf-k", NULL },
	    reciprocal, NULL, NULL, 1, 0 },
	{ { "none", "the score as it is", NULL },
	    as_is, NULL, NULL, 0, 1 },
};

const struct choice *
fuse_scale_choice(size_t i)
{
	return i < sizeof scales / sizeof scales[0] ? &scales[i].what : NULL;
}

const struct fuse_scale *
fuse_scale(const struct choice *choice)
{
	for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++)
		if (span_is(span_of(choice->name), scales[i].what.name))
			return &scales[i];
	return NULL;
}

const struct choice *
fuse_over_choice(size_t i)
{
	static const struct choice over[] = {
		{ "user", "each user's list by itself", NULL },
		{ "all", "all scores of a system together", NULL },
	};

	return i < sizeof over / sizeof over[0] ? &over[i] : NULL;
}

/* --- the file ------------------------------------------------------------- */

void
scale_put(struct st_writer *w, const struct scale_map *map, size_t n)
{
	double *line = mem_array("scales", n * 3, sizeof *line);
	int64_t *knots = mem_array("scales", n, sizeof *knots);
	double *at, *value;
	size_t total = 0;

	for (size_t i = 0; i < n; i++) {
		line[i * 3] = map[i].shift;
		line[i * 3 + 1] = map[i].factor;
		line[i * 3 + 2] = map[i].squashes;
		knots[i] = (int64_t)map[i].n;
		total += map[i].n;
	}
	at = mem_array("scales", total, sizeof *at);
	value = mem_array("scales", total, sizeof *value);
	total = 0;
	for (size_t i = 0; i < n; total += map[i++].n)
		for (size_t j = 0; j < map[i].n; j++) {
			at[total + j] = map[i].at[j];
			value[total + j] = map[i].value[j];
		}
	st_put_copy(w, "scale", ST_F64, (size_t[]){ n, 3 }, 2, line);
	st_put_copy(w, "knots", ST_I64, &n, 1, knots);
	st_put_copy(w, "knots_at", ST_F64, &total, 1, at);
	st_put_copy(w, "knots_value", ST_F64, &total, 1, value);
	free(line);
	free(knots);
	free(at);
	free(value);
}

/* Knots that ascend and do not fall. */
static int
is_sound(const struct scale_map *m)
{
	if (!isfinite(m->shift) || !isfinite(m->factor) || m->factor < 0)
		return 0;
	for (size_t i = 0; i < m->n; i++)
		if (!isfinite(m->at[i]) || !isfinite(m->value[i]) || (i > 0 &&
		    (m->at[i] <= m->at[i - 1] ||
		    m->value[i] < m->value[i - 1])))
			return 0;
	return 1;
}

int
scale_get(const struct st_file *st, struct scale_map *map, size_t n)
{
	const size_t dims[2] = { n, 3 }, any = SIZE_MAX;
	const struct st_tensor *line, *knots, *at, *value;
	size_t from = 0;

	if ((line = st_want(st, "scale", ST_F64, dims, 2)) == NULL ||
	    (knots = st_want(st, "knots", ST_I64, &n, 1)) == NULL ||
	    (at = st_want(st, "knots_at", ST_F64, &any, 1)) == NULL ||
	    (value = st_want(st, "knots_value", ST_F64, &at->count, 1)) ==
	    NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const double *x = (const double *)line->data + i * 3;
		const int64_t k = ((const int64_t *)knots->data)[i];
		struct scale_map *m = &map[i];

		if (k < 0 || (uint64_t)k > at->count - from)
			return err_msg("%s: tensor 'knots' does not fit "
			    "'knots_at'", st_path(st));
		*m = (struct scale_map){ x[0], x[1], x[2] != 0, (size_t)k,
		    mem_array("a scale", (size_t)k, sizeof *m->at),
		    mem_array("a scale", (size_t)k, sizeof *m->value) };
		memcpy(m->at, (const double *)at->data + from,
		    m->n * sizeof *m->at);
		memcpy(m->value, (const double *)value->data + from,
		    m->n * sizeof *m->value);
		from += m->n;
		if (!is_sound(m))
			return err_msg("%s: scale %zu falls or is not finite",
			    st_path(st), i + 1);
	}
	return from == at->count ? 0 : err_msg("%s: tensor 'knots' does not "
	    "fit 'knots_at'", st_path(st));
}

/*
 * trees ROWS ROUNDS KIND RATE -- seconds and quality of boosting on a table
 * made of 20 columns, on one thread and on two: KIND logistic or lambdamart
 * (100 rows to a query).
 * trees data ROWS KIND DIR -- writes it for other programs: DIR/train and
 * DIR/test, and the sizes of queries.
 * trees judge KIND FILE -- the quality of scores for the rows of the latter.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "base/rng.h"
#include "tree/boost.h"

#include "clock.h"

enum { COLUMNS = 20, QUERY = 100, TESTED = 200000 };

static float
truth(const float *x)
{
	return x[0] * x[1] + sinf(2 * x[2]) + (x[3] > 0.5f ? x[4] : -x[5]) +
	    0.5f * x[6] * x[6] - 0.5f + 0.3f * x[7];
}

static void
make(struct boost_data *d, size_t n, uint64_t seed, int is_list)
{
	float *x = mem_array("a table", n * COLUMNS, sizeof *x);
	float *y = mem_array("a table", n, sizeof *y);
	size_t *query = mem_array("a table", n / QUERY + 2, sizeof *query);

	for (size_t i = 0; i < n; i++) {
		struct rng r;
		float t;

		rng_init(&r, seed, rng_stream("bench.trees", i));
		for (int j = 0; j < COLUMNS; j++)
			x[i * COLUMNS + (size_t)j] = (float)rng_normal(&r);
		t = truth(x + i * COLUMNS) + (float)rng_normal(&r);
		y[i] = is_list ? (t > 3 ? 7 : t > 2 ? 3 : t > 1 ? 1 : 0) :
		    t > 0.3f;
	}
	*d = (struct boost_data){ .x = x, .y = y, .n = n,
	    .n_columns = COLUMNS, .query = query };
	for (size_t i = 0; i < n; i += QUERY)
		query[d->n_queries++] = i;
	query[d->n_queries] = n;
}

struct pair {
	double s;
	float y;
};

static int
by_score(const void *va, const void *vb)
{
	const struct pair *a = va, *b = vb;

	return (a->s > b->s) - (a->s < b->s);
}

static double
auc(const double *s, const float *y, size_t n)
{
	struct pair *p = mem_array("pairs", n, sizeof *p);
	double sum = 0, ones = 0;

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pair){ s[i], y[i] };
	qsort(p, n, sizeof *p, by_score);
	for (size_t i = 0; i < n; i++)
		if (p[i].y > 0) {
			sum += (double)i - ones;
			ones++;
		}
	free(p);
	return sum / (ones * ((double)n - ones));
}

static int
by_gain(const void *va, const void *vb)
{
	const struct pair *a = va, *b = vb;

	return (a->y < b->y) - (a->y > b->y);
}

static double
dcg10(const struct pair *p, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n && i < 10; i++)
		sum += (double)p[n - 1 - i].y / log2((double)i + 2);
	return sum;
}

static double
ndcg10(const double *s, const float *y, size_t n)
{
	double sum = 0;
	size_t n_queries = 0;

	for (size_t from = 0; from < n; from += QUERY) {
		const size_t m = n - from < QUERY ? n - from : QUERY;
		struct pair p[QUERY];
		double best, got;

		for (size_t i = 0; i < m; i++)
			p[i] = (struct pair){ s[from + i], y[from + i] };
		qsort(p, m, sizeof *p, by_score);
		got = dcg10(p, m);
		qsort(p, m, sizeof *p, by_gain);
		for (size_t i = 0; i < m / 2; i++) {
			const struct pair t = p[i];

			p[i] = p[m - 1 - i];
			p[m - 1 - i] = t;
		}
		best = dcg10(p, m);
		if (best > 0) {
			sum += got / best;
			n_queries++;
		}
	}
	return sum / (double)n_queries;
}

static double
quality(int is_list, const double *s, const struct boost_data *test)
{
	return is_list ? ndcg10(s, test->y, test->n) :
	    auc(s, test->y, test->n);
}

static int
write_table(const struct boost_data *d, int is_list, const char *dir,
    const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	if ((f = fopen(path, "w")) == NULL)
		return 1;
	for (size_t i = 0; i < d->n; i++) {
		/* Elsewhere gains are 2^label - 1. */
		fprintf(f, "%g", is_list ? log2((double)d->y[i] + 1) :
		    (double)d->y[i]);
		for (size_t j = 0; j < COLUMNS; j++)
			fprintf(f, ",%.6g", (double)d->x[i * COLUMNS + j]);
		putc('\n', f);
	}
	if (fclose(f) != 0)
		return 1;
	if (!is_list)
		return 0;
	snprintf(path, sizeof path, "%s/%s.query", dir, name);
	if ((f = fopen(path, "w")) == NULL)
		return 1;
	for (size_t q = 0; q < d->n_queries; q++)
		fprintf(f, "%zu\n", d->query[q + 1] - d->query[q]);
	return fclose(f) != 0;
}

static int
write_data(size_t n, int is_list, const char *dir)
{
	struct boost_data train, test;

	make(&train, n, 1, is_list);
	make(&test, TESTED, 2, is_list);
	return write_table(&train, is_list, dir, "train") ||
	    write_table(&test, is_list, dir, "test");
}

static int
judge(int is_list, const char *path)
{
	FILE *f = fopen(path, "r");
	double *s = mem_array("scores", TESTED, sizeof *s);
	struct boost_data test;

	make(&test, TESTED, 2, is_list);
	for (size_t i = 0; i < TESTED; i++)
		if (f == NULL || fscanf(f, "%lf", &s[i]) != 1)
			return 1;
	printf("%.4f\n", quality(is_list, s, &test));
	return fclose(f) != 0;
}

static void
measure(size_t n, struct boost *how, int is_list)
{
	struct boost_data train, test;
	double *s = mem_array("scores", TESTED, sizeof *s);

	make(&train, n, 1, is_list);
	make(&test, TESTED, 2, is_list);
	for (size_t threads = 1; threads <= 2; threads++) {
		struct forest *f;
		double begin;

		par_set_threads(threads);
		begin = now();
		f = boost_train(&train, NULL, how);
		begin = now() - begin;
		forest_predict(f, test.x, test.n, s);
		printf("srs\t%zu\t%.2f\t%.4f\n", threads, begin,
		    quality(is_list, s, &test));
		forest_free(f);
	}
}

static int
is_list(const char *kind)
{
	return boost_is_of_lists(boost_objective(kind));
}

int
main(int argc, char *argv[])
{
	struct boost how = BOOST_DEFAULTS;
	size_t n;

	if (argc == 4 && strcmp(argv[1], "judge") == 0)
		return judge(is_list(argv[2]), argv[3]);
	if (argc != 5)
		return 2;
	if (strcmp(argv[1], "data") == 0)
		return num_size(span_of(argv[2]), &n) != 0 ||
		    write_data(n, is_list(argv[3]), argv[4]);
	if (num_size(span_of(argv[1]), &n) != 0 ||
	    num_size(span_of(argv[2]), &how.rounds) != 0 ||
	    num_real(span_of(argv[4]), &how.grow.rate) != 0)
		return 2;
	how.objective = boost_objective(argv[3]);
	measure(n, &how, is_list(argv[3]));
	return 0;
}

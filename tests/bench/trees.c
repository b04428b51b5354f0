/* trees ROWS ROUNDS KIND -- seconds and quality of boosting on a made table of
 * 20 columns: KIND logistic or lambdamart (100 rows to a query). */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "base/rng.h"
#include "tree/boost.h"

enum { COLUMNS = 20, QUERY = 100 };

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

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
	*d = (struct boost_data){ x, y, n, COLUMNS, query, 0 };
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

int
main(int argc, char *argv[])
{
	struct boost how = BOOST_DEFAULTS;
	struct boost_data train, test;
	size_t n = 1000000;
	double begin, took, *s;
	struct forest *f;
	int is_list;

	if (argc != 4 || num_size((struct span){ argv[1], strlen(argv[1]) },
	    &n) != 0 || num_size((struct span){ argv[2], strlen(argv[2]) },
	    &how.rounds) != 0)
		return 2;
	how.objective = boost_objective(argv[3]);
	is_list = boost_is_of_lists(how.objective);
	make(&train, n, 1, is_list);
	make(&test, 200000, 2, is_list);
	for (size_t threads = 1; threads <= 2; threads++) {
		par_set_threads(threads);
		begin = now();
		f = boost_train(&train, NULL, &how);
		took = now() - begin;
		s = mem_array("scores", test.n, sizeof *s);
		forest_predict(f, test.x, test.n, s);
		printf("%s\t%zu rows\t%zu trees\t%zu threads\t%.2f s\t",
		    argv[3], n, f->n_trees, threads, took);
		if (!is_list)
			printf("AUC %.5f\n", auc(s, test.y, test.n));
		else
			printf("first score %.9g\n", s[0]);
		forest_free(f);
		free(s);
	}
	return 0;
}

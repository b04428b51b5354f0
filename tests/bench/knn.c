/*
 * knn ITEMS USERS MEAN [DIR] -- the rates of what srs-knn-train is made of.
 *
 * USERS had MEAN items each on average, of ITEMS, few of which are popular.
 * With DIR the matrix is written there (indptr I64, indices I32) for
 * tests/bench/knn.py, which does the same with numpy and scipy.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "knn/gram.h"
#include "knn/nearest.h"
#include "linalg/blas.h"
#include "linalg/spdinv.h"

enum { SIDE = 2048, PRODUCTS = 8 };

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* An item is floor(ITEMS r^3): the first is what most had. */
static void
make(struct csr *x, size_t items, size_t users, size_t mean)
{
	struct csr rows = { .rows = users, .cols = items };
	struct rng r;
	uint64_t n = 0;

	rows.indptr = mem_array("bench", users + 1, sizeof *rows.indptr);
	rows.indices = mem_array("bench", users * 6 * mean, sizeof(uint32_t));
	rows.values = mem_array("bench", users * 6 * mean, sizeof(float));
	rng_init(&r, 1, rng_stream("bench.knn", 0));
	for (size_t u = 0; u < users; u++) {
		const double share = rng_real(&r);
		const size_t k = 1 + (size_t)(5.8 * (double)mean * pow(share,
		    4.5));

		for (size_t i = 0; i < k; i++, n++) {
			rows.indices[n] = (uint32_t)((double)items *
			    pow(rng_real(&r), 2.2));
			rows.values[n] = 1;
		}
		rows.indptr[u + 1] = n;
	}
	csr_unique(&rows, CSR_MAX, x);
	csr_release(&rows);
}

static int
put(const char *dir, const char *name, const void *p, size_t n, size_t size)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(p, size, n, f) != n || fclose(f) != 0)
		return err_errno("cannot write '%s'", path);
	return 0;
}

struct products {
	float *A, *C;		/* (SIDE, SIDE), (PRODUCTS, SIDE, SIDE) */
};

static void
product(void *arg, size_t i, size_t worker)
{
	const struct products *p = arg;

	(void)worker;
	blas_gemm(0, 0, SIDE, SIDE, SIDE, 1, p->A, SIDE, p->A, SIDE, 0,
	    p->C + i * SIDE * SIDE, SIDE);
}

/* Products of matrices on all threads, in 10^9 flops a second. */
static double
gemm_rate(void)
{
	struct products p;
	double start;

	p.A = mem_array("bench", SIDE * SIDE, sizeof *p.A);
	p.C = mem_array("bench", PRODUCTS * SIDE * SIDE, sizeof *p.C);
	par_for(PRODUCTS, product, &p);
	start = now();
	par_for(PRODUCTS, product, &p);
	start = now() - start;
	free(p.A);
	free(p.C);
	return PRODUCTS * 2.0 * SIDE * SIDE * SIDE / start * 1e-9;
}

/* (X'X + 100)^-1 */
static void
bench_inverse(const struct csr *x, const struct csr *xt)
{
	const size_t n = x->cols;
	const double flops = (double)n * (double)n * (double)n;
	const double gemm = gemm_rate();
	struct mat G;
	double start = now(), gram, inverse;

	mat_init(&G, "bench", n, n);
	gram_full(x, xt, &G);
	gram = now() - start;
	for (size_t i = 0; i < n; i++)
		mat_row(&G, i)[i] += 100;
	start = now();
	if (spdinv(n, G.x, NULL) != 0)
		err_msg("no inverse");
	inverse = now() - start;
	printf("gram     %8.3f s\ninverse  %8.3f s  %.0f GF/s, %.2f of "
	    "products of %d (%.0f)\n", gram, inverse, flops / inverse * 1e-9,
	    flops / inverse * 1e-9 / gemm, SIDE, gemm);
	mat_release(&G);
}

/* The 100 nearest of each item by cosine. */
static void
bench_nearest(const struct csr *x, const struct csr *xt)
{
	const struct nearest_rule cosine = { .similarity =
	    choice_find(similarity_choice, span_of("cosine")) };
	uint32_t *ranks = mem_array("bench", x->cols, sizeof *ranks);
	struct nearest_space space;
	struct csr near;
	double start;

	for (uint32_t i = 0; i < x->cols; i++)
		ranks[i] = i;
	start = now();
	nearest_space_init(&space, x, &cosine, ranks);
	nearest_table(&space, xt, 100, NULL, &near);
	printf("nearest  %8.3f s\n", now() - start);
	nearest_space_release(&space);
	csr_release(&near);
	free(ranks);
}

int
main(int argc, char **argv)
{
	struct csr x, xt;

	if (argc < 4) {
		fprintf(stderr, "usage: knn ITEMS USERS MEAN [DIR]\n");
		return 2;
	}
	make(&x, strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10),
	    strtoul(argv[3], NULL, 10));
	printf("%zu items, %zu users, %llu interactions, %zu threads\n",
	    x.cols, x.rows, (unsigned long long)csr_count(&x), par_threads());
	if (argc > 4 && (put(argv[4], "indptr", x.indptr, x.rows + 1, 8) != 0
	    || put(argv[4], "indices", x.indices, csr_count(&x), 4) != 0))
		return 1;
	csr_transpose(&x, &xt);
	bench_nearest(&x, &xt);
	bench_inverse(&x, &xt);
	csr_release(&x);
	csr_release(&xt);
	return 0;
}

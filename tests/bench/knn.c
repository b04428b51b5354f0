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

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "knn/gram.h"
#include "knn/nearest.h"
#include "linalg/blas.h"
#include "linalg/spdinv.h"

#include "clock.h"

enum {
	SIDE = 2048,
	PRODUCTS = 8,
	RUNS = 9		/* the best of so many is told, */
};

static const double ENOUGH = 4;	/* or of those in so many seconds */
static const double PRODUCT_FLOPS = PRODUCTS * 2.0 * SIDE * SIDE * SIDE;

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

/* The least of a few runs, as many as fit into some seconds: others use the
 * machine too. */
struct best {
	double seconds, all, last;
	int runs;
};

static int
again(const struct best *b)
{
	return b->runs == 0 || (b->runs < RUNS && b->all < ENOUGH);
}

static void
took(struct best *b, double start)
{
	b->last = now() - start;
	if (b->runs++ == 0 || b->last < b->seconds)
		b->seconds = b->last;
	b->all += b->last;
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

/* Seconds of products of matrices on all threads. */
static double
multiply(void)
{
	struct products p;
	double start, seconds;

	p.A = mem_array("bench", SIDE * SIDE, sizeof *p.A);
	p.C = mem_array("bench", PRODUCTS * SIDE * SIDE, sizeof *p.C);
	start = now();
	par_for(PRODUCTS, product, &p);
	seconds = now() - start;
	free(p.A);
	free(p.C);
	return seconds;
}

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* X'X */
static void
bench_gram(const struct csr *x, const struct csr *xt, struct mat *G)
{
	struct best gram = { 0 };

	while (again(&gram)) {
		const double start = now();

		gram_full(x, xt, G);
		took(&gram, start);
	}
	printf("gram     %8.3f s\n", gram.seconds);
}

/*
 * (X'X + 100)^-1, and products of matrices before and after each run.  A
 * machine that others use too does both at half the rate from one second to the
 * next: what is told is the median of each run's rate as a share of that of the
 * products around it.
 */
static void
bench_inverse(const struct mat *G)
{
	const size_t n = G->rows;
	const double flops = (double)n * (double)n * (double)n;
	struct best inverse = { 0 };
	double products = multiply(), share[RUNS];
	struct mat P;

	mat_init(&P, "bench", n, n);
	while (again(&inverse)) {
		const double before = products;
		double start;

		memcpy(P.x, G->x, n * n * sizeof *P.x);
		for (size_t i = 0; i < n; i++)
			mat_row(&P, i)[i] += 100;
		start = now();
		if (spdinv(n, P.x, NULL) != 0)
			err_msg("no inverse");
		took(&inverse, start);
		products = multiply();
		share[inverse.runs - 1] = flops / inverse.last /
		    (2 * PRODUCT_FLOPS / (before + products));
	}
	mat_release(&P);
	qsort(share, (size_t)inverse.runs, sizeof *share, compare);
	printf("inverse  %8.3f s  %.0f GF/s, %.2f of products of %d\n",
	    inverse.seconds, flops / inverse.seconds * 1e-9,
	    share[inverse.runs / 2], SIDE);
}

/* The 100 nearest of each item by cosine. */
static void
bench_nearest(const struct csr *x, const struct csr *xt)
{
	const struct nearest_rule cosine = { .similarity =
	    choice_find(similarity_choice, span_of("cosine")) };
	uint32_t *ranks = mem_array("bench", x->cols, sizeof *ranks);
	struct nearest_space space;
	struct best best = { 0 };
	struct csr near;

	for (uint32_t i = 0; i < x->cols; i++)
		ranks[i] = i;
	while (again(&best)) {
		const double start = now();

		nearest_space_init(&space, x, &cosine, ranks);
		nearest_table(&space, xt, 100, NULL, &near);
		took(&best, start);
		nearest_space_release(&space);
		csr_release(&near);
	}
	printf("nearest  %8.3f s\n", best.seconds);
	free(ranks);
}

int
main(int argc, char **argv)
{
	struct csr x, xt;
	struct mat G;

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
	setvbuf(stdout, NULL, _IOLBF, 0);
	bench_nearest(&x, &xt);
	mat_init(&G, "bench", x.cols, x.cols);
	bench_gram(&x, &xt, &G);
	bench_inverse(&G);
	mat_release(&G);
	csr_release(&x);
	csr_release(&xt);
	return 0;
}

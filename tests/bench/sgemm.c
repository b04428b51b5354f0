/*
 * sgemm THREADS -- the rate of large matrix products alone, one after the
 * other in each thread: 10^9 additions and multiplications a second, of all
 * threads.  What no network can exceed that is made of them.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"

#include "clock.h"

enum { N = 768 };

static const double least = 1;		/* seconds */

struct job {
	float *A, *B;		/* (N, N) */
	float *C;		/* (threads, N, N) */
};

static void
multiply(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;

	(void)piece;
	blas_gemm(0, 0, N, N, N, 1, job->A, N, job->B, N, 0,
	    job->C + worker * N * N, N);
}

int
main(int argc, char *argv[])
{
	struct job job;
	double from;
	size_t n = 0;

	par_set_threads(argc > 1 ? (size_t)atoi(argv[1]) : 1);
	job.A = mem_array("A", N * N, sizeof *job.A);
	job.B = mem_array("B", N * N, sizeof *job.B);
	job.C = mem_array("C", par_threads() * N * N, sizeof *job.C);
	for (size_t i = 0; i < (size_t)N * N; i++)
		job.A[i] = job.B[i] = (float)(i % 7);
	par_for(par_threads(), multiply, &job);
	for (from = now(); now() - from < least; n += 8 * par_threads())
		par_for(8 * par_threads(), multiply, &job);
	printf("%.0f\n", 2e-9 * N * N * N * (double)n / (now() - from));
	free(job.A);
	free(job.B);
	free(job.C);
	return 0;
}

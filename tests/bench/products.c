/*
 * products MODEL THREADS [DIR] -- the rate of the products of a model of
 * factors alone: users a second against all items, in blocks of 512 users and
 * tiles of 1024 items, into a place for each thread that stays in its cache:
 * what no program can exceed that uses them.
 *
 * DIR: user and item factors go there as plain floats, DIR/users.f32 and
 * DIR/items.f32, for other programs.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "io/put.h"
#include "linalg/blas.h"
#include "model/model.h"

#include "clock.h"

enum { BLOCK = 512, TILE = 1024 };

static const double least = 2;		/* seconds */

struct job {
	struct mat P, Q;
	float *scores;		/* (threads, BLOCK, TILE) */
};

static void
multiply(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const size_t blocks = (job->P.rows - 1) / BLOCK, k = job->P.cols;
	const float *p = mat_row(&job->P, piece % (blocks + !blocks) * BLOCK);
	const size_t n = job->P.rows < BLOCK ? job->P.rows : BLOCK;

	for (size_t i = 0; i < job->Q.rows; i += TILE)
		blas_gemm(0, 1, n, i + TILE <= job->Q.rows ? TILE :
		    job->Q.rows - i, k, 1, p, k, mat_row(&job->Q, i), k, 0,
		    job->scores + worker * BLOCK * TILE, TILE);
}

/* Users per second. */
static double
rate(struct job *job)
{
	const size_t pieces = par_threads();
	const double from = now();
	size_t n = 0;

	job->scores = mem_array("scores", par_threads() * BLOCK,
	    TILE * sizeof *job->scores);
	do {
		par_for(pieces, multiply, job);
		n += pieces * (job->P.rows < BLOCK ? job->P.rows : BLOCK);
	} while (now() - from < least);
	free(job->scores);
	return (double)n / (now() - from);
}

static int
dump(const char *dir, const char *name, const struct mat *m)
{
	char path[4096];
	FILE *f;
	int failed;

	snprintf(path, sizeof path, "%s/%s.f32", dir, name);
	f = fopen(path, "w");
	if (f == NULL)
		return err_msg("%s: cannot be written", path);
	failed = fwrite(m->x, sizeof *m->x * m->cols, m->rows, f) != m->rows;
	failed |= fclose(f) != 0;
	return failed ? err_msg("%s: cannot be written", path) : 0;
}

int
main(int argc, char *argv[])
{
	struct job job;
	struct st_file *f;
	int status = -1;

	if (argc != 3 && argc != 4)
		return err_msg("usage: products MODEL THREADS [DIR]") + 3;
	par_set_threads(strtoul(argv[2], NULL, 10));
	f = model_open(argv[1]);
	if (f != NULL && model_mat(f, "user_factors", SIZE_MAX, SIZE_MAX,
	    &job.P) == 0 && model_mat(f, "item_factors", SIZE_MAX,
	    job.P.cols, &job.Q) == 0)
		status = 0;
	if (status == 0 && argc == 4)
		status = dump(argv[3], "users", &job.P) | dump(argv[3],
		    "items", &job.Q);
	else if (status == 0)
		printf("%.0f\n", rate(&job));
	st_close(f);
	return status != 0;
}

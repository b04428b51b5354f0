/*
 * topk USERS ITEMS FACTORS HAD DIR -- a model and a history of that size for
 * srs-topk, DIR/topk.st and DIR/topk.tsv, and the rate of its products alone.
 *
 * USERS had HAD items each.  The products are those of blocks of 512 users
 * and tiles of 1024 items, into one place that stays in the cache, on one
 * thread: what no program that uses them can exceed.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/rng.h"
#include "io/put.h"
#include "linalg/blas.h"
#include "model/model.h"

enum { BLOCK = 512, TILE = 1024 };

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
fill(struct mat *m, uint64_t part)
{
	struct rng r;

	rng_init(&r, 1, rng_stream("bench.topk", part));
	for (size_t i = 0; i < m->rows * m->cols; i++)
		m->x[i] = (float)rng_normal(&r);
}

static struct idmap *
names(char letter, size_t n)
{
	struct idmap *map = idmap_new();
	char name[32];

	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%c%zu", letter, i + 1);
		idmap_add(map, span_of(name));
	}
	return map;
}

static int
write_model(const char *path, const struct idmap *users,
    const struct idmap *items, const struct mat *P, const struct mat *Q)
{
	struct st_writer *w = model_writer("svd");
	int status;

	model_put_ids(w, "user_ids", users);
	model_put_ids(w, "item_ids", items);
	model_put_size(w, "factors", P->cols);
	model_put_mat(w, "user_factors", P);
	model_put_mat(w, "item_factors", Q);
	status = st_write(w, path, 0);
	st_writer_free(w);
	return status;
}

static int
write_history(const char *path, const struct idmap *users,
    const struct idmap *items, size_t had)
{
	struct put *put = put_open(path, 0);
	struct rng r;
	int status;

	if (put == NULL)
		return -1;
	rng_init(&r, 1, rng_stream("bench.topk", 9));
	put_header(put, "user_id:token\titem_id:token");
	for (uint32_t u = 0; u < idmap_count(users); u++)
		for (size_t i = 0; i < had; i++) {
			put_span(put, idmap_name(users, u));
			put_span(put, idmap_name(items, rng_below(&r,
			    (uint32_t)idmap_count(items))));
			put_end(put);
		}
	status = put_commit(put);
	put_free(put);
	return status;
}

/* Users per second. */
static double
rate(const struct mat *P, const struct mat *Q)
{
	float *scores = mem_array("scores", BLOCK * TILE, sizeof *scores);
	const double from = now();
	size_t n = 0;

	for (; n + BLOCK <= P->rows && now() - from < 2; n += BLOCK)
		for (size_t i = 0; i < Q->rows; i += TILE)
			blas_gemm(0, 1, BLOCK, i + TILE <= Q->rows ? TILE :
			    Q->rows - i, P->cols, 1, mat_row(P, n), P->cols,
			    mat_row(Q, i), P->cols, 0, scores, TILE);
	free(scores);
	return (double)n / (now() - from);
}

int
main(int argc, char *argv[])
{
	struct idmap *users, *items;
	char path[4096];
	struct mat P, Q;
	size_t n[4];
	int status;

	if (argc != 6)
		return fprintf(stderr,
		    "usage: topk USERS ITEMS FACTORS HAD DIR\n") + 3;
	for (int i = 0; i < 4; i++)
		n[i] = strtoul(argv[i + 1], NULL, 10);
	mat_init(&P, "bench", n[0], n[2]);
	mat_init(&Q, "bench", n[1], n[2]);
	fill(&P, 0);
	fill(&Q, 1);
	users = names('u', n[0]);
	items = names('i', n[1]);
	snprintf(path, sizeof path, "%s/topk.st", argv[5]);
	status = write_model(path, users, items, &P, &Q);
	snprintf(path, sizeof path, "%s/topk.tsv", argv[5]);
	if (status == 0)
		status = write_history(path, users, items, n[3]);
	if (status == 0)
		printf("%.0f\n", rate(&P, &Q));
	mat_release(&P);
	mat_release(&Q);
	idmap_free(users);
	idmap_free(items);
	return status != 0;
}

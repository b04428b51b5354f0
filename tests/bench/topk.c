/*
 * topk KIND USERS ITEMS SIZE HAD DIR -- a model and a history for srs-topk,
 * DIR/topk.st and DIR/topk.tsv: USERS had HAD items each.  KIND is
 *
 *	normal	SIZE factors, all of them normal numbers: nothing to be found
 *		in them that would save work
 *	shop	SIZE factors that are as in a shop: items about CENTRES centres,
 *		the lengths of their vectors log-normal; users between a few
 *		of the centres
 *	weights	SIZE weights for each item, of other items
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "io/put.h"
#include "linalg/csr.h"
#include "linalg/vec.h"
#include "model/model.h"

enum { CENTRES = 1000, TASTES = 3 };

static const double spread = 0.5;	/* of the log of an item's length */
static const float apart = 0.7F;	/* of items about their centre */

struct size {
	size_t users, items, size, had;
};

/* --- vectors -------------------------------------------------------------- */

static void
fill(struct mat *m, uint64_t part)
{
	struct rng r;

	rng_init(&r, 1, rng_stream("bench.topk", part));
	for (size_t i = 0; i < m->rows * m->cols; i++)
		m->x[i] = (float)rng_normal(&r);
}

/* Each row moved towards `n` centres, and as long as told by the spread. */
static void
gather(struct mat *m, const struct mat *centres, size_t n, double stdev,
    uint64_t part)
{
	struct rng r;

	rng_init(&r, 1, rng_stream("bench.topk", part));
	for (size_t i = 0; i < m->rows; i++) {
		float *x = mat_row(m, i);
		double length;

		vec_scale(apart, x, m->cols);
		for (size_t c = 0; c < n; c++)
			vec_axpy(1, mat_row(centres, rng_below(&r, CENTRES)),
			    x, m->cols);
		length = sqrt(vec_square_sum(x, m->cols));
		vec_scale((float)(exp(stdev * rng_normal(&r)) / length), x,
		    m->cols);
	}
}

static int
write_factors(const struct size *n, int is_shop, struct st_writer *w,
    const char *path)
{
	struct mat P, Q, centres;
	int status;

	mat_init(&P, "bench", n->users, n->size);
	mat_init(&Q, "bench", n->items, n->size);
	mat_init(&centres, "bench", CENTRES, n->size);
	fill(&P, 0);
	fill(&Q, 1);
	fill(&centres, 2);
	if (is_shop) {
		gather(&P, &centres, TASTES, 0, 3);
		gather(&Q, &centres, 1, spread, 4);
	}
	model_put_size(w, "factors", n->size);
	model_put_mat(w, "user_factors", &P);
	model_put_mat(w, "item_factors", &Q);
	status = st_write(w, path, 0);
	mat_release(&P);
	mat_release(&Q);
	mat_release(&centres);
	return status;
}

/* --- weights -------------------------------------------------------------- */

static int
write_weights(const struct size *n, struct st_writer *w, const char *path)
{
	struct csr W = { .rows = n->items, .cols = n->items };
	const uint32_t apart_by = (uint32_t)(n->items / n->size);
	struct rng r;
	int status;

	W.indptr = mem_array("bench", n->items + 1, sizeof *W.indptr);
	W.indices = mem_array("bench", n->items, n->size * sizeof *W.indices);
	W.values = mem_array("bench", n->items, n->size * sizeof *W.values);
	rng_init(&r, 1, rng_stream("bench.topk", 5));
	for (size_t q = 0; q < n->items * n->size; q++) {
		W.indices[q] = (uint32_t)(q % n->size) * apart_by +
		    rng_below(&r, apart_by);
		W.values[q] = (float)rng_normal(&r);
	}
	for (size_t i = 0; i <= n->items; i++)
		W.indptr[i] = i * n->size;
	st_put_meta(w, "values", "one");
	model_put_csr(w, "item_weights", &W);
	status = st_write(w, path, 0);
	csr_release(&W);
	return status;
}

/* --- all of it ------------------------------------------------------------ */

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
write_model(const char *path, const char *kind, const struct size *n,
    const struct idmap *users, const struct idmap *items)
{
	const int is_weights = strcmp(kind, "weights") == 0;
	struct st_writer *w = model_writer(is_weights ? "ease" : "svd");
	int status;

	if (!is_weights)
		model_put_ids(w, "user_ids", users);
	model_put_ids(w, "item_ids", items);
	status = is_weights ? write_weights(n, w, path) :
	    write_factors(n, strcmp(kind, "shop") == 0, w, path);
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

int
main(int argc, char *argv[])
{
	struct idmap *users, *items;
	char path[4096];
	struct size n;
	int status;

	if (argc != 7)
		return fprintf(stderr, "usage: topk KIND USERS ITEMS SIZE HAD "
		    "DIR\n") + 3;
	n = (struct size){ strtoul(argv[2], NULL, 10),
		strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10),
		strtoul(argv[5], NULL, 10) };
	if (n.users == 0 || n.size == 0 || n.items < n.size)
		return fprintf(stderr, "topk: sizes must be numbers, and "
		    "items no fewer than SIZE\n") > 0;
	users = names('u', n.users);
	items = names('i', n.items);
	snprintf(path, sizeof path, "%s/topk.st", argv[6]);
	status = write_model(path, argv[1], &n, users, items);
	snprintf(path, sizeof path, "%s/topk.tsv", argv[6]);
	if (status == 0)
		status = write_history(path, users, items, n.had);
	idmap_free(users);
	idmap_free(items);
	return status != 0;
}

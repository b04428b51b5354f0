/*
 * More than 2^31 interactions, and than 2^32, without the memory for them: a
 * matrix whose entries stand behind so many others that nobody looks at gives
 * what the same one gives at the start; and a file that has so many is one of
 * which only the end was written.
 */

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "io/interfile.h"
#include "knn/gram.h"
#include "linalg/rsvd.h"
#include "mf/ials.h"
#include "nn/negatives.h"
#include "rank/leftout.h"
#include "tests/ref/said.h"
#include "tests/ref/sparse.h"
#include "tests/ref/tempdir.h"

enum { ROWS = 40, COLS = 30, K = 5 };

/* Entries before the first; as 32 bits it is 5, as 31 bits, too. */
#define AHEAD ((UINT64_C(1) << 32) + 5)

/* --- a matrix far behind -------------------------------------------------- */

/* A copy of x (n) behind room for AHEAD more; no page of that is there. */
static void *
behind(const void *x, size_t n)
{
	uint32_t *p = mmap(NULL, (AHEAD + n) * sizeof *p, PROT_READ |
	    PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		skip();
	memcpy(p + AHEAD, x, n * sizeof *p);
	return p;
}

/* The same matrix twice, and the same transposed. */
struct pair {
	struct csr near, far, near_t, far_t;
};

static void
put_behind(const struct csr *m, struct csr *out)
{
	const size_t n = (size_t)csr_count(m);

	*out = (struct csr){ .rows = m->rows, .cols = m->cols };
	out->indptr = mem_array("test", m->rows + 1, sizeof *out->indptr);
	for (size_t r = 0; r <= m->rows; r++)
		out->indptr[r] = AHEAD + m->indptr[r];
	out->indices = behind(m->indices, n);
	out->values = behind(m->values, n);
}

static void
init(struct pair *p)
{
	sparse_random(&p->near, ROWS, COLS, 0.3, 1, 7);
	csr_transpose(&p->near, &p->near_t);
	put_behind(&p->near, &p->far);
	put_behind(&p->near_t, &p->far_t);
}

static void
unmap(struct csr *m)
{
	munmap(m->indices, csr_count(m) * sizeof *m->indices);
	munmap(m->values, csr_count(m) * sizeof *m->values);
	free(m->indptr);
}

static void
release(struct pair *p)
{
	csr_release(&p->near);
	csr_release(&p->near_t);
	unmap(&p->far);
	unmap(&p->far_t);
}

static void
assert_same(const float *a, const float *b, size_t n)
{
	assert_memory_equal(a, b, n * sizeof *a);
}

static void
fill(struct mat *m, size_t rows, const char *purpose)
{
	struct rng r;

	mat_init(m, "test", rows, K);
	rng_init(&r, 3, rng_stream(purpose, 0));
	for (size_t i = 0; i < rows * K; i++)
		m->x[i] = (float)rng_normal(&r);
}

/* --- what is done with matrices ------------------------------------------- */

static void
test_products(void **state)
{
	struct pair p;
	struct mat X, G, H, V, W;
	float Y[2][ROWS * K], s[2][K];
	const struct rsvd_options o = { .rank = K, .seed = 1 };

	(void)state;
	init(&p);
	fill(&X, COLS, "test.X");
	csr_times(&p.near, X.x, K, Y[0]);
	csr_times(&p.far, X.x, K, Y[1]);
	assert_same(Y[0], Y[1], ROWS * K);

	mat_init(&G, "test", COLS, COLS);
	mat_init(&H, "test", COLS, COLS);
	gram_full(&p.near, &p.near_t, &G);
	gram_full(&p.far, &p.far_t, &H);
	assert_same(G.x, H.x, COLS * COLS);

	assert_int_equal(rsvd(&p.near, &p.near_t, &o, NULL, s[0], &V), 0);
	assert_int_equal(rsvd(&p.far, &p.far_t, &o, NULL, s[1], &W), 0);
	assert_same(s[0], s[1], K);
	assert_same(V.x, W.x, COLS * V.cols);
	mat_release(&X);
	mat_release(&G);
	mat_release(&H);
	mat_release(&V);
	mat_release(&W);
	release(&p);
}

static void
test_factors(void **state)
{
	struct pair p;
	struct mat P[2], Q[2];
	double loss[2];

	(void)state;
	init(&p);
	for (size_t i = 0; i < 2; i++) {
		fill(&P[i], ROWS, "test.P");
		fill(&Q[i], COLS, "test.Q");
	}
	for (size_t solver = 0; ials_solver_choice(solver); solver++) {
		const struct mf_options o = { .factors = K, .lambda = 0.1,
			.alpha0 = 0.2, .nu = 1, .steps = 2, .block = 4,
			.solver = ials_solver_choice(solver) };

		assert_int_equal(ials_solve(&p.near, &Q[0], &P[0], NULL, &o,
		    &loss[0]), 0);
		assert_int_equal(ials_solve(&p.far, &Q[1], &P[1], NULL, &o,
		    &loss[1]), 0);
		assert_memory_equal(loss, loss + 1, sizeof *loss);
		assert_same(P[0].x, P[1].x, ROWS * K);
		loss[0] = ials_loss(&p.near, &p.near_t, &P[0], &Q[0], &o);
		loss[1] = ials_loss(&p.far, &p.far_t, &P[1], &Q[1], &o);
		assert_memory_equal(loss, loss + 1, sizeof *loss);
	}
	for (size_t i = 0; i < 2; i++) {
		mat_release(&P[i]);
		mat_release(&Q[i]);
	}
	release(&p);
}

static void
add_item(void *arg, size_t place, uint32_t item)
{
	uint64_t *sum = arg;

	*sum = *sum * 31 + place * COLS + item;
}

static void
test_rows(void **state)
{
	struct pair p;
	uint32_t users[ROWS];
	uint64_t near = 0, far = 0;

	(void)state;
	init(&p);
	for (uint32_t u = 0; u < ROWS; u++) {
		users[u] = u;
		assert_int_equal(csr_row_count(&p.near, u),
		    csr_row_count(&p.far, u));
		assert_int_equal(negatives_left(&p.near, u),
		    negatives_left(&p.far, u));
		for (uint32_t r = 0; r < negatives_left(&p.near, u); r++)
			assert_int_equal(negatives_at(&p.near, u, r),
			    negatives_at(&p.far, u, r));
	}
	leftout_each((const struct csr *[]){ &p.near, NULL }, users, ROWS,
	    COLS, add_item, &near);
	leftout_each((const struct csr *[]){ &p.far, NULL }, users, ROWS,
	    COLS, add_item, &far);
	assert_true(near == far && near > 0);
	release(&p);
}

/* --- files ---------------------------------------------------------------- */

/*
 * Interactions of one user: AHEAD of them, of which only the last is written.
 * indptr ends with `end`.
 */
static void
write_hole(const char *path, uint64_t end)
{
	char header[512];
	const uint64_t data = 16 + AHEAD * 4 + 4;
	const int64_t indptr[2] = { 0, (int64_t)end };
	const int32_t last = 77;
	uint64_t n;
	const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	n = (uint64_t)snprintf(header + 8, sizeof header - 8,
	    "{\"__metadata__\":{\"srs.kind\":\"interactions\","
	    "\"srs.format\":\"1\"},"
	    "\"indptr\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":"
	    "[0,16]},\"indices\":{\"dtype\":\"I32\",\"shape\":[%llu],"
	    "\"data_offsets\":[16,%llu]},\"item_ids\":{\"dtype\":\"U8\","
	    "\"shape\":[2],\"data_offsets\":[%llu,%llu]},\"user_ids\":{"
	    "\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[%llu,%llu]}}",
	    (unsigned long long)AHEAD, (unsigned long long)(data - 4),
	    (unsigned long long)(data - 4), (unsigned long long)(data - 2),
	    (unsigned long long)(data - 2), (unsigned long long)data);
	while (n % 8 != 0)
		header[8 + n++] = ' ';
	memcpy(header, &n, 8);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, header, 8 + n), 8 + n);
	assert_int_equal(write(fd, indptr, 16), 16);
	if (ftruncate(fd, (off_t)(8 + n + data)) != 0) {
		close(fd);
		skip();		/* a disk that has no holes */
	}
	assert_int_equal(pwrite(fd, &last, 4, (off_t)(8 + n + data - 8)), 4);
	assert_int_equal(pwrite(fd, "a\nu\n", 4, (off_t)(8 + n + data - 4)),
	    4);
	close(fd);
}

/* 17 GB are mapped, and as large as they are. */
static void
test_file(void **state)
{
	const struct st_tensor *t;
	struct st_file *f;

	(void)state;
	write_hole("hole.st", AHEAD);
	f = st_open("hole.st");
	assert_non_null(f);
	t = st_want(f, "indices", ST_I32, (size_t[]){ AHEAD }, 1);
	assert_non_null(t);
	assert_true(st_bytes(t) == AHEAD * 4);
	assert_int_equal(((const int32_t *)t->data)[AHEAD - 1], 77);
	st_close(f);
	remove("hole.st");
}

/* 2^32 + 5 interactions are not 5. */
static void
test_count(void **state)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 0);
	struct st_file *f;

	(void)state;
	write_hole("hole.st", 5);
	f = st_open("hole.st");
	assert_non_null(f);
	said_begin();
	assert_int_equal(interfile_add(f, NULL, in), -1);
	assert_true(said_has("hole.st: indptr does not run from 0 to "
	    "4294967301"));
	st_close(f);
	inter_free(in);
	remove("hole.st");
}

/* --- numbers -------------------------------------------------------------- */

/* Rows are drawn from all of them. */
static void
test_index(void **state)
{
	enum { DRAWS = 4000 };
	const size_t n = AHEAD * 2;
	double sum = 0;
	size_t upper = 0;
	struct rng r, same;

	(void)state;
	rng_init(&r, 1, rng_stream("test.index", 0));
	for (size_t i = 0; i < DRAWS; i++) {
		const size_t x = rng_index(&r, n);

		assert_true(x < n);
		upper += x >= AHEAD;
		sum += (double)x / (double)n;
	}
	/* five deviations of a fair coin, and of a mean of uniform numbers */
	assert_true(fabs((double)upper - DRAWS / 2.0) <
	    5 * sqrt(DRAWS / 4.0));
	assert_true(fabs(sum / DRAWS - 0.5) < 5 / sqrt(12.0 * DRAWS));
	same = r;
	for (uint32_t i = 1; i < 100; i++)
		assert_int_equal(rng_index(&r, i), rng_below(&same, i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_factors),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_index),
	};

	return cmocka_run_group_tests_name("large", tests, tempdir_enter,
	    tempdir_leave);
}

/* Transposing and merging, against dense matrices made the plain way. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/csr.h"

enum { ROWS = 37, COLS = 23, MAX_ROW = 30 };

/* Random rows with columns in any order, some several times, some empty;
 * values are small integers, so that sums are exact. */
static void
make(struct csr *m, uint64_t seed)
{
	struct rng r;
	uint64_t n = 0;

	rng_init(&r, seed, rng_stream("test", 0));
	*m = (struct csr){ .rows = ROWS, .cols = COLS };
	m->indptr = mem_array("test", ROWS + 1, sizeof *m->indptr);
	m->indices = mem_array("test", ROWS * MAX_ROW, sizeof *m->indices);
	m->values = mem_array("test", ROWS * MAX_ROW, sizeof *m->values);
	for (size_t row = 0; row < ROWS; row++) {
		const uint32_t count = row % 5 == 3 ? 0
		    : rng_below(&r, MAX_ROW);

		for (uint32_t i = 0; i < count; i++, n++) {
			m->indices[n] = rng_below(&r, COLS - 1);
			m->values[n] = (float)rng_below(&r, 9) - 4;
		}
		m->indptr[row + 1] = n;
	}
}

/* What merging must give, entry by entry. */
static int
expected(const struct csr *m, enum csr_merge how, size_t r, uint32_t c,
    float *value)
{
	int found = 0;

	for (uint64_t i = m->indptr[r]; i < m->indptr[r + 1]; i++) {
		const float x = m->values[i];

		if (m->indices[i] != c)
			continue;
		if (!found || how == CSR_LAST || (how == CSR_MAX && x > *value))
			*value = x;
		else if (how == CSR_SUM)
			*value += x;
		found = 1;
	}
	return found;
}

static void
check_unique(const struct csr *m, enum csr_merge how)
{
	struct csr u;

	csr_unique(m, how, &u);
	assert_int_equal(u.rows, m->rows);
	assert_int_equal(u.cols, m->cols);
	for (size_t r = 0; r < ROWS; r++) {
		uint64_t at = u.indptr[r];

		for (uint32_t c = 0; c < COLS; c++) {
			float value = 0;

			if (!expected(m, how, r, c, &value))
				continue;
			assert_true(at < u.indptr[r + 1]);
			assert_int_equal(u.indices[at], c);
			assert_true(memcmp(&u.values[at++], &value,
			    sizeof value) == 0);
		}
		assert_int_equal(at, u.indptr[r + 1]);
	}
	csr_release(&u);
}

static void
test_unique(void **state)
{
	struct csr m;

	(void)state;
	for (uint64_t seed = 1; seed < 20; seed++) {
		make(&m, seed);
		check_unique(&m, CSR_SUM);
		check_unique(&m, CSR_LAST);
		check_unique(&m, CSR_MAX);
		csr_release(&m);
	}
}

/* Twice: the same entries, columns ascending, equal columns in their order.
 * A third time changes nothing. */
static void
test_transpose_twice(void **state)
{
	struct csr m, t, tt, ttt;

	(void)state;
	make(&m, 5);
	csr_transpose(&m, &t);
	assert_int_equal(t.rows, COLS);
	assert_int_equal(t.cols, ROWS);
	assert_int_equal(csr_count(&t), csr_count(&m));
	csr_transpose(&t, &tt);
	for (size_t r = 0; r < ROWS; r++) {
		uint64_t at = tt.indptr[r];

		assert_int_equal(csr_row_count(&tt, r), csr_row_count(&m, r));
		for (uint32_t c = 0; c < COLS; c++)
			for (uint64_t i = m.indptr[r]; i < m.indptr[r + 1]; i++)
				if (m.indices[i] == c) {
					assert_int_equal(tt.indices[at], c);
					assert_true(memcmp(&tt.values[at++],
					    &m.values[i], sizeof(float)) == 0);
				}
	}
	csr_transpose(&tt, &ttt);
	assert_memory_equal(t.indices, ttt.indices,
	    csr_count(&t) * sizeof *t.indices);
	assert_memory_equal(t.values, ttt.values,
	    csr_count(&t) * sizeof *t.values);
	csr_release(&m);
	csr_release(&t);
	csr_release(&tt);
	csr_release(&ttt);
}

/* So many entries that parts of the rows are moved side by side: the same as
 * by one walk over all of them. */
static void
test_transpose_of_many(void **state)
{
	enum { N = 5 << 16, WIDE = 300, EACH = 7 };
	struct csr m = { .rows = N / EACH, .cols = WIDE }, t;
	size_t *next = mem_array("test", WIDE, sizeof *next);
	struct rng r;

	(void)state;
	rng_init(&r, 11, rng_stream("test", 1));
	m.indptr = mem_array("test", m.rows + 1, sizeof *m.indptr);
	m.indices = mem_array("test", N, sizeof *m.indices);
	m.values = mem_array("test", N, sizeof *m.values);
	for (size_t i = 0; i < m.rows * EACH; i++) {
		m.indices[i] = rng_below(&r, 1 + rng_below(&r, WIDE));
		m.values[i] = (float)i;
		m.indptr[i / EACH + 1] = i + 1;
	}
	csr_transpose(&m, &t);
	for (size_t c = 0; c < WIDE; c++)
		next[c] = t.indptr[c];
	for (size_t i = 0; i < m.rows * EACH; i++) {
		const size_t at = next[m.indices[i]]++;

		assert_int_equal(t.indices[at], i / EACH);
		assert_memory_equal(&t.values[at], &m.values[i],
		    sizeof(float));
	}
	for (size_t c = 0; c < WIDE; c++)
		assert_int_equal(next[c], t.indptr[c + 1]);
	free(next);
	csr_release(&m);
	csr_release(&t);
}

static void
test_empty(void **state)
{
	uint64_t indptr[1] = { 0 };
	const struct csr none = { 0, 3, indptr, NULL, NULL };
	struct csr t;

	(void)state;
	csr_transpose(&none, &t);
	assert_int_equal(t.rows, 3);
	assert_int_equal(csr_count(&t), 0);
	csr_release(&t);
	csr_unique(&none, CSR_SUM, &t);
	assert_int_equal(csr_count(&t), 0);
	csr_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unique),
		cmocka_unit_test(test_transpose_twice),
		cmocka_unit_test(test_transpose_of_many),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

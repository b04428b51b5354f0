/* Sketches and histograms: what they promise of counts and shares, and that
 * order and merging change nothing. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/exactsum.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "prep/fewvalues.h"
#include "prep/hll.h"
#include "prep/idsample.h"
#include "prep/logbins.h"
#include "prep/popularity.h"
#include "prep/psi.h"

/* --- distinct values ---------------------------------------------------- */

static const double hll_error = 1.04 / 128;	/* sqrt(2^14) */

/* Eight sets of n values: each count is near, and they are not all too large
 * or too small. */
static void
count_is_near(uint64_t n)
{
	const uint64_t sets = 8;
	struct hll *h = mem_array("sketch", 1, sizeof *h);
	double bias = 0, worst = 0;

	for (uint64_t set = 0; set < sets; set++) {
		double off;

		memset(h, 0, sizeof *h);
		for (uint64_t i = 0; i < n; i++)
			hll_add(h, hash_mix(i, set + 1));
		off = hll_count(h) / (double)n - 1;
		bias += off / (double)sets;
		worst = fmax(worst, fabs(off));
	}
	free(h);
	assert_true(worst < 4 * hll_error);
	assert_true(fabs(bias) < 4 * hll_error / sqrt((double)sets));
}

static void
distinct_values_are_counted(void **state)
{
	struct hll *h = mem_array("sketch", 1, sizeof *h);

	(void)state;
	assert_true(hll_count(h) <= 0);
	for (uint64_t i = 0; i < 100; i++) {
		hll_add(h, hash_mix(i, 0));
		/* few are counted like seats taken */
		assert_true(fabs(hll_count(h) - (double)(i + 1)) < 1 +
		    0.02 * (double)i);
	}
	free(h);
	/* 12,000 .. 100,000 is where the first estimators were biased */
	for (uint64_t n = 100; n <= 1000000; n *= 10)
		count_is_near(n);
	count_is_near(12000);
	count_is_near(41000);
	count_is_near(82000);
}

static void
merged_sketches_are_the_sketch_of_all(void **state)
{
	struct hll *h = mem_array("sketches", 3, sizeof *h);

	(void)state;
	for (uint64_t i = 0; i < 30000; i++) {
		hll_add(&h[i % 7 < 3], hash_mix(i % 20000, 5));
		hll_add(&h[2], hash_mix((29999 - i) % 20000, 5));
	}
	hll_merge(&h[0], &h[1]);
	assert_memory_equal(&h[0], &h[2], sizeof *h);
	free(h);
}

/* --- samples of ids ----------------------------------------------------- */

/* Value v has 1 + v % 3 rows; those of a sample have exactly theirs. */
static void
add_values(struct idsample *s, uint64_t from, uint64_t to)
{
	for (uint64_t round = 0; round < 3; round++)
		for (uint64_t v = from; v < to; v++)
			if (round <= v % 3)
				idsample_add(s, hash_mix(v, 9), 1);
}

static void
a_small_set_is_its_sample(void **state)
{
	struct idsample *s = idsample_new();
	struct idsample_entry *entry;
	size_t n;
	int all;

	(void)state;
	add_values(s, 0, IDSAMPLE_SIZE);
	entry = idsample_list(s, &n, &all);
	assert_int_equal(n, IDSAMPLE_SIZE);
	assert_true(all);
	for (size_t i = 1; i < n; i++)
		assert_true(entry[i - 1].hash < entry[i].hash);
	free(entry);
	add_values(s, 5, IDSAMPLE_SIZE + 1);
	entry = idsample_list(s, &n, &all);
	assert_int_equal(n, IDSAMPLE_SIZE);
	assert_false(all);
	free(entry);
	idsample_free(s);
}

static void
same_sample(const struct idsample *a, const struct idsample *b)
{
	struct idsample_entry *x, *y;
	size_t n_x, n_y;
	int all_x, all_y;

	x = idsample_list(a, &n_x, &all_x);
	y = idsample_list(b, &n_y, &all_y);
	assert_int_equal(n_x, n_y);
	assert_int_equal(all_x, all_y);
	assert_memory_equal(x, y, n_x * sizeof *x);
	free(x);
	free(y);
}

static void
samples_do_not_depend_on_order(void **state)
{
	enum { VALUES = 50000, PARTS = 5 };
	struct idsample *all = idsample_new(), *part[PARTS];
	struct idsample_entry *entry;
	size_t n, ones = 0;
	int whole;

	(void)state;
	for (size_t i = 0; i < PARTS; i++)
		part[i] = idsample_new();
	add_values(all, 0, VALUES);
	for (uint64_t v = VALUES; v-- > 0;)
		for (uint64_t r = 0; r <= v % 3; r++)
			idsample_add(part[(v * 7 + r) % PARTS],
			    hash_mix(v, 9), 1);
	for (size_t i = 1; i < PARTS; i++)
		idsample_merge(part[0], part[i]);
	same_sample(all, part[0]);
	entry = idsample_list(all, &n, &whole);
	assert_false(whole);
	for (size_t i = 0; i < n; i++)
		ones += entry[i].rows == 1;
	/* a third of the values has one row */
	assert_true(fabs((double)ones / (double)n - 1.0 / 3) <
	    4 * sqrt(2.0 / 9 / (double)n));
	free(entry);
	for (size_t i = 0; i < PARTS; i++)
		idsample_free(part[i]);
	idsample_free(all);
}

/* --- exact sums --------------------------------------------------------- */

static void
sums_are_exact(void **state)
{
	static const double cancel[] = { 1e300, 1, -1e300, 1e-300, 3,
		-1e-300, 0x1p-1074, 0x1p1023, -0x1p1023, -0x1p-1074 };
	struct exactsum s = { .n = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cancel / sizeof *cancel; i++)
		exactsum_add(&s, cancel[i]);
	assert_true(exactsum_value(&s) == 4);
	exactsum_add(&s, -4.5);
	assert_true(exactsum_value(&s) == -0.5);
	exactsum_add_times(&s, 0x1.8p-1074, 3);	/* the smallest, twice */
	exactsum_add(&s, 0.5);
	assert_true(exactsum_value(&s) == 3 * 0x1p-1073);
}

static void
sums_do_not_depend_on_order(void **state)
{
	struct exactsum all = { .n = 0 }, part[2] = { { .n = 0 }, { .n = 0 } };
	long double plain = 0;
	struct rng r;

	(void)state;
	rng_init(&r, 3, rng_stream("test.exactsum", 0));
	for (size_t i = 0; i < 20000; i++) {
		const double x = rng_normal(&r) * ldexp(1,
		    (int)rng_below(&r, 40) - 20);

		exactsum_add(&all, x);
		exactsum_add_times(&part[i % 3 == 0], x, i % 5 + 1);
		exactsum_add_times(&part[i % 2], -x, i % 5);
		plain += (long double)x;
		if (i % 5000 == 17)
			exactsum_carry(&part[0]);
	}
	exactsum_merge(&part[0], &part[1]);
	assert_true(exactsum_value(&all) == exactsum_value(&part[0]));
	assert_true(fabs((double)(plain - (long double)exactsum_value(&all)))
	    < 1e-9);
}

/* --- histograms --------------------------------------------------------- */

static void
bins_hold_their_numbers(void **state)
{
	struct rng r;

	(void)state;
	assert_int_equal(logbins_of(0), LOGBINS_ZERO);
	assert_int_equal(logbins_of(-0.0), LOGBINS_ZERO);
	assert_int_equal(logbins_of(1e300), LOGBINS_N - 1);
	assert_int_equal(logbins_of(-1e300), 0);
	for (size_t b = 0; b < LOGBINS_N; b++)
		assert_true(logbins_start(b) < logbins_start(b + 1));
	rng_init(&r, 1, rng_stream("test.logbins", 0));
	for (size_t i = 0; i < 10000; i++) {
		const double x = rng_normal(&r) * ldexp(1,
		    (int)rng_below(&r, 70) - 22);
		const size_t b = logbins_of(x);

		assert_true(logbins_start(b) <= x);
		assert_true(x <= logbins_start(b + 1));
		assert_int_equal(logbins_of(-x), LOGBINS_N - 1 - b);
	}
	/* 1, 1.25, 1.5, 1.75, 2 begin bins */
	for (int q = 4; q <= 8; q++)
		assert_true(logbins_start(logbins_of(0.25 * q)) == 0.25 * q);
}

static void
few_values_are_counted(void **state)
{
	struct fewvalues f = { .n = 0 };

	(void)state;
	for (uint64_t k = 0; k < FEWVALUES_MAX; k++)
		assert_int_not_equal(fewvalues_add(&f, k << 56, 1),
		    FEWVALUES_NONE);
	for (uint64_t k = 0; k < FEWVALUES_MAX; k++)
		assert_int_equal(f.rows[fewvalues_add(&f, k << 56, 2)], 3);
	assert_int_equal(fewvalues_add(&f, 1, 1), FEWVALUES_NONE);
	assert_int_equal(f.n, FEWVALUES_MAX);
}

/* --- shares ------------------------------------------------------------- */

static void
gini_of_the_extremes(void **state)
{
	uint64_t same[50], one[50] = { 0 }, some[] = { 1, 3, 2, 4 };
	uint64_t wide[] = { 1000, 9000, 2000, 8000 };

	(void)state;
	for (size_t i = 0; i < 50; i++)
		same[i] = 7;
	one[13] = 1000;
	assert_true(fabs(popularity_gini(same, 50)) < 1e-15);
	assert_true(fabs(popularity_gini(one, 50) - 49.0 / 50) < 1e-15);
	assert_true(popularity_gini(one, 0) <= 0);
	/* half the mean difference between two, divided by the mean */
	assert_true(fabs(popularity_gini(some, 4) - 0.25) < 1e-15);
	assert_true(fabs(popularity_gini(wide, 4) - 0.375) < 1e-15);
}

static void
popularity_of_a_sample_is_near(void **state)
{
	enum { IDS = 100000 };
	uint64_t *rows = mem_array("rows", IDS, sizeof *rows);
	struct popularity all, sample;

	(void)state;
	for (uint64_t i = 0; i < IDS; i++)
		rows[i] = 1 + 200 / (1 + hash_mix(i, 1) % 1000);
	all = popularity_of(rows, IDS);
	sample = popularity_estimate(rows, 2000, IDS);
	assert_true(sample.estimated && !all.estimated);
	assert_true(sample.ids >= IDS && sample.ids <= IDS);
	assert_true(fabs(sample.once - all.once) < 0.05 * IDS);
	assert_true(fabs(sample.gini - all.gini) < 0.05);
	rows[0] = 0;		/* no id */
	assert_true(popularity_of(rows, IDS).ids <= IDS - 1);
	free(rows);
}

static void
psi_of_the_same_is_zero(void **state)
{
	const uint64_t a[] = { 10, 20, 0, 70 }, b[] = { 70, 20, 10, 0 };
	double want = 0;

	(void)state;
	assert_true(psi(a, a, 4) == 0);
	for (size_t g = 0; g < 4; g++) {
		const double p = ((double)a[g] + 0.5) / 102;
		const double q = ((double)b[g] + 0.5) / 102;

		want += (p - q) * log(p / q);
	}
	assert_true(fabs(psi(a, b, 4) - want) < 1e-15);
	assert_true(fabs(want - 4.814830037872) < 1e-12);
	assert_true(fabs(psi(a, b, 4) - psi(b, a, 4)) < 1e-15);
}

static void
bins_are_joined_by_the_first(void **state)
{
	uint64_t now[] = { 1, 0, 2, 3, 4, 5, 6 };
	uint64_t before[] = { 0, 30, 20, 0, 25, 24, 1 };

	(void)state;
	assert_int_equal(psi_join(now, before, 7, 4), 3);
	assert_int_equal(before[0], 30);
	assert_int_equal(before[1], 45);
	assert_int_equal(before[2], 25);
	assert_int_equal(now[0], 1);
	assert_int_equal(now[1], 9);
	assert_int_equal(now[2], 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distinct_values_are_counted),
		cmocka_unit_test(merged_sketches_are_the_sketch_of_all),
		cmocka_unit_test(a_small_set_is_its_sample),
		cmocka_unit_test(samples_do_not_depend_on_order),
		cmocka_unit_test(sums_are_exact),
		cmocka_unit_test(sums_do_not_depend_on_order),
		cmocka_unit_test(bins_hold_their_numbers),
		cmocka_unit_test(few_values_are_counted),
		cmocka_unit_test(gini_of_the_extremes),
		cmocka_unit_test(popularity_of_a_sample_is_near),
		cmocka_unit_test(psi_of_the_same_is_zero),
		cmocka_unit_test(bins_are_joined_by_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Splits: what each promises, whatever the rows. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "prep/gaps.h"
#include "prep/leaks.h"
#include "prep/split.h"
#include "prep/splitunit.h"
#include "prep/splituser.h"
#include "tests/ref/said.h"

enum { N = 20000, USERS = 3000, TIMES = 500 };

static const struct split_method *
method(const char *name)
{
	return split_method(choice_find(split_choice, span_of(name)));
}

/* Row i of the test table is row order[i] of the first one. */
static void
make(struct split_rows *r, const uint32_t *order)
{
	*r = (struct split_rows){ .n = N, .n_users = USERS, .n_items = 40 };
	r->user = mem_array("test", N, sizeof *r->user);
	r->item = mem_array("test", N, sizeof *r->item);
	r->time = mem_array("test", N, sizeof *r->time);
	r->hash = mem_array("test", N, sizeof *r->hash);
	for (uint32_t i = 0; i < N; i++) {
		const uint32_t row = order == NULL ? i : order[i];
		struct rng rng;

		rng_init(&rng, 9, rng_stream("test", row));
		r->user[i] = rng_below(&rng, USERS);
		r->item[i] = rng_below(&rng, 40);
		r->time[i] = rng_below(&rng, TIMES);
		r->hash[i] = hash_mix(row, 1);
	}
}

static void
release(struct split_rows *r)
{
	free(r->user);
	free(r->item);
	free(r->time);
	free(r->hash);
}

static unsigned char *
plan(const char *name, const struct split_rows *r,
    const struct split_options *o, size_t *n_kept)
{
	unsigned char *part = mem_array("test", r->n, 1);
	size_t kept;

	memset(part, 77, r->n);
	assert_int_equal(method(name)->plan(r, o, part,
	    n_kept == NULL ? &kept : n_kept), 0);
	return part;
}

static void
assert_count(const struct split_rows *r, const unsigned char *part,
    size_t train, size_t valid, size_t test, size_t tolerance)
{
	const size_t want[] = { train, valid, test };
	struct leaks_count c;

	leaks_find(r, part, NULL, &c);
	for (int p = 0; p <= SPLIT_TEST; p++)
		assert_in_range(c.rows[p], want[p] - tolerance,
		    want[p] + tolerance);
	assert_int_equal(c.rows[0] + c.rows[1] + c.rows[2], r->n);
}

/* Four standard deviations of a binomial are 4 sqrt(0.1 * 0.9 * N) < 170. */
static void
test_random(void **state)
{
	const struct split_options o = { .seed = 1, .has_valid = 1,
	    .valid_size = 0.1, .test_size = 0.2 };
	struct split_options p = o;
	struct split_rows r;
	unsigned char *a, *b;
	size_t same = 0;

	(void)state;
	make(&r, NULL);
	a = plan("random", &r, &o, NULL);
	assert_count(&r, a, 14000, 2000, 4000, 300);
	/* without a part for validation its rows train; the test is the same */
	p.has_valid = 0;
	b = plan("random", &r, &p, NULL);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(b[i], a[i] == SPLIT_TEST ? SPLIT_TEST
		    : SPLIT_TRAIN);
	free(b);
	/* another seed is another split, independent of the first */
	p = o;
	p.seed = 2;
	b = plan("random", &r, &p, NULL);
	for (size_t i = 0; i < N; i++)
		same += a[i] == SPLIT_TEST && b[i] == SPLIT_TEST;
	assert_in_range(same, 800 - 120, 800 + 120);
	free(a);
	free(b);
	release(&r);
}

/* A permutation of the rows permutes the parts: for leave-last when the times
 * of a user differ. */
static void
test_order_of_rows(void **state)
{
	static const char *const names[] = { "random", "temporal",
	    "leave-last", "leave-random", "user-random", "user-temporal",
	    "new-users", "new-items", "kfold" };
	const struct split_options o = { .seed = 1, .has_valid = 1,
	    .valid_size = 0.1, .test_size = 0.2, .leave = 1, .folds = 5,
	    .fold = 2 };
	uint32_t *order = mem_array("test", N, sizeof *order);
	struct split_rows r, s;
	struct rng rng;

	(void)state;
	for (uint32_t i = 0; i < N; i++)
		order[i] = i;
	rng_init(&rng, 5, 0);
	rng_shuffle(&rng, order, N);
	make(&r, NULL);
	make(&s, order);
	for (uint32_t i = 0; i < N; i++)
		r.time[i] = (int64_t)(i * UINT64_C(7919) % N);
	for (uint32_t i = 0; i < N; i++)
		s.time[i] = r.time[order[i]];
	for (size_t m = 0; m < sizeof names / sizeof *names; m++) {
		unsigned char *a = plan(names[m], &r, &o, NULL);
		unsigned char *b = plan(names[m], &s, &o, NULL);

		for (size_t i = 0; i < N; i++)
			assert_int_equal(b[i], a[order[i]]);
		free(a);
		free(b);
	}
	release(&r);
	release(&s);
	free(order);
}

/* No time is in two parts, and parts follow each other in time. */
static void
test_temporal(void **state)
{
	const struct split_options o = { .has_valid = 1, .valid_size = 0.1,
	    .test_size = 0.2 };
	int64_t first[SPLIT_PARTS], last[SPLIT_PARTS];
	struct split_rows r;
	unsigned char *part;

	(void)state;
	make(&r, NULL);
	part = plan("temporal", &r, &o, NULL);
	/* N / TIMES = 40 rows share a time */
	assert_count(&r, part, 14000, 2000, 4000, 150);
	for (int p = 0; p < SPLIT_PARTS; p++) {
		first[p] = INT64_MAX;
		last[p] = INT64_MIN;
	}
	for (size_t i = 0; i < N; i++) {
		if (r.time[i] < first[part[i]])
			first[part[i]] = r.time[i];
		if (r.time[i] > last[part[i]])
			last[part[i]] = r.time[i];
	}
	assert_true(last[SPLIT_TRAIN] < first[SPLIT_VALID]);
	assert_true(last[SPLIT_VALID] < first[SPLIT_TEST]);
	free(part);
	release(&r);
}

static void
test_moments(void **state)
{
	int64_t time[] = { 5000, 1000, 3000, 3000, 2000, 4000 };
	const struct split_rows r = { .n = 6, .time = time };
	struct split_options o = { .has_valid = 1, .valid_size = 1.0 / 6,
	    .test_size = 0.5 };
	const unsigned char by_time[] = { 2, 0, 1, 1, 0, 2 };
	const unsigned char by_share[] = { 2, 0, 2, 2, 1, 2 };
	unsigned char *part;

	(void)state;
	/* before 4: 4 rows, of which the last sixth is one of the two at 3,
	 * which stay together */
	assert_int_equal(split_when(span_of("4"), &o.test_at), 0);
	part = plan("temporal", &r, &o, NULL);
	assert_memory_equal(part, by_time, 6);
	free(part);
	/* half of the rows come before the second 3: both are tested */
	assert_int_equal(split_when(span_of("50%"), &o.test_at), 0);
	part = plan("temporal", &r, &o, NULL);
	assert_memory_equal(part, by_share, 6);
	free(part);
	assert_int_equal(split_when(span_of("2"), &o.test_at), 0);
	assert_int_equal(split_when(span_of("3"), &o.valid_at), 0);
	part = mem_array("test", 6, 1);
	said_begin();
	assert_int_equal(method("temporal")->plan(&r, &o, part,
	    &(size_t){ 0 }), -1);
	assert_true(said_has(": validation begins after the test\n"));
	free(part);
}

static void
test_when(void **state)
{
	static const char *const bad[] = { "", "%", "-1%", "101%", "x",
	    "1e99", "1e999", "9 %", "nan" };
	struct split_when w;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(split_when(span_of(bad[i]), &w), -1);
	assert_int_equal(split_when(span_of("-1.5"), &w), 0);
	assert_int_equal(w.kind, SPLIT_TIME);
	assert_int_equal(w.time, -1500);
	assert_int_equal(split_when(span_of("12.5%"), &w), 0);
	assert_int_equal(w.kind, SPLIT_SHARE);
	assert_true(w.share > 0.1249 && w.share < 0.1251);
}

/* Of equal times the later row is the later one; users who would have no row
 * left to train with keep all of theirs. */
static void
test_leave_last(void **state)
{
	uint32_t user[] = { 0, 1, 0, 2, 0, 0, 1, 2, 2, 4 };
	int64_t time[] = { 9, 5, 7, 1, 9, 3, 5, 1, 1, 0 };
	const struct split_rows r = { .n = 10, .n_users = 5, .user = user,
	    .time = time };
	const struct split_rows no_times = { .n = 10, .n_users = 5,
	    .user = user };
	const struct split_options both = { .has_valid = 1, .leave = 1 };
	const struct split_options one = { .leave = 1 }, two = { .leave = 2 };
	size_t n_kept;
	unsigned char *part;

	(void)state;
	part = plan("leave-last", &r, &both, &n_kept);
	assert_memory_equal(part, "\1\0\0\0\2\0\0\1\2\0", 10);
	assert_int_equal(n_kept, 2);
	free(part);
	part = plan("leave-last", &r, &one, &n_kept);
	assert_memory_equal(part, "\0\0\0\0\2\0\2\0\2\0", 10);
	assert_int_equal(n_kept, 1);
	free(part);
	part = plan("leave-last", &r, &two, &n_kept);
	assert_memory_equal(part, "\2\0\0\0\2\0\0\2\2\0", 10);
	assert_int_equal(n_kept, 2);
	free(part);
	part = plan("leave-last", &no_times, &one, &n_kept);
	assert_memory_equal(part, "\0\0\0\0\0\2\2\0\2\0", 10);
	free(part);
}

static void
test_threads(void **state)
{
	const struct split_options o = { .has_valid = 1, .leave = 2 };
	unsigned char *a, *b;
	struct split_rows r;

	(void)state;
	make(&r, NULL);
	par_set_threads(1);
	a = plan("leave-last", &r, &o, NULL);
	par_set_threads(4);
	b = plan("leave-last", &r, &o, NULL);
	assert_memory_equal(a, b, N);
	par_set_threads(1);
	free(a);
	free(b);
	release(&r);
}

/* Each row is tested in exactly one fold: the one that it is numbered. */
static void
test_folds(void **state)
{
	struct split_options o = { .seed = 3, .folds = 7 };
	struct split_rule rule;
	struct split_rows r;

	(void)state;
	make(&r, NULL);
	for (o.fold = 1; o.fold <= o.folds; o.fold++) {
		unsigned char *part = plan("kfold", &r, &o, NULL);
		size_t n = 0;

		split_rule(method("kfold"), &o, &rule);
		for (size_t i = 0; i < N; i++) {
			const size_t fold = split_fold(&rule, r.hash[i]);

			assert_in_range(fold, 1, 7);
			assert_int_equal(part[i] == SPLIT_TEST,
			    fold == o.fold);
			n += part[i] == SPLIT_TEST;
		}
		assert_in_range(n, N / 7 - 200, N / 7 + 200);
		free(part);
	}
	release(&r);
}

static void
test_counts(void **state)
{
	uint32_t user[] = { 0, 0, 1, 2, 2, 3 }, item[] = { 0, 1, 1, 2, 0, 3 };
	const struct split_rows r = { .n = 6, .n_users = 5, .n_items = 4,
	    .user = user, .item = item };
	struct leaks_count c;

	(void)state;
	leaks_find(&r, (const unsigned char *)"\0\2\0\2\2\1", NULL, &c);
	assert_int_equal(c.rows[SPLIT_TRAIN], 2);
	assert_int_equal(c.rows[SPLIT_TEST], 3);
	assert_int_equal(c.users[SPLIT_TRAIN], 2);
	assert_int_equal(c.users[SPLIT_TEST], 2);
	assert_int_equal(c.items[SPLIT_TEST], 3);
	assert_int_equal(c.new_users[SPLIT_TEST], 1);
	assert_int_equal(c.new_items[SPLIT_TEST], 1);
	assert_int_equal(c.new_users[SPLIT_VALID], 1);
	assert_int_equal(c.new_items[SPLIT_TRAIN], 0);
}

/* Each user's shares, rounded; the test is what the order puts last. */
static void
test_user_shares(void **state)
{
	const struct split_options o = { .seed = 1, .has_valid = 1,
	    .valid_size = 0.1, .test_size = 0.2 };
	struct split_rows r;

	(void)state;
	make(&r, NULL);
	for (size_t i = 0; i < N; i++)
		r.user[i] %= 700;
	for (int by_time = 0; by_time < 2; by_time++) {
		size_t count[700][SPLIT_PARTS] = { { 0 } }, n_kept, kept = 0;
		int64_t last[700];
		unsigned char *part = plan(by_time ? "user-temporal"
		    : "user-random", &r, &o, &n_kept);

		for (size_t u = 0; u < 700; u++)
			last[u] = INT64_MIN;
		for (size_t i = 0; i < N; i++) {
			count[r.user[i]][part[i]]++;
			if (part[i] == SPLIT_TRAIN &&
			    r.time[i] > last[r.user[i]])
				last[r.user[i]] = r.time[i];
		}
		for (size_t u = 0; u < 700; u++) {
			const size_t n = count[u][0] + count[u][1] +
			    count[u][2];
			const size_t test = (size_t)(0.2 * (double)n + 0.5);

			kept += n > 0 && test == 0;
			assert_int_equal(count[u][SPLIT_TEST], test);
			assert_int_equal(count[u][SPLIT_VALID], test == 0 ? 0
			    : (size_t)(0.1 * (double)n + 0.5));
		}
		assert_int_equal(kept, n_kept);
		for (size_t i = 0; i < N && by_time; i++)
			assert_true(part[i] == SPLIT_TRAIN ||
			    r.time[i] >= last[r.user[i]]);
		free(part);
	}
	release(&r);
}

/* Every row of a user is left out as often as any other: place by place, the
 * mean over seeds is within five standard deviations. */
static void
test_leave_random(void **state)
{
	enum { ROWS = 10, SEEDS = 4000 };
	struct split_options o = { .leave = 2 };
	struct split_rows r;
	size_t count[ROWS] = { 0 };

	(void)state;
	make(&r, NULL);
	r.n = ROWS;
	memset(r.user, 0, ROWS * sizeof *r.user);
	for (o.seed = 1; o.seed <= SEEDS; o.seed++) {
		unsigned char *part = plan("leave-random", &r, &o, NULL);

		for (size_t i = 0; i < ROWS; i++)
			count[i] += part[i] == SPLIT_TEST;
		free(part);
	}
	/* 5 sqrt(0.2 * 0.8 * 4000) = 126 */
	for (size_t i = 0; i < ROWS; i++)
		assert_in_range(count[i], 800 - 127, 800 + 127);
	release(&r);
}

/* Rows of a unit are never apart, and the share is one of units. */
static void
test_units(void **state)
{
	const struct split_options o = { .seed = 1, .has_valid = 1,
	    .valid_size = 0.1, .test_size = 0.2 };
	unsigned char *part = mem_array("test", N, 1), of[USERS];
	uint64_t *hash = mem_array("test", USERS, sizeof *hash);
	struct split_rows r;
	size_t n_kept, n_test = 0;

	(void)state;
	make(&r, NULL);
	for (uint32_t u = 0; u < USERS; u++)
		hash[u] = hash_mix(u, 77);
	assert_int_equal(splitunit_plan(method("new-users"), &r, r.user,
	    USERS, hash, &o, part, &n_kept), 0);
	memset(of, 9, sizeof of);
	for (size_t i = 0; i < N; i++) {
		assert_true(of[r.user[i]] == 9 || of[r.user[i]] == part[i]);
		of[r.user[i]] = part[i];
	}
	for (size_t u = 0; u < USERS; u++)
		n_test += of[u] == SPLIT_TEST;
	assert_in_range(n_test, 600 - 110, 600 + 110);
	/* 80% of each held-out user's rows are folded in */
	splituser_fold_in(&r, part, SPLIT_TEST, SPLIT_FOLD_IN, 0.8, 0, 1);
	for (size_t u = 0; u < USERS; u++) {
		size_t n = 0, n_in = 0, want;

		for (size_t i = 0; i < N && of[u] == SPLIT_TEST; i++) {
			n += r.user[i] == u;
			n_in += r.user[i] == u && part[i] == SPLIT_FOLD_IN;
		}
		want = (size_t)(0.8 * (double)n + 0.5);
		if (of[u] == SPLIT_TEST)
			assert_int_equal(n_in, n == 1 ? 1 : want == n ? n - 1
			    : want);
	}
	free(part);
	free(hash);
	release(&r);
}

/* A session goes where its end goes, and a user's last one is tested. */
static void
test_sessions(void **state)
{
	uint32_t user[] = { 0, 1, 0, 0, 1, 0 };
	int64_t time[] = { 100, 50, 130, 300, 60, 320 };
	uint32_t session[6];
	uint64_t hash[3] = { 1, 2, 3 };
	size_t first[3], n_kept;
	struct split_rows r = { .n = 6, .n_users = 2, .user = user,
	    .time = time };
	struct split_options o = { .leave = 1 };
	unsigned char part[6];
	const uint32_t want[] = { 0, 2, 0, 1, 2, 1 };

	(void)state;
	assert_int_equal(gaps_find(&r, 30, session, first), 0);
	assert_memory_equal(session, want, sizeof want);
	assert_int_equal(first[1], 2);
	assert_int_equal(first[2], 3);
	/* user 1 has one session only */
	assert_int_equal(splitunit_plan(method("leave-last"), &r, session, 3,
	    hash, &o, part, &n_kept), 0);
	assert_memory_equal(part, "\0\0\0\2\0\2", 6);
	assert_int_equal(n_kept, 1);
	/* the cut at 110 is within the first session of user 0 */
	o.test_at = (struct split_when){ .kind = SPLIT_TIME, .time = 110 };
	assert_int_equal(splitunit_plan(method("temporal"), &r, session, 3,
	    hash, &o, part, &n_kept), 0);
	assert_memory_equal(part, "\2\0\2\2\0\2", 6);
	/* one less, and each row is a session */
	assert_int_equal(gaps_find(&r, 9, session, first), 0);
	assert_int_equal(first[2], 6);
}

static void
test_gaps_read(void **state)
{
	static const char *const bad[] = { "", "m", "0", "-1", "30 m", "30x",
	    "1e99d", "0.0001", "nan" };
	int64_t gap;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(gaps_read(span_of(bad[i]), &gap), -1);
	assert_int_equal(gaps_read(span_of("30m"), &gap), 0);
	assert_int_equal(gap, 1800000);
	assert_int_equal(gaps_read(span_of("1.5d"), &gap), 0);
	assert_int_equal(gap, 129600000);
	assert_int_equal(gaps_read(span_of("90"), &gap), 0);
	assert_int_equal(gap, 90000);
}

/* Rows are placed alone as they are placed together. */
static void
test_rules(void **state)
{
	static const char *const names[] = { "random", "new-users", "temporal",
	    "kfold" };
	const struct split_options o = { .seed = 4, .has_valid = 1,
	    .valid_size = 0.1, .test_size = 0.2, .folds = 3, .fold = 2,
	    .test_at = { SPLIT_TIME, 400, 0 },
	    .valid_at = { SPLIT_TIME, 300, 0 } };
	struct split_options p = o;
	struct split_rule rule;
	struct split_rows r;

	(void)state;
	make(&r, NULL);
	for (size_t m = 0; m < sizeof names / sizeof *names; m++) {
		unsigned char *part = plan(names[m], &r, &o, NULL);

		assert_true(split_rule(method(names[m]), &o, &rule));
		for (size_t i = 0; i < N; i++) {
			unsigned char one;

			rule.place(&rule, &r.hash[i], &r.time[i], 1, &one);
			assert_int_equal(one, part[i]);
		}
		free(part);
	}
	assert_false(split_rule(method("leave-last"), &o, &rule));
	p.valid_at.kind = SPLIT_SHARE;
	assert_false(split_rule(method("temporal"), &p, &rule));
	release(&r);
}

/* By the definitions: each held-out row against all rows. */
static unsigned
leaks_of(const struct split_rows *r, const unsigned char *part, size_t row)
{
	unsigned leaks = 1 << LEAK_USERS | 1 << LEAK_ITEMS;

	if (part[row] != SPLIT_VALID && part[row] != SPLIT_TEST)
		return 0;
	for (size_t i = 0; i < r->n; i++) {
		const int trains = part[i] == SPLIT_TRAIN;
		const int seen = trains || part[i] == SPLIT_FOLD_IN ||
		    part[i] == SPLIT_VALID_FOLD_IN;
		const int user = r->user[i] == r->user[row];
		const int item = r->item[i] == r->item[row];

		if (seen && user)
			leaks &= ~(1U << LEAK_USERS);
		if (trains && item)
			leaks &= ~(1U << LEAK_ITEMS);
		if (seen && user && item)
			leaks |= 1 << LEAK_PAIRS;
		if (seen && user && item && r->time[i] == r->time[row])
			leaks |= 1 << LEAK_ROWS;
		if (seen && user && r->time[i] > r->time[row])
			leaks |= 1 << LEAK_USER_TIME;
		if (trains && r->time[i] > r->time[row])
			leaks |= 1 << LEAK_TIME;
		if (seen && r->session[i] == r->session[row])
			leaks |= 1 << LEAK_SESSIONS;
	}
	return leaks;
}

static void
test_leaks(void **state)
{
	enum { ROWS = 700 };
	unsigned char part[ROWS], leaks[ROWS];
	size_t seen[LEAK_KINDS] = { 0 };
	struct leaks_count count;
	struct split_rows r;

	(void)state;
	make(&r, NULL);
	r.session = mem_array("test", N, sizeof *r.session);
	for (size_t i = 0; i < ROWS; i++) {
		r.user[i] %= 90;
		r.item[i] = (r.item[i] + r.user[i]) % 90;
		r.session[i] = (uint32_t)i / 3;
		r.time[i] %= 40;
		if (i % 3 == 1 && r.user[i] % 4 != 0) {
			r.user[i] = r.user[i - 1];
			r.item[i] = r.item[i - 1];
			r.time[i] = r.time[i - 1] + (int64_t)(i % 2);
		}
		part[i] = (unsigned char)(r.hash[i] % (SPLIT_PARTS + 1));
		if (r.user[i] % 9 == 0 || r.item[i] % 9 == 0)
			part[i] = SPLIT_TEST;
	}
	r.n = ROWS;
	r.n_items = 90;
	r.n_sessions = ROWS;
	for (size_t threads = 1; threads <= 3; threads += 2) {
		par_set_threads(threads);
		memset(leaks, 0, sizeof leaks);
		leaks_find(&r, part, leaks, &count);
		for (size_t i = 0; i < ROWS; i++)
			assert_int_equal(leaks[i], leaks_of(&r, part, i));
	}
	par_set_threads(1);
	for (size_t i = 0; i < ROWS; i++)
		for (int k = 0; k < LEAK_KINDS; k++)
			seen[k] += leaks[i] >> k & 1;
	for (int k = 0; k < LEAK_KINDS; k++) {
		assert_true(seen[k] > 0 || k == LEAK_ROWS);
		assert_int_equal(count.leaks[SPLIT_VALID][k] +
		    count.leaks[SPLIT_TEST][k], seen[k]);
	}
	free(r.session);
	release(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_order_of_rows),
		cmocka_unit_test(test_temporal),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_when),
		cmocka_unit_test(test_leave_last),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_folds),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_user_shares),
		cmocka_unit_test(test_leave_random),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_sessions),
		cmocka_unit_test(test_gaps_read),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

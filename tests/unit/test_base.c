/* Random numbers, parallel loops, buffers, choices. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/choice.h"
#include "base/guess.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"

/* Known answers of the authors' Random123 1.14 (kat_vectors). */
static void
philox_gives_its_known_answers(void **state)
{
	static const uint32_t zero[4] = { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c,
		0x9b00dbd8 };
	static const uint32_t ones[4] = { 0x408f276d, 0x41c83b0e, 0xa20bc7c6,
		0x6d5451fd };
	static const uint32_t pi[4] = { 0xd16cfe09, 0x94fdcceb, 0x5001e420,
		0x24126ea1 };
	uint32_t got[4];

	(void)state;
	rng_block(0, 0, 0, got);
	assert_memory_equal(got, zero, sizeof got);
	rng_block(UINT64_MAX, UINT64_MAX, UINT64_MAX, got);
	assert_memory_equal(got, ones, sizeof got);
	rng_block(UINT64_C(0x299f31d0a4093822), UINT64_C(0x0370734413198a2e),
	    UINT64_C(0x85a308d3243f6a88), got);
	assert_memory_equal(got, pi, sizeof got);
}

static void
random_numbers_have_their_moments(void **state)
{
	enum { N = 200000, SIDES = 6 };
	size_t seen[SIDES] = { 0 };
	double sum = 0, squares = 0, uniform = 0;
	struct rng r;

	(void)state;
	rng_init(&r, 5, rng_stream("test.moments", 0));
	for (int i = 0; i < N; i++) {
		const double z = rng_normal(&r), u = rng_real(&r);

		assert_true(u >= 0 && u < 1);
		sum += z;
		squares += z * z;
		uniform += u;
		seen[rng_below(&r, SIDES)]++;
	}
	/* five standard errors of each mean */
	assert_true(fabs(sum / N) < 5 / sqrt(N));
	assert_true(fabs(squares / N - 1) < 5 * sqrt(2.0 / N));
	assert_true(fabs(uniform / N - 0.5) < 5 * sqrt(1.0 / 12 / N));
	for (int i = 0; i < SIDES; i++)
		assert_true(fabs((double)seen[i] / N - 1.0 / SIDES) <
		    5 * sqrt(5.0 / 36 / N));
}

/* The mean and the variance of a gamma number are its shape. */
static void
gamma_numbers_have_their_moments(void **state)
{
	static const double shapes[] = { 0.5, 1, 7.5 };
	enum { N = 50000 };
	struct rng r;

	(void)state;
	for (size_t j = 0; j < 3; j++) {
		const double a = shapes[j];
		double sum = 0, squares = 0;

		rng_init(&r, 6, rng_stream("test.gamma", j));
		for (int i = 0; i < N; i++) {
			const double x = rng_gamma(&r, a);

			assert_true(x > 0);
			sum += x;
			squares += (x - a) * (x - a);
		}
		/* five standard errors; the fourth moment is 3a^2 + 6a */
		assert_true(fabs(sum / N - a) < 5 * sqrt(a / N));
		assert_true(fabs(squares / N - a) <
		    5 * sqrt((2 * a * a + 6 * a) / N));
	}
}

static void
streams_differ(void **state)
{
	(void)state;
	assert_true(rng_stream("a", 0) != rng_stream("a", 1));
	assert_true(rng_stream("a", 0) != rng_stream("b", 0));
	assert_true(rng_stream("a", 0) == rng_stream("a", 0));
}

static void
shuffle_keeps_what_is_there(void **state)
{
	uint32_t x[100], seen[100] = { 0 };
	int moved = 0;
	struct rng r;

	(void)state;
	rng_init(&r, 1, 2);
	for (uint32_t i = 0; i < 100; i++)
		x[i] = i;
	rng_shuffle(&r, x, 100);
	for (uint32_t i = 0; i < 100; i++) {
		seen[x[i]]++;
		moved += x[i] != i;
	}
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(seen[i], 1);
	assert_true(moved > 80);
}

static void
add_one(void *arg, size_t i, size_t worker)
{
	assert_true(worker < par_threads());
	((int *)arg)[i]++;
}

static void
add_nested(void *arg, size_t i, size_t worker)
{
	(void)worker;
	par_for(10, add_one, (int *)arg + 10 * i);
}

static void
every_piece_runs_once(void **state)
{
	int runs[1000] = { 0 };

	(void)state;
	par_set_threads(4);
	par_for(1000, add_one, runs);
	par_for(0, add_one, NULL);
	par_for(100, add_nested, runs);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(runs[i], 2);
	assert_int_equal(par_pieces(0, 7), 0);
	assert_int_equal(par_pieces(14, 7), 2);
	assert_int_equal(par_pieces(15, 7), 3);
}

static void
buffers_grow(void **state)
{
	struct buf b = BUF_EMPTY;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_format(&b, "%d,", i);
	buf_float(&b, 0.25f);
	buf_char(&b, '\t');
	buf_int(&b, -7);
	buf_span(&b, (struct span){ NULL, 0 });
	assert_int_equal(b.n, 3890 + 7);
	assert_string_equal(buf_cstr(&b) + 3880, "7,998,999,0.25\t-7");
	buf_release(&b);
	assert_null(b.p);
}

static void
arrays_are_zero_and_aligned(void **state)
{
	char *p = mem_array("a test", 1000, 3);

	(void)state;
	assert_int_equal((uintptr_t)p % 64, 0);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(p[i], 0);
	free(p);
	for (size_t n = 0; n < 200; n++) {
		p = mem_array("a test", n, 1);
		assert_int_equal((uintptr_t)p % 64, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		free(p);
	}
}

static const struct choice *
method(size_t i)
{
	static const struct choice table[] = {
		{ "ials", "", NULL }, { "sgd", "", NULL },
		{ "popular", "", NULL },
	};

	return i < 3 ? &table[i] : NULL;
}

static void
choices_are_found(void **state)
{
	(void)state;
	assert_ptr_equal(choice_find(method, span_of("sgd")), method(1));
	assert_null(choice_find(method, span_of("sg")));
}

/* `want` is what is guessed for name among the methods; NULL: nothing. */
static void
guesses(const char *name, const char *want)
{
	struct guess g = guess_of(span_of(name));

	guess_offer_choices(&g, method);
	if (want == NULL)
		assert_null(g.near);
	else
		assert_string_equal(g.near, want);
	guess_release(&g);
}

static void
what_was_meant_is_guessed(void **state)
{
	struct guess g = guess_of(span_of("sdg"));
	struct buf said = BUF_EMPTY;

	(void)state;
	guesses("isla", NULL);
	guesses("ilas", "ials");
	guesses("populer", "popular");
	guesses("pop", "popular");	/* how it begins */
	guesses("po", NULL);
	guesses("sdg", "sgd");
	guesses("", NULL);
	err_hold(&said);
	guess_offer_choices(&g, method);
	assert_int_equal(guess_fail(&g, "no '%s'", "sdg"), -1);
	assert_int_equal(guess_fail(&g, "no '%s'", "zebra"), -1);
	err_hold(NULL);
	assert_string_equal(buf_cstr(&said), "srs: no 'sdg'; did you mean "
	    "'sgd'?\nsrs: no 'zebra'\n");
	buf_release(&said);
}

static void
distances_are_symmetric(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} pair[] = {
		{ "kitten", "sitting", 3 }, { "", "abc", 3 }, { "ab", "ba", 1 },
		{ "abc", "abc", 0 }, { "rating", "ratings", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
		const struct span a = span_of(pair[i].a);
		const struct span b = span_of(pair[i].b);

		assert_int_equal(guess_distance(a, b), pair[i].distance);
		assert_int_equal(guess_distance(b, a), pair[i].distance);
	}
}

static void
spans_are_cut(void **state)
{
	struct span rest = span_of("a,,b");

	(void)state;
	assert_true(span_is(span_cut(&rest, ','), "a"));
	assert_true(span_is(span_cut(&rest, ','), ""));
	assert_true(span_is(span_cut(&rest, ','), "b"));
	assert_null(rest.p);
	assert_true(span_compare(span_of("a"), span_of("ab")) < 0);
	assert_true(span_compare(span_of("\xff"), span_of("a")) > 0);
}

static void
hashes_are_the_same_everywhere(void **state)
{
	(void)state;
	/* XXH3_64bits("") of the specification, seed 0 */
	assert_true(hash_bytes("", 0, 0) == UINT64_C(0x2d06800538d394c2));
	assert_true(hash_bytes("a", 1, 0) != hash_bytes("a", 1, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(philox_gives_its_known_answers),
		cmocka_unit_test(random_numbers_have_their_moments),
		cmocka_unit_test(gamma_numbers_have_their_moments),
		cmocka_unit_test(streams_differ),
		cmocka_unit_test(shuffle_keeps_what_is_there),
		cmocka_unit_test(every_piece_runs_once),
		cmocka_unit_test(buffers_grow),
		cmocka_unit_test(arrays_are_zero_and_aligned),
		cmocka_unit_test(choices_are_found),
		cmocka_unit_test(what_was_meant_is_guessed),
		cmocka_unit_test(distances_are_symmetric),
		cmocka_unit_test(spans_are_cut),
		cmocka_unit_test(hashes_are_the_same_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

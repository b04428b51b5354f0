/* Fusions without training, scales that are learned, cascades: by hand, and
 * what must hold of them. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "fuse/cascade.h"
#include "fuse/fuseunion.h"
#include "fuse/scalelearn.h"
#include "tests/ref/said.h"

enum { TEXT = 4096 };

static struct fusion *
new_fusion(const char *method, const char *scale, size_t n)
{
	static const char *const names[] = { "a", "b", "c", "d", "e" };
	struct fusion *f = fusion_new(fuse_method(choice_find(fuse_choice,
	    span_of(method))), 0, names, n);

	if (scale != NULL)
		f->scale = fuse_scale(choice_find(fuse_scale_choice,
		    span_of(scale)));
	f->rrf_k = 60;
	f->top = 2;
	f->seed = 1;
	return f;
}

/* "p5 q3 r1" as list s: items are letters. */
static void
add_list(struct fuseunion *u, size_t s, const char *text)
{
	struct span rest = span_of(text);

	fuseunion_open(u, s);
	while (rest.p != NULL) {
		const struct span word = span_cut(&rest, ' ');
		size_t p = 0;

		while (p < u->n && u->name[p].p[0] != word.p[0])
			p++;
		if (p == u->n)
			fuseunion_add(u, (uint32_t)word.p[0],
			    (struct span){ word.p, 1 }, UINT32_MAX);
		fuseunion_entry(u, p, strtod(word.p + 1, NULL));
	}
}

/* The fused list of lists (n) as "p:1.2345 ...". */
static const char *
fused(struct fusion *f, const char *const *lists, size_t n)
{
	static char text[TEXT];
	const struct topk_item *best;
	struct fuseunion u;
	size_t m, at = 0;

	fuseunion_init(&u, n, 0);
	fuseunion_begin(&u, span_of("u"));
	for (size_t s = 0; s < n; s++)
		add_list(&u, s, lists[s]);
	fuseunion_finish(&u, f);
	m = fuseunion_fuse(&u, f, SIZE_MAX, &best);
	text[0] = '\0';
	for (size_t i = 0; i < m; i++)
		at += (size_t)snprintf(text + at, TEXT - at, "%s%c:%.4f",
		    i > 0 ? " " : "", u.name[best[i].item].p[0],
		    (double)best[i].score);
	fuseunion_release(&u);
	return text;
}

static const char *const two[] = { "p5 q3 r1", "r30 p20 s10" };

static void
check(const char *method, const char *scale, const char *want)
{
	struct fusion *f = new_fusion(method, scale, 2);

	assert_string_equal(fused(f, two, 2), want);
	fusion_free(f);
}

static void
test_by_hand(void **state)
{
	(void)state;
	/* minmax: p 1 and .5, q .5, r 0 and 1, s 0 */
	check("sum", "minmax", "p:1.5000 r:1.0000 q:0.5000 s:0.0000");
	check("mnz", "minmax", "p:3.0000 r:2.0000 q:0.5000 s:0.0000");
	check("anz", "minmax", "p:0.7500 r:0.5000 q:0.5000 s:0.0000");
	check("max", "minmax", "r:1.0000 p:1.0000 q:0.5000 s:0.0000");
	check("min", "minmax", "q:0.5000 p:0.5000 s:0.0000 r:0.0000");
	check("median", "minmax", "p:0.7500 r:0.5000 q:0.5000 s:0.0000");
	/* of 4 points: p 4 + 3, r 2 + 4, q 3 + 1, s 1 + 2 */
	check("borda", NULL, "p:7.0000 r:6.0000 q:4.0000 s:3.0000");
	/* p beats q and s, r beats s; the rest is drawn; Borda / 10 */
	check("condorcet", NULL, "p:2.7000 r:1.6000 q:-0.6000 s:-1.7000");
	/* first two: p q, r p */
	check("vote", NULL, "p:2.7000 r:1.6000 q:1.4000 s:0.3000");
	check("round-robin", NULL, "p:4.0000 r:3.0000 q:2.0000 s:1.0000");
}

static void
test_scales_by_hand(void **state)
{
	(void)state;
	/* 5/6, 3/6, 1/6 of each list; what it lacks has 1/6 */
	check("sum", "percentile", "p:1.3333 r:1.0000 q:0.6667 s:0.3333");
	/* 1, e^-2, e^-4 over their sum; 1, e^-10, e^-20 */
	check("sum", "softmax", "r:1.0158 p:0.8669 q:0.1173 s:0.0159");
	/* 1 / (1 + exp(-z)), z = sqrt(3/2), 0, -sqrt(3/2) */
	check("sum", "sigmoid", "p:1.2729 r:1.0000 q:0.7271 s:0.4542");
}

static void
test_three_systems(void **state)
{
	const char *const lists[] = { "p9 q4", "q7 p6 r5", "r3 q2 p1" };
	struct fusion *f = new_fusion("median", "none", 3);

	(void)state;
	/* p 1 6 9, q 2 4 7, r 3 5 */
	assert_string_equal(fused(f, lists, 3),
	    "p:6.0000 r:4.0000 q:4.0000");
	fusion_free(f);
	/* q is before p for b and c, before r for a and b */
	f = new_fusion("condorcet", NULL, 3);
	assert_int_equal(fused(f, lists, 3)[0], 'q');
	/* ... unless a weighs more than both */
	assert_int_equal(fusion_set_weights(f, "5,1,1"), 0);
	assert_int_equal(fused(f, lists, 3)[0], 'p');
	fusion_free(f);
}

/* Who wins each duel is first, whatever the lists. */
static void
test_condorcet_winner(void **state)
{
	char list[5][64];
	const char *lists[5];

	(void)state;
	for (uint64_t t = 0; t < 50; t++) {
		struct fusion *f = new_fusion("condorcet", NULL, 5);
		uint32_t order[5][8], place[5][8];
		struct rng r;

		rng_init(&r, 3, rng_stream("test.condorcet", t));
		for (int s = 0; s < 5; s++) {
			size_t at = 0;

			for (uint32_t i = 0; i < 8; i++)
				order[s][i] = i;
			rng_shuffle(&r, order[s], 8);
			for (uint32_t i = 0; i < 8; i++) {
				place[s][order[s][i]] = i;
				at += (size_t)snprintf(list[s] + at, 64 - at,
				    "%s%c%u", i > 0 ? " " : "",
				    'a' + (char)order[s][i], 9 - i);
			}
			lists[s] = list[s];
		}
		for (int p = 0; p < 8; p++) {
			int wins = 0;

			for (int q = 0; q < 8; q++) {
				int votes = 0;

				for (int s = 0; s < 5; s++)
					votes += place[s][p] < place[s][q];
				wins += votes > 2;
			}
			if (wins == 7)
				assert_int_equal(fused(f, lists, 5)[0],
				    'a' + p);
		}
		fusion_free(f);
	}
}

/* In a draft each system has, of the first 2k, k that were its best left. */
static void
test_team_draft(void **state)
{
	const char *const lists[] = { "a9 b8 c7 d6", "w9 x8 y7 z6" };
	int first = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct fusion *f = new_fusion("team-draft", NULL, 2);
		char got[TEXT];

		f->seed = seed;
		snprintf(got, sizeof got, "%s", fused(f, lists, 2));
		assert_string_equal(fused(f, lists, 2), got);
		for (int i = 0; i < 4; i++) {
			const char x = got[18 * i], y = got[18 * i + 9];

			assert_true((x == 'a' + i && y == 'w' + i) ||
			    (y == 'a' + i && x == 'w' + i));
		}
		first += got[0] == 'a';
		fusion_free(f);
	}
	assert_true(first > 8 && first < 32);
}

/* Parts sum to the score. */
static void
test_parts(void **state)
{
	static const char *const methods[] = { "zscore", "rrf", "weighted",
		"sum", "mnz", "anz", "borda" };

	(void)state;
	for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
		struct fusion *f = new_fusion(methods[m], m > 2 && m < 6 ?
		    "minmax" : NULL, 2);
		const struct topk_item *best;
		struct fuseunion u;
		double part[8];
		size_t n;

		assert_int_equal(fusion_set_weights(f, "1,3"), 0);
		fuseunion_init(&u, 2, 0);
		fuseunion_begin(&u, span_of("u"));
		add_list(&u, 0, two[0]);
		add_list(&u, 1, two[1]);
		fuseunion_finish(&u, f);
		n = fuseunion_fuse(&u, f, SIZE_MAX, &best);
		f->method->explain(f, &u, part);
		for (size_t i = 0; i < n; i++)
			assert_true(fabs(part[2 * best[i].item] +
			    part[2 * best[i].item + 1] -
			    (double)best[i].score) < 1e-5);
		fuseunion_release(&u);
		fusion_free(f);
	}
}

/* --- cascades ------------------------------------------------------------- */

static void
test_cascade(void **state)
{
	struct fusion *f = new_fusion("zscore", NULL, 2);
	struct fusestage *stage;

	(void)state;
	/* q and p of a; of b's, who lists p and not q, p; then by rest */
	stage = cascade_parse("a:2,b:1", f, &f->n_stages);
	f->stage = stage;
	assert_string_equal(fused(f, two, 2), "p:20.0000");
	free(stage);
	/* of p, q: z 1 and -1 of a, 0 of b, which lists one of them */
	stage = cascade_parse("a:2,fused:2", f, &f->n_stages);
	f->stage = stage;
	assert_string_equal(fused(f, two, 2), "p:0.5000 q:-0.5000");
	free(stage);
	f->n_stages = 0;
	fusion_free(f);
}

static void
test_bad_cascade(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "a", "--cascade: 'a' is not NAME:COUNT" },
		{ "a:5,x:3", "--cascade: no system is called 'x'" },
		{ "a:0", "--cascade: '0' is not a number > 0" },
		{ "a:5,b:6", "--cascade: 6 cannot stay of 5" },
	};
	struct fusion *f = new_fusion("zscore", NULL, 2);
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		said_begin();
		assert_null(cascade_parse(bad[i].text, f, &n));
		assert_true(said_has(bad[i].says));
	}
	fusion_free(f);
}

/* --- scales that are learned ---------------------------------------------- */

enum { N = 5000 };

/* Scores, and hits with chance 1 / (1 + exp(-2 (x - 1))). */
static void
draw(double *value, unsigned char *hit)
{
	struct rng r;

	rng_init(&r, 7, rng_stream("test.scale", 0));
	for (int i = 0; i < N; i++) {
		value[i] = rng_normal(&r);
		hit[i] = rng_real(&r) < 1 / (1 + exp(-2 * (value[i] - 1)));
	}
}

/* The slope of the likelihood is zero, and the curve is the one drawn from. */
static void
test_platt(void **state)
{
	static double value[N];
	static unsigned char hit[N];
	struct scale_map m = { .n = 0 };
	double slope = 0, level = 0, hits = 0;

	(void)state;
	draw(value, hit);
	scalelearn_platt(&m, value, hit, N);
	for (int i = 0; i < N; i++)
		hits += hit[i];
	for (int i = 0; i < N; i++) {
		const double t = hit[i] ? (hits + 1) / (hits + 2) :
		    1 / (N - hits + 2);

		slope += (scale_at(&m, value[i]) - t) * value[i] / N;
		level += (scale_at(&m, value[i]) - t) / N;
	}
	assert_true(fabs(slope) < 1e-6 && fabs(level) < 1e-6);
	assert_true(fabs(m.factor - 2) < 0.2 && fabs(m.shift - 1) < 0.1);
	/* One that is the wrong way round says nothing. */
	for (int i = 0; i < N; i++)
		value[i] = -value[i];
	scalelearn_platt(&m, value, hit, N);
	assert_true(m.factor == 0);
}

/* Does not fall; its blocks have the means of what is in them, so that the
 * residuals sum to zero; no worse than the true curve in squares. */
static void
test_isotonic(void **state)
{
	static double value[N];
	static unsigned char hit[N];
	struct scale_map m = { .n = 0 };
	double mean = 0;

	(void)state;
	draw(value, hit);
	scalelearn_isotonic(&m, value, hit, N);
	assert_true(m.n > 5 && m.n < 500);
	for (size_t i = 1; i < m.n; i++)
		assert_true(m.at[i] > m.at[i - 1] &&
		    m.value[i] > m.value[i - 1]);
	for (int i = 0; i < N; i++)
		mean += (scale_at(&m, value[i]) -
		    1 / (1 + exp(-2 * (value[i] - 1)))) / N;
	assert_true(fabs(mean) < 0.02);
	assert_true(fabs(scale_at(&m, 1) - 0.5) < 0.1);
	scale_map_release(&m);
	/* By hand: 0 1 | 1 0 0 pools to 1/3 each. */
	scalelearn_isotonic(&m, (double[]){ 1, 2, 3, 4, 5 },
	    (unsigned char[]){ 0, 1, 0, 0, 1 }, 5);
	assert_int_equal(m.n, 3);
	assert_true(m.at[1] == 3 && fabs(m.value[1] - 1.0 / 3) < 1e-12);
	assert_true(m.value[0] == 0 && m.value[2] == 1);
	scale_map_release(&m);
}

/* Linear, straight between knots, flat outside. */
static void
test_map(void **state)
{
	double at[] = { 1, 2, 4 }, value[] = { 0, 0.5, 1 };
	const struct scale_map line = { .shift = 1, .factor = 2 };
	const struct scale_map knots = { .n = 3, .at = at, .value = value };

	(void)state;
	assert_true(scale_at(&line, 3) == 4);
	assert_true(scale_at(&knots, 0) == 0 && scale_at(&knots, 9) == 1);
	assert_true(scale_at(&knots, 1.5) == 0.25);
	assert_true(scale_at(&knots, 3) == 0.75);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_scales_by_hand),
		cmocka_unit_test(test_three_systems),
		cmocka_unit_test(test_condorcet_winner),
		cmocka_unit_test(test_team_draft),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_cascade),
		cmocka_unit_test(test_bad_cascade),
		cmocka_unit_test(test_platt),
		cmocka_unit_test(test_isotonic),
		cmocka_unit_test(test_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

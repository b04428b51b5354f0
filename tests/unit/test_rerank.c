/* Re-ranking: each method against its formula, on a pool of random items. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/par.h"
#include "base/rng.h"
#include "rank/rerank.h"
#include "tests/ref/greedy.h"

enum { ITEMS = 60, POOL = 40, K = 10, DIMS = 16, KINDS = 5, USERS = 3 };

/* Items 0 .. POOL - 1 are the pool, best first; user 0 has a history, user 1
 * one of items of no kind, user 2 none. */
struct fixture {
	struct topk_item pool[POOL];
	double value[POOL];
	float x[ITEMS * DIMS], popularity[ITEMS];
	double share[ITEMS][KINDS];
	uint64_t kind_at[ITEMS + 1], history_at[USERS + 1];
	uint32_t kind[2 * ITEMS], history[6], ranks[ITEMS];
	float part[2 * ITEMS], ones[6];
	struct csr kinds, by_user;
	struct likeness *likeness;
	struct idmap *users, *items;
	struct rerank_step step;
	struct rerank_plan plan;
	struct rerank *rerank;
};

/* One kind or two for each item; one in seven has none. */
static void
draw_kinds(struct fixture *f, struct rng *rng)
{
	uint64_t n = 0;

	for (size_t i = 0; i < ITEMS; i++) {
		const uint32_t many = i % 7 == 3 ? 0 : 1 + rng_below(rng, 2);
		const uint32_t first = rng_below(rng, KINDS - 1);

		for (uint32_t j = 0; j < many; j++) {
			f->kind[n] = first + j;
			f->part[n++] = 1 / (float)many;
			f->share[i][first + j] = 1 / (double)many;
		}
		f->kind_at[i + 1] = n;
	}
	f->kinds = (struct csr){ ITEMS, KINDS, f->kind_at, f->kind, f->part };
}

static void
draw_history(struct fixture *f)
{
	static const uint32_t had[] = { 41, 42, 59, 42, 3, 10 };

	memcpy(f->history, had, sizeof had);
	f->history_at[1] = 4;
	f->history_at[2] = f->history_at[3] = 6;
	f->history[5] = ITEMS + 7;	/* not the model's */
	f->by_user = (struct csr){ USERS, ITEMS + 10, f->history_at,
		f->history, f->ones };
}

static void
setup(struct fixture *f, const char *method, double x)
{
	struct rng rng;
	char name[16];

	memset(f, 0, sizeof *f);
	rng_init(&rng, 3, 4);
	for (size_t i = 0; i < ITEMS * DIMS; i++)
		f->x[i] = (float)rng_normal(&rng);
	draw_kinds(f, &rng);
	draw_history(f);
	f->users = idmap_new();
	f->items = idmap_new();
	for (uint32_t i = 0; i < ITEMS; i++) {
		snprintf(name, sizeof name, "%u", i);
		idmap_add(f->items, span_of(name));
		if (i < USERS)
			idmap_add(f->users, span_of(name));
		f->ranks[i] = (i * 7) % ITEMS;
		f->popularity[i] = (float)rng_real(&rng);
	}
	for (uint32_t i = 0; i < POOL; i++)
		f->pool[i] = (struct topk_item){ (i == 0 ? 9 :
		    f->pool[i - 1].score) - (float)rng_real(&rng), i };
	for (size_t i = 0; i < POOL; i++)
		f->value[i] = (double)(f->pool[i].score -
		    f->pool[POOL - 1].score) / (double)(f->pool[0].score -
		    f->pool[POOL - 1].score);
	f->likeness = likeness_of_vectors(f->x, ITEMS, DIMS);
	f->step = (struct rerank_step){ .x = x, .likeness = f->likeness,
		.kinds = &f->kinds, .popularity = f->popularity };
	f->step.method = method == NULL ? NULL : rerank_method(choice_find(
	    rerank_choice, span_of(method)));
	f->plan = (struct rerank_plan){ .step = &f->step,
		.n_steps = method != NULL, .history = &f->by_user,
		.users = f->users, .items = f->items, .seed = 5 };
}

static void
release(struct fixture *f)
{
	rerank_free(f->rerank);
	likeness_free(f->likeness);
	idmap_free(f->users);
	idmap_free(f->items);
}

/* The list of a user in list (K). */
static size_t
list_of(struct fixture *f, uint32_t user, struct topk_item *pool)
{
	memcpy(pool, f->pool, sizeof f->pool);
	if (f->rerank == NULL)
		f->rerank = rerank_new(&f->plan);
	return rerank_list(f->rerank, 0, user, pool, POOL, K, f->ranks);
}

/* --- against the formulas ------------------------------------------------- */

static double
cosine(const struct fixture *f, size_t i, size_t j)
{
	double dot = 0, a = 0, b = 0;

	for (size_t d = 0; d < DIMS; d++) {
		const double x = (double)f->x[i * DIMS + d];
		const double y = (double)f->x[j * DIMS + d];

		dot += x * y;
		a += x * x;
		b += y * y;
	}
	return dot / sqrt(a * b);
}

static double
worth_mmr(void *arg, const size_t *list, size_t n)
{
	const struct fixture *f = arg;
	const size_t last = list[n - 1];
	double most = n > 1 ? -1 : 0;

	for (size_t i = 0; i + 1 < n; i++)
		most = fmax(most, cosine(f, list[i], last));
	return f->step.x * f->value[last] - (1 - f->step.x) * most;
}

/* log det of L, (1 - theta) times, with L as the paper has it. */
static double
worth_dpp(void *arg, const size_t *list, size_t n)
{
	const struct fixture *f = arg;
	const double a = f->step.x / (2 * (1 - f->step.x));
	static double L[POOL * POOL];

	for (size_t i = 0; i < POOL; i++)
		for (size_t j = 0; j < POOL; j++)
			L[i * POOL + j] = exp(a * (f->value[i] +
			    f->value[j])) * (1 + cosine(f, i, j)) / 2;
	return ref_logdet(L, POOL, list, n);
}

static double
worth_calibrate(void *arg, const size_t *list, size_t n)
{
	const struct fixture *f = arg;
	double sum = 0, kl = 0, p[KINDS] = { 0 }, q[KINDS] = { 0 };
	double n_kind = 0;

	for (size_t i = 0; i < n; i++) {
		sum += f->value[list[i]];
		n_kind += f->kind_at[list[i] + 1] > f->kind_at[list[i]];
	}
	for (size_t g = 0; g < KINDS; g++) {
		for (size_t i = 0; i < n; i++)
			q[g] += n_kind > 0 ? f->share[list[i]][g] / n_kind : 0;
		for (size_t i = 0; i < 4; i++)
			p[g] += f->share[f->history[i]][g] /* none is 3 of 7 */
			    / (3 + (f->kind_at[60] > f->kind_at[59]));
		if (p[g] > 0)
			kl += p[g] * log(p[g] / (0.99 * q[g] + 0.01 * p[g]));
	}
	return (1 - f->step.x) * sum - f->step.x * kl;
}

static double
worth_discount(void *arg, const size_t *list, size_t n)
{
	const struct fixture *f = arg;
	const size_t i = list[n - 1];

	return f->value[i] - f->step.x * (double)f->popularity[i];
}

static void
check_formula(const char *method, double x,
    double (*worth)(void *, const size_t *, size_t))
{
	struct topk_item got[POOL];
	size_t want[K], moved = 0;
	struct fixture f;

	setup(&f, method, x);
	assert_int_equal(list_of(&f, 0, got), K);
	ref_greedy(POOL, K, worth, &f, want);
	for (size_t i = 0; i < K; i++) {
		assert_int_equal(got[i].item, want[i]);
		moved += want[i] != i;
	}
	assert_true(moved > 0);
	release(&f);
}

static void
test_formulas(void **state)
{
	(void)state;
	check_formula("mmr", 0.5, worth_mmr);
	check_formula("mmr", 0.1, worth_mmr);
	check_formula("dpp", 0.6, worth_dpp);
	check_formula("dpp", 0.9, worth_dpp);
	check_formula("calibrate", 0.5, worth_calibrate);
	check_formula("calibrate", 0.95, worth_calibrate);
	check_formula("discount", 0.3, worth_discount);
}

/* --- properties ----------------------------------------------------------- */

/* At the end of its range where only scores count, a method changes nothing,
 * nor does it without a history; not even of the scores. */
static void
test_unchanged(void **state)
{
	static const struct { const char *method; double x; uint32_t user; }
	    cases[] = {
		{ "mmr", 1, 0 }, { "dpp", 1, 0 }, { "calibrate", 0, 0 },
		{ "discount", 0, 0 }, { "noise", 0, 0 }, { "explore", 0, 0 },
		{ "calibrate", 0.9, 1 }, { "calibrate", 0.9, 2 },
	};
	(void)state;

	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct topk_item got[POOL];
		struct fixture f;

		setup(&f, cases[c].method, cases[c].x);
		assert_int_equal(list_of(&f, cases[c].user, got), K);
		assert_memory_equal(got, f.pool, sizeof got);
		assert_int_equal(rerank_knows_user(f.rerank, cases[c].user),
		    cases[c].user == 0);
		release(&f);
	}
}

/* Written scores fall in the order of the list, by the rule of ties too, and
 * are those of its items. */
static void
test_scores(void **state)
{
	struct topk_item got[POOL];
	struct fixture f;
	float sum = 0, own = 0;
	(void)state;

	setup(&f, "mmr", 0.2);
	for (size_t i = 0; i < POOL; i++)	/* ties, of either order */
		f.pool[i].score = (float)(9 - i / 4);
	list_of(&f, 0, got);
	for (size_t i = 0; i < K; i++) {
		if (i > 0)
			assert_true(topk_compare(got[i - 1], got[i],
			    f.ranks) < 0);
		sum += got[i].score;
		own += f.pool[got[i].item].score;
	}
	assert_true(fabsf(sum - own) < 1e-4F);
	release(&f);
}

/* What is like what is there already does not come before what is not, and
 * when nothing else is left, comes by score. */
static void
test_dpp_repeats(void **state)
{
	struct topk_item got[POOL];
	struct fixture f;
	(void)state;

	setup(&f, "dpp", 0.5);
	for (size_t i = 0; i < ITEMS; i++)	/* three different items */
		memcpy(f.x + i * DIMS, f.x + i % 3 * DIMS,
		    DIMS * sizeof *f.x);
	likeness_free(f.likeness);
	f.step.likeness = f.likeness = likeness_of_vectors(f.x, ITEMS, DIMS);
	list_of(&f, 0, got);
	assert_int_equal((1 << got[0].item % 3) + (1 << got[1].item % 3) +
	    (1 << got[2].item % 3), 7);
	for (size_t i = 4; i < K; i++)
		assert_true(got[i].item > got[i - 1].item);
	release(&f);
}

static void
test_features_and_vectors_agree(void **state)
{
	const uint32_t others[] = { 0, 3, 17, 58 };
	struct likeness_near near = { .n = 0 }, far = { .n = 0 };
	float dense[ITEMS * KINDS], a[4], b[4];
	struct likeness *of_features, *of_vectors;
	struct fixture f;
	(void)state;

	setup(&f, NULL, 0);
	for (size_t i = 0; i < ITEMS * KINDS; i++)
		dense[i] = (float)f.share[i / KINDS][i % KINDS];
	of_features = likeness_of_features(&f.kinds);
	of_vectors = likeness_of_vectors(dense, ITEMS, KINDS);
	likeness_gather(of_features, &near, others, 4);
	likeness_gather(of_vectors, &far, others, 4);
	for (size_t i = 0; i < 4; i++) {
		likeness_to(of_features, &near, i, a);
		likeness_to(of_vectors, &far, i, b);
		for (size_t j = 0; j < 4; j++)
			assert_true(fabsf(a[j] - b[j]) < 1e-6F);
	}
	likeness_near_release(&near);
	likeness_near_release(&far);
	likeness_free(of_features);
	likeness_free(of_vectors);
	release(&f);
}

/* --- quotas --------------------------------------------------------------- */

static void
test_quota(void **state)
{
	struct topk_item got[POOL];
	struct fixture f;
	(void)state;

	for (int with = 0; with < 2; with++) {
		size_t n, count[KINDS] = { 0 }, at = 0;
		struct quota quota;

		setup(&f, with ? "mmr" : NULL, 0.5);
		quota = (struct quota){ &f.kinds, 2 };
		f.plan.quota = &quota;
		f.plan.n_quotas = 1;
		for (int again = 0; again < 2; again++)
			n = list_of(&f, 0, got);
		assert_int_equal(n, K);
		for (size_t i = 0; i < n; i++)
			quota_take(&quota, count, got[i].item);
		for (size_t g = 0; g < KINDS; g++)
			assert_true(count[g] <= 2);
		/* without a method: the best that there is room for */
		memset(count, 0, sizeof count);
		for (size_t i = 0; i < n && !with; i++, at++) {
			while (!quota_allows(&quota, count, (uint32_t)at))
				at++;
			assert_int_equal(got[i].item, at);
			quota_take(&quota, count, (uint32_t)at);
		}
		release(&f);
	}
}

/* A list is shorter, when nothing else is allowed. */
static void
test_short(void **state)
{
	struct topk_item got[POOL];
	struct fixture f;
	struct quota quota;
	(void)state;

	setup(&f, "explore", 0.5);
	quota = (struct quota){ &f.kinds, 0 };
	f.plan.quota = &quota;
	f.plan.n_quotas = 1;
	assert_int_equal(list_of(&f, 0, got), 6);	/* those without */
	release(&f);
}

/* --- chance --------------------------------------------------------------- */

/* How many of n slots were explored; a random item is seldom the best. */
static void
test_explore(void **state)
{
	struct topk_item got[POOL];
	size_t moved = 0, n = 0;
	struct fixture f;
	(void)state;

	setup(&f, "explore", 0.3);
	for (uint64_t seed = 0; seed < 200; seed++) {
		size_t next = 0;

		f.plan.seed = seed;
		rerank_free(f.rerank);
		f.rerank = NULL;
		list_of(&f, 0, got);
		for (size_t i = 0; i < K; i++, n++) {
			/* the best that is left is the next one, if the ones
			 * drawn so far are behind it */
			if (got[i].item == next)
				next++;
			else
				moved++;
		}
	}
	/* 3 in 10; some draws hit what comes later in the list anyway */
	assert_in_range(moved * 100 / n, 25, 36);
	release(&f);
}

/* The same for the same user, whatever else is in the pool; not for another. */
static void
test_noise(void **state)
{
	struct topk_item a[POOL], b[POOL];
	struct fixture f;
	(void)state;

	setup(&f, "noise", 0.2);
	list_of(&f, 0, a);
	list_of(&f, 0, b);
	assert_memory_equal(a, b, sizeof a);
	list_of(&f, 1, b);
	assert_memory_not_equal(a, b, sizeof a);
	release(&f);
}

/* Without strength the second of two steps keeps what the first one did. */
static void
test_chain(void **state)
{
	struct topk_item one[POOL], two[POOL];
	struct rerank_step steps[2];
	struct fixture f;
	(void)state;

	setup(&f, "mmr", 0.4);
	list_of(&f, 0, one);
	rerank_free(f.rerank);
	f.rerank = NULL;
	steps[0] = steps[1] = f.step;
	steps[1].method = rerank_method(choice_find(rerank_choice,
	    span_of("discount")));
	steps[1].x = 0;
	f.plan.step = steps;
	f.plan.n_steps = 2;
	list_of(&f, 0, two);
	assert_memory_equal(one, two, sizeof one);
	release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_scores),
		cmocka_unit_test(test_dpp_repeats),
		cmocka_unit_test(test_features_and_vectors_agree),
		cmocka_unit_test(test_quota),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_explore),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_chain),
	};

	par_set_threads(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

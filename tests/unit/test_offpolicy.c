/* Off-policy estimators: what must hold when the truth is known. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "eval/offpolicy.h"

enum { N = 4000, CONTEXTS = 3, ACTIONS = 4, CELLS = CONTEXTS * ACTIONS,
	SCRATCH = 2 * CELLS + 2 * ACTIONS + CONTEXTS };

struct world {
	uint32_t context[N], action[N];
	double reward[N], propensity[N], target[N];
	double policy[CELLS];
	struct offpolicy_log log;
	double truth;		/* what the other policy earns */
};

/* The policy that runs likes action 0, the other one action 3, which is
 * better; action and context both tell of the reward. */
static void
make(struct world *w, uint64_t round)
{
	static const double runs[ACTIONS] = { 0.4, 0.3, 0.2, 0.1 };
	struct rng r;

	w->truth = 0;
	rng_init(&r, 1, rng_stream("test.offpolicy", round));
	for (size_t c = 0; c < CONTEXTS; c++)
		for (size_t a = 0; a < ACTIONS; a++) {
			w->policy[c * ACTIONS + a] = runs[ACTIONS - 1 - a];
			w->truth += runs[ACTIONS - 1 - a] *
			    (0.1 * (double)(a + c)) / CONTEXTS;
		}
	for (size_t i = 0; i < N; i++) {
		double u = rng_real(&r);
		uint32_t a = 0;

		for (; a + 1 < ACTIONS && u >= runs[a]; a++)
			u -= runs[a];
		w->context[i] = rng_below(&r, CONTEXTS);
		w->action[i] = a;
		w->propensity[i] = runs[a];
		w->target[i] = runs[ACTIONS - 1 - a];
		w->reward[i] = rng_real(&r) <
		    0.1 * (double)(a + w->context[i]);
	}
	w->log = (struct offpolicy_log){ N, w->context, w->action, w->reward,
	    w->propensity, w->target, w->policy, CONTEXTS, ACTIONS, 1e9 };
}

static double
value(size_t i, const struct offpolicy_log *log)
{
	double scratch[SCRATCH];

	assert_int_equal(offpolicy_scratch(log), SCRATCH);
	return offpolicy_value(offpolicy_estimator(i), log, NULL, log->n,
	    scratch);
}

static void
all_find_the_truth(void **state)
{
	static struct world w;
	double sum[5] = { 0 };
	enum { ROUNDS = 20 };

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		make(&w, round);
		for (size_t i = 0; i < 5; i++)
			sum[i] += value(i, &w.log) / ROUNDS;
	}
	for (size_t i = 0; i < 5; i++)
		if (fabs(sum[i] - w.truth) > 0.01)
			fail_msg("%s: %g is not %g",
			    offpolicy_estimator(i)->what.name, sum[i],
			    w.truth);
	assert_null(offpolicy_estimator(5));
}

/* Of its own policy every weight is 1, and so every estimate the mean. */
static void
the_policy_that_ran_earned_its_mean(void **state)
{
	static struct world w;
	double mean = 0;

	(void)state;
	make(&w, 1);
	memcpy(w.target, w.propensity, sizeof w.target);
	for (size_t i = 0; i < N; i++)
		mean += w.reward[i] / N;
	for (size_t i = 0; i < 3; i++)
		assert_true(fabs(value(i, &w.log) - mean) < 1e-9);
	assert_true(fabs(offpolicy_effective(&w.log) - N) < 1e-6);
	assert_true(fabs(offpolicy_mean_weight(&w.log) - 1) < 1e-12);
}

/* Self-normalised and doubly robust estimates move with all rewards; others
 * do not. */
static void
a_shift_of_rewards(void **state)
{
	static struct world w;
	double before[5];

	(void)state;
	make(&w, 2);
	for (size_t i = 0; i < 5; i++)
		before[i] = value(i, &w.log);
	for (size_t i = 0; i < N; i++)
		w.reward[i] += 100;
	assert_true(fabs(value(1, &w.log) - before[1] - 100) < 1e-8);
	assert_true(fabs(value(3, &w.log) - before[3] - 100) < 1e-8);
	assert_true(fabs(value(4, &w.log) - before[4] - 100) < 1e-8);
	assert_true(fabs(value(0, &w.log) - before[0] - 100) > 0.1);
}

/* Right propensities mend a wrong model, which does not see that in one
 * context the good action is bad: dr is right where dm is not. */
static void
doubly_robust(void **state)
{
	static struct world w;
	double dm = 0, dr = 0, truth;
	enum { ROUNDS = 20 };

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		make(&w, 100 + round);
		for (size_t i = 0; i < N; i++)
			w.reward[i] = w.action[i];
		/* The model takes actions 0 and 3 for one. */
		for (size_t i = 0; i < N; i++)
			w.action[i] %= 3;
		for (size_t c = 0; c < CONTEXTS; c++) {
			w.policy[c * ACTIONS] += w.policy[c * ACTIONS + 3];
			w.policy[c * ACTIONS + 3] = 0;
		}
		dm += value(3, &w.log) / ROUNDS;
		dr += value(4, &w.log) / ROUNDS;
	}
	truth = 0.2 * 1 + 0.3 * 2 + 0.4 * 3;
	assert_true(fabs(dm - truth) > 0.3);
	assert_true(fabs(dr - truth) < 0.05);
}

static void
unseen_and_clipped(void **state)
{
	static struct world w;

	(void)state;
	make(&w, 3);
	assert_true(offpolicy_unseen(&w.log) < 1e-12);
	for (size_t i = 0; i < N; i++)
		if (w.action[i] == 3)
			w.action[i] = 2;
	assert_true(fabs(offpolicy_unseen(&w.log) - 0.4) < 1e-9);
	make(&w, 3);
	w.log.clip = 1e-3;
	assert_true(value(2, &w.log) <= 1e-3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_find_the_truth),
		cmocka_unit_test(the_policy_that_ran_earned_its_mean),
		cmocka_unit_test(a_shift_of_rewards),
		cmocka_unit_test(doubly_robust),
		cmocka_unit_test(unseen_and_clipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

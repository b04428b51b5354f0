/* Networks of sequences: their gradients, that what comes later in a history,
 * or before what is read, changes nothing, and that pieces of a history are all
 * of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "nn/seqcut.h"
#include "nn/seqnet.h"
#include "nn/work.h"
#include "tests/ref/gradcheck.h"

enum { ITEMS = 7, LENGTH = 4, STEPS = 6, CANDIDATES = 3 };

static const struct seqnet_kind *const kinds[] = {
	&sasrec_kind, &gru4rec_kind, &caser_kind
};

enum { KINDS = sizeof kinds / sizeof *kinds };

struct fixture {
	struct seqnet net;
	struct seqnet_net in;
};

static void
fixture_init(struct fixture *f, const struct seqnet_kind *kind)
{
	const struct nn_options o = { .factors = 4, .length = LENGTH,
		.heads = 2, .blocks = 2, .units = 3, .recent = 3,
		.windows = "1,2" };

	assert_int_equal(seqnet_init(&f->net, kind, ITEMS, &o), 0);
	params_init(f->net.params, 1);
	gradcheck_params(f->net.params);
	seqnet_build(&f->net, 2, &(struct seqloss){ .rule = CONTEST_SOFTMAX,
	    .n_items = ITEMS, .candidates = CANDIDATES }, 0, &f->in);
}

static void
fixture_release(struct fixture *f)
{
	graph_free(f->in.graph);
	seqnet_release(&f->net);
}

/* A sequence of two steps and one of four. */
static void
fill(void *arg, struct work *w)
{
	static const uint32_t item[STEPS] = { 1, 2, 3, 1, 0, 6 };
	static const uint32_t target[STEPS] = { 2, 5, 1, 0, 6, 2 };
	static const uint32_t candidate[CANDIDATES] = { 4, 5, 0 };
	static const float level[CANDIDATES] = { 0.3f, 0, -0.2f };
	const struct fixture *f = arg;

	work_rows(w, 1, STEPS);
	work_rows(w, 2, CANDIDATES);
	seqnet_put(&f->net, &f->in, w, item, 2, 0, 0);
	seqnet_put(&f->net, &f->in, w, item + 2, 4, 1, 2);
	memcpy(work_ids(w, f->in.target), target, sizeof target);
	memcpy(work_ids(w, f->in.candidate), candidate, sizeof candidate);
	memcpy(work_floats(w, f->in.level), level, sizeof level);
}

static void
test_gradients(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct fixture f;
		struct gradcheck gc = { .examples = 2, .fill = fill,
			.arg = &f };
		struct plan *plan;

		fixture_init(&f, kinds[k]);
		gc.plan = plan = plan_new(f.in.graph, f.net.params, f.in.loss,
		    1);
		gradcheck(&gc);
		if (gc.worst > 2e-3 || gc.kinks * 5 > gc.checked)
			fail_msg("%s: %s (%zu checked, %zu kinks)",
			    kinds[k]->name, gc.where, gc.checked, gc.kinks);
		plan_free(plan);
		fixture_release(&f);
	}
}

/* Users' scores of all items; the caller frees. */
static float *
scores(const struct fixture *f, const char *const *had, size_t n)
{
	struct idmap *items = idmap_new();
	struct inter *in = inter_new(idmap_new(), items, 1, 0);
	struct scorer s = { .users = in->users, .items = items,
		.history = in };
	float *out = mem_array("test", n, ITEMS * sizeof *out);
	uint32_t users[8];

	for (char c = 'a'; c < 'a' + ITEMS; c++)
		idmap_add(items, (struct span){ &c, 1 });
	for (uint32_t u = 0; u < n; u++) {
		char name = (char)('0' + u);

		users[u] = idmap_add(in->users, (struct span){ &name, 1 });
		for (const char *p = had[u]; *p != '\0'; p++)
			inter_add(in, u, (uint32_t)(*p - 'a'), 1, 0);
	}
	inter_finish(in);
	seqnet_serve(&f->net, &s);
	assert_int_equal(scorer_prepare(&s), 0);
	for (uint32_t u = 0; u < n; u++)
		assert_int_equal(scorer_knows_user(&s, u), had[u][0] != '\0');
	scorer_tile(&s, users, n, 0, ITEMS, out, 0);
	s.ops->free(&s);
	inter_free(in);
	return out;
}

/* Who had the same last items gets the same, whoever is served with them. */
static void
test_serving(void **state)
{
	static const char *const had[] = { "abcd", "efgabcd", "abdc", "d" };
	static const char *const alone[] = { "abcd" };

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct fixture f;
		float *y, *z;

		fixture_init(&f, kinds[k]);
		y = scores(&f, had, 4);
		z = scores(&f, alone, 1);
		assert_memory_equal(y, y + ITEMS, ITEMS * sizeof *y);
		assert_memory_equal(y, z, ITEMS * sizeof *y);
		assert_memory_not_equal(y, y + 2 * ITEMS, ITEMS * sizeof *y);
		for (size_t i = 0; i < ITEMS; i++)
			assert_true(isfinite(y[3 * ITEMS + i]));
		free(y);
		free(z);
		fixture_release(&f);
	}
}

/* However long a history is: one piece begins where the other ends, none is
 * empty or too long, and there could not be fewer. */
static void
test_pieces(void **state)
{
	enum { MOST = 40, EPOCHS = 8 };

	(void)state;
	assert_int_equal(seqcut_pieces(0, 5), 0);
	for (size_t length = 1; length < 8; length++)
		for (size_t n = 1; n < MOST; n++) {
			const size_t k = seqcut_pieces(n, length);

			assert_int_equal(k, (n + length - 1) / length);
			for (size_t epoch = 1; epoch < EPOCHS; epoch++) {
				size_t at = 0;

				for (size_t i = 0; i < k; i++) {
					const struct seqcut c = seqcut_piece(n,
					    length, i, 1, epoch, 3);

					assert_int_equal(c.from, at);
					assert_in_range(c.to - at, 1, length);
					at = c.to;
				}
				assert_int_equal(at, n);
			}
		}
}

/* Every place but those that the length rules out is a cut, evenly often. */
static void
test_cuts(void **state)
{
	enum { N = 12, LONGEST = 9, EPOCHS = 7000 };
	size_t count[N + 1] = { 0 };

	(void)state;
	for (size_t epoch = 1; epoch <= EPOCHS; epoch++)
		count[seqcut_piece(N, LONGEST, 0, 1, epoch, 3).to]++;
	for (size_t i = 0; i <= N; i++)
		if (i < N - LONGEST || i > LONGEST)
			assert_int_equal(count[i], 0);
		else
			assert_in_range(count[i], 850, 1150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_serving),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

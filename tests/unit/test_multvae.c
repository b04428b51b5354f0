/* The variational autoencoder: its gradient, and scores that are those of its
 * layers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/multvae.h"
#include "tests/ref/gradcheck.h"

enum { ITEMS = 6, USERS = 3, ENTRIES = 7 };

static const uint32_t item[ENTRIES] = { 0, 3, 5, 1, 2, 3, 4 };
static const uint32_t row[ENTRIES] = { 0, 0, 0, 1, 1, 2, 2 };

struct fixture {
	struct multvae m;
	struct multvae_net net;
};

static void
fixture_init(struct fixture *f)
{
	assert_int_equal(multvae_init(&f->m, ITEMS, 2, "5,4"), 0);
	params_init(f->m.params, 1);
	gradcheck_params(f->m.params);
	multvae_build(&f->m, USERS, ENTRIES, &f->net);
}

static void
fixture_release(struct fixture *f)
{
	graph_free(f->net.graph);
	multvae_release(&f->m);
}

static void
fill(void *arg, struct work *w)
{
	const struct fixture *f = arg;

	work_rows(w, f->net.item->shape.axis, ENTRIES - 1);
	work_rows(w, f->net.target->shape.axis, ENTRIES);
	for (size_t e = 0; e < ENTRIES; e++) {
		work_ids(w, f->net.item)[e] = item[e];
		work_ids(w, f->net.row)[e] = row[e];
		work_floats(w, f->net.value)[e] = 0.7f;
		work_ids(w, f->net.target)[e] = item[e];
		work_ids(w, f->net.target_row)[e] = row[e];
	}
	for (size_t r = 0; r < USERS; r++)
		work_floats(w, f->net.beta)[r] = 0.3f;
}

static void
test_gradient(void **state)
{
	struct fixture f;
	struct gradcheck gc = { .examples = USERS, .fill = fill, .arg = &f };
	struct plan *plan;

	(void)state;
	fixture_init(&f);
	gc.plan = plan = plan_new(f.net.graph, f.m.params, f.net.loss, 1);
	gradcheck(&gc);
	if (gc.worst > 5e-4 || gc.kinks * 2 > gc.checked)
		fail_msg("%s (%zu checked, %zu kinks)", gc.where, gc.checked,
		    gc.kinks);
	plan_free(plan);
	fixture_release(&f);
}

/* y <- tanh, or not, of x W + b; returns the number of columns. */
static size_t
plain_layer(const struct param *W, const struct param *b, int is_tanh,
    const double *x, double *y)
{
	for (size_t j = 0; j < W->cols; j++) {
		y[j] = (double)b->x[j];
		for (size_t k = 0; k < W->rows; k++)
			y[j] += x[k] * (double)W->x[k * W->cols + j];
		y[j] = is_tanh ? tanh(y[j]) : y[j];
	}
	return W->cols;
}

/* A user with two items, one of them twice, and one that the model does not
 * have. */
static void
test_scores(void **state)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 0);
	struct scorer scorer = { .items = idmap_new(), .history = in };
	double a[8] = { 0 }, b[8];
	float scores[ITEMS];
	struct fixture f;
	const uint32_t u = 0;

	(void)state;
	idmap_add(in->users, span_of("u"));
	for (uint32_t i = 0; i <= ITEMS; i++)
		idmap_add(in->items, (struct span){ &"abcdefg"[i], 1 });
	for (uint32_t i = 0; i < ITEMS; i++)
		idmap_add(scorer.items, (struct span){ &"abcdef"[i], 1 });
	inter_add(in, u, 4, 1, 0);
	inter_add(in, u, ITEMS, 1, 0);
	inter_add(in, u, 1, 1, 0);
	inter_add(in, u, 4, 1, 0);
	inter_finish(in);
	fixture_init(&f);
	a[1] = a[4] = sqrt(0.5);
	plain_layer(f.m.first, f.m.first_b, 1, a, b);
	plain_layer(f.m.down[1].W, f.m.down[1].b, 1, b, a);
	plain_layer(f.m.mean.W, f.m.mean.b, 0, a, b);
	plain_layer(f.m.up[1].W, f.m.up[1].b, 1, b, a);
	plain_layer(f.m.up[0].W, f.m.up[0].b, 1, a, b);
	multvae_serve(&f.m, &scorer);
	assert_int_equal(scorer.ops->prepare(&scorer), 0);
	assert_true(scorer.ops->knows_user(&scorer, u));
	scorer_tile(&scorer, &u, 1, 0, ITEMS, scores, 0);
	for (size_t i = 0; i < ITEMS; i++) {
		double s = (double)f.m.last_b->x[i];

		for (size_t k = 0; k < f.m.last->cols; k++)
			s += b[k] * (double)f.m.last->x[i * f.m.last->cols +
			    k];
		assert_true(fabs(s - (double)scores[i]) < 1e-5);
	}
	scorer.ops->free(&scorer);
	fixture_release(&f);
	idmap_free(scorer.items);
	inter_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradient),
		cmocka_unit_test(test_scores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

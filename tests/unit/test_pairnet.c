/* Networks of users and items: their gradients, scores that are what training
 * computes, and what is drawn for a user. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/par.h"
#include "nn/pairdata.h"
#include "nn/pairnet.h"
#include "tests/ref/gradcheck.h"

enum { USERS = 4, ITEMS = 5, N = 6 };

/* The third item has no feature; one feature is nobody's. */
static uint64_t user_indptr[] = { 0, 1, 2, 4, 4 };
static uint64_t item_indptr[] = { 0, 2, 3, 3, 4, 6 };
static uint32_t of_indices[] = { 0, 2, 2, 0, 1, 0 };
static float of_values[] = { 1, 0.5f, -2, 1, 0.25f, 1 };
static const struct csr of_users = { USERS, 4, user_indptr, of_indices,
	of_values };
static const struct csr of_items = { ITEMS, 3, item_indptr, of_indices,
	of_values };

static const struct pairnet_kind *const kinds[] = {
	&deepcf_kind, &gmf_kind, &ncfmlp_kind, &neumf_kind, &cosine_kind,
	&twotower_kind
};

enum { KINDS = sizeof kinds / sizeof *kinds };

struct fixture {
	struct pairnet net;
	struct pairnet_net in;
	struct pairnet_way way;
};

static void
fixture_init(struct fixture *f, const struct pairnet_kind *kind,
    struct pairnet_way way)
{
	const struct pairnet_shape shape = { .n = { USERS, ITEMS },
		.of = { &of_users, &of_items }, .factors = 3,
		.layers = "5,4" };

	f->way = way;
	assert_int_equal(pairnet_init(&f->net, kind, &shape), 0);
	params_init(f->net.params, 1);
	gradcheck_params(f->net.params);
	/* away from the kinks of relu */
	for (size_t i = 0; i < f->net.params->size; i++)
		f->net.params->block[i] *= 1.7f;
	pairnet_build(&f->net, N, &way, &f->in);
}

static void
fixture_release(struct fixture *f)
{
	graph_free(f->in.graph);
	pairnet_release(&f->net);
}

static void
fill(void *arg, struct work *w)
{
	const struct fixture *f = arg;
	const struct node *items = f->in.ids[PAIRNET_ITEM];
	const size_t n = f->way.contrast ? N + f->way.negatives :
	    N * f->in.per;

	if (f->way.contrast)
		work_rows(w, items->shape.axis, n);
	for (uint32_t r = 0; r < N; r++)
		work_ids(w, f->in.ids[PAIRNET_USER])[r] = r * 5 % 3;
	for (uint32_t r = 0; r < n; r++)
		work_ids(w, items)[r] = (r * 7 + r / 4) % ITEMS;
	for (uint32_t r = 0; f->way.contrast && r < n; r++)
		work_floats(w, f->in.log_q)[r] = (float)(r % 3) / 2;
}

static void
check_gradient(const struct pairnet_kind *kind, struct pairnet_way way)
{
	struct fixture f;
	struct gradcheck gc = { .examples = N, .fill = fill, .arg = &f };
	struct plan *plan;

	fixture_init(&f, kind, way);
	gc.plan = plan = plan_new(f.in.graph, f.net.params, f.in.loss, 1);
	gradcheck(&gc);
	if (gc.worst > 1e-3 || gc.kinks * 2 > gc.checked)
		fail_msg("%s: %s (%zu checked, %zu kinks)", kind->name,
		    gc.where, gc.checked, gc.kinks);
	plan_free(plan);
	fixture_release(&f);
}

static void
test_gradients(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		check_gradient(kinds[i], (struct pairnet_way){
		    .loss = LOSS_BCE, .negatives = 2 });
		check_gradient(kinds[i], (struct pairnet_way){
		    .loss = LOSS_BPR, .negatives = 1, .dropout = 0.3 });
		if (kinds[i]->is_product)
			check_gradient(kinds[i], (struct pairnet_way){
			    .loss = LOSS_SOFTMAX, .contrast = 1,
			    .others = OP_CONTRAST_BATCH });
	}
}

/* Scores of groups of pairs, as training has them, one pair at a time and
 * all items of a user at once. */
static void
test_scores(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct scorer scorer = { .users = idmap_new(),
			.items = idmap_new(), .n_model_users = USERS };
		float block[USERS * ITEMS], pairs[N], groups[N];
		uint32_t users[N], items[N];
		struct fixture f;
		struct plan *plan;
		struct work *w;

		for (uint32_t u = 0; u < USERS; u++)
			idmap_add(scorer.users, (struct span){ &"abcd"[u], 1 });
		for (uint32_t k = 0; k < ITEMS; k++)
			idmap_add(scorer.items, (struct span){ &"abcde"[k],
			    1 });
		fixture_init(&f, kinds[i], (struct pairnet_way){
		    .loss = LOSS_BCE, .negatives = 1 });
		plan = plan_new(f.in.graph, f.net.params, f.in.score, 0);
		w = work_new(plan);
		work_begin(w, &(struct work_place){ .shard = NULL });
		work_rows(w, 0, N / 2);
		for (uint32_t r = 0; r < N; r++) {
			users[r] = r / 2;
			items[r] = (r * 7 + r / 4) % ITEMS;
			work_ids(w, f.in.ids[PAIRNET_USER])[r / 2] = r / 2;
			work_ids(w, f.in.ids[PAIRNET_ITEM])[r] = items[r];
		}
		memcpy(groups, work_forward(w), sizeof groups);
		pairnet_serve(&f.net, &scorer);
		assert_int_equal(scorer.ops->prepare(&scorer), 0);
		scorer_pairs(&scorer, users, items, N, pairs, 0);
		scorer_block(&scorer, (const uint32_t[]){ 0, 1, 2, 3 }, USERS,
		    block, 0);
		for (size_t r = 0; r < N; r++) {
			assert_true(fabsf(pairs[r] - groups[r]) < 1e-5f);
			assert_true(fabsf(block[users[r] * ITEMS + items[r]] -
			    pairs[r]) < 1e-5f);
		}
		scorer.ops->free(&scorer);
		work_free(w);
		plan_free(plan);
		fixture_release(&f);
		idmap_free(scorer.users);
		idmap_free(scorer.items);
	}
}

/* A score is level and product of the vectors that searches go through. */
static void
test_vectors(void **state)
{
	struct scorer scorer = { .users = idmap_new(), .items = idmap_new(),
		.n_model_users = USERS };
	struct scorer_vectors v;
	struct fixture f;
	float block[ITEMS], level;
	const float *p;

	(void)state;
	for (uint32_t k = 0; k < ITEMS; k++)
		idmap_add(scorer.items, (struct span){ &"abcde"[k], 1 });
	fixture_init(&f, &twotower_kind, (struct pairnet_way){
	    .loss = LOSS_BCE, .negatives = 1 });
	f.net.offset->x[0] = 0.75f;
	pairnet_serve(&f.net, &scorer);
	assert_int_equal(scorer.ops->prepare(&scorer), 0);
	scorer.ops->vectors(&scorer, &v);
	p = v.user(&scorer, 2, &level);
	scorer_block(&scorer, (const uint32_t[]){ 2 }, 1, block, 0);
	for (size_t i = 0; i < ITEMS; i++) {
		float sum = level;

		for (size_t k = 0; k < v.k; k++)
			sum += p[k] * v.items[i * v.k + k];
		assert_true(fabsf(sum - block[i]) < 1e-5f);
	}
	scorer.ops->free(&scorer);
	fixture_release(&f);
	idmap_free(scorer.users);
	idmap_free(scorer.items);
}

/* --- what is drawn -------------------------------------------------------- */

/* User u of 3 had the items below u + 1 of 7, the last one all but the one
 * that nobody had. */
static struct inter *
make_inter(void)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 0);

	for (uint32_t u = 0; u < 3; u++)
		idmap_add(in->users, (struct span){ &"abc"[u], 1 });
	for (uint32_t i = 0; i < 7; i++)
		idmap_add(in->items, (struct span){ &"abcdefg"[i], 1 });
	for (uint32_t u = 0; u < 3; u++)
		for (uint32_t i = 0; i < (u == 2 ? 7 : u + 1); i++)
			if (i != 4)
				inter_add(in, u, i, 1, 0);
	inter_finish(in);
	return in;
}

static void
check_draws(enum drawing how, double exponent, const double *want)
{
	enum { DRAWS = 4000 };
	struct inter *in = make_inter();
	struct pairdata d;
	size_t count[7] = { 0 };

	pairdata_init(&d, in, CSR_SUM, how, exponent);
	assert_int_equal(d.n, 9);
	assert_int_equal(d.had.cols, 6);
	for (size_t j = 0; j < DRAWS; j++)
		count[d.item[pairdata_draw(&d, 1, 1, 0, j)]]++;
	for (size_t i = 0; i < 7; i++) {
		const double p = want[i], n = (double)count[i];

		/* five standard deviations */
		assert_true(fabs(n - DRAWS * p) <= 5 * sqrt(DRAWS * p));
	}
	/* who had all gets what they had */
	assert_int_equal(d.item[pairdata_draw(&d, 1, 1, 8, 0)], 6);
	pairdata_release(&d);
	inter_free(in);
}

static void
test_draws(void **state)
{
	static const double uniform[] = { 0, 0.2, 0.2, 0.2, 0, 0.2, 0.2 };
	/* had by 2, 1, 1, 1, 1 */
	static const double popular[] = { 0, 4 / 8.0, 1 / 8.0, 1 / 8.0, 0,
		1 / 8.0, 1 / 8.0 };

	(void)state;
	check_draws(DRAWING_UNIFORM, 0, uniform);
	check_draws(DRAWING_POPULARITY, 2, popular);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_scores),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_draws),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The methods of srs-knn-train from training to scores, through the file. */

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
#include "base/par.h"
#include "knn/ease.h"
#include "knn/knn.h"
#include "knn/past.h"
#include "knn/weighting.h"
#include "tests/ref/said.h"
#include "tests/ref/sparse.h"
#include "tests/ref/tempdir.h"

enum { USERS = 50, ITEMS = 30 };

static const struct family *const families[] = { &knn_family, NULL };

/* --- training data, and models of it -------------------------------------- */

/* Row u of x, as interactions of "u<u>" with "i<i>". */
static struct inter *
inter_of(const struct csr *x)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 0);
	char name[24];

	for (size_t i = 0; i < x->cols; i++) {
		snprintf(name, sizeof name, "i%zu", i);
		idmap_add(in->items, span_of(name));
	}
	for (uint32_t u = 0; u < x->rows; u++) {
		snprintf(name, sizeof name, "u%u", (unsigned)u);
		idmap_add(in->users, span_of(name));
		for (uint64_t p = x->indptr[u]; p < x->indptr[u + 1]; p++)
			inter_add(in, u, x->indices[p], x->values[p], 0);
	}
	inter_finish(in);
	return in;
}

static struct knn_options
settings(const char *method, int ratings)
{
	struct knn_options o = KNN_UNSET;

	if (strcmp(method, "item") == 0 || strcmp(method, "user") == 0)
		o.feedback = knn_feedback_choice(ratings ? 1 : 0);
	o.neighbours = 7;
	o.shrink = 3;
	o.lambda = 4;
	o.alpha = 0.5;
	o.dropout = 0;
	o.l1 = 1;
	o.factors = 8;
	o.weight = 0.3;
	o.seed = 1;
	if (strcmp(method, "bspm") == 0) {
		o.sharpen = 0.8;
		o.steps = 2;
	}
	o.beta = 0.5;
	if (o.feedback == NULL)
		o.top = strcmp(method, "sansa") == 0 ? 10 : 0;
	o.memory = (size_t)1 << 30;
	assert_int_equal(knn_settle(&o), 0);
	return o;
}

/* Trains and opens m.st. */
static struct scorer *
model_of(const struct csr *x, const char *method, int ratings,
    const struct knn_options *options)
{
	const struct knn_options o = options != NULL ? *options :
	    settings(method, ratings);
	struct inter *in = inter_of(x);
	const struct knn_task task = { .data = in, .options = &o,
	    .output = "m.st" };
	struct knn_result result;
	struct scorer *s;

	assert_int_equal(knn_train(choice_find(knn_choice, span_of(method)),
	    &task, &result), 0);
	inter_free(in);
	s = scorer_open(families, "m.st");
	assert_non_null(s);
	assert_int_equal(s->predicts_ratings, ratings);
	return s;
}

/* Gives s the rows of x as the history of users NAME0, NAME1, ... */
static struct inter *
give_history(struct scorer *s, const struct csr *x, const char *name)
{
	const char *const path = "h.tsv";
	FILE *f = fopen(path, "w");

	fputs("user_id:token\titem_id:token\trating:float\n", f);
	for (size_t u = 0; u < x->rows; u++)
		for (uint64_t p = x->indptr[u]; p < x->indptr[u + 1]; p++)
			fprintf(f, "%s%zu\ti%u\t%g\n", name, u,
			    (unsigned)x->indices[p], (double)x->values[p]);
	fclose(f);
	return scorer_history(s, &(struct scorer_reading){
	    .paths = &path, .n_paths = 1 });
}

static uint32_t
user(const struct scorer *s, const char *name, size_t u)
{
	char text[24];

	snprintf(text, sizeof text, "%s%zu", name, u);
	return idmap_find(s->users, span_of(text));
}

/* --- what a model says ---------------------------------------------------- */

struct kind {
	const char *method;
	int ratings;
};

static const struct kind kinds[] = {
	{ "ease", 0 }, { "item", 0 }, { "user", 0 }, { "item", 1 },
	{ "user", 1 }, { "rp3beta", 0 }, { "p3alpha", 0 }, { "slim", 0 },
	{ "sansa", 0 }, { "gfcf", 0 }, { "bspm", 0 },
};

enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* scores (rows of x, ITEMS) of the users whose history is x. */
static void
scores_of(const struct csr *train, const struct kind *k,
    const struct csr *history, const char *name, float *scores)
{
	struct scorer *s = model_of(train, k->method, k->ratings, NULL);
	struct inter *in = give_history(s, history, name);

	assert_non_null(in);
	assert_int_equal(scorer_prepare(s), 0);
	for (size_t u = 0; u < history->rows; u++) {
		const uint32_t id = user(s, name, u);

		assert_true(scorer_knows_user(s, id));
		scorer_block(s, &id, 1, scores + u * ITEMS, 0);
	}
	scorer_free(s);
	inter_free(in);
}

/*
 * Somebody who is new and had what a user of the training had gets the same
 * scores, except that of user neighbourhoods that user is a neighbour now.
 */
static void
new_users_are_served(void **state)
{
	static float known[USERS * ITEMS], fresh[USERS * ITEMS];
	struct csr x;

	(void)state;
	for (size_t k = 0; k < N_KINDS; k++) {
		sparse_random(&x, USERS, ITEMS, 0.2, 1, 1);
		scores_of(&x, &kinds[k], &x, "u", known);
		scores_of(&x, &kinds[k], &x, "new", fresh);
		if (strcmp(kinds[k].method, "user") != 0)
			assert_memory_equal(known, fresh, sizeof known);
		else
			assert_memory_not_equal(known, fresh, sizeof known);
		csr_release(&x);
	}
}

/* pairs() says what block() says, but keeps ratings in their range. */
static void
pairs_are_entries_of_blocks(void **state)
{
	struct csr x;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.2, 1, 2);
	for (size_t k = 0; k < N_KINDS; k++) {
		struct scorer *s = model_of(&x, kinds[k].method,
		    kinds[k].ratings, NULL);
		struct inter *in = give_history(s, &x, "u");
		float block[2 * ITEMS], pairs[2 * ITEMS];
		const uint32_t both[] = { 3, 4 };
		uint32_t users[2 * ITEMS], items[2 * ITEMS];

		assert_int_equal(scorer_prepare(s), 0);
		for (uint32_t i = 0; i < 2 * ITEMS; i++) {
			users[i] = both[i / ITEMS];
			items[i] = i % ITEMS;
		}
		scorer_block(s, both, 2, block, 0);
		scorer_pairs(s, users, items, 2 * ITEMS, pairs, 0);
		for (size_t i = 0; i < 2 * ITEMS; i++)
			assert_near(pairs[i], kinds[k].ratings ?
			    fminf(fmaxf(block[i], 1), 5) : block[i], 1e-6);
		scorer_free(s);
		inter_free(in);
	}
	csr_release(&x);
}

/* --- each method against its definition ----------------------------------- */

static int
falls(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* The k-th largest of x (n), which is sorted; or 0. */
static double
kth(double *x, size_t n, size_t k)
{
	qsort(x, n, sizeof *x, falls);
	return k <= n ? x[k - 1] : 0;
}

static void
settle_plain(struct knn_options *o, const char *values)
{
	o->weighting = choice_find(weighting_choice, span_of("none"));
	o->values = choice_find(past_values_choice, span_of(values));
}

/* score(u, j) = sum over had i among the 7 nearest of j: x_ui s(i, j) */
static void
item_scores_are_sums_of_similarities(void **state)
{
	struct knn_options o = settings("item", 0);
	float scores[ITEMS];
	struct scorer *s;
	struct inter *in;
	struct csr x;
	const uint32_t u = 11;

	(void)state;
	settle_plain(&o, "raw");
	o.value = "rating";
	sparse_random(&x, USERS, ITEMS, 0.2, 1, 3);
	s = model_of(&x, "item", 0, &o);
	in = give_history(s, &x, "u");
	assert_int_equal(scorer_prepare(s), 0);
	assert_int_equal(user(s, "u", u), u);
	scorer_block(s, &u, 1, scores, 0);
	for (size_t j = 0; j < ITEMS; j++) {
		double all[ITEMS], sum = 0, least;

		for (size_t i = 0; i < ITEMS; i++)
			all[i] = i == j ? 0 : sparse_cosine(&x, i, j, 3);
		least = kth(all, ITEMS, 7);
		for (size_t i = 0; i < ITEMS; i++) {
			const double c = sparse_cosine(&x, i, j, 3);

			if (i != j && c >= least)
				sum += sparse_at(&x, u, i) * c;
		}
		assert_near(scores[j], sum, 1e-5);
	}
	scorer_free(s);
	inter_free(in);
	csr_release(&x);
}

/* score(u, j) = sum over the 7 nearest users v, without u: s(u, v) x_vj; no
 * history is needed. */
static void
user_scores_are_sums_over_neighbours(void **state)
{
	struct knn_options o = settings("user", 0);
	double all[USERS], sorted[USERS], least;
	float scores[ITEMS];
	struct scorer *s;
	struct csr x, xt;
	const uint32_t u = 5;

	(void)state;
	settle_plain(&o, "raw");
	sparse_random(&x, USERS, ITEMS, 0.3, 1, 4);
	csr_transpose(&x, &xt);
	s = model_of(&x, "user", 0, &o);
	assert_int_equal(scorer_prepare(s), 0);
	scorer_block(s, &u, 1, scores, 0);
	for (size_t v = 0; v < USERS; v++)
		sorted[v] = all[v] = v == u ? 0 : sparse_cosine(&xt, u, v, 3);
	least = kth(sorted, USERS, 7);
	for (size_t j = 0; j < ITEMS; j++) {
		double sum = 0;

		for (size_t v = 0; v < USERS; v++)
			if (all[v] >= least)
				sum += all[v] * sparse_at(&x, v, j);
		assert_near(scores[j], sum, 1e-5);
	}
	scorer_free(s);
	csr_release(&xt);
	csr_release(&x);
}

/* x_u B of the dense B, and of all its weights when they are kept as sparse */
static void
ease_scores_are_products(void **state)
{
	static float dense[USERS * ITEMS], sparse[USERS * ITEMS];
	struct knn_options o = settings("ease", 0);
	struct ease_report report;
	struct scorer *s;
	struct inter *in;
	struct csr x;
	struct mat B;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.2, 0, 5);
	assert_int_equal(ease_solve(&x, 4, 0, o.memory, NULL, &B, &report), 0);
	scores_of(&x, &kinds[0], &x, "u", dense);
	for (size_t u = 0; u < USERS; u++)
		for (size_t j = 0; j < ITEMS; j++) {
			double sum = 0;

			for (size_t i = 0; i < ITEMS; i++)
				sum += sparse_at(&x, u, i) *
				    (double)mat_row(&B, i)[j];
			assert_near(dense[u * ITEMS + j], sum, 1e-5);
		}
	o.top = ITEMS;
	s = model_of(&x, "ease", 0, &o);
	in = give_history(s, &x, "u");
	assert_int_equal(scorer_prepare(s), 0);
	for (uint32_t u = 0; u < USERS; u++)
		scorer_block(s, &u, 1, sparse + u * ITEMS, 0);
	for (size_t i = 0; i < USERS * ITEMS; i++)
		assert_near(sparse[i], dense[i], 1e-6);
	scorer_free(s);
	inter_free(in);
	mat_release(&B);
	csr_release(&x);
}

/* Every two items share a user here: rows of the factor with all items make it
 * exact, and fewer come near. */
static void
sansa_with_whole_rows_is_ease(void **state)
{
	static float exact[USERS * ITEMS], scores[USERS * ITEMS];
	struct knn_options o = settings("sansa", 0);
	struct csr x;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.6, 0, 14);
	scores_of(&x, &kinds[0], &x, "u", exact);
	for (size_t top = ITEMS / 3; top <= ITEMS; top += ITEMS / 3) {
		struct scorer *s;
		struct inter *in;
		double off = 0;

		o.top = top;
		s = model_of(&x, "sansa", 0, &o);
		in = give_history(s, &x, "u");
		assert_int_equal(scorer_prepare(s), 0);
		for (uint32_t u = 0; u < USERS; u++)
			scorer_block(s, &u, 1, scores + u * ITEMS, 0);
		for (size_t i = 0; i < USERS * ITEMS; i++)
			off = fmax(off, fabs((double)(scores[i] - exact[i])));
		assert_true(off < (top < ITEMS ? 0.8 : 1e-4));
		scorer_free(s);
		inter_free(in);
	}
	csr_release(&x);
}

/* L x of the graph of x, for one user's row. */
static void
plain_filter(const struct csr *x, const double *r, double *out)
{
	double of_user[USERS] = { 0 }, of_item[ITEMS] = { 0 };
	double R[USERS][ITEMS];

	for (size_t u = 0; u < USERS; u++)
		for (size_t i = 0; i < ITEMS; i++) {
			of_user[u] += sparse_at(x, u, i);
			of_item[i] += sparse_at(x, u, i);
		}
	for (size_t u = 0; u < USERS; u++)
		for (size_t i = 0; i < ITEMS; i++)
			R[u][i] = sparse_at(x, u, i) /
			    sqrt(of_user[u] * of_item[i]);
	memset(out, 0, ITEMS * sizeof *out);
	for (size_t u = 0; u < USERS; u++) {
		double z = 0;

		for (size_t i = 0; i < ITEMS; i++)
			z += R[u][i] * r[i];
		for (size_t i = 0; i < ITEMS; i++)
			out[i] += R[u][i] * z;
	}
}

/*
 * All eigenvectors together are no filter: what is added is x itself.  Then
 * two steps of sharpening by 0.4 L.
 */
static void
graph_filters_are_what_they_say(void **state)
{
	struct knn_options o = settings("bspm", 0);
	struct scorer *s;
	struct inter *in;
	struct csr x;

	(void)state;
	o.factors = ITEMS;
	sparse_random(&x, USERS, ITEMS, 0.3, 0, 13);
	s = model_of(&x, "bspm", 0, &o);
	in = give_history(s, &x, "u");
	assert_int_equal(scorer_prepare(s), 0);
	for (uint32_t u = 0; u < USERS; u += 9) {
		double r[ITEMS], y[ITEMS], z[ITEMS];
		float scores[ITEMS];

		for (size_t i = 0; i < ITEMS; i++)
			r[i] = sparse_at(&x, u, i);
		plain_filter(&x, r, y);
		for (size_t i = 0; i < ITEMS; i++)
			y[i] += 0.3 * r[i];
		for (int step = 0; step < 2; step++) {
			plain_filter(&x, y, z);
			for (size_t i = 0; i < ITEMS; i++)
				y[i] -= 0.4 * z[i];
		}
		scorer_block(s, &u, 1, scores, 0);
		for (size_t i = 0; i < ITEMS; i++)
			assert_near(scores[i], y[i], 1e-4);
	}
	scorer_free(s);
	inter_free(in);
	csr_release(&x);
}

/* --- ratings -------------------------------------------------------------- */

/*
 * A model whose neighbours weigh nothing beside the damping predicts the
 * baseline; strangers have what is known of the other side.
 */
static void
baseline_without_neighbours(void **state)
{
	static const char *const methods[] = { "item", "user" };
	struct csr x;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.3, 1, 6);
	for (size_t m = 0; m < 2; m++) {
		struct knn_options o = settings(methods[m], 1);
		const uint32_t users[] = { 2, IDMAP_NONE, 2, IDMAP_NONE };
		const uint32_t items[] = { 3, 3, IDMAP_NONE, IDMAP_NONE };
		struct scorer *s;
		float p[4];

		o.damping = 1e9;
		s = model_of(&x, methods[m], 1, &o);
		assert_int_equal(scorer_prepare(s), 0);
		scorer_pairs(s, users, items, 4, p, 0);
		assert_near(p[3], s->unknown, 1e-6);
		assert_near(p[0] - p[1], p[2] - p[3], 1e-6);
		assert_true(fabsf(p[1] - p[3]) > 1e-3F);
		assert_true(fabsf(p[2] - p[3]) > 1e-3F);
		scorer_free(s);
	}
	csr_release(&x);
}

/*
 * Two kinds of users with opposite taste in two kinds of items: what is left
 * over the baseline has a sign that neighbours know.
 */
static void
neighbours_know_the_taste(void **state)
{
	struct csr x;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.5, 0, 7);
	for (size_t u = 0; u < USERS; u++)
		for (uint64_t p = x.indptr[u]; p < x.indptr[u + 1]; p++)
			x.values[p] = (u + x.indices[p]) % 2 ? 2 : 4;
	for (size_t k = 3; k < 5; k++) {
		struct scorer *s = model_of(&x, kinds[k].method, 1, NULL);

		assert_int_equal(scorer_prepare(s), 0);
		for (uint32_t u = 0; u < USERS; u++)
			for (uint32_t i = 0; i < ITEMS; i++) {
				float p;

				scorer_pairs(s, &u, &i, 1, &p, 0);
				assert_true((u + i) % 2 ? p < 2.7F : p > 3.3F);
			}
		scorer_free(s);
	}
	csr_release(&x);
}

static void
equal_ratings_are_predicted(void **state)
{
	struct csr x;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.2, 0, 8);
	for (size_t k = 3; k < 5; k++) {
		struct scorer *s = model_of(&x, kinds[k].method, 1, NULL);
		const uint32_t u = 1, i = 2;
		float p;

		assert_int_equal(scorer_prepare(s), 0);
		scorer_pairs(s, &u, &i, 1, &p, 0);
		assert_near(p, 1, 0);
		scorer_free(s);
	}
	csr_release(&x);
}

/* --- what is the same for all --------------------------------------------- */

static void
read_model(char **bytes, size_t *n)
{
	FILE *f = fopen("m.st", "r");

	*bytes = mem_array("a test", 1 << 20, 1);
	*n = fread(*bytes, 1, 1 << 20, f);
	assert_true(*n > 0 && *n < 1 << 20);
	fclose(f);
}

static void
threads_do_not_matter(void **state)
{
	static float one[USERS * ITEMS], two[USERS * ITEMS];
	struct csr x;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.2, 1, 9);
	for (size_t k = 0; k < N_KINDS; k++) {
		char *a, *b;
		size_t n, m;

		par_set_threads(1);
		scores_of(&x, &kinds[k], &x, "u", one);
		read_model(&a, &n);
		par_set_threads(2);
		scores_of(&x, &kinds[k], &x, "u", two);
		read_model(&b, &m);
		par_set_threads(0);
		assert_int_equal(n, m);
		assert_memory_equal(a, b, n);
		assert_memory_equal(one, two, sizeof one);
		free(a);
		free(b);
	}
	csr_release(&x);
}

/* Nobody had the last item: it scores 0, and EASE's other scores stay. */
static void
item_that_nobody_had(void **state)
{
	static float with[USERS * ITEMS], fewer[USERS * ITEMS];
	struct csr x;

	(void)state;
	sparse_random(&x, USERS, ITEMS - 1, 0.2, 0, 10);
	for (size_t k = 0; k < 3; k++) {
		struct scorer *s = model_of(&x, kinds[k].method, 0, NULL);
		struct inter *in = give_history(s, &x, "u");

		assert_int_equal(scorer_prepare(s), 0);
		for (uint32_t u = 0; u < USERS; u++)
			scorer_block(s, &u, 1, fewer + u * (ITEMS - 1), 0);
		scorer_free(s);
		inter_free(in);
		x.cols = ITEMS;
		scores_of(&x, &kinds[k], &x, "u", with);
		x.cols = ITEMS - 1;
		for (size_t u = 0; u < USERS; u++)
			assert_near(with[u * ITEMS + ITEMS - 1], 0, 0);
		for (size_t u = 0; k == 0 && u < USERS; u++)
			for (size_t i = 0; i < ITEMS - 1; i++)
				assert_near(with[u * ITEMS + i],
				    fewer[u * (ITEMS - 1) + i], 1e-5);
	}
	csr_release(&x);
}

static void
popular_is_the_same_for_all(void **state)
{
	const struct kind kind = { "popular", 0 };
	float scores[2 * ITEMS];
	struct csr x, two;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.2, 1, 11);
	sparse_random(&two, 2, ITEMS, 0.2, 1, 12);
	scores_of(&x, &kind, &two, "new", scores);
	for (size_t i = 0; i < ITEMS; i++) {
		double n = 0;

		for (size_t u = 0; u < USERS; u++)
			n += sparse_at(&x, u, i) > 0;
		assert_near(scores[i], n, 0);
		assert_near(scores[ITEMS + i], n, 0);
	}
	csr_release(&two);
	csr_release(&x);
}

static void
settings_that_do_not_go_together(void **state)
{
	struct knn_options o = KNN_UNSET;

	(void)state;
	o.feedback = knn_feedback_choice(1);
	o.weighting = weighting_choice(1);
	said_begin();
	assert_int_equal(knn_settle(&o), -1);
	assert_true(said_has("--weighting is for --feedback implicit\n"));
	o = KNN_UNSET;
	o.feedback = knn_feedback_choice(0);
	o.lambda_user = 1;
	said_begin();
	assert_int_equal(knn_settle(&o), -1);
	assert_true(said_has("--lambda-user is for --feedback ratings\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_users_are_served),
		cmocka_unit_test(pairs_are_entries_of_blocks),
		cmocka_unit_test(item_scores_are_sums_of_similarities),
		cmocka_unit_test(user_scores_are_sums_over_neighbours),
		cmocka_unit_test(ease_scores_are_products),
		cmocka_unit_test(sansa_with_whole_rows_is_ease),
		cmocka_unit_test(graph_filters_are_what_they_say),
		cmocka_unit_test(baseline_without_neighbours),
		cmocka_unit_test(neighbours_know_the_taste),
		cmocka_unit_test(equal_ratings_are_predicted),
		cmocka_unit_test(threads_do_not_matter),
		cmocka_unit_test(item_that_nobody_had),
		cmocka_unit_test(popular_is_the_same_for_all),
		cmocka_unit_test(settings_that_do_not_go_together),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}

/* Fusion: what must hold of the methods, the fit, the blend and the file. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/par.h"
#include "base/rng.h"
#include "fuse/blend.h"
#include "fuse/fusefit.h"
#include "fuse/fusefold.h"
#include "fuse/fuselists.h"
#include "rank/topk.h"
#include "tests/ref/said.h"

enum { USERS = 300, ITEMS = 60, SYSTEMS = 3 };

static char dir[] = "/tmp/srs-test-XXXXXX";
static char path[5][64];
static const char *paths[5];

static int
begin(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	for (int i = 0; i < 5; i++) {
		snprintf(path[i], sizeof path[i], "%s/%c.tsv", dir, 'a' + i);
		paths[i] = path[i];
	}
	return 0;
}

static int
end(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		unlink(path[i]);
	return rmdir(dir);
}

static void
put(int i, const char *text)
{
	FILE *f = fopen(path[i], "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static struct fusion *
new_fusion(const char *method, size_t n)
{
	static const char *const names[] = { "a", "b", "c", "d", "e" };
	struct fusion *f = fusion_new(fuse_method(choice_find(fuse_choice,
	    span_of(method))), 0, names, n);

	f->rrf_k = 60;
	return f;
}

/* --- methods ----------------------------------------------------------- */

/* The fused list of a user as "item:score item:score ...". */
static const char *
fused(const struct fusion *f, const struct fuselists *l, uint32_t user)
{
	static char text[4096];
	const struct topk_item *best;
	struct listunion x;
	size_t n, at = 0;

	listunion_init(&x, l, 0);
	listunion_make(&x, f, user);
	n = fuseunion_fuse(&x.u, f, SIZE_MAX, &best);
	assert_int_equal(n, x.u.n);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		const struct span name = idmap_name(l->items,
		    x.u.item[best[i].item]);

		at += (size_t)snprintf(text + at, sizeof text - at,
		    "%s%.*s:%.4f", i > 0 ? " " : "", SPAN_ARGS(name),
		    (double)best[i].score);
	}
	listunion_release(&x);
	return text;
}

static void
check(const char *method, const char *want)
{
	struct fuselists *l = fuselists_read(paths, 2, NULL);
	struct fusion *f = new_fusion(method, 2);

	assert_string_equal(fused(f, l, 0), want);
	fusion_free(f);
	fuselists_free(l);
}

/* a: p q r, b: r p s.  By hand. */
static void
test_by_hand(void **state)
{
	(void)state;
	put(0, "u\tp\t5\nu\tq\t3\nu\tr\t1\n");
	put(1, "u\tr\t30\nu\tp\t20\nu\ts\t10\n");
	/* 1/61 + 1/62, 1/63 + 1/61, 1/62, 1/63 */
	check("rrf", "p:0.0325 r:0.0323 q:0.0161 s:0.0159");
	/* p (1 + .5)/2, r (0 + 1)/2, q (.5 + 0)/2, s 0 */
	check("minmax", "p:0.7500 r:0.5000 q:0.2500 s:0.0000");
	/* p (3 + 2)/6, r (1 + 3)/6, q (2 + 1)/6, s (1 + 1)/6 */
	check("rank", "p:0.8333 r:0.6667 q:0.5000 s:0.3333");
	/* stdev of 5 3 1 is sqrt(8/3): p z 1.2247, q 0, r -1.2247 */
	check("zscore", "p:0.6124 r:0.0000 q:-0.6124 s:-1.2247");
	/* s is not in a: its lowest score, 1; q in b: 10 */
	check("weighted", "r:15.5000 p:12.5000 q:6.5000 s:5.5000");
}

/* One item, and equal scores: nothing to scale by. */
static void
test_no_spread(void **state)
{
	(void)state;
	put(0, "u\tp\t5\n");
	put(1, "u\tr\t2\nu\tp\t2\n");
	check("zscore", "r:0.0000 p:0.0000");
	check("minmax", "r:0.0000 p:0.0000");
	check("weighted", "r:3.5000 p:3.5000");
}

/* Scores of `system` by user and item, a * x + b; USERS lists of half the
 * items, in an order that `turn` rotates.  The relevant item of user u is
 * item u % ITEMS; `skill` puts it into every list and lifts it. */
static void
put_lists(int file, int system, double skill, double a, double b, int turn)
{
	FILE *f = fopen(path[file], "w");

	assert_non_null(f);
	for (int k = 0; k < USERS; k++) {
		const int u = (k + turn) % USERS;

		for (int i = 0; i < ITEMS; i++) {
			const int item = (i + turn) % ITEMS;
			struct rng r;
			double x;

			rng_init(&r, 5, rng_stream("test.lists",
			    (uint64_t)((system * USERS + u) * ITEMS + item)));
			x = floor(1e4 * rng_normal(&r)) / 1e4;
			if (item == u % ITEMS && skill > 0)
				x += skill;
			else if (rng_below(&r, 2) == 0)
				continue;
			fprintf(f, "u%d\ti%d\t%.4f\n", u, item, a * x + b);
		}
	}
	assert_int_equal(fclose(f), 0);
}

static void
test_identical_members(void **state)
{
	static const char *const methods[] = { "zscore", "minmax", "rank",
		"rrf", "weighted" };
	const char *const same[] = { paths[0], paths[0], paths[0] };

	(void)state;
	put_lists(0, 0, 1, 1, 0, 0);
	for (int m = 0; m < 5; m++) {
		struct fuselists *one = fuselists_read(same, 1, NULL);
		struct fuselists *three = fuselists_read(same, 3, NULL);
		struct fusion *f = new_fusion(methods[m], 1);
		struct fusion *g = new_fusion(methods[m], 3);

		assert_int_equal(fusion_set_weights(g, "0.2,0.5,0.3"), 0);
		/* One list is then the other's scores to four digits; rrf's
		 * factors sum to 3. */
		for (uint32_t u = 0; u < 20 && m != 3; u++) {
			char *want = strdup(fused(f, one, u));

			assert_string_equal(fused(g, three, u), want);
			free(want);
		}
		if (m == 3)
			assert_memory_equal(fused(f, one, 0), fused(g, three,
			    0), 2);
		fusion_free(f);
		fusion_free(g);
		fuselists_free(one);
		fuselists_free(three);
	}
}

static void
test_shift_and_scale(void **state)
{
	static const char *const methods[] = { "zscore", "minmax", "rank",
		"rrf" };

	(void)state;
	for (int m = 0; m < 4; m++) {
		char *want[20];
		struct fusion *f = new_fusion(methods[m], 2);
		struct fuselists *l;

		put_lists(0, 0, 1, 1, 0, 0);
		put_lists(1, 1, 1, 1, 0, 0);
		l = fuselists_read(paths, 2, NULL);
		for (uint32_t u = 0; u < 20; u++)
			want[u] = strdup(fused(f, l, u));
		fuselists_free(l);
		put_lists(1, 1, 1, 64, -1000, 0);	/* exact in decimal */
		l = fuselists_read(paths, 2, NULL);
		for (uint32_t u = 0; u < 20; u++) {
			assert_string_equal(fused(f, l, u), want[u]);
			free(want[u]);
		}
		fuselists_free(l);
		fusion_free(f);
	}
}

static void
refused(const char *text, const char *says)
{
	put(1, text);
	said_begin();
	assert_null(fuselists_read(paths, 2, NULL));
	assert_true(said_has(says));
}

static void
test_bad_lists(void **state)
{
	(void)state;
	put(0, "u\ti\t1\n");
	refused("u\ti\t1\nv\ti\t2\nu\ti\t3\n",
	    "b.tsv: user 'u' has item 'i' twice, with scores that");
	refused("u\ti\tnan\n", "b.tsv:1: ");
	refused("u\ti\t1e300\n", "b.tsv: score: 1e+300 is too large");
	refused("", "b.tsv: ");
}

/* --- weights ----------------------------------------------------------- */

static void
test_given_weights(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "1", "--weights: none for 'b'" },
		{ "1,2,3", "--weights: there are only 2 systems" },
		{ "a=1,c=2", "--weights: no system is called 'c'" },
		{ "a=1,a=2", "--weights: 'a' has two" },
		{ "1,-2", "--weights: '-2' is not a number >= 0" },
		{ "1,x", "--weights: 'x' is not a number >= 0" },
		{ "0,0", "--weights: '0,0' has no sum above 0" },
	};
	struct fusion *f = new_fusion("zscore", 2);

	(void)state;
	assert_int_equal(fusion_set_weights(f, "b=1,a=3"), 0);
	assert_true(f->weight[0] == 0.75 && f->weight[1] == 0.25);
	assert_int_equal(fusion_set_weights(f, "1,4"), 0);
	assert_true(f->weight[0] == 0.2 && f->weight[1] == 0.8);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		said_begin();
		assert_int_equal(fusion_set_weights(f, bad[i].text), -1);
		assert_true(said_has(bad[i].says));
	}
	fusion_free(f);
}

/* One relevant item: 1 / its place. */
static double
reciprocal_rank(const struct objective *o, uint32_t user,
    const uint32_t *items, size_t n, size_t worker)
{
	size_t m;
	const struct scored_item *judged = scored_of(o->truth, user, &m);

	(void)worker;
	assert_int_equal(m, 1);
	for (size_t i = 0; i < n; i++)
		if (items[i] == judged[0].item)
			return 1 / (double)(i + 1);
	return 0;
}

/* Fits to the relevant item of each user. */
static void
fit(struct fusion *f, const struct fuselists *l, struct fusefit *how)
{
	struct scored *truth = scored_new();
	const struct objective o = { .metric = "mrr@10", .depth = 10,
		.truth = truth, .list = reciprocal_rank };

	for (int u = 0; u < USERS; u++) {
		char user[16], item[16];

		snprintf(user, sizeof user, "u%d", u);
		snprintf(item, sizeof item, "i%d", u % ITEMS);
		scored_add(truth, idmap_find(l->users, span_of(user)),
		    idmap_find(l->items, span_of(item)), 1);
	}
	scored_finish(truth);
	scored_unique(truth);
	assert_int_equal(fusefit_lists(f, l, &o, how), 0);
	scored_free(truth);
}

static void
test_fit(void **state)
{
	static const char *const methods[] = { "zscore", "minmax", "rank",
		"rrf", "weighted" };

	(void)state;
	put_lists(0, 0, 2, 1, 0, 0);
	put_lists(1, 1, 2, 1, 0, 0);
	put_lists(2, 2, 0, 1, 0, 0);		/* knows nothing */
	for (int m = 0; m < 5; m++) {
		struct fusefit how = { .n_folds = 5, .max_users = 1000 };
		struct fuselists *l = fuselists_read(paths, 3, NULL);
		struct fusion *f = new_fusion(methods[m], 3);

		fit(f, l, &how);
		assert_true(fabs(f->weight[0] + f->weight[1] + f->weight[2] -
		    1) < 1e-12);
		assert_true(f->weight[2] >= 0 && f->weight[2] < 0.1);
		assert_true(f->weight[0] > 0.25 && f->weight[1] > 0.25);
		assert_true(f->value > f->alone[0]);
		assert_true(f->value > f->alone[1]);
		assert_true(f->value > f->equal);
		assert_true(f->alone[2] < f->alone[1]);
		assert_int_equal(f->n_users, USERS);
		fusion_free(f);
		fuselists_free(l);
	}
}

/* Raw scores on very different scales: the fit makes up for it. */
static void
test_fit_scales(void **state)
{
	struct fusefit how = { .n_folds = 5, .max_users = 1000 };
	struct fuselists *l;
	struct fusion *f = new_fusion("weighted", 2);

	(void)state;
	put_lists(0, 0, 2, 1, 0, 0);
	put_lists(1, 1, 2, 4096, -7, 0);
	l = fuselists_read(paths, 2, NULL);
	fit(f, l, &how);
	assert_true(f->weight[1] * 4096 / f->weight[0] > 0.4);
	assert_true(f->weight[1] * 4096 / f->weight[0] < 2.5);
	assert_true(fabs(f->weight[0] + f->weight[1] - 1) < 1e-12);
	assert_true(f->value > f->alone[0] + 0.1);
	fusion_free(f);
	fuselists_free(l);
}

/* Neither the order of rows nor the number of threads changes anything. */
static void
test_fit_order(void **state)
{
	double weight[2][3], value[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct fusefit how = { .n_folds = 4, .max_users = 100,
			.seed = 3 };
		struct fuselists *l;
		struct fusion *f = new_fusion("zscore", 3);

		par_set_threads((size_t)k + 1);
		for (int s = 0; s < 3; s++)
			put_lists(s, s, s, 1, 0, k * 11 * (s + 1));
		l = fuselists_read(paths, 3, NULL);
		fit(f, l, &how);
		assert_int_equal(how.n_left_out, USERS - 100);
		memcpy(weight[k], f->weight, sizeof weight[k]);
		value[k] = f->value;
		fusion_free(f);
		fuselists_free(l);
	}
	assert_memory_equal(weight[0], weight[1], sizeof weight[0]);
	assert_true(fabs(value[0] - value[1]) < 1e-12);
	par_set_threads(0);
}

static void
test_folds(void **state)
{
	struct idmap *names = idmap_new();
	uint32_t user[103], fold[103], count[5] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 103; i++) {
		char name[16];

		snprintf(name, sizeof name, "%u", i);
		user[i] = idmap_add(names, span_of(name));
	}
	assert_int_equal(fusefold_deal(names, user, 103, 90, 5, 1, fold), 90);
	for (int i = 0; i < 90; i++) {
		assert_true(i == 0 || user[i] > user[i - 1]);
		count[fold[i]]++;
	}
	for (int i = 0; i < 5; i++)
		assert_int_equal(count[i], 18);
	idmap_free(names);
}

/* --- ratings ----------------------------------------------------------- */

/* N predictions of S systems and the truth behind them, in files: system s
 * predicts quality[s] * signal_s + noise; the rating is made by `w`, `b`. */
static void
put_ratings(const double w[SYSTEMS], double b, double noise)
{
	FILE *f[SYSTEMS + 1];

	for (int s = 0; s <= SYSTEMS; s++) {
		f[s] = fopen(path[s], "w");
		assert_non_null(f[s]);
	}
	for (int i = 0; i < 600; i++) {
		struct rng r;
		double y = b, x;

		rng_init(&r, 9, rng_stream("test.ratings", (uint64_t)i));
		for (int s = 0; s < SYSTEMS; s++) {
			x = floor(1000 * (3 + rng_normal(&r))) / 1000;
			y += w[s] * x;
			fprintf(f[s], "u%d\ti%d\t0\t%.3f\n", i % 40, i, x);
		}
		y += noise * rng_normal(&r);
		fprintf(f[SYSTEMS], "u%d\ti%d\t%.9f\n", i % 40, i, y);
	}
	for (int s = 0; s <= SYSTEMS; s++)
		assert_int_equal(fclose(f[s]), 0);
}

static struct scored *
read_truth(const char *file, struct fusepairs *p)
{
	const char *const one[] = { file };
	struct fusepairs *t = fusepairs_read(one, 1, NULL);
	struct scored *truth = scored_new();

	for (size_t i = 0; i < t->n; i++)
		scored_add(truth, idmap_add(p->users, idmap_name(t->users,
		    t->user[i])), idmap_add(p->items, idmap_name(t->items,
		    t->item[i])), (double)t->x[i]);
	scored_finish(truth);
	scored_unique(truth);
	fusepairs_free(t);
	return truth;
}

static void
test_blend_recovers(void **state)
{
	const double w[SYSTEMS] = { 0.3, 0.6, 0 };
	struct blend how = { .n_folds = 5, .seed = 1 };
	struct fusion *f = new_fusion("weighted", 3);
	struct fusepairs *p;
	struct scored *truth;

	(void)state;
	put_ratings(w, 0.5, 0);
	p = fusepairs_read(paths, 3, NULL);
	assert_non_null(p);
	assert_int_equal(p->n, 600);
	truth = read_truth(paths[3], p);
	assert_int_equal(blend_fit(f, p, truth, &how), 0);
	for (int s = 0; s < SYSTEMS; s++)
		assert_true(fabs(f->weight[s] - w[s]) < 1e-4);
	assert_true(fabs(f->bias - 0.5) < 1e-3);
	assert_true(f->value < 1e-3);
	assert_true(f->value < f->alone[1]);
	assert_int_equal(f->n_users, 40);
	scored_free(truth);
	fusepairs_free(p);
	fusion_free(f);
}

/* The slope of the objective in blend.h at the solution is zero. */
static void
test_blend_slope(void **state)
{
	const double w[SYSTEMS] = { 0.5, 0.4, 0.1 };
	struct blend how = { .n_folds = 5, .seed = 1 };
	struct fusion *f = new_fusion("weighted", 3);
	double slope[SYSTEMS + 1] = { 0 }, variance = 0;
	struct fusepairs *p;
	struct scored *truth;
	float *out;

	(void)state;
	put_ratings(w, 0.1, 0.7);
	p = fusepairs_read(paths, 3, NULL);
	truth = read_truth(paths[3], p);
	assert_int_equal(blend_fit(f, p, truth, &how), 0);
	out = calloc(p->n, sizeof *out);
	blend_predict(f, p, out);
	for (size_t i = 0; i < p->n; i++) {
		size_t n;
		const struct scored_item *t = scored_of(truth, p->user[i], &n);
		double e = NAN;

		for (size_t j = 0; j < n; j++)
			if (t[j].item == p->item[i])
				e = t[j].value - (double)out[i];
		for (int s = 0; s < SYSTEMS; s++)
			slope[s] += e * (double)p->x[i * SYSTEMS +
			    (size_t)s] / (double)p->n;
		slope[SYSTEMS] += e / (double)p->n;
	}
	for (size_t s = 0; s < SYSTEMS; s++) {
		double mean = 0, square = 0;

		for (size_t i = 0; i < p->n; i++) {
			const double x = (double)p->x[i * SYSTEMS + s];

			mean += x / (double)p->n;
			square += x * x / (double)p->n;
		}
		variance += (square - mean * mean) / SYSTEMS;
	}
	for (int s = 0; s < SYSTEMS; s++)
		assert_true(fabs(slope[s] - f->shrinkage * variance *
		    (f->weight[s] - 1.0 / SYSTEMS)) < 1e-6);
	assert_true(fabs(slope[SYSTEMS]) < 1e-6);
	free(out);
	scored_free(truth);
	fusepairs_free(p);
	fusion_free(f);
}

/* The same system three times: no reason to prefer one. */
static void
test_blend_identical(void **state)
{
	const double w[SYSTEMS] = { 1, 0, 0 };
	const char *const same[] = { paths[0], paths[0], paths[0] };
	struct blend how = { .n_folds = 5, .seed = 1 };
	struct fusion *f = new_fusion("weighted", 3);
	struct fusepairs *p;
	struct scored *truth;

	(void)state;
	put_ratings(w, 0, 0.1);
	p = fusepairs_read(same, 3, NULL);
	truth = read_truth(paths[3], p);
	assert_int_equal(blend_fit(f, p, truth, &how), 0);
	for (int s = 0; s < SYSTEMS; s++)
		assert_true(fabs(f->weight[s] - 1 / 3.0) < 0.01);
	scored_free(truth);
	fusepairs_free(p);
	fusion_free(f);
}

static void
test_bad_pairs(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "u\ti\t3\t1\n", "b.tsv: nothing for user 'u' and item 'j'" },
		{ "u\ti\t3\t1\nu\tk\t3\t1\n", "b.tsv:2: the first file does "
		    "not have this user and item" },
		{ "u\ti\t3\t1\nu\ti\t3\t1\n", "b.tsv:2: this user and item "
		    "stood before" },
		{ "u\ti\t3\t\n", "is empty: every pair needs a prediction" },
		{ "u\ti\n", "2 columns: user, item and score are needed" },
	};

	(void)state;
	put(0, "u\ti\t3\t1\nu\tj\t3\t1\n");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		put(1, bad[i].text);
		said_begin();
		assert_null(fusepairs_read(paths, 2, NULL));
		assert_true(said_has(bad[i].says));
	}
	put(0, "u\ti\t3\t1\nu\ti\t3\t1\n");
	said_begin();
	assert_null(fusepairs_read(paths, 1, NULL));
	assert_true(said_has("a.tsv:2: this user and item stood before"));
}

/* --- the file ---------------------------------------------------------- */

static void
test_file(void **state)
{
	struct fusion *f = new_fusion("rrf", 3), *g;

	(void)state;
	f->rrf_k = 17.5;
	assert_int_equal(fusion_set_weights(f, "1,2,4"), 0);
	f->metric = strdup("ndcg@10");
	f->value = 0.1;
	f->equal = 0.09;
	f->shrinkage = 0.25;
	f->alone[2] = 0.3;
	f->n_users = 7;
	f->n_folds = 5;
	assert_int_equal(fusion_save(f, path[4]), 0);
	g = fusion_load(path[4]);
	assert_non_null(g);
	assert_ptr_equal(g->method, f->method);
	assert_int_equal(g->n, 3);
	assert_string_equal(g->name[2], "c");
	assert_memory_equal(g->weight, f->weight, 3 * sizeof(double));
	assert_memory_equal(g->alone, f->alone, 3 * sizeof(double));
	assert_true(g->rrf_k == 17.5 && g->value == 0.1 &&
	    g->shrinkage == 0.25);
	fusion_free(g);
	f->weight[1] = NAN;
	assert_int_equal(fusion_save(f, path[4]), 0);
	said_begin();
	assert_null(fusion_load(path[4]));
	assert_true(said_has("tensor 'weights' has numbers that are not"));
	fusion_free(f);
}

static void
test_names(void **state)
{
	static const char *const names[] = { "x", "x", "x-2" };
	struct fusion *f = fusion_new(fuse_method(fuse_choice(0)), 0, names,
	    3);
	char *name = fusion_name("dir.d/ials.valid.tsv.gz");

	(void)state;
	assert_string_equal(name, "ials.valid");
	free(name);
	name = fusion_name("-");
	assert_string_equal(name, "stdin");
	free(name);
	assert_string_equal(f->name[0], "x");
	assert_string_equal(f->name[1], "x-2");
	assert_string_equal(f->name[2], "x-2-2");
	fusion_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_no_spread),
		cmocka_unit_test(test_identical_members),
		cmocka_unit_test(test_shift_and_scale),
		cmocka_unit_test(test_bad_lists),
		cmocka_unit_test(test_given_weights),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_fit_scales),
		cmocka_unit_test(test_fit_order),
		cmocka_unit_test(test_folds),
		cmocka_unit_test(test_blend_recovers),
		cmocka_unit_test(test_blend_slope),
		cmocka_unit_test(test_blend_identical),
		cmocka_unit_test(test_bad_pairs),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

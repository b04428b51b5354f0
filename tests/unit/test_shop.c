/* prep/alias, rhythm, shop, visits: a made-up shop is what it says it is. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/rhythm.h"
#include "prep/visits.h"

static const struct shop_config plain = {
	.n_users = 300, .n_items = 200, .n_queries = 100, .seed = 1,
	.zipf = 0.8, .activity = 1, .taste = 1, .drift = 0.2
};

/* All events of a log; the caller frees. */
static struct visits_event *
all_events(const struct shop *shop, const struct visits_config *config)
{
	struct visits *v = visits_new(shop, config);
	struct visits_event *all = mem_array("test", config->n_events,
	    sizeof *all);
	const struct visits_event *events;
	size_t n, at = 0;

	while ((n = visits_next(v, &events)) > 0) {
		assert_true(at + n <= config->n_events);
		memcpy(all + at, events, n * sizeof *all);
		at += n;
	}
	assert_int_equal(at, config->n_events);
	assert_int_equal(visits_counts(v).rows, at);
	visits_free(v);
	return all;
}

/* The distribution that a table of slots draws from, exactly. */
static double *
shares(const struct alias_slot *slots, size_t n)
{
	double *p = mem_array("test", n, sizeof *p);

	for (size_t i = 0; i < n; i++) {
		const double stay = slots[i].stay / 4294967296.0;

		assert_true(slots[i].other < n);
		p[i] += stay / (double)n;
		p[slots[i].other] += (1 - stay) / (double)n;
	}
	return p;
}

static void
test_alias_is_the_distribution(void **state)
{
	enum { N = 1000 };
	double weights[N], sum = 0, *p;
	struct alias_slot slots[N];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		weights[i] = i % 7 == 0 ? 0 : pow((double)i, 3);
		sum += weights[i];
	}
	alias_build(slots, weights, N);
	p = shares(slots, N);
	for (size_t i = 0; i < N; i++) {
		assert_true(fabs(p[i] - weights[i] / sum) < 1e-9);
		if (weights[i] <= 0)
			assert_true(p[i] <= 0);
	}
	free(p);
	weights[0] = 5;
	alias_build(slots, weights, 1);
	assert_int_equal(alias_draw(slots, 1, UINT64_MAX), 0);
}

static void
test_rhythm(void **state)
{
	struct rhythm r;
	double before = -1, night = 0, evening = 0;

	(void)state;
	rhythm_init(&r, 28);
	assert_true(rhythm_at(&r, 0) <= 0);
	assert_true(fabs(rhythm_at(&r, 1) - 28 * 86400) < 1e-6);
	for (int i = 0; i < 100000; i++) {
		const double t = rhythm_at(&r, i / 100000.0);
		const double hour = fmod(t / 3600, 24);

		assert_true(t >= before);
		before = t;
		night += hour >= 2 && hour < 5;
		evening += hour >= 19 && hour < 22;
	}
	assert_true(evening > 10 * night);
	rhythm_release(&r);
}

static int
falling(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* The slope of log y over log rank, by least squares. */
static double
slope(double *y, size_t n, size_t n_used)
{
	double sx = 0, sy = 0, sxx = 0, sxy = 0;

	qsort(y, n, sizeof *y, falling);
	for (size_t k = 0; k < n_used; k++) {
		const double x = log((double)k + 1);

		sx += x;
		sxx += x * x;
		sy += log(y[k]);
		sxy += x * log(y[k]);
	}
	return ((double)n_used * sxy - sx * sy) /
	    ((double)n_used * sxx - sx * sx);
}

/* Popularity is Zipf's law; and when all users are alike, so are the counts
 * of views, a little flatter: views within a session do not repeat. */
static void
test_zipf(void **state)
{
	enum { N = 3000 };
	struct shop_config config = plain;
	const struct visits_config visits = { .n_events = 50000, .days = 10 };

	(void)state;
	config.taste = 0;
	config.n_items = N;
	for (config.zipf = 0.4; config.zipf < 1.3; config.zipf += 0.4) {
		struct shop *shop = shop_new(&config);
		struct visits_event *e = all_events(shop, &visits);
		double y[N], views[N] = { 0 };

		for (size_t i = 0; i < N; i++)
			y[i] = exp((double)shop->items[i].log_pop);
		assert_true(fabs(slope(y, N, N) + config.zipf) < 1e-5);
		for (size_t i = 0; i < visits.n_events; i++)
			views[e[i].item] += e[i].kind == VISITS_VIEW;
		assert_true(-slope(views, N, N / 10) > 0.7 * config.zipf);
		assert_true(-slope(views, N, N / 10) < 1.1 * config.zipf);
		free(e);
		shop_free(shop);
	}
}

static void
test_activity_is_log_normal(void **state)
{
	struct shop_config config = plain;
	struct shop *shop;
	double *p, sum = 0, squares = 0, cubes = 0, mean, spread;
	const double n = 20000;

	(void)state;
	config.n_users = 20000;
	config.activity = 1.3;
	shop = shop_new(&config);
	p = shares(shop->active, config.n_users);
	for (size_t u = 0; u < config.n_users; u++)
		sum += log(p[u]);
	mean = sum / n;
	for (size_t u = 0; u < config.n_users; u++) {
		squares += pow(log(p[u]) - mean, 2);
		cubes += pow(log(p[u]) - mean, 3);
	}
	spread = sqrt(squares / n);
	assert_true(fabs(spread - 1.3) < 0.03);
	assert_true(fabs(cubes / n / pow(spread, 3)) < 0.1);	/* symmetric */
	free(p);
	shop_free(shop);
}

static void
test_counts_are_exact(void **state)
{
	static const uint64_t sizes[] = { 1, 2, 999, 4096, 4097, 262144,
		262145 };
	struct shop *shop = shop_new(&plain);

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		const struct visits_config c = { .n_events = sizes[i],
			.days = 2 };

		free(all_events(shop, &c));
	}
	shop_free(shop);
}

/* Of one session: what was viewed, and what is in the cart. */
struct open_session {
	uint64_t id;
	uint32_t user, viewed[300], carted[300];
	size_t n_viewed, n_carted;
};

static int
is_in(uint32_t x, const uint32_t *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (set[i] == x)
			return 1;
	return 0;
}

static void
follow_funnel(struct open_session *s, const struct visits_event *e)
{
	if (s->n_viewed == 0) {
		s->id = e->session;
		s->user = e->user;
		assert_int_equal(e->number, e->session);
	}
	assert_int_equal(e->session, s->id);
	assert_int_equal(e->user, s->user);
	assert_true(e->rating <= 5);
	assert_true(e->kind == VISITS_PURCHASE || e->rating == 0);
	assert_true(e->rating > 0 || !e->has_text);
	assert_true(e->kind == VISITS_VIEW || e->query == VISITS_NO_QUERY);
	switch (e->kind) {
	case VISITS_VIEW:
		assert_true(s->n_viewed < 300);
		assert_false(is_in(e->item, s->viewed, s->n_viewed));
		s->viewed[s->n_viewed++] = e->item;
		break;
	case VISITS_CART:
		assert_true(is_in(e->item, s->viewed, s->n_viewed));
		s->carted[s->n_carted++] = e->item;
		break;
	default:
		assert_true(is_in(e->item, s->carted, s->n_carted));
	}
}

/* In the order of time; carts follow views, and purchases carts; nobody is
 * there before joining, nothing before its launch. */
static void
test_log_is_consistent(void **state)
{
	enum { N = 300000 };
	const struct visits_config config = { .n_events = N, .days = 3 };
	const struct shop_config large = {
		.n_users = 2000, .n_items = 3000, .n_queries = 100, .seed = 1,
		.zipf = 0.8, .activity = 1, .taste = 1, .drift = 0.2
	};
	struct shop *shop = shop_new(&large);
	struct visits_event *e = all_events(shop, &config);
	/* a session's number is that of its first event: less than N */
	struct open_session **open = mem_array("test", N, sizeof *open);
	unsigned char *had = mem_array("test", N, 1);

	(void)state;
	for (size_t i = 0; i < N; i++) {
		const double t = (double)(e[i].time + 7200 - VISITS_START) /
		    (3 * 86400);

		assert_true(i == 0 || e[i].time >= e[i - 1].time);
		assert_true(e[i].number < N && !had[e[i].number]);
		had[e[i].number] = 1;
		assert_true((double)shop->users[e[i].user].joined < t);
		assert_true((double)shop->items[shop->place[e[i].item]]
		    .launched < t);
		if (open[e[i].session] == NULL)
			open[e[i].session] = mem_array("test", 1,
			    sizeof **open);
		follow_funnel(open[e[i].session], &e[i]);
	}
	for (size_t i = 0; i < N; i++)
		free(open[i]);
	free(had);
	free(open);
	free(e);
	shop_free(shop);
}

static void
test_threads_do_not_matter(void **state)
{
	const struct visits_config config = { .n_events = 50000, .days = 30,
		.dirt = { 0.01, 0.01, 0.01, 0.01, 0.01 } };
	struct visits_event *one, *four;
	struct shop *shop;

	(void)state;
	par_set_threads(1);
	shop = shop_new(&plain);
	one = all_events(shop, &config);
	shop_free(shop);
	par_set_threads(4);
	shop = shop_new(&plain);
	four = all_events(shop, &config);
	shop_free(shop);
	par_set_threads(0);
	/* one by one: the bytes that pad a struct are anything */
	for (size_t i = 0; i < config.n_events; i++)
		assert_memory_equal(&one[i], &four[i],
		    offsetof(struct visits_event, dirt) + 1);
	free(four);
	free(one);
}

static double
correlation(const double *x, const double *y, size_t n)
{
	double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;

	for (size_t i = 0; i < n; i++) {
		mx += x[i] / (double)n;
		my += y[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		xx += (x[i] - mx) * (x[i] - mx);
		yy += (y[i] - my) * (y[i] - my);
		xy += (x[i] - mx) * (y[i] - my);
	}
	return xy / sqrt(xx * yy);
}

/* What a user is known to like is what that user looks at; another's likes
 * say less. */
static void
test_events_follow_preferences(void **state)
{
	const struct visits_config visits = { .n_events = 60000, .days = 10 };
	struct shop_config config = plain;
	double liked[200], of_other[200], views[200] = { 0 }, personal;
	struct visits_event *e;
	struct shop_mood mood, other;
	struct shop *shop;

	(void)state;
	config.n_users = 2;
	config.drift = 0;
	shop = shop_new(&config);
	shop->users[1].joined = 0;
	shop_mood(shop, 0, 1, &mood);
	shop_mood(shop, 1, 1, &other);
	for (size_t p = 0; p < 200; p++) {
		const size_t c = shop_category(shop_group(shop, p));
		const size_t k = shop->items[p].number;

		liked[k] = shop_utility(shop, &mood, c, p, &personal);
		of_other[k] = shop_utility(shop, &other, c, p, &personal);
	}
	e = all_events(shop, &visits);
	for (size_t i = 0; i < visits.n_events; i++)
		views[e[i].item] += e[i].user == 0 && e[i].kind == VISITS_VIEW;
	for (size_t i = 0; i < 200; i++)
		views[i] = log(views[i] + 1);
	assert_true(correlation(liked, views, 200) > 0.85);
	assert_true(correlation(of_other, views, 200) <
	    correlation(liked, views, 200) - 0.2);
	free(e);
	shop_free(shop);
}

/* Without taste the users are alike; drift moves a taste, and only then. */
static void
test_taste_and_drift(void **state)
{
	struct shop_config config = plain;
	struct shop_mood a, b;
	struct shop *shop;
	double personal;

	(void)state;
	config.taste = 0;
	shop = shop_new(&config);
	shop_mood(shop, 5, 1, &a);
	for (size_t p = 0; p < 200; p++) {
		shop_utility(shop, &a, shop_category(shop_group(shop, p)), p,
		    &personal);
		assert_true(fabs(personal) <= 0);
	}
	shop_free(shop);
	config.taste = 1;
	for (int drift = 0; drift < 2; drift++) {
		config.drift = drift * 0.5;
		shop = shop_new(&config);
		shop_mood(shop, 5, 0, &a);
		shop_mood(shop, 5, 1, &b);
		assert_int_equal(memcmp(a.taste, b.taste, sizeof a.taste) != 0,
		    drift);
		shop_free(shop);
	}
}

static void
test_dirt_is_as_asked(void **state)
{
	const struct visits_config config = { .n_events = 100000, .days = 30,
		.dirt = { 0.02, 0.03, 0.04, 0.05, 0.01 } };
	struct shop *shop = shop_new(&plain);
	struct visits *v = visits_new(shop, &config);
	const struct visits_event *e;
	struct visits_counts c;
	uint64_t bots = 0;
	size_t n;

	(void)state;
	while ((n = visits_next(v, &e)) > 0)
		for (size_t i = 0; i < n; i++)
			bots += e[i].user >= 300;
	c = visits_counts(v);
	assert_int_equal(c.rows, 100000);
	assert_int_equal(c.bots, bots);
	assert_in_range(c.duplicates, 1800, 2200);
	assert_in_range(c.missing, 2700, 3300);
	assert_in_range(c.outliers, 3600, 4400);
	assert_in_range(c.bots, 3500, 6500);
	assert_in_range(c.encoding, 850, 1150);
	visits_free(v);
	shop_free(shop);
}

/* Is it UTF-8 of letters up to U+07FF?  No text of ours goes beyond. */
static int
is_utf8(const struct buf *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const unsigned char c = (unsigned char)b->p[i];

		if (c < 0x80)
			continue;
		if (c < 0xc2 || c > 0xdf || i + 1 == b->n ||
		    ((unsigned char)b->p[++i] & 0xc0) != 0x80)
			return 0;
	}
	return 1;
}

static void
test_texts(void **state)
{
	struct buf b = BUF_EMPTY;
	struct rng r;
	size_t commas = 0, lines = 0, quotes = 0;

	(void)state;
	rng_init(&r, 1, 1);
	for (unsigned i = 0; i < 500; i++) {
		b.n = 0;
		shoptext_review(&b, &r, 1 + i % 5, i % 2, 0);
		assert_true(b.n > 3 && is_utf8(&b));
		commas += memchr(b.p, ',', b.n) != NULL;
		lines += memchr(b.p, '\n', b.n) != NULL;
		quotes += memchr(b.p, '"', b.n) != NULL;
		b.n = 0;
		shoptext_review(&b, &r, 1 + i % 5, 0, 1);
		assert_false(is_utf8(&b));
	}
	assert_true(commas > 50 && lines > 5 && quotes > 5);
	b.n = 0;
	shoptext_query(&b, 5 * SHOP_NOUNS + 1, -1, 1);
	assert_string_equal(buf_cstr(&b), "compact phone case");
	buf_release(&b);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
test_titles_are_unique(void **state)
{
	enum { N = 30000 };
	struct shop_config config = plain;
	struct shop *shop;
	char **titles = mem_array("test", N, sizeof *titles);
	struct buf b = BUF_EMPTY;

	(void)state;
	config.n_items = N;
	shop = shop_new(&config);
	for (size_t p = 0; p < N; p++) {
		const struct shop_item *item = &shop->items[p];

		b.n = 0;
		shoptext_title(&b, shop_group(shop, p), item->brand,
		    item->adjective, item->series);
		titles[p] = mem_text(b.p, b.n);
	}
	qsort(titles, N, sizeof *titles, by_text);
	for (size_t p = 1; p < N; p++)
		assert_string_not_equal(titles[p - 1], titles[p]);
	for (size_t p = 0; p < N; p++)
		free(titles[p]);
	free(titles);
	buf_release(&b);
	shop_free(shop);
}

/* Each query is answered by some item of its group. */
static void
test_queries_have_answers(void **state)
{
	struct shop *shop = shop_new(&plain);

	(void)state;
	assert_int_equal(shop->n_queries, 100);
	for (size_t q = 0; q < shop->n_queries; q++) {
		const struct shop_query *query = &shop->queries[q];
		size_t n = 0;

		for (size_t p = shop->group[query->group];
		    p < shop->group[query->group + 1]; p++)
			n += (size_t)shop_matches(query, &shop->items[p]);
		assert_true(n > 0);
		assert_true(q < shop->query[shop_category(query->group) + 1]);
		assert_true(q >= shop->query[shop_category(query->group)]);
	}
	shop_free(shop);
}

/* The least shop there can be. */
static void
test_one_of_each(void **state)
{
	const struct shop_config config = { .n_users = 1, .n_items = 1,
		.seed = 1, .taste = 1 };
	const struct visits_config visits = { .n_events = 1000, .days = 1 };
	struct shop *shop = shop_new(&config);
	struct visits_event *e = all_events(shop, &visits);

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		assert_true(e[i].user == 0 && e[i].item == 0);
	free(e);
	shop_free(shop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alias_is_the_distribution),
		cmocka_unit_test(test_rhythm),
		cmocka_unit_test(test_zipf),
		cmocka_unit_test(test_activity_is_log_normal),
		cmocka_unit_test(test_counts_are_exact),
		cmocka_unit_test(test_log_is_consistent),
		cmocka_unit_test(test_threads_do_not_matter),
		cmocka_unit_test(test_events_follow_preferences),
		cmocka_unit_test(test_taste_and_drift),
		cmocka_unit_test(test_dirt_is_as_asked),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_titles_are_unique),
		cmocka_unit_test(test_queries_have_answers),
		cmocka_unit_test(test_one_of_each)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

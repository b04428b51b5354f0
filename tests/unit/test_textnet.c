/* Classifiers of texts: their gradients, that a text's classes do not depend on
 * those beside it, and that the order of words counts where it should. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/textnet.h"
#include "tests/ref/gradcheck.h"

enum { WORDS = 6, CLASSES = 3, TEXTS = 4, MOST = 12 };

static const struct textnet_kind *const kinds[] = {
	&bow_kind, &textcnn_kind, &lstm_kind
};

enum { KINDS = sizeof kinds / sizeof *kinds };

struct fixture {
	struct vocabulary *v;
	struct examples *x;
	struct grams runs;
	struct textnet net;
	struct textnet_net in;
};

static void
add_text(struct examples *x, const char *words)
{
	for (; *words != '\0'; words++)
		examples_add_entry(x, (uint32_t)(*words - 'a'), 0, 1);
	examples_add_label(x, (float)(x->n % CLASSES));
	examples_end(x);
}

static void
fixture_init(struct fixture *f, const struct textnet_kind *kind,
    size_t ngrams)
{
	const int more = ngrams > 1;	/* of all that there can be */
	const struct nn_options o = { .factors = 3, .units = 2, .length = 4,
		.windows = "1,2", .own_factors = more ? 2 : 0,
		.pool = textnet_pool_choice(more ? TEXTNET_BOTH :
		    TEXTNET_MAX) };

	f->v = vocabulary_new();
	vocabulary_add_field(f->v, span_of("text"), FIELD_WORDS);
	for (size_t i = 0; i < WORDS; i++) {
		const char name[] = { 't', 'e', 'x', 't', '=',
			(char)('a' + i) };

		vocabulary_add(f->v, (struct span){ name, sizeof name }, 0);
	}
	f->x = examples_new();
	add_text(f->x, "abc");
	add_text(f->x, "d");
	add_text(f->x, "cba");
	add_text(f->x, "fabcaa");	/* the last two are not read */
	f->runs = (struct grams){ .longest = 0 };
	if (ngrams > 1)
		assert_int_equal(grams_learn(&f->runs, f->v, f->x, o.length,
		    ngrams, 1), 0);
	assert_int_equal(textnet_init(&f->net, kind, f->v, ngrams > 1 ?
	    &f->runs : NULL, CLASSES, &o), 0);
	params_init(f->net.params, 1);
	gradcheck_params(f->net.params);
	textnet_build(&f->net, TEXTS, MOST, 0, NULL, &f->in);
}

static void
fixture_release(struct fixture *f)
{
	graph_free(f->in.graph);
	textnet_release(&f->net);
	grams_release(&f->runs);
	examples_free(f->x);
	vocabulary_free(f->v);
}

static void
fill(void *arg, struct work *w)
{
	const struct fixture *f = arg;

	textnet_feed(&f->net, &f->in, w, &(struct textnet_texts){ .x = f->x,
	    .n = TEXTS });
	for (size_t r = 0; r < TEXTS; r++)
		work_ids(w, f->in.classes.class)[r] = (uint32_t)f->x->label[r];
}

static void
test_gradients(void **state)
{
	(void)state;
	for (size_t k = 0; k < 2 * KINDS; k++) {
		struct fixture f;
		struct gradcheck gc = { .examples = TEXTS, .fill = fill,
			.arg = &f };
		struct plan *plan;

		fixture_init(&f, kinds[k / 2], k % 2 ? 3 : 1);
		gc.plan = plan = plan_new(f.in.graph, f.net.params, f.in.loss,
		    1);
		gradcheck(&gc);
		if (gc.worst > 1e-3 || gc.kinks * 5 > gc.checked)
			fail_msg("%s: %s (%zu checked, %zu kinks)",
			    kinds[k / 2]->name, gc.where, gc.checked, gc.kinks);
		plan_free(plan);
		fixture_release(&f);
	}
}

static void
test_serving(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct fixture f;
		struct scorer s = { .outputs = CLASSES };
		float all[TEXTS * CLASSES], one[CLASSES];

		fixture_init(&f, kinds[k], 1);
		s.vocabulary = f.v;
		textnet_serve(&f.net, &s);
		assert_int_equal(scorer_prepare(&s), 0);
		s.ops->examples(&s, f.x, 0, TEXTS, all, 0);
		s.ops->examples(&s, f.x, 2, 1, one, 0);
		for (size_t c = 0; c < CLASSES; c++) {
			assert_true(fabsf(one[c] - all[2 * CLASSES + c]) <
			    1e-6f);
			/* a bag has no order */
			if (kinds[k] == &bow_kind)
				assert_true(fabsf(all[c] - one[c]) < 1e-6f);
		}
		if (kinds[k] != &bow_kind)
			assert_true(fabsf(all[0] - one[0]) > 1e-4f);
		for (size_t r = 0; r < TEXTS; r++)
			assert_true(fabsf(all[r * CLASSES] +
			    all[r * CLASSES + 1] + all[r * CLASSES + 2] - 1) <
			    1e-5f);
		s.ops->free(&s);
		fixture_release(&f);
	}
}

/* Runs have the names of their words, those that stand often enough, in the
 * order in which they come up; a model's are found again. */
static void
test_runs(void **state)
{
	static const char *const all[] = { "a b", "a b c", "b c", "c b",
		"c b a", "b a", "f a", "f a b" };
	struct fixture f;
	struct grams g;

	(void)state;
	fixture_init(&f, &bow_kind, 3);
	assert_int_equal(idmap_count(f.runs.ids), 8);
	for (uint32_t i = 0; i < 8; i++) {
		uint64_t hash = 0;

		assert_true(span_is(idmap_name(f.runs.ids, i), all[i]));
		for (const char *p = all[i]; *p != '\0'; p++)
			if (*p != ' ')
				hash = p == all[i] ? f.runs.word[*p - 'a'] :
				    grams_hash(&f.runs, hash,
				    (uint32_t)(*p - 'a'));
		assert_int_equal(grams_find(&f.runs, hash), i);
	}
	assert_int_equal(grams_find(&f.runs, 1), GRAMS_NONE);
	assert_int_equal(grams_learn(&g, f.v, f.x, 4, 3, 2), 0);
	assert_int_equal(idmap_count(g.ids), 3);	/* of abc and fabc */
	assert_true(span_is(idmap_name(g.ids, 0), "a b"));
	grams_release(&g);
	fixture_release(&f);
}

/* How many words a step of training reads. */
static size_t
words_kept(const struct fixture *f, struct work *w, uint64_t epoch)
{
	uint32_t *text;
	size_t n = 0;

	work_begin(w, &(struct work_place){ .shard = NULL });
	work_rows(w, 0, TEXTS);
	text = work_ids(w, f->in.text);
	memset(text, 0xff, MOST * sizeof *text);
	textnet_feed(&f->net, &f->in, w, &(struct textnet_texts){ .x = f->x,
	    .n = TEXTS, .drop = 0.25, .seed = 5, .epoch = epoch });
	while (n < MOST && text[n] < TEXTS)
		n++;
	return n;
}

/* What a step leaves out is a part of the words, another in each epoch, and
 * the same in the same one. */
static void
test_left_out(void **state)
{
	enum { EPOCHS = 400, ALL = 11 };	/* words that are read */
	size_t all = 0, differ = 0, before = ALL;
	struct fixture f;
	struct plan *plan;
	struct work *w;

	(void)state;
	fixture_init(&f, &bow_kind, 2);
	plan = plan_new(f.in.graph, f.net.params, f.in.shares, 0);
	w = work_new(plan);
	for (uint64_t epoch = 0; epoch < EPOCHS; epoch++) {
		const size_t n = words_kept(&f, w, epoch);

		assert_int_equal(words_kept(&f, w, epoch), n);
		all += n;
		differ += n != before;
		before = n;
	}
	assert_in_range(all, EPOCHS * ALL * 70 / 100, EPOCHS * ALL * 80 / 100);
	assert_true(differ > EPOCHS / 4);
	work_free(w);
	plan_free(plan);
	fixture_release(&f);
}

/* Examples without entries go, and labels stay with theirs. */
static void
test_empty(void **state)
{
	struct examples *x = examples_new();

	(void)state;
	add_text(x, "");
	add_text(x, "ab");
	add_text(x, "");
	add_text(x, "c");
	assert_int_equal(examples_drop_empty(x), 2);
	assert_int_equal(x->n, 2);
	assert_true(x->label[0] > 0.9f && x->label[1] < 0.1f);
	assert_int_equal(x->start[1], 2);
	assert_int_equal(x->start[2], 3);
	examples_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_serving),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

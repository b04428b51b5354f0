/* The model file and the scorer, with a family of one tiny method. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/choice.h"
#include "base/mem.h"
#include "data/inter.h"
#include "model/model.h"
#include "model/scorer.h"
#include "model/train.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "m.st", table[] = "t.tsv";

/* --- a method: the score is a number of the user times one of the item --- */

struct outer {
	const float *user, *item;
};

static void
outer_block(const struct scorer *s, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	const struct outer *m = s->state;

	(void)worker;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < scorer_items(s); j++)
			*scores++ = m->user[users[i]] * m->item[j];
}

static void
outer_pairs(const struct scorer *s, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker)
{
	const struct outer *m = s->state;

	(void)worker;
	for (size_t i = 0; i < n; i++) {
		assert_true(users[i] < 2 && items[i] < 3);
		scores[i] = m->user[users[i]] * m->item[items[i]];
	}
}

static void
outer_free(struct scorer *s)
{
	free(s->state);
}

static const struct scorer_ops by_pairs = {
	.block = outer_block, .pairs = outer_pairs, .free = outer_free
};
static const struct scorer_ops by_block = {
	.block = outer_block, .free = outer_free
};

static const struct choice *
outer_choice(size_t i)
{
	static const struct choice table_of[] = {
		{ "outer", "an outer product", NULL },
		{ "outer-block", "the same without pairs", NULL },
		{ "needy", "one that wants a history", NULL },
	};

	return i < 3 ? &table_of[i] : NULL;
}

static int
outer_load(const char *method, struct scorer *s)
{
	struct outer *m = mem_array("model", 1, sizeof *m);

	s->ops = strcmp(method, "outer") == 0 ? &by_pairs : &by_block;
	s->state = m;
	s->needs_history = strcmp(method, "needy") == 0;
	s->unknown = -9;
	m->user = model_vec(s->file, "user", idmap_count(s->users));
	m->item = model_vec(s->file, "item", idmap_count(s->items));
	return m->user != NULL && m->item != NULL ? 0 : -1;
}

static const struct family outer_family = {
	"srs-outer", outer_choice, outer_load
};
static const struct family *const families[] = { &outer_family, NULL };

static struct idmap *
ids(const char *names)
{
	struct idmap *m = idmap_new();
	struct span rest = span_of(names);

	while (rest.p != NULL)
		idmap_add(m, span_cut(&rest, ' '));
	return m;
}

/* Users u v, items a b c. */
static void
save(const char *method, const float user[2], const float item[3])
{
	struct st_writer *w = model_writer(method);
	struct idmap *users = ids("u v"), *items = ids("a b c");

	model_put_ids(w, "user_ids", users);
	model_put_ids(w, "item_ids", items);
	model_put_vec(w, "user", user, 2);
	model_put_vec(w, "item", item, 3);
	assert_int_equal(st_write(w, path, 0), 0);
	st_writer_free(w);
	idmap_free(users);
	idmap_free(items);
}

static const float user2[2] = { 2, 3 }, item3[3] = { 1, 10, 100 };

static void
test_scorer(void **state)
{
	static const char *const methods[] = { "outer", "outer-block" };
	const uint32_t users[] = { 1, 1, 0, IDMAP_NONE, 0, 1 };
	const uint32_t items[] = { 0, 2, 1, 1, IDMAP_NONE, 1 };
	const float want[] = { 3, 300, 20, -9, -9, 30 };
	float got[6], block[6];

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct scorer *s;

		save(methods[k], user2, item3);
		s = scorer_open(families, path);
		assert_non_null(s);
		assert_int_equal(scorer_prepare(s), 0);
		assert_int_equal(scorer_items(s), 3);
		assert_true(scorer_knows_user(s, 1));
		assert_false(scorer_knows_user(s, 2));
		scorer_pairs(s, users, items, 6, got, 0);
		assert_memory_equal(got, want, sizeof want);
		scorer_block(s, (uint32_t[]){ 1, 0 }, 2, block, 0);
		assert_memory_equal(block, ((float[]){ 3, 30, 300, 2, 20,
		    200 }), sizeof block);
		scorer_free(s);
	}
}

static void
test_history(void **state)
{
	FILE *f = fopen(table, "w");
	const char *const paths[] = { table };
	struct scorer *s;
	struct inter *in;

	(void)state;
	fputs("w\tz\nv\tb\nw\ta\nw\tz\n", f);
	fclose(f);
	save("needy", user2, item3);
	s = scorer_open(families, path);
	assert_non_null(s);
	said_begin();
	assert_int_equal(scorer_prepare(s), -1);
	assert_true(said_has("m.st: method 'needy' scores from the users' "
	    "interactions: give them with -i"));
	in = scorer_history(s, &(struct scorer_reading){
	    .paths = paths, .n_paths = 1 });
	assert_non_null(in);
	assert_int_equal(scorer_prepare(s), 0);
	assert_int_equal(idmap_count(s->users), 3);
	assert_int_equal(s->n_model_users, 2);
	assert_false(scorer_knows_user(s, 2));
	assert_int_equal(scorer_items(s), 3);
	assert_int_equal(in->by_user.cols, 4);
	assert_int_equal(csr_row_count(&in->by_user, 2), 3);
	assert_int_equal(in->by_user.indices[in->by_user.indptr[1]], 1);
	assert_int_equal(in->by_user.indices[in->by_user.indptr[2]], 3);
	scorer_free(s);
	inter_free(in);
}

static void
refused(const char *says)
{
	said_begin();
	assert_null(scorer_open(families, path));
	assert_true(said_has(says));
}

static void
test_refusals(void **state)
{
	const float nan3[3] = { 1, NAN, 1 };
	struct st_writer *w;

	(void)state;
	save("svd++", user2, item3);
	refused("m.st: the model's method 'svd++' is not one that this "
	    "version knows");
	save("outer", user2, nan3);
	refused("m.st: tensor 'item' has numbers that are not finite");

	w = st_writer_new();
	st_put_meta(w, "srs.kind", "fusion");
	assert_int_equal(st_write(w, path, 0), 0);
	refused("m.st: not a model: its kind is 'fusion'");
	st_writer_free(w);

	w = st_writer_new();
	st_put_meta(w, "srs.kind", "model");
	st_put_meta(w, "srs.method", "outer");
	st_put_meta(w, "srs.format", "2");
	assert_int_equal(st_write(w, path, 0), 0);
	refused("m.st: a model of format 2: this version reads formats up "
	    "to 1");
	st_writer_free(w);

	w = model_writer("outer");
	st_put(w, "item_ids", ST_U8, (size_t[]){ 4 }, 1, "a\na\n");
	assert_int_equal(st_write(w, path, 0), 0);
	refused("m.st: item_ids:");
	st_writer_free(w);

	w = model_writer("outer");
	assert_int_equal(st_write(w, path, 0), 0);
	refused("m.st: the model has no items");
	st_writer_free(w);
}

/* --- CSR ---------------------------------------------------------------- */

/* Writes a matrix (2, 3), reads it back; says: NULL if it must be taken. */
static void
try_csr(uint64_t indptr[3], uint32_t indices[4], float values[4],
    size_t rows, size_t cols, const char *says)
{
	const struct csr m = { 2, 3, indptr, indices, values };
	struct st_writer *w = model_writer("outer");
	const size_t n = 4;
	struct st_file *f;
	struct csr view;

	st_put(w, "m.indptr", ST_I64, (size_t[]){ 3 }, 1, indptr);
	st_put(w, "m.indices", ST_I32, &n, 1, indices);
	st_put(w, "m.values", ST_F32, &n, 1, values);
	st_put(w, "m.shape", ST_I64, (size_t[]){ 2 }, 1,
	    (const int64_t[]){ 2, 3 });
	if (says == NULL)
		model_put_csr(w, "n", &m);
	assert_int_equal(st_write(w, path, 0), 0);
	st_writer_free(w);
	f = model_open(path);
	assert_non_null(f);
	said_begin();
	if (says != NULL) {
		assert_int_equal(model_csr(f, "m", rows, cols, &view), -1);
		assert_true(said_has(says));
	} else {
		assert_int_equal(model_csr(f, "n", rows, cols, &view), 0);
		assert_string_equal(said_end(), "");
		assert_int_equal(view.rows, 2);
		assert_int_equal(view.cols, 3);
		assert_memory_equal(view.indptr, indptr, 3 * 8);
		assert_memory_equal(view.indices, indices, 4 * 4);
		assert_memory_equal(view.values, values, 4 * 4);
	}
	st_close(f);
}

static void
test_csr(void **state)
{
	uint64_t p[] = { 0, 1, 4 }, falls[] = { 0, 5, 4 }, cut[] = { 0, 1, 3 };
	uint64_t wide[] = { 0, UINT64_MAX, 4 };
	uint32_t i[] = { 2, 0, 1, 2 }, over[] = { 0, 0, 3, 1 };
	uint32_t minus[] = { 0, 0, (uint32_t)-1, 1 };
	float v[] = { 1, 2, 3, 4 }, inf[] = { 1, 2, INFINITY, 4 };

	(void)state;
	try_csr(p, i, v, 2, 3, NULL);
	try_csr(p, i, v, SIZE_MAX, SIZE_MAX, NULL);
	try_csr(p, i, v, 3, 3, "matrix 'm': 2 rows, not 3");
	try_csr(p, i, v, 2, 4, "matrix 'm': 3 columns, not 4");
	try_csr(falls, i, v, 2, 3, "indptr falls after row 1");
	try_csr(wide, i, v, 2, 3, "indptr falls after row 1");
	try_csr(cut, i, v, 2, 3, "indptr does not go from 0 to 4");
	try_csr(p, over, v, 2, 3, "an index is not below 3");
	try_csr(p, minus, v, 2, 3, "an index is not below 3");
	try_csr(p, i, inf, 2, 3, "tensor 'm.values' has numbers that are not");
}

static void
test_numbers(void **state)
{
	struct st_writer *w = model_writer("outer");
	struct st_file *f;
	size_t n;
	double x;

	(void)state;
	model_put_real(w, "lambda", 0.1 + 0.2);
	model_put_size(w, "factors", 64);
	st_put_meta(w, "bad", "6x");
	assert_int_equal(st_write(w, path, 0), 0);
	st_writer_free(w);
	f = model_open(path);
	assert_int_equal(model_real(f, "lambda", &x), 0);
	assert_true(x == 0.1 + 0.2);
	assert_int_equal(model_size(f, "factors", &n), 0);
	assert_int_equal(n, 64);
	said_begin();
	assert_int_equal(model_size(f, "bad", &n), -1);
	assert_true(said_has("metadata 'bad': '6x' is not a whole number"));
	said_begin();
	assert_int_equal(model_real(f, "alpha", &x), -1);
	assert_true(said_has("the metadata has no 'alpha'"));
	st_close(f);
}

/* --- epochs -------------------------------------------------------------- */

struct script {
	struct validation v;
	const double *value;	/* of each epoch */
};

static int
next_value(struct validation *v, const struct scorer *s, double *out)
{
	struct script *script = (struct script *)(void *)v;

	(void)s;
	*out = *script->value++;
	return 0;
}

static void
test_stopper(void **state)
{
	static const double value[] = { 0.9, 0.8, 0.85, 0.7, 0.7, 0.71, 0.1 };
	struct script script = { { "rmse", 1, next_value, NULL }, value };
	struct train train = { .valid = &script.v, .patience = 2,
		.history = table };
	struct stopper s;
	char line[100];
	FILE *f;

	(void)state;
	assert_int_equal(stopper_begin(&s, &train, 7), 0);
	while (stopper_more(&s))
		assert_int_equal(stopper_epoch(&s, 0.5, NULL), 0);
	assert_int_equal(s.epoch, 6);		/* two without improvement */
	assert_int_equal(s.best_epoch, 4);	/* equal is not better */
	assert_true(s.best_value == 0.7);
	assert_int_equal(stopper_end(&s, 1), 0);
	f = fopen(table, "r");
	assert_non_null(fgets(line, sizeof line, f));
	assert_string_equal(line, "epoch:float\tseconds:float\tloss:float"
	    "\trmse:float\n");
	fclose(f);

	train = (struct train){ .patience = 1 };
	assert_int_equal(stopper_begin(&s, &train, 3), 0);
	while (stopper_more(&s)) {
		assert_int_equal(stopper_epoch(&s, 1, NULL), 0);
		assert_true(s.is_best);
	}
	assert_int_equal(s.best_epoch, 3);
	said_begin();
	assert_int_equal(stopper_epoch(&s, NAN, NULL), -1);
	assert_true(said_has("the loss is not finite after epoch 4"));
	assert_int_equal(stopper_end(&s, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scorer),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_csr),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_stopper),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}

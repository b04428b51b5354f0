/* Rules that look at all rows, in memory and on the disk, against the plain
 * way. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "prep/clean.h"
#include "prep/cleanall.h"
#include "prep/cleanspill.h"
#include "tests/ref/stored.h"

enum { ROWS = 4000, USERS = 300, ITEMS = 50, COLUMNS = 2 };

/* Columns of a table of attributes, some of them empty. */
static void
make_text(struct rng *r, char text[32])
{
	char part[COLUMNS][12];

	for (int c = 0; c < COLUMNS; c++)
		snprintf(part[c], sizeof part[c], "%u", rng_below(r, 1000));
	for (int c = 0; c < COLUMNS; c++)
		if (rng_below(r, 3) == 0)
			part[c][0] = '\0';
	snprintf(text, 32, "\t%s\t%s", part[0], part[1]);
}

static struct cleanstore *
store(int is_out)
{
	static const struct cleanstore_columns has = { 1, 0, 0, 1, 1, 1 };
	struct cleanstore *s = cleanstore_new(&has);
	struct rng r;

	rng_init(&r, 1, rng_stream("test.cleanall", 0));
	for (int i = 0; i < ROWS; i++) {
		const uint32_t item = rng_below(&r, ITEMS);
		char user[16], name[16], text[32];

		snprintf(user, sizeof user, "u%u", rng_below(&r, USERS));
		snprintf(name, sizeof name, "i%u", item * item / ITEMS);
		make_text(&r, text);
		stored_add(s, &(struct cleanstore_row){ span_of(user),
		    span_of(name), span_of(""), span_of(text), NAN, 8,
		    (int64_t)rng_below(&r, 100000) });
		if (is_out && i == ROWS / 2)
			assert_int_equal(cleanspill_out(s), 0);
	}
	return s;
}

static void
weights_fade_from_the_newest(void **state)
{
	struct buf text = BUF_EMPTY;

	(void)state;
	for (int is_out = 0; is_out < 2; is_out++) {
		struct cleanstore *s = store(is_out);
		int64_t newest = 0;
		float greatest = 0;

		assert_int_equal(cleanall_decay(s, 1000), 0);
		for (uint64_t i = 0; i < ROWS; i++) {
			const int64_t t = stored_get(s, i, &text).time;

			newest = t > newest ? t : newest;
		}
		for (uint64_t i = 0; i < ROWS; i++) {
			const struct cleanstore_row row = stored_get(s, i,
			    &text);
			const double want = 8 * pow(0.5,
			    (double)(newest - row.time) / 1000);

			assert_true(fabs((double)row.weight - want) <=
			    1e-6 * want);
			greatest = row.weight > greatest ? row.weight
			    : greatest;
		}
		assert_true(greatest >= 8 && greatest <= 8);
		cleanstore_free(s);
	}
	buf_release(&text);
}

/* Every item that stays has more rows than each that went, or as many and an
 * id that sorts behind. */
static void
frequent_items_stay(void **state)
{
	struct buf text = BUF_EMPTY;

	(void)state;
	for (size_t n = 1; n <= ITEMS; n += 7) {
		struct cleanstore *s = store(n % 2);
		const size_t n_items = idmap_count(s->items);
		size_t *before = calloc(n_items, sizeof *before);
		size_t *after = calloc(n_items, sizeof *after), stay = 0;
		uint64_t removed;

		for (uint64_t i = 0; i < ROWS; i++)
			before[idmap_find(s->items,
			    stored_get(s, i, &text).item)]++;
		assert_int_equal(cleanall_top_items(s, n, &removed), 0);
		assert_int_equal(cleanstore_rows(s) + removed, ROWS);
		for (uint64_t i = 0; i < cleanstore_rows(s); i++)
			after[idmap_find(s->items,
			    stored_get(s, i, &text).item)]++;
		for (uint32_t a = 0; a < n_items; a++) {
			stay += after[a] > 0;
			assert_true(after[a] == 0 || after[a] == before[a]);
			for (uint32_t b = 0; b < n_items && after[a] > 0; b++)
				assert_true(after[b] > 0 ||
				    before[a] > before[b] ||
				    (before[a] == before[b] && span_compare(
				    idmap_name(s->items, a),
				    idmap_name(s->items, b)) > 0));
		}
		assert_int_equal(stay, n < n_items ? n : n_items);
		free(before);
		free(after);
		cleanstore_free(s);
	}
	buf_release(&text);
}

/* What each key's row should be, row by row. */
static void
attributes_are_put_together(void **state)
{
	static const struct span fill[COLUMNS] = { { NULL, 0 }, { "none", 4 } };
	char want[USERS][COLUMNS][12];
	struct buf text = BUF_EMPTY;

	(void)state;
	for (int is_out = 0; is_out < 2; is_out++) {
		struct cleanstore *s = store(is_out);
		uint64_t merged, filled, n_filled = 0;

		memset(want, 0, sizeof want);
		for (uint64_t i = 0; i < ROWS; i++) {
			const struct cleanstore_row row = stored_get(s, i,
			    &text);
			const uint32_t u = idmap_find(s->users, row.user);
			struct span rest = row.text;

			span_cut(&rest, '\t');
			for (int c = 0; c < COLUMNS; c++) {
				const struct span x = span_cut(&rest, '\t');

				if (x.n > 0)
					snprintf(want[u][c], 12, "%.*s",
					    SPAN_ARGS(x));
			}
		}
		assert_int_equal(cleanall_merge_texts(s, fill, COLUMNS,
		    &merged, &filled), 0);
		assert_int_equal(cleanstore_rows(s), idmap_count(s->users));
		assert_int_equal(merged, ROWS - cleanstore_rows(s));
		for (uint32_t u = 0; u < idmap_count(s->users); u++) {
			const struct cleanstore_row row = stored_get(s, u,
			    &text);
			char line[40];

			n_filled += want[u][1][0] == '\0';
			snprintf(line, sizeof line, "\t%s\t%s", want[u][0],
			    want[u][1][0] == '\0' ? "none" : want[u][1]);
			assert_true(span_equal(row.user,
			    idmap_name(s->users, u)));
			assert_true(span_is(row.text, line));
		}
		assert_int_equal(filled, n_filled);
		cleanstore_free(s);
	}
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights_fade_from_the_newest),
		cmocka_unit_test(frequent_items_stay),
		cmocka_unit_test(attributes_are_put_together)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

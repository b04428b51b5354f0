/* where.c -- comparisons of columns: what passes "=" fails "!=", and what has
 * no value passes neither. */

#include <math.h>
#include <string.h>

#include "all/itemwhere.h"
#include "base/mem.h"
#include "tests/fuzz/fuzz.h"

enum { ITEMS = 4 };

/* Columns n, t and w: of numbers, tokens and words; the last item has none. */
static struct itemtable *
table(void)
{
	static const char *const words[ITEMS - 1] = { "crime", "5", "gift" };
	struct itemtable *t = itemtable_new(ITEMS);

	itemtable_add_column(t, "n", ITEMTABLE_NUMBER);
	itemtable_add_column(t, "t", ITEMTABLE_TOKEN);
	itemtable_add_column(t, "w", ITEMTABLE_TOKENS);
	for (uint32_t i = 0; i < ITEMS - 1; i++) {
		t->column[0].number[i] = (double)i - 0.5;
		itemtable_add_token(t, 1, i, span_of(words[i]));
		itemtable_add_token(t, 2, i, span_of(words[i]));
		itemtable_add_token(t, 2, i, span_of("both"));
	}
	t->column[0].number[ITEMS - 1] = NAN;
	return t;
}

/* Which items pass, as bits; -1: it cannot be asked. */
static int
passing(struct itemwhere *w, const struct itemtable *t)
{
	float adjust[ITEMS] = { 0 };
	size_t n_out = 0;
	int pass = 0;

	if (itemwhere_apply(w, t, "fuzz", adjust) != 0)
		return -1;
	for (size_t i = 0; i < ITEMS; i++) {
		pass |= (adjust[i] == 0) << i;
		n_out += adjust[i] < 0;
	}
	MUST(w->n_out == n_out && w->n_missing == 1);
	MUST((pass >> (ITEMS - 1)) == 0);
	return pass;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const enum itemwhere_how opposite[] = {
		[ITEMWHERE_EQ] = ITEMWHERE_NE, [ITEMWHERE_NE] = ITEMWHERE_EQ,
		[ITEMWHERE_LT] = ITEMWHERE_GE, [ITEMWHERE_GE] = ITEMWHERE_LT,
		[ITEMWHERE_GT] = ITEMWHERE_LE, [ITEMWHERE_LE] = ITEMWHERE_GT
	};
	char *text = mem_text((const char *)data, n);
	struct buf said = BUF_EMPTY, *before = err_hold(&said);
	struct itemtable *t = table();
	struct itemwhere w;
	int pass = -1;

	if (itemwhere_read(&w, text) == 0 &&
	    itemtable_find(t, w.column) != NULL) {
		pass = passing(&w, t);
		w.how = opposite[w.how];
		if (pass >= 0)
			MUST((pass ^ passing(&w, t)) == (1 << (ITEMS - 1)) - 1);
	}
	err_hold(before);
	MUST(said.n == 0 || fuzz_one_line(&said));
	itemwhere_release(&w);
	itemtable_free(t);
	buf_release(&said);
	free(text);
	return 0;
}

#include "prep/splitcount.h"

size_t
splitcount_leaking(const struct split_rows *rows, const unsigned char *part,
    const unsigned char *leaks, unsigned kinds)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		n += part[i] < SPLIT_PARTS && (leaks[i] & kinds) != 0;
	return n;
}

void
splitcount_put(struct buf *text, size_t n, const char *what)
{
	buf_format(text, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void
add_part(struct buf *text, const struct split_rows *rows,
    const struct leaks_count *c, enum split_part p)
{
	buf_format(text, "%s: ", split_part_name(p));
	splitcount_put(text, c->rows[p], "row");
	if (rows->user != NULL) {
		buf_text(text, ", ");
		splitcount_put(text, c->users[p], "user");
	}
	if (rows->item != NULL) {
		buf_text(text, ", ");
		splitcount_put(text, c->items[p], "item");
	}
	if ((p == SPLIT_VALID || p == SPLIT_TEST) &&
	    c->new_users[p] + c->new_items[p] > 0) {
		buf_text(text, "; not in train: ");
		splitcount_put(text, c->new_users[p], "user");
		buf_text(text, ", ");
		splitcount_put(text, c->new_items[p], "item");
	}
	buf_char(text, '\n');
}

static void
add_leaks(struct buf *text, const struct leaks_count *c, enum split_part p)
{
	int any = 0;

	buf_format(text, "%s: rows with leaks:", split_part_name(p));
	for (int k = 0; k < LEAK_KINDS; k++)
		if (c->leaks[p][k] > 0) {
			buf_format(text, "%s %s %zu", any ? "," : "",
			    leak_choice((size_t)k)->name, c->leaks[p][k]);
			any = 1;
		}
	buf_text(text, any ? "\n" : " none\n");
}

void
splitcount_report(const struct split_rows *rows, const struct leaks_count *c,
    int leaks, struct buf *text)
{
	static const enum split_part order[] = { SPLIT_TRAIN,
	    SPLIT_VALID_FOLD_IN, SPLIT_VALID, SPLIT_FOLD_IN, SPLIT_TEST };

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (c->rows[order[i]] > 0)
			add_part(text, rows, c, order[i]);
	if (leaks && c->rows[SPLIT_VALID] > 0)
		add_leaks(text, c, SPLIT_VALID);
	if (leaks && c->rows[SPLIT_TEST] > 0)
		add_leaks(text, c, SPLIT_TEST);
}

#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/splitcount.h"

struct counting {
	const struct split_rows *rows;
	const unsigned char *part, *leaks;
	struct splitcount *count;
};

/* counts[p] <- different ids of part p; new[p] <- those that are in no part
 * of the set `seen`. */
static void
count_ids(const struct counting *c, const uint32_t *id, size_t n_ids,
    unsigned seen, size_t counts[SPLIT_PARTS], size_t new[SPLIT_PARTS])
{
	unsigned char *in = mem_array("ids of parts", n_ids, 1);

	for (size_t i = 0; i < c->rows->n; i++)
		if (c->part[i] < SPLIT_PARTS)
			in[id[i]] |= (unsigned char)(1 << c->part[i]);
	for (size_t i = 0; i < n_ids; i++)
		for (int p = 0; p < SPLIT_PARTS; p++)
			if (in[i] >> p & 1) {
				counts[p]++;
				new[p] += !(in[i] & seen);
			}
	free(in);
}

static void
count_rows(const struct counting *c)
{
	struct splitcount *count = c->count;

	for (size_t i = 0; i < c->rows->n; i++)
		count->rows[c->part[i]]++;
	for (size_t i = 0; i < c->rows->n && c->leaks != NULL; i++)
		for (unsigned left = c->leaks[i], k = 0; left != 0;
		    left >>= 1, k++)
			count->leaks[c->part[i]][k] += left & 1;
}

static void
count_piece(void *arg, size_t piece, size_t worker)
{
	const struct counting *c = arg;
	const unsigned train = 1 << SPLIT_TRAIN;
	const unsigned fold_in = 1 << SPLIT_FOLD_IN | 1 << SPLIT_VALID_FOLD_IN;

	(void)worker;
	if (piece == 0)
		count_rows(c);
	else if (piece == 1 && c->rows->user != NULL)
		count_ids(c, c->rows->user, c->rows->n_users, train | fold_in,
		    c->count->users, c->count->new_users);
	else if (piece == 2 && c->rows->item != NULL)
		count_ids(c, c->rows->item, c->rows->n_items, train,
		    c->count->items, c->count->new_items);
}

void
splitcount_make(const struct split_rows *rows, const unsigned char *part,
    const unsigned char *leaks, struct splitcount *count)
{
	struct counting c = { rows, part, leaks, count };

	*count = (struct splitcount){ 0 };
	par_for(3, count_piece, &c);
}

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
    const struct splitcount *c, enum split_part p)
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
add_leaks(struct buf *text, const struct splitcount *c, enum split_part p)
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
splitcount_report(const struct split_rows *rows, const struct splitcount *c,
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

#include <math.h>
#include <stdlib.h>

#include "all/itemrules.h"
#include "base/mem.h"
#include "io/ids.h"
#include "io/rows.h"

static const char *const of_pairs[] = { "user_id", "item_id", NULL };
static const char *const of_boosts[] = { "item_id", "boost", NULL };

/* A file while it is read. */
struct rules_file {
	struct itemrules *rules;
	int kind;
	struct rows *rows;
	int user, item, boost;		/* columns; user -1: of items */
	struct idmap *users, *items;
	struct inter **pairs;		/* what becomes of its pairs */
};

/* --- one row -------------------------------------------------------------- */

static int
take_pair(struct rules_file *f, struct span user, uint32_t item)
{
	const uint32_t u = idmap_find(f->users, user);

	if (u == IDMAP_NONE || item == IDMAP_NONE)
		f->rules->n_unknown[f->kind]++;
	else
		inter_add(*f->pairs, u, item, 1, 0);
	return 0;
}

static int
take_item(struct rules_file *f, uint32_t item)
{
	float x = 0;

	if (f->kind == ITEMRULES_BOOST &&
	    rows_float(f->rows, f->boost, &x) != 0)
		return -1;
	if (!isfinite(x))
		return rows_error(f->rows, f->boost, "must be a finite "
		    "number");
	if (item == IDMAP_NONE)
		f->rules->n_unknown[f->kind]++;
	else if (f->kind == ITEMRULES_BOOST)
		f->rules->adjust[item] += x;
	else
		f->rules->adjust[item] = f->kind == ITEMRULES_CANDIDATES ? 0 :
		    -INFINITY;
	return 0;
}

static int
take_row(struct rules_file *f)
{
	struct span user, item;
	uint32_t i;

	if (ids_text(f->rows, f->item, &item) != 0 ||
	    (f->user >= 0 && ids_text(f->rows, f->user, &user) != 0))
		return -1;
	i = idmap_find(f->items, item);
	return f->user >= 0 ? take_pair(f, user, i) : take_item(f, i);
}

/* --- a file --------------------------------------------------------------- */

static int
find_columns(struct rules_file *f)
{
	f->item = rows_column(f->rows, "item_id");
	if (f->item < 0)
		return -1;
	f->user = f->boost = -1;
	if (f->kind == ITEMRULES_BOOST)
		return (f->boost = rows_column(f->rows, "boost")) < 0 ? -1 : 0;
	f->user = rows_find(f->rows, "user_id");
	f->rules->is_pairs[f->kind] = f->user >= 0;
	return 0;
}

float *
itemrules_adjust(struct itemrules *r, size_t n_items)
{
	if (r->adjust == NULL)
		r->adjust = mem_array("items", n_items, sizeof *r->adjust);
	return r->adjust;
}

/* What all items begin with: of candidates, none is one. */
static void
begin_items(struct rules_file *f)
{
	const size_t n = idmap_count(f->items);
	float *adjust = itemrules_adjust(f->rules, n);

	for (size_t i = 0; i < n && f->kind == ITEMRULES_CANDIDATES; i++)
		adjust[i] = -INFINITY;
}

static void
begin_pairs(struct rules_file *f)
{
	f->pairs = f->kind == ITEMRULES_CANDIDATES ? &f->rules->candidates :
	    &f->rules->excluded;
	*f->pairs = inter_new(f->users, f->items, 0, 0);
}

int
itemrules_read(struct itemrules *rules, int kind, const char *path,
    struct idmap *users, struct idmap *items)
{
	struct rules_file f = { .rules = rules, .kind = kind, .users = users,
	    .items = items };
	const struct rows_format format = {
		.positional = kind == ITEMRULES_BOOST ? of_boosts : of_pairs,
		.only = "item_id",
		.kind = ROWS_TSV,
	};
	int got = -1;

	f.rows = rows_open(path, &format);
	if (f.rows == NULL)
		return -1;
	if (find_columns(&f) == 0) {
		if (f.user >= 0)
			begin_pairs(&f);
		else
			begin_items(&f);
		while ((got = rows_next(f.rows)) > 0)
			if (take_row(&f) != 0) {
				got = -1;
				break;
			}
	}
	if (f.pairs != NULL)
		inter_finish(*f.pairs);
	rows_close(f.rows);
	return got;
}

void
itemrules_release(struct itemrules *r)
{
	free(r->adjust);
	inter_free(r->candidates);
	inter_free(r->excluded);
	*r = (struct itemrules){ .adjust = NULL };
}

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "fuse/fusepairs.h"
#include "io/rows.h"

/* Pairs to places: open addressing, at most half full. */
struct index {
	size_t *slot;		/* (n_slots) place + 1, or 0 */
	size_t n_slots;
};

static const char *const positional[] = { "user_id", "item_id", NULL };

static uint64_t
key_of(uint32_t user, uint32_t item)
{
	return (uint64_t)user << 32 | item;
}

/* The slot of a pair, or the free one where it belongs. */
static size_t
probe(const struct index *x, const struct fusepairs *p, uint32_t user,
    uint32_t item)
{
	size_t i = hash_mix(key_of(user, item), 0) & (x->n_slots - 1);

	while (x->slot[i] != 0 && (p->user[x->slot[i] - 1] != user ||
	    p->item[x->slot[i] - 1] != item))
		i = (i + 1) & (x->n_slots - 1);
	return i;
}

static void
index_grow(struct index *x, const struct fusepairs *p)
{
	free(x->slot);
	x->n_slots = x->n_slots > 0 ? 2 * x->n_slots : 1024;
	x->slot = mem_array("pairs", x->n_slots, sizeof *x->slot);
	for (size_t i = 0; i < p->n; i++)
		x->slot[probe(x, p, p->user[i], p->item[i])] = i + 1;
}

struct columns {
	int user, item, rating, score;	/* rating -1: none */
};

static int
find_columns(const struct rows *rows, struct columns *c)
{
	const int width = (int)rows_width(rows);

	c->user = rows_column(rows, "user_id");
	if (c->user < 0)
		return -1;
	c->item = rows_column(rows, "item_id");
	if (c->item < 0)
		return -1;
	if (!rows_has_header(rows)) {
		if (width < 3)
			return err_msg("%s: %d columns: user, item and score "
			    "are needed", rows_path(rows), width);
		c->score = width - 1;
		c->rating = width > 3 ? 2 : -1;
		return 0;
	}
	c->rating = rows_find(rows, "rating");
	c->score = rows_column(rows, "score");
	return c->score < 0 ? -1 : 0;
}

static int
read_score(const struct rows *rows, const struct columns *c, float *out)
{
	double score;

	if (rows_text(rows, c->score).n == 0)
		return rows_error(rows, c->score, "is empty: every pair needs "
		    "a prediction");
	if (rows_real(rows, c->score, &score) != 0)
		return -1;
	*out = (float)score;
	if (!isfinite(*out))
		return rows_error(rows, c->score, "%g is too large", score);
	return 0;
}

static int
twice(const struct rows *rows)
{
	return rows_error(rows, -1, "this user and item stood before");
}

/* A row of the first file. */
static int
add_pair(struct fusepairs *p, struct index *x, const struct rows *rows,
    const struct columns *c, uint32_t user, uint32_t item)
{
	const size_t at = p->n;
	size_t slot;

	if (2 * (p->n + 1) > x->n_slots)
		index_grow(x, p);
	slot = probe(x, p, user, item);
	if (x->slot[slot] != 0)
		return twice(rows);
	p->user = mem_grow("pairs", p->user, &p->cap_user, at + 1,
	    sizeof *p->user);
	p->item = mem_grow("pairs", p->item, &p->cap_item, at + 1,
	    sizeof *p->item);
	p->x = mem_grow("predictions", p->x, &p->cap_x,
	    (at + 1) * p->n_systems, sizeof *p->x);
	p->user[at] = user;
	p->item[at] = item;
	for (size_t s = 1; s < p->n_systems; s++)
		p->x[at * p->n_systems + s] = NAN;
	if (c->rating >= 0) {
		p->rating = mem_grow("ratings", p->rating, &p->cap_rating,
		    at + 1, sizeof *p->rating);
		p->rating[at] = (double)NAN;
		if (rows_text(rows, c->rating).n > 0 &&
		    rows_real(rows, c->rating, &p->rating[at]) != 0)
			return -1;
	}
	p->n++;
	x->slot[slot] = p->n;
	return read_score(rows, c, &p->x[at * p->n_systems]);
}

/* A row of another file. */
static int
add_score(struct fusepairs *p, const struct index *x, const struct rows *rows,
    const struct columns *c, uint32_t user, uint32_t item, size_t system)
{
	const size_t slot = user == IDMAP_NONE || item == IDMAP_NONE ? 0 :
	    x->slot[probe(x, p, user, item)];
	float *score;

	if (slot == 0)
		return rows_error(rows, -1, "the first file does not have "
		    "this user and item");
	score = &p->x[(slot - 1) * p->n_systems + system];
	if (!isnan(*score))
		return twice(rows);
	return read_score(rows, c, score);
}

static int
read_rows(struct fusepairs *p, struct index *x, struct rows *rows,
    size_t system)
{
	struct columns c = { -1, -1, -1, -1 };
	size_t n = 0;
	int got;

	if (find_columns(rows, &c) != 0)
		return -1;
	for (; (got = rows_next(rows)) > 0; n++) {
		const struct span user = rows_text(rows, c.user);
		const struct span item = rows_text(rows, c.item);

		if (user.n == 0 || item.n == 0)
			return rows_error(rows, user.n == 0 ? c.user : c.item,
			    "is empty");
		got = system == 0 ? add_pair(p, x, rows, &c,
		    idmap_add(p->users, user), idmap_add(p->items, item)) :
		    add_score(p, x, rows, &c, idmap_find(p->users, user),
		    idmap_find(p->items, item), system);
		if (got != 0)
			return -1;
	}
	if (got == 0 && n == 0)
		return err_msg("%s: no rows", rows_path(rows));
	return got;
}

/* Every pair has a prediction by `system`. */
static int
check_all(const struct fusepairs *p, size_t system, const char *path)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct span user = idmap_name(p->users, p->user[i]);
		const struct span item = idmap_name(p->items, p->item[i]);

		if (isnan(p->x[i * p->n_systems + system]))
			return err_msg("%s: nothing for user '%.*s' and item "
			    "'%.*s' of the first file", path, SPAN_ARGS(user),
			    SPAN_ARGS(item));
	}
	return 0;
}

struct fusepairs *
fusepairs_read(const char *const *paths, size_t n, struct tick *tick)
{
	const struct rows_format format = { .positional = positional,
		.kind = ROWS_TSV, .tick = tick };
	struct fusepairs *p = mem_array("predictions", 1, sizeof *p);
	struct index x = { NULL, 0 };
	int status = 0;

	p->users = idmap_new();
	p->items = idmap_new();
	p->n_systems = n;
	for (size_t i = 0; status == 0 && i < n; i++) {
		struct rows *rows = rows_open(paths[i], &format);

		status = rows == NULL ? -1 : read_rows(p, &x, rows, i);
		rows_close(rows);
		if (status == 0)
			status = check_all(p, i, paths[i]);
	}
	free(x.slot);
	if (status == 0)
		return p;
	fusepairs_free(p);
	return NULL;
}

void
fusepairs_free(struct fusepairs *p)
{
	if (p == NULL)
		return;
	idmap_free(p->users);
	idmap_free(p->items);
	free(p->user);
	free(p->item);
	free(p->x);
	free(p->rating);
	free(p);
}

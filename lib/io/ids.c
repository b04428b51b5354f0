#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/text.h"
#include "io/ids.h"

enum { FIRST = 1024 };		/* ids of a block, at least */

static int
refuse(const struct rows *r, int column, struct span id)
{
	if (id.n == 0)
		return rows_error(r, column, "an empty id");
	return rows_error(r, column, "'%.*s' is no id: it %s", SPAN_ARGS(id),
	    text_has_control(id) ? "has a control character"
	    : !text_is_utf8(id) ? "is not UTF-8"
	    : text_has_mark(id) ? "begins with a byte order mark"
	    : "has spaces around it");
}

static int
check(const struct rows *r, int column, struct span id)
{
	if (id.n > 0 && id.p[0] != ' ' && id.p[id.n - 1] != ' ' &&
	    (text_is_plain(id) || (!text_has_control(id) &&
	    text_is_utf8(id) && !text_has_mark(id))))
		return 0;
	return refuse(r, column, id);
}

int
ids_text(const struct rows *r, int column, struct span *id)
{
	*id = rows_text(r, column);
	return check(r, column, *id);
}

int
ids_check(const struct rows *r, struct span id)
{
	return check(r, -1, id);
}

/* Not empty, its first eight bytes are plain, and no space is at its ends.
 * Without a branch: most ids have about eight bytes, some more, some less. */
static unsigned
begins_plain(const struct spans *s, size_t i)
{
	const size_t n = s->to[i] - s->from[i];
	const char *p = s->text + s->from[i];
	const uint64_t behind = n < 8 ? ~UINT64_C(0) << 8 * n : 0;
	const uint64_t word = (spans_load(p) & ~behind) |
	    (UINT64_C(0x6161616161616161) & behind);

	return (n != 0) & (p[0] != ' ') & (s->text[s->to[i] - (n != 0)] != ' ')
	    & (unsigned)text_is_plain_word(word);
}

int
ids_are_plain(const struct spans *s, size_t n)
{
	unsigned plain = 1;
	uint32_t longest = 0;

	for (size_t i = 0; i < n; i++) {
		const uint32_t length = s->to[i] - s->from[i];

		plain &= begins_plain(s, i);
		longest = length > longest ? length : longest;
	}
	if (longest <= 8)
		return (int)plain;
	for (size_t i = 0; i < n && plain; i++)
		plain = (unsigned)text_is_plain(spans_get(s, i));
	return (int)plain;
}

/* --- those of a block ----------------------------------------------------- */

void
ids_release(struct ids *s)
{
	free(s->key);
	free(s->id);
	*s = (struct ids){ .key = NULL };
}

/* For n more. */
static void
make_room(struct ids *s, size_t n)
{
	size_t cap = s->cap;
	const size_t need = s->n + n < FIRST ? FIRST : s->n + n;

	s->key = mem_grow("ids", s->key, &cap, need, sizeof *s->key);
	s->id = mem_grow("ids", s->id, &s->cap, need, sizeof *s->id);
}

static void
add(struct ids *s, struct span id)
{
	if (s->n == s->cap)
		make_room(s, 1);
	s->key[s->n++] = idmap_key(id);
}

int
ids_add(struct ids *s, struct rows *r, int column)
{
	const struct span id = rows_hold(r, column);

	if (check(r, column, id) != 0)
		return -1;
	add(s, id);
	return 0;
}

int
ids_add_raw(struct ids *s, const struct rows *r, struct span id)
{
	if (check(r, -1, id) != 0)
		return -1;
	add(s, id);
	return 0;
}

int
ids_add_many(struct ids *s, const struct spans *id, size_t n)
{
	uint64_t hash[ROWS_MANY];

	assert(n <= ROWS_MANY);
	if (!ids_are_plain(id, n))
		return 0;
	if (s->cap - s->n < n)
		make_room(s, n);
	idmap_keys(id, n, s->key + s->n, hash);
	s->n += n;
	return 1;
}

void
ids_add_none(struct ids *s)
{
	add(s, (struct span){ "", 0 });
}

/* Users are piece 0, items piece 1. */
static void
number_piece(void *arg, size_t i, size_t worker)
{
	const struct ids_pair *p = arg;
	struct ids *s = i == 0 ? p->user : p->item;

	(void)worker;
	idmap_add_keys(i == 0 ? p->users : p->items, s->key, s->n, s->id);
}

static void
find_piece(void *arg, size_t i, size_t worker)
{
	const struct ids_pair *p = arg;
	struct ids *s = i == 0 ? p->user : p->item;

	(void)worker;
	idmap_find_keys(i == 0 ? p->users : p->items, s->key, s->n, s->id);
}

int
ids_number(const struct ids_pair *pair, const char *path)
{
	struct ids_pair p = *pair;

	if (idmap_count(p.users) + p.user->n >= IDMAP_NONE ||
	    idmap_count(p.items) + p.item->n >= IDMAP_NONE)
		return err_msg("%s: too many ids", path);
	par_for(2, number_piece, &p);
	return 0;
}

void
ids_find(const struct ids_pair *pair)
{
	struct ids_pair p = *pair;

	par_for(2, find_piece, &p);
}

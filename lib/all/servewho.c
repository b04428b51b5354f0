#include <stdlib.h>
#include <string.h>

#include "all/servewho.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/ids.h"
#include "io/rows.h"
#include "prep/split.h"

/* --- options -------------------------------------------------------------- */

/* The two parts of "A/B"; without the separator, b.p is NULL. */
static struct span
cut(const char *text, char separator, struct span *b)
{
	*b = span_of(text);
	return span_cut(b, separator);
}

int
servewho_read_part(struct servewho_options *o, const char *text)
{
	struct span n;
	const struct span part = cut(text, '/', &n);

	if (num_size(part, &o->part) != 0 || n.p == NULL ||
	    num_size(n, &o->n_parts) != 0 || o->part < 1 ||
	    o->part > o->n_parts)
		return err_msg("--part: '%s' is not one of several parts such "
		    "as 3/8", text);
	return 0;
}

int
servewho_read_range(struct servewho_options *o, const char *text)
{
	struct span to;
	const struct span from = cut(text, ':', &to);

	o->to = SIZE_MAX;
	if (num_size(from, &o->from) != 0 || to.p == NULL ||
	    (to.n > 0 && num_size(to, &o->to) != 0) || o->from < 1 ||
	    o->from > o->to)
		return err_msg("--user-range: '%s' is not a range such as "
		    "1:50000 or 50001:", text);
	return 0;
}

int
servewho_read_since(struct servewho_options *o, const char *text)
{
	struct split_when when;

	if (split_when(span_of(text), &when) != 0 || when.kind != SPLIT_TIME)
		return err_msg("--active-since: '%s' is neither a number nor "
		    "a date such as 2014-04-07", text);
	o->has_since = 1;
	o->since = when.time;
	return 0;
}

/* --- those of a table ----------------------------------------------------- */

static void
add_user(struct servewho *w, uint32_t user)
{
	w->user = mem_grow("users", w->user, &w->cap, w->n + 1,
	    sizeof *w->user);
	w->user[w->n++] = user;
}

/* Is it the first time that the table has this user? */
static int
is_new(struct servewho *w, uint32_t user)
{
	const size_t old = w->n_wanted;

	w->wanted = mem_grow("users", w->wanted, &w->n_wanted,
	    (size_t)user + 1, 1);
	memset(w->wanted + old, 0, w->n_wanted - old);
	if (w->wanted[user])
		return 0;
	w->wanted[user] = 1;
	return 1;
}

static int
add_rows(struct servewho *w, struct rows *rows, int at, struct idmap *users)
{
	int got;

	while ((got = rows_next(rows)) > 0) {
		struct span id;
		uint32_t user;

		if (ids_text(rows, at, &id) != 0)
			return -1;
		user = idmap_add(users, id);
		if (is_new(w, user))
			add_user(w, user);
	}
	return got;
}

int
servewho_name(struct servewho *w, const struct servewho_options *o,
    struct scorer *s)
{
	struct rows *rows;
	int status = -1, at;

	*w = (struct servewho){ .options = o, .users = s->users };
	if (o->users == NULL)
		return 0;
	rows = rows_open(o->users, &(struct rows_format){
	    .positional = (const char *const[]){ o->column, NULL },
	    .kind = ROWS_TSV });
	if (rows == NULL)
		return -1;
	at = rows_column(rows, o->column);
	if (at >= 0)
		status = add_rows(w, rows, at, s->users);
	rows_close(rows);
	return status;
}

/* --- some of them --------------------------------------------------------- */

/* Of the user at a place from 1 on: is he in the range, and in the part? */
static int
is_asked(const struct servewho_options *o, size_t place, struct span id)
{
	return (o->from == 0 || (place >= o->from && place <= o->to)) &&
	    (o->n_parts == 0 ||
	    hash_bytes(id.p, id.n, 0) % o->n_parts == o->part - 1);
}

int
servewho_is_some(const struct servewho_options *o)
{
	return o->users != NULL || o->from > 0 || o->n_parts > 0;
}

int
servewho_wants(const void *who, uint32_t user)
{
	const struct servewho *w = who;

	if (w->options->users != NULL)
		return user < w->n_wanted && w->wanted[user];
	return is_asked(w->options, (size_t)user + 1, idmap_name(w->users,
	    user));
}

/* Rows are in the order of time. */
static int
is_active(const struct servewho_options *o, const struct inter *history,
    uint32_t user)
{
	const struct csr *m = &history->by_user;

	return user < m->rows && csr_row_count(m, user) > 0 &&
	    history->times[m->indptr[user + 1] - 1] >= o->since;
}

static void
keep(struct servewho *w, const struct servewho_options *o,
    const struct idmap *users, const struct inter *history)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		const uint32_t user = w->user[i];

		if (!is_asked(o, i + 1, idmap_name(users, user)))
			continue;
		w->n_active_of++;
		if (!o->has_since || is_active(o, history, user))
			w->user[n++] = user;
	}
	w->n = n;
}

int
servewho_choose(struct servewho *w, const struct servewho_options *o,
    const struct scorer *s, const struct inter *history)
{
	const size_t n = idmap_count(s->users);

	for (uint32_t u = 0; u < n && o->users == NULL; u++)
		add_user(w, u);
	if (o->from > w->n)
		return err_msg("--user-range: it begins at user %zu of %zu",
		    o->from, w->n);
	if (o->has_since && (history == NULL || history->times == NULL))
		return err_msg("--active-since needs interactions with a "
		    "column timestamp");
	keep(w, o, s->users, history);
	return 0;
}

void
servewho_release(struct servewho *w)
{
	free(w->user);
	free(w->wanted);
}

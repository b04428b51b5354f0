#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/leaks.h"

enum { ROWS = 1 << 16 };	/* in a piece of parallel work */

/* Sets of parts. */
enum {
	TRAIN = 1 << SPLIT_TRAIN,
	HELD_OUT = 1 << SPLIT_VALID | 1 << SPLIT_TEST,
	SEEN = TRAIN | 1 << SPLIT_VALID_FOLD_IN | 1 << SPLIT_FOLD_IN
};

static int
is_in(unsigned char part, unsigned set)
{
	return (int)(set >> part & 1);
}

/* --- names -------------------------------------------------------------- */

const struct choice *
leak_choice(size_t i)
{
	static const struct choice kinds[] = {
		{ "users", "users that train lacks", NULL },
		{ "items", "items that train lacks", NULL },
		{ "pairs", "a user and an item that train has", NULL },
		{ "rows", "the same with the same time", NULL },
		{ "user-time", "before a row of train of the user", NULL },
		{ "time", "before a row of train", NULL },
		{ "sessions", "in a session of train", NULL },
	};

	return i < sizeof kinds / sizeof *kinds ? &kinds[i] : NULL;
}

int
leaks_read(struct span text, const char *option, unsigned *kinds)
{
	*kinds = 0;
	while (text.p != NULL) {
		const struct span name = span_cut(&text, ',');
		const struct choice *kind = choice_find(leak_choice, name);
		size_t i = 0;

		if (kind == NULL)
			return err_msg("%s: unknown '%.*s'; there are users, "
			    "items, pairs, rows, user-time, time, sessions",
			    option, SPAN_ARGS(name));
		while (leak_choice(i) != kind)
			i++;
		*kinds |= 1U << i;
	}
	return 0;
}

/* --- what train has ----------------------------------------------------- */

/* A row of valid or test, by user, item and time. */
struct held {
	uint32_t item;
	int64_t time;
	size_t row;
};

struct finding {
	const struct split_rows *rows;
	const unsigned char *part;
	unsigned char *leaks;	/* (n) */
	unsigned char *in_users, *in_items, *in_sessions;
				/* sets of parts; NULL: there are none */
	int64_t *user_last, last;	/* times of rows that were seen */
	size_t *start;		/* (n_users + 1) of each user's held */
	struct held *held;	/* sorted by item and time */
	atomic_uchar *hit;	/* leaks of held, of each run of equals only
				 * those of the first */
};

static void
mark_parts(unsigned char *in, const uint32_t *id, const struct finding *f)
{
	for (size_t i = 0; i < f->rows->n; i++)
		if (f->part[i] < SPLIT_PARTS)
			in[id[i]] |= (unsigned char)(1 << f->part[i]);
}

static void
find_last_times(struct finding *f)
{
	const struct split_rows *r = f->rows;

	for (size_t i = 0; i < r->n; i++) {
		if (is_in(f->part[i], TRAIN) && r->time[i] > f->last)
			f->last = r->time[i];
		if (r->user != NULL && is_in(f->part[i], SEEN) &&
		    r->time[i] > f->user_last[r->user[i]])
			f->user_last[r->user[i]] = r->time[i];
	}
}

static void
gather_piece(void *arg, size_t piece, size_t worker)
{
	struct finding *f = arg;

	(void)worker;
	if (piece == 0 && f->in_users != NULL)
		mark_parts(f->in_users, f->rows->user, f);
	if (piece == 1 && f->in_items != NULL)
		mark_parts(f->in_items, f->rows->item, f);
	if (piece == 2 && f->in_sessions != NULL)
		mark_parts(f->in_sessions, f->rows->session, f);
	if (piece == 3 && f->rows->time != NULL)
		find_last_times(f);
}

static void
gather(struct finding *f)
{
	const struct split_rows *r = f->rows;

	if (r->user != NULL)
		f->in_users = mem_array("ids of parts", r->n_users, 1);
	if (r->item != NULL)
		f->in_items = mem_array("ids of parts", r->n_items, 1);
	if (r->session != NULL)
		f->in_sessions = mem_array("ids of parts", r->n_sessions, 1);
	f->last = INT64_MIN;
	f->user_last = mem_array("ids of parts", r->n_users,
	    sizeof *f->user_last);
	for (size_t u = 0; u < r->n_users; u++)
		f->user_last[u] = INT64_MIN;
	par_for(4, gather_piece, f);
}

/* All leaks but pairs and rows. */
static void
judge_piece(void *arg, size_t piece, size_t worker)
{
	const struct finding *f = arg;
	const struct split_rows *r = f->rows;
	const size_t from = piece * ROWS;
	const size_t to = r->n - from < ROWS ? r->n : from + ROWS;

	(void)worker;
	for (size_t i = from; i < to; i++) {
		unsigned leaks = 0;

		f->leaks[i] = 0;
		if (!is_in(f->part[i], HELD_OUT))
			continue;
		if (r->user != NULL && !(f->in_users[r->user[i]] & SEEN))
			leaks |= 1 << LEAK_USERS;
		if (r->item != NULL && !(f->in_items[r->item[i]] & TRAIN))
			leaks |= 1 << LEAK_ITEMS;
		if (r->session != NULL &&
		    f->in_sessions[r->session[i]] & SEEN)
			leaks |= 1 << LEAK_SESSIONS;
		if (r->time != NULL && r->time[i] < f->last)
			leaks |= 1 << LEAK_TIME;
		if (r->time != NULL && r->user != NULL &&
		    r->time[i] < f->user_last[r->user[i]])
			leaks |= 1 << LEAK_USER_TIME;
		f->leaks[i] = (unsigned char)leaks;
	}
}

/* --- pairs and rows ----------------------------------------------------- */

static int
compare_held(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	return (x->time > y->time) - (x->time < y->time);
}

static int64_t
time_of(const struct split_rows *r, size_t row)
{
	return r->time == NULL ? 0 : r->time[row];
}

/* The held rows by user, in the order of the table: a counting sort. */
static void
group_held(struct finding *f)
{
	const struct split_rows *r = f->rows;
	size_t *start = mem_array("held rows", r->n_users + 1, sizeof *start);
	size_t n;

	for (size_t i = 0; i < r->n; i++)
		if (is_in(f->part[i], HELD_OUT))
			start[r->user[i]]++;
	for (size_t u = 1; u <= r->n_users; u++)
		start[u] += start[u - 1];
	n = start[r->n_users];
	f->held = mem_array("held rows", n, sizeof *f->held);
	f->hit = mem_array("held rows", n, sizeof *f->hit);
	for (size_t i = r->n; i-- > 0; )
		if (is_in(f->part[i], HELD_OUT))
			f->held[--start[r->user[i]]] = (struct held){
			    r->item[i], time_of(r, i), i };
	f->start = start;
}

static void
sort_piece(void *arg, size_t piece, size_t worker)
{
	const struct finding *f = arg;
	const size_t n = f->rows->n_users, from = piece * ROWS;
	const size_t to = n - from < ROWS ? n : from + ROWS;

	(void)worker;
	for (size_t u = from; u < to; u++)
		if (f->start[u + 1] - f->start[u] > 1)
			qsort(f->held + f->start[u], f->start[u + 1] -
			    f->start[u], sizeof *f->held, compare_held);
}

/* The first of the user's held rows that is not before `key`. */
static size_t
lower_bound(const struct finding *f, uint32_t user, const struct held *key)
{
	size_t low = f->start[user], high = f->start[user + 1];

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (compare_held(&f->held[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Looks up rows that were seen; several may hit the same held row. */
static void
hit_piece(void *arg, size_t piece, size_t worker)
{
	const struct finding *f = arg;
	const struct split_rows *r = f->rows;
	const size_t from = piece * ROWS;
	const size_t to = r->n - from < ROWS ? r->n : from + ROWS;

	(void)worker;
	for (size_t i = from; i < to; i++) {
		struct held key = { r->item[i], INT64_MIN, 0 };
		const uint32_t user = r->user[i];
		const size_t end = f->start[user + 1];
		size_t at;

		if (!is_in(f->part[i], SEEN) || f->start[user] == end)
			continue;
		at = lower_bound(f, user, &key);
		if (at == end || f->held[at].item != key.item)
			continue;
		atomic_fetch_or(&f->hit[at], 1 << LEAK_PAIRS);
		key.time = time_of(r, i);
		at = lower_bound(f, user, &key);
		if (at < end && compare_held(&f->held[at], &key) == 0)
			atomic_fetch_or(&f->hit[at], 1 << LEAK_ROWS);
	}
}

/* What the first of equals has, all have. */
static void
spread_piece(void *arg, size_t piece, size_t worker)
{
	struct finding *f = arg;
	const size_t n = f->rows->n_users, from = piece * ROWS;
	const size_t to = n - from < ROWS ? n : from + ROWS;

	(void)worker;
	for (size_t u = from; u < to; u++) {
		unsigned pair = 0, row = 0;

		for (size_t i = f->start[u]; i < f->start[u + 1]; i++) {
			const struct held *h = &f->held[i];
			const int first = i == f->start[u];

			if (first || h[-1].item != h->item)
				pair = f->hit[i] & (1U << LEAK_PAIRS);
			if (first || compare_held(h - 1, h) != 0)
				row = f->hit[i] & (1U << LEAK_ROWS);
			f->leaks[h->row] |= (unsigned char)(pair | row);
		}
	}
}

static void
find_pairs(struct finding *f)
{
	const struct split_rows *r = f->rows;

	group_held(f);
	par_for(par_pieces(r->n_users, ROWS), sort_piece, f);
	par_for(par_pieces(r->n, ROWS), hit_piece, f);
	par_for(par_pieces(r->n_users, ROWS), spread_piece, f);
	free(f->start);
	free(f->held);
	free(f->hit);
}

void
leaks_find(const struct split_rows *rows, const unsigned char *part,
    unsigned char *leaks)
{
	struct finding f = { .rows = rows, .part = part, .leaks = leaks };

	gather(&f);
	par_for(par_pieces(rows->n, ROWS), judge_piece, &f);
	if (rows->user != NULL && rows->item != NULL)
		find_pairs(&f);
	free(f.in_users);
	free(f.in_items);
	free(f.in_sessions);
	free(f.user_last);
}

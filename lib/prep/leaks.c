#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/guess.h"
#include "base/mem.h"
#include "base/par.h"
#include "prep/leaks.h"

enum {
	ROWS = 1 << 16,		/* in a piece of parallel work */
	AHEAD = 16,		/* rows whose users are fetched meanwhile */
	TOGETHER = 64,		/* rows looked up at once */
	FEW = 16		/* rows that insertion sorts sooner */
};

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

		if (kind == NULL) {
			struct guess g = guess_of(name);

			guess_offer_choices(&g, leak_choice);
			return guess_fail(&g, "%s: unknown '%.*s'; there are "
			    "users, items, pairs, rows, user-time, time, "
			    "sessions", option, SPAN_ARGS(name));
		}
		while (leak_choice(i) != kind)
			i++;
		*kinds |= 1U << i;
	}
	return 0;
}

/* --- what is known of the parts ------------------------------------------- */

/* A row of valid or test. */
struct held {
	uint32_t item;
	int64_t time;
	size_t row;
};

/*
 * All that the scan below needs of a user, in one place of memory: the last
 * time of the rows that were seen; and a set of parts in the low bits of
 * `sets`, with a set of bits of held items above them.
 */
struct user {
	_Atomic int64_t last;
	_Atomic uint64_t sets;
};

struct finding {
	const struct split_rows *rows;
	const unsigned char *part;
	unsigned char *leaks;	/* (n) or NULL */
	struct user *users;	/* (n_users) */
	atomic_uchar *items, *sessions;	/* sets of parts */
	_Atomic int64_t last;	/* time of train */
	atomic_size_t n_rows[SPLIT_PARTS + 1];
	size_t *held_row;	/* (n_held) in the order of the table */
	size_t n_held;
	size_t *start;		/* (n_users + 1) of each user's held */
	struct held *held;	/* (n_held) sorted by item and time */
	atomic_uchar *hit;	/* leaks of held, of each run of equals only
				 * those of the first */
};

static void
mark(atomic_uchar *set, unsigned char part)
{
	const unsigned char bit = (unsigned char)(1 << part);

	if (!(atomic_load_explicit(set, memory_order_relaxed) & bit))
		atomic_fetch_or(set, bit);
}

static void
raise_to(_Atomic int64_t *last, int64_t time)
{
	int64_t now = atomic_load_explicit(last, memory_order_relaxed);

	while (time > now && !atomic_compare_exchange_weak(last, &now, time))
		;
}

/* One of the 56 upper bits. */
static uint64_t
item_bit(uint32_t item)
{
	const uint32_t mixed = item * UINT32_C(0x9e3779b9);

	return UINT64_C(1) << (8 + ((uint64_t)mixed * 56 >> 32));
}

static void
mark_user(struct user *u, uint64_t sets, unsigned char part)
{
	if (!(sets >> part & 1))
		atomic_fetch_or(&u->sets, UINT64_C(1) << part);
}

/* --- rows of valid and test --------------------------------------------- */

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

static void
list_held(struct finding *f)
{
	size_t cap = 0;

	for (size_t i = 0; i < f->rows->n; i++)
		if (is_in(f->part[i], HELD_OUT)) {
			if (f->n_held == cap)
				f->held_row = mem_grow("held rows",
				    f->held_row, &cap, f->n_held + 1,
				    sizeof *f->held_row);
			f->held_row[f->n_held++] = i;
		}
}

/* Soon held row i (of which there may be none) is looked at. */
static void
fetch_held(const struct finding *f, const size_t *start, size_t i)
{
	uint32_t user;

	if (i >= f->n_held)
		return;
	user = f->rows->user[f->held_row[i]];
	__builtin_prefetch(&start[user], 1);
	__builtin_prefetch(&f->users[user], 1);
}

/* By user, in the order of the table: a counting sort. */
static void
group_held(struct finding *f)
{
	const struct split_rows *r = f->rows;
	size_t *start = mem_array("held rows", r->n_users + 1, sizeof *start);

	f->held = mem_array("held rows", f->n_held, sizeof *f->held);
	f->hit = mem_array("held rows", f->n_held, sizeof *f->hit);
	for (size_t i = 0; i < f->n_held; i++) {
		fetch_held(f, start, i + AHEAD);
		start[r->user[f->held_row[i]]]++;
	}
	for (size_t u = 1; u <= r->n_users; u++)
		start[u] += start[u - 1];
	for (size_t i = f->n_held; i-- > 0; ) {
		const size_t row = f->held_row[i];
		const uint32_t user = r->user[row];

		fetch_held(f, start, i - AHEAD);
		f->held[--start[user]] = (struct held){ r->item[row],
		    time_of(r, row), row };
		atomic_store_explicit(&f->users[user].sets,
		    f->users[user].sets | item_bit(r->item[row]),
		    memory_order_relaxed);
	}
	f->start = start;
}

/* Insertion: most users have few. */
static void
sort_few(struct held *h, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct held row = h[i];
		size_t j = i;

		for (; j > 0 && compare_held(&row, &h[j - 1]) < 0; j--)
			h[j] = h[j - 1];
		h[j] = row;
	}
}

static void
sort_piece(void *arg, size_t piece, size_t worker)
{
	const struct finding *f = arg;
	const size_t n_users = f->rows->n_users, from = piece * ROWS;
	const size_t to = n_users - from < ROWS ? n_users : from + ROWS;

	(void)worker;
	for (size_t u = from; u < to; u++) {
		struct held *h = f->held + f->start[u];
		const size_t n = f->start[u + 1] - f->start[u];

		if (n <= FEW)
			sort_few(h, n);
		else
			qsort(h, n, sizeof *h, compare_held);
	}
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

/* --- all rows, once ------------------------------------------------------ */

/* Looks up a row that was seen among the held ones of its user. */
static void
hit(const struct finding *f, size_t row)
{
	const struct split_rows *r = f->rows;
	struct held key = { r->item[row], INT64_MIN, 0 };
	const uint32_t user = r->user[row];
	const size_t end = f->start[user + 1];
	size_t at = lower_bound(f, user, &key);

	if (at == end || f->held[at].item != key.item)
		return;
	atomic_fetch_or(&f->hit[at], 1 << LEAK_PAIRS);
	key.time = time_of(r, row);
	at = lower_bound(f, user, &key);
	if (at < end && compare_held(&f->held[at], &key) == 0)
		atomic_fetch_or(&f->hit[at], 1 << LEAK_ROWS);
}

/* Several at once, so that they wait for memory together. */
static void
hit_all(const struct finding *f, const size_t *row, size_t n)
{
	const uint32_t *user = f->rows->user;

	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&f->start[user[row[i]]]);
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&f->held[f->start[user[row[i]]]]);
	for (size_t i = 0; i < n; i++)
		hit(f, row[i]);
}

static void
scan_users(const struct finding *f, size_t from, size_t to)
{
	const struct split_rows *r = f->rows;
	size_t row[TOGETHER], n = 0;

	for (size_t i = from; i < to; i++) {
		struct user *u = &f->users[r->user[i]];
		uint64_t sets;

		if (i + AHEAD < to)
			__builtin_prefetch(&f->users[r->user[i + AHEAD]], 1);
		if (f->part[i] == SPLIT_NOWHERE)
			continue;
		sets = atomic_load_explicit(&u->sets, memory_order_relaxed);
		mark_user(u, sets, f->part[i]);
		if (f->leaks == NULL || !is_in(f->part[i], SEEN))
			continue;
		if (r->time != NULL)
			raise_to(&u->last, r->time[i]);
		if (r->item == NULL || !(sets & item_bit(r->item[i])))
			continue;
		row[n++] = i;
		if (n == TOGETHER) {
			hit_all(f, row, n);
			n = 0;
		}
	}
	hit_all(f, row, n);
}

static void
scan_parts(const struct finding *f, atomic_uchar *sets, const uint32_t *id,
    size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (f->part[i] != SPLIT_NOWHERE)
			mark(&sets[id[i]], f->part[i]);
}

static void
scan_rows(struct finding *f, size_t from, size_t to)
{
	size_t n[SPLIT_PARTS + 1] = { 0 };

	for (size_t i = from; i < to; i++)
		n[f->part[i]]++;
	for (int p = 0; p <= SPLIT_PARTS; p++)
		atomic_fetch_add(&f->n_rows[p], n[p]);
}

static void
scan_times(struct finding *f, size_t from, size_t to)
{
	int64_t last = INT64_MIN;

	for (size_t i = from; i < to; i++)
		if (is_in(f->part[i], TRAIN) && f->rows->time[i] > last)
			last = f->rows->time[i];
	raise_to(&f->last, last);
}

static void
scan_piece(void *arg, size_t piece, size_t worker)
{
	struct finding *f = arg;
	const struct split_rows *r = f->rows;
	const size_t from = piece * ROWS;
	const size_t to = r->n - from < ROWS ? r->n : from + ROWS;

	(void)worker;
	scan_rows(f, from, to);
	if (r->user != NULL)
		scan_users(f, from, to);
	if (r->item != NULL)
		scan_parts(f, f->items, r->item, from, to);
	if (f->leaks != NULL && r->session != NULL)
		scan_parts(f, f->sessions, r->session, from, to);
	if (f->leaks != NULL && r->time != NULL)
		scan_times(f, from, to);
}

/* --- what follows ------------------------------------------------------- */

/* All leaks of a held row but pairs and rows. */
static unsigned
judge(const struct finding *f, size_t i)
{
	const struct split_rows *r = f->rows;
	const struct user *u = r->user == NULL ? NULL : &f->users[r->user[i]];
	unsigned leaks = 0;

	if (u != NULL && !(u->sets & SEEN))
		leaks |= 1 << LEAK_USERS;
	if (r->item != NULL && !(f->items[r->item[i]] & TRAIN))
		leaks |= 1 << LEAK_ITEMS;
	if (r->session != NULL && f->sessions[r->session[i]] & SEEN)
		leaks |= 1 << LEAK_SESSIONS;
	if (r->time != NULL && r->time[i] < f->last)
		leaks |= 1 << LEAK_TIME;
	if (r->time != NULL && u != NULL && r->time[i] < u->last)
		leaks |= 1 << LEAK_USER_TIME;
	return leaks;
}

static void
judge_piece(void *arg, size_t piece, size_t worker)
{
	const struct finding *f = arg;
	const size_t from = piece * ROWS;
	const size_t to = f->n_held - from < ROWS ? f->n_held : from + ROWS;

	(void)worker;
	for (size_t i = from; i < to; i++)
		f->leaks[f->held_row[i]] = (unsigned char)judge(f,
		    f->held_row[i]);
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
			if (pair | row)
				f->leaks[h->row] |= (unsigned char)(pair |
				    row);
		}
	}
}

/* --- counts --------------------------------------------------------------- */

/* counts[p] <- ids whose set has part p; new[p] <- those with none of `seen` */
static void
count_set(unsigned parts, unsigned seen, size_t counts[SPLIT_PARTS],
    size_t new[SPLIT_PARTS])
{
	for (int p = 0; p < SPLIT_PARTS; p++)
		if (parts >> p & 1) {
			counts[p]++;
			new[p] += !(parts & seen);
		}
}

static void
count(const struct finding *f, struct leaks_count *c)
{
	const struct split_rows *r = f->rows;

	*c = (struct leaks_count){ 0 };
	for (int p = 0; p <= SPLIT_PARTS; p++)
		c->rows[p] = f->n_rows[p];
	for (size_t u = 0; u < r->n_users && r->user != NULL; u++)
		count_set((unsigned)(f->users[u].sets & 255), SEEN, c->users,
		    c->new_users);
	for (size_t i = 0; i < r->n_items && r->item != NULL; i++)
		count_set(f->items[i], TRAIN, c->items, c->new_items);
	for (size_t i = 0; i < f->n_held && f->leaks != NULL; i++) {
		const size_t row = f->held_row[i];

		for (int k = 0; k < LEAK_KINDS; k++)
			c->leaks[f->part[row]][k] += f->leaks[row] >> k & 1;
	}
}

static void
begin(struct finding *f)
{
	const struct split_rows *r = f->rows;

	f->users = mem_array("users", r->n_users, sizeof *f->users);
	f->items = mem_array("items", r->n_items, sizeof *f->items);
	f->sessions = mem_array("sessions", r->n_sessions,
	    sizeof *f->sessions);
	f->last = INT64_MIN;
	for (size_t u = 0; u < r->n_users; u++)
		f->users[u].last = INT64_MIN;
}

void
leaks_find(const struct split_rows *rows, const unsigned char *part,
    unsigned char *leaks, struct leaks_count *c)
{
	struct finding f = { .rows = rows, .part = part, .leaks = leaks };
	const int pairs = leaks != NULL && rows->user != NULL &&
	    rows->item != NULL;

	begin(&f);
	if (leaks != NULL)
		list_held(&f);
	if (pairs) {
		group_held(&f);
		par_for(par_pieces(rows->n_users, ROWS), sort_piece, &f);
	}
	par_for(par_pieces(rows->n, ROWS), scan_piece, &f);
	par_for(par_pieces(f.n_held, ROWS), judge_piece, &f);
	if (pairs)
		par_for(par_pieces(rows->n_users, ROWS), spread_piece, &f);
	count(&f, c);
	free(f.users);
	free(f.items);
	free(f.sessions);
	free(f.held_row);
	free(f.start);
	free(f.held);
	free(f.hit);
}

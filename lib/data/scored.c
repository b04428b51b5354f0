#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "data/scored.h"

enum { USERS_PER_PIECE = 256 };

/* Rows of one user that came one after the other. */
struct stretch {
	uint64_t first;
	uint32_t user;
};

struct scored {
	struct scored_item *row;	/* (n_rows of cap_rows) */
	size_t n_rows, cap_rows;
	struct stretch *stretch;	/* (n_stretches); until finish */
	size_t n_stretches, cap_stretches;
	size_t n_users;
	double max;			/* of all values; if there are any */
	uint64_t *start;		/* (n_users) first row, after finish */
	uint64_t *count;		/* (n_users) rows */
};

struct scored *
scored_new(void)
{
	return mem_array("scores", 1, sizeof(struct scored));
}

void
scored_free(struct scored *s)
{
	if (s == NULL)
		return;
	free(s->row);
	free(s->stretch);
	free(s->start);
	free(s->count);
	free(s);
}

/* The next row is one of `user`. */
static void
note_user(struct scored *s, uint32_t user)
{
	if (s->n_stretches > 0 &&
	    s->stretch[s->n_stretches - 1].user == user)
		return;
	s->stretch = mem_grow("scores", s->stretch, &s->cap_stretches,
	    s->n_stretches + 1, sizeof *s->stretch);
	s->stretch[s->n_stretches++] = (struct stretch){ s->n_rows, user };
	if (user >= s->n_users)
		s->n_users = (size_t)user + 1;
}

void
scored_add_rows(struct scored *s, size_t n, const uint32_t *user,
    const uint32_t *item, const double *value)
{
	assert(s->start == NULL);
	s->row = mem_grow("scores", s->row, &s->cap_rows, s->n_rows + n,
	    sizeof *s->row);
	for (size_t i = 0; i < n; i++) {
		assert(!isnan(value[i]));
		note_user(s, user[i]);
		if (s->n_rows == 0 || value[i] > s->max)
			s->max = value[i];
		s->row[s->n_rows++] = (struct scored_item){ value[i],
		    item[i] };
	}
}

void
scored_add(struct scored *s, uint32_t user, uint32_t item, double value)
{
	scored_add_rows(s, 1, &user, &item, &value);
}

static uint64_t
stretch_end(const struct scored *s, size_t i)
{
	return i + 1 < s->n_stretches ? s->stretch[i + 1].first : s->n_rows;
}

/* Moves the stretches of each user together, in order of arrival. */
static void
gather(struct scored *s)
{
	struct scored_item *row = mem_array("scores", s->n_rows, sizeof *row);
	uint64_t *at = mem_array("scores", s->n_users, sizeof *at);
	uint64_t next = 0;

	for (size_t u = 0; u < s->n_users; u++) {
		s->start[u] = at[u] = next;
		next += s->count[u];
	}
	for (size_t i = 0; i < s->n_stretches; i++) {
		const uint32_t u = s->stretch[i].user;

		for (uint64_t p = s->stretch[i].first; p < stretch_end(s, i);
		    p++)
			row[at[u]++] = s->row[p];
	}
	free(at);
	free(s->row);
	s->row = row;
	s->cap_rows = s->n_rows;
}

void
scored_finish(struct scored *s)
{
	int is_grouped = 1;

	assert(s->start == NULL);
	s->start = mem_array("scores", s->n_users, sizeof *s->start);
	s->count = mem_array("scores", s->n_users, sizeof *s->count);
	for (size_t i = 0; i < s->n_stretches; i++) {
		const struct stretch *x = &s->stretch[i];

		is_grouped = is_grouped && s->count[x->user] == 0;
		s->start[x->user] = x->first;
		s->count[x->user] += stretch_end(s, i) - x->first;
	}
	if (!is_grouped)
		gather(s);
	free(s->stretch);
	s->stretch = NULL;
}

size_t
scored_users(const struct scored *s)
{
	return s->n_users;
}

uint64_t
scored_count(const struct scored *s)
{
	uint64_t n = 0;

	for (size_t u = 0; u < s->n_users; u++)
		n += s->count[u];
	return n;
}

double
scored_max(const struct scored *s)
{
	return s->n_rows > 0 ? s->max : -INFINITY;
}

static struct scored_item *
rows_of(const struct scored *s, size_t user, size_t *n)
{
	assert(s->start != NULL);
	if (user >= s->n_users) {
		*n = 0;
		return NULL;
	}
	*n = (size_t)s->count[user];
	return s->row + s->start[user];
}

const struct scored_item *
scored_of(const struct scored *s, uint32_t user, size_t *n)
{
	return rows_of(s, user, n);
}

/* --- sorting -------------------------------------------------------------- */

static int
by_value(const void *va, const void *vb, void *items)
{
	const struct scored_item *a = va, *b = vb;

	if (a->value > b->value || a->value < b->value)
		return a->value > b->value ? -1 : 1;
	return a->item == b->item ? 0 :
	    span_compare(idmap_name(items, b->item),
	    idmap_name(items, a->item));
}

struct sorting {
	struct scored *s;
	int (*compare)(const void *a, const void *b, void *arg);
	void *arg;
};

/* Users of piece i; most lists are in order already. */
static void
sort_piece(void *arg, size_t i, size_t worker)
{
	const struct sorting *job = arg;
	const size_t end = (i + 1) * USERS_PER_PIECE;

	(void)worker;
	for (size_t u = i * USERS_PER_PIECE; u < end; u++) {
		size_t n, in_order = 1;
		struct scored_item *x = rows_of(job->s, u, &n);

		while (in_order < n && job->compare(&x[in_order - 1],
		    &x[in_order], job->arg) <= 0)
			in_order++;
		if (in_order < n)
			qsort_r(x, n, sizeof *x, job->compare, job->arg);
	}
}

static void
sort(struct scored *s,
    int (*compare)(const void *a, const void *b, void *arg), void *arg)
{
	struct sorting job = { s, compare, arg };

	par_for(par_pieces(s->n_users, USERS_PER_PIECE), sort_piece, &job);
}

void
scored_sort_best(struct scored *s, const struct idmap *items)
{
	/* by_value() only reads it, but qsort_r() wants a void *. */
	union { const struct idmap *in; void *out; } map = { items };

	sort(s, by_value, map.out);
}

/* --- by item -------------------------------------------------------------- */

enum { DIGIT = 8, DIGITS = 1 << DIGIT, FEW = 24 };

/* A few items (n) by number. */
static void
insert_items(struct scored_item *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct scored_item one = x[i];
		size_t j = i;

		for (; j > 0 && x[j - 1].item > one.item; j--)
			x[j] = x[j - 1];
		x[j] = one;
	}
}

/* One digit of the items (n): from `from` to `to`, in the order of arrival. */
static void
place_items(const struct scored_item *from, size_t n, unsigned shift,
    struct scored_item *to)
{
	uint32_t start[DIGITS + 1] = { 0 };

	for (size_t i = 0; i < n; i++)
		start[(from[i].item >> shift) % DIGITS + 1]++;
	for (size_t d = 1; d < DIGITS; d++)
		start[d] += start[d - 1];
	for (size_t i = 0; i < n; i++)
		to[start[(from[i].item >> shift) % DIGITS]++] = from[i];
}

/* Items (n) by number, digit by digit; scratch (n). */
static void
sort_items(struct scored_item *x, size_t n, struct scored_item *scratch)
{
	uint32_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= x[i].item;
	for (unsigned shift = 0; shift < 32 && all >> shift != 0;
	    shift += 2 * DIGIT) {
		place_items(x, n, shift, scratch);
		place_items(scratch, n, shift + DIGIT, x);
	}
}

struct unique {
	struct scored *s;
	uint64_t *dropped;	/* (pieces) */
};

/* The user's items by number, each once, with its largest value; how many. */
static size_t
unique_items(struct scored_item *x, size_t n, struct scored_item *scratch)
{
	size_t kept = 0, in_order = 1;

	while (in_order < n && x[in_order - 1].item < x[in_order].item)
		in_order++;
	if (in_order >= n)
		return n;
	if (n <= FEW)
		insert_items(x, n);
	else
		sort_items(x, n, scratch);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || x[kept - 1].item != x[i].item)
			x[kept++] = x[i];
		else
			x[kept - 1].value = fmax(x[kept - 1].value,
			    x[i].value);
	return kept;
}

static void
unique_piece(void *arg, size_t i, size_t worker)
{
	const struct unique *job = arg;
	const size_t end = (i + 1) * USERS_PER_PIECE;
	struct scored_item *scratch = NULL;
	size_t cap = 0;

	(void)worker;
	for (size_t u = i * USERS_PER_PIECE; u < end && u < job->s->n_users;
	    u++) {
		size_t n, kept;
		struct scored_item *x = rows_of(job->s, u, &n);

		scratch = mem_grow("scores", scratch, &cap, n,
		    sizeof *scratch);
		kept = unique_items(x, n, scratch);
		job->s->count[u] = kept;
		job->dropped[i] += n - kept;
	}
	free(scratch);
}

uint64_t
scored_unique(struct scored *s)
{
	const size_t n = par_pieces(s->n_users, USERS_PER_PIECE);
	struct unique job = { s, mem_array("rows", n, sizeof *job.dropped) };
	uint64_t dropped = 0;

	par_for(n, unique_piece, &job);
	for (size_t i = 0; i < n; i++)
		dropped += job.dropped[i];
	free(job.dropped);
	return dropped;
}

const struct scored_item *
scored_find(const struct scored *s, uint32_t user, uint32_t item)
{
	size_t n, low = 0;
	const struct scored_item *x = scored_of(s, user, &n);

	while (low < n) {
		const size_t mid = low + (n - low) / 2;

		if (x[mid].item == item)
			return &x[mid];
		if (x[mid].item < item)
			low = mid + 1;
		else
			n = mid;
	}
	return NULL;
}

/* --- duplicates ----------------------------------------------------------- */

/* Does an item stand twice?  table (a power of two, at least 2 n) <- items + 1
 * by open addressing. */
static int
has_repeats(const struct scored_item *x, size_t n, uint32_t *table,
    size_t size)
{
	memset(table, 0, size * sizeof *table);
	for (size_t i = 0; i < n; i++) {
		const uint32_t key = x[i].item + 1;
		size_t at = (size_t)hash_mix(key, 0) & (size - 1);

		while (table[at] != 0 && table[at] != key)
			at = (at + 1) & (size - 1);
		if (table[at] == key)
			return 1;
		table[at] = key;
	}
	return 0;
}

/* A row by its item, then by its place. */
struct place {
	uint32_t item;
	size_t at;
};

static int
by_place(const void *va, const void *vb)
{
	const struct place *a = va, *b = vb;

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static int
is_same(double a, double b)
{
	return fabs(a - b) <= SCORED_SAME * fmax(fabs(a), fabs(b));
}

/* Marks all but the first row of each item in drop (n).  The first item with
 * values that are not the same, or IDMAP_NONE. */
static uint32_t
mark_repeats(const struct scored_item *x, size_t n, struct place *place,
    unsigned char *drop)
{
	for (size_t i = 0; i < n; i++) {
		place[i] = (struct place){ x[i].item, i };
		drop[i] = 0;
	}
	qsort(place, n, sizeof *place, by_place);
	for (size_t i = 1; i < n; i++) {
		if (place[i].item != place[i - 1].item)
			continue;
		if (!is_same(x[place[i].at].value, x[place[i - 1].at].value))
			return place[i].item;
		drop[place[i].at] = 1;
	}
	return IDMAP_NONE;
}

struct once {
	struct scored *s;
	uint32_t *user;		/* (pieces) the first with other values */
	uint32_t *item;		/* (pieces) for this item, or IDMAP_NONE */
	uint64_t *dropped;	/* (pieces) */
};

/* Scratch for the lists of a piece. */
struct once_scratch {
	uint32_t *table;	/* (cap_table) */
	struct place *place;	/* (cap_place) */
	unsigned char *drop;	/* (cap_drop) */
	size_t cap_table, cap_place, cap_drop;
};

static void
once_user(const struct once *job, size_t i, uint32_t user,
    struct once_scratch *s)
{
	size_t n, kept = 0, size = 4;
	struct scored_item *x = rows_of(job->s, user, &n);

	while (size < 2 * n)
		size *= 2;
	s->table = mem_grow("items", s->table, &s->cap_table, size,
	    sizeof *s->table);
	if (!has_repeats(x, n, s->table, size))
		return;
	s->place = mem_grow("items", s->place, &s->cap_place, n,
	    sizeof *s->place);
	s->drop = mem_grow("items", s->drop, &s->cap_drop, n, 1);
	job->user[i] = user;
	job->item[i] = mark_repeats(x, n, s->place, s->drop);
	for (size_t j = 0; j < n; j++)
		if (!s->drop[j])
			x[kept++] = x[j];
	job->dropped[i] += n - kept;
	job->s->count[user] = kept;
}

static void
once_piece(void *arg, size_t i, size_t worker)
{
	const struct once *job = arg;
	const size_t end = (i + 1) * USERS_PER_PIECE;
	struct once_scratch s = { .table = NULL };

	(void)worker;
	job->item[i] = IDMAP_NONE;
	for (size_t u = i * USERS_PER_PIECE; u < end &&
	    u < job->s->n_users && job->item[i] == IDMAP_NONE; u++)
		once_user(job, i, (uint32_t)u, &s);
	free(s.table);
	free(s.place);
	free(s.drop);
}

int
scored_once(struct scored *s, uint64_t *n_dropped, uint32_t *user,
    uint32_t *item)
{
	const size_t n = par_pieces(s->n_users, USERS_PER_PIECE);
	struct once job = { s, mem_array("users", n, sizeof *job.user),
	    mem_array("items", n, sizeof *job.item),
	    mem_array("rows", n, sizeof *job.dropped) };
	int status = 0;

	par_for(n, once_piece, &job);
	*n_dropped = 0;
	for (size_t i = 0; i < n && status == 0; i++) {
		*n_dropped += job.dropped[i];
		*user = job.user[i];
		*item = job.item[i];
		status = job.item[i] == IDMAP_NONE ? 0 : -1;
	}
	free(job.user);
	free(job.item);
	free(job.dropped);
	return status;
}

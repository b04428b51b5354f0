#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/rng.h"
#include "prep/cleantime.h"
#include "prep/split.h"
#include "prep/splittime.h"

#define MAX_TIME 9e15		/* times 1000 it fits 63 bits */

const char *
split_part_name(enum split_part part)
{
	static const char *const names[] = { "train", "valid", "test" };

	assert(part < SPLIT_PARTS);
	return names[part];
}

/* --- by hash ------------------------------------------------------------ */

/*
 * Uniform in [0, 1): a function of what the row is and of the seed alone, so
 * that it stays where it is whatever other rows come, go or move.
 */
static double
place_of(uint64_t hash, uint64_t key)
{
	return (double)(hash_mix(hash, key) >> 11) * 0x1p-53;
}

static uint64_t
key_of(uint64_t seed, const char *purpose)
{
	return hash_mix(seed, rng_stream(purpose, 0));
}

static int
plan_random(const struct split_rows *rows, const struct split_options *o,
    unsigned char *part, size_t *n_kept)
{
	const double test = 1 - o->test_size;
	const double valid = o->has_valid ? test - o->valid_size : test;
	const uint64_t key = key_of(o->seed, "split.random");

	*n_kept = 0;
	for (size_t i = 0; i < rows->n; i++) {
		const double x = place_of(rows->hash[i], key);

		part[i] = x >= test ? SPLIT_TEST : x >= valid ? SPLIT_VALID
		    : SPLIT_TRAIN;
	}
	return 0;
}

size_t
split_fold(uint64_t hash, uint64_t seed, size_t folds)
{
	return 1 + (size_t)(place_of(hash, key_of(seed, "split.folds")) *
	    (double)folds);
}

static int
plan_folds(const struct split_rows *rows, const struct split_options *o,
    unsigned char *part, size_t *n_kept)
{
	*n_kept = 0;
	for (size_t i = 0; i < rows->n; i++)
		part[i] = split_fold(rows->hash[i], o->seed, o->folds) ==
		    o->fold ? SPLIT_TEST : SPLIT_TRAIN;
	return 0;
}

/* --- the table ---------------------------------------------------------- */

static const struct split_method methods[] = {
	{ { "random", "each row by itself, by a hash of what it is",
	    "valid-size=0.1 test-size=0.1" }, 0, 0, plan_random },
	{ { "temporal", "what is latest is tested, for all users at once",
	    "valid-size=0.1 test-size=0.1 at valid-at" }, 0, 1,
	    splittime_global },
	{ { "leave-last", "the last of each user is tested, the one before "
	    "validates", "leave=1" }, 1, 0, splittime_leave },
	{ { "kfold", "k parts, each tested once", "folds=5 fold" }, 0, 0,
	    plan_folds },
};

const struct choice *
split_choice(size_t i)
{
	return i < sizeof methods / sizeof *methods ? &methods[i].what : NULL;
}

const struct split_method *
split_method(const struct choice *what)
{
	size_t i = 0;

	while (&methods[i].what != what)
		assert(++i < sizeof methods / sizeof *methods);
	return &methods[i];
}

int
split_has_folds(const struct split_method *m)
{
	return m->plan == plan_folds;
}

int
split_when(struct span text, struct split_when *out)
{
	double x;

	if (text.n > 0 && text.p[text.n - 1] == '%') {
		text.n--;
		if (num_real(text, &x) != 0 || x < 0 || x > 100)
			return -1;
		*out = (struct split_when){ SPLIT_SHARE, 0, x / 100 };
		return 0;
	}
	*out = (struct split_when){ .kind = SPLIT_TIME };
	if (num_real(text, &x) != 0)	/* a date, perhaps */
		return cleantime_read(text, cleantime_unit(0), &out->time,
		    &(unsigned){ 0 });
	if (fabs(x) > MAX_TIME)
		return -1;
	out->time = llround(x * 1000);
	return 0;
}

/* --- what it came to ---------------------------------------------------- */

/* counts[p] <- different ids of part p; new[p] <- those that train lacks. */
static void
count_ids(const uint32_t *id, size_t n, size_t n_ids,
    const unsigned char *part, size_t counts[SPLIT_PARTS],
    size_t new[SPLIT_PARTS])
{
	unsigned char *in = mem_array("ids of parts", n_ids, 1);

	for (size_t i = 0; i < n; i++)
		in[id[i]] |= (unsigned char)(1 << part[i]);
	for (size_t i = 0; i < n_ids; i++)
		for (int p = 0; p < SPLIT_PARTS; p++) {
			counts[p] += in[i] >> p & 1;
			new[p] += (in[i] >> p & 1) &&
			    !(in[i] >> SPLIT_TRAIN & 1);
		}
	free(in);
}

void
split_counts(const struct split_rows *rows, const unsigned char *part,
    struct split_count *c)
{
	*c = (struct split_count){ 0 };
	for (size_t i = 0; i < rows->n; i++)
		c->rows[part[i]]++;
	if (rows->user != NULL)
		count_ids(rows->user, rows->n, rows->n_users, part, c->users,
		    c->new_users);
	if (rows->item != NULL)
		count_ids(rows->item, rows->n, rows->n_items, part, c->items,
		    c->new_items);
}

/* "1 row", "2 rows" */
static void
add_count(struct buf *text, size_t n, const char *what)
{
	buf_format(text, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void
add_part(struct buf *text, const struct split_rows *rows,
    const struct split_count *c, int p)
{
	buf_format(text, "%s: ", split_part_name((enum split_part)p));
	add_count(text, c->rows[p], "row");
	if (rows->user != NULL) {
		buf_text(text, ", ");
		add_count(text, c->users[p], "user");
	}
	if (rows->item != NULL) {
		buf_text(text, ", ");
		add_count(text, c->items[p], "item");
	}
	if (c->new_users[p] + c->new_items[p] > 0) {
		buf_text(text, "; not in train: ");
		add_count(text, c->new_users[p], "user");
		buf_text(text, ", ");
		add_count(text, c->new_items[p], "item");
	}
	buf_char(text, '\n');
}

void
split_report(const struct split_method *m, const struct split_rows *rows,
    const struct split_count *c, size_t n_kept, struct buf *text)
{
	if (m->needs_user && rows->time == NULL)
		buf_text(text, "no timestamps: rows are taken to be in the "
		    "order of time\n");
	for (int p = 0; p < SPLIT_PARTS; p++)
		if (c->rows[p] > 0)
			add_part(text, rows, c, p);
	if (n_kept > 0) {
		add_count(text, n_kept, "user");
		buf_text(text, " with too few rows: all in train\n");
	}
}

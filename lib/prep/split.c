#include <assert.h>
#include <math.h>

#include "base/hash.h"
#include "base/num.h"
#include "base/rng.h"
#include "prep/cleantime.h"
#include "prep/split.h"
#include "prep/splittime.h"
#include "prep/splituser.h"

#define MAX_TIME 9e15		/* times 1000 it fits 63 bits */

const char *
split_part_name(enum split_part part)
{
	static const char *const names[] = { "train", "valid", "test",
	    "valid-fold-in", "fold-in" };

	assert(part < SPLIT_PARTS);
	return names[part];
}

const struct choice *
split_unit_choice(size_t i)
{
	static const struct choice units[] = {
		{ "row", "each row by itself", NULL },
		{ "user", "all rows of a user", NULL },
		{ "item", "all rows of an item", NULL },
		{ "session", "all rows of a session", NULL },
	};

	return i < sizeof units / sizeof *units ? &units[i] : NULL;
}

/* --- rows one at a time ------------------------------------------------- */

/*
 * Uniform in [0, 2^53): a function of what the row is and of the seed alone,
 * so that it stays where it is whatever other rows come, go or move.
 */
static uint64_t
place_of(uint64_t hash, uint64_t key)
{
	return hash_mix(hash, key) >> 11;
}

/* The first place that is not in the first `share` of them. */
static uint64_t
place_after(double share)
{
	return share <= 0 ? 0 : (uint64_t)ceil(share * 0x1p53);
}

static uint64_t
key_of(uint64_t seed, const char *purpose)
{
	return hash_mix(seed, rng_stream(purpose, 0));
}

static void
place_random(const struct split_rule *r, const uint64_t *hash,
    const int64_t *time, size_t n, unsigned char *part)
{
	/* without a branch, which nobody could predict */
	(void)time;
	for (size_t i = 0; i < n; i++) {
		const uint64_t x = place_of(hash[i], r->key);

		part[i] = (unsigned char)((x >= r->valid) + (x >= r->test));
	}
}

static int
rule_random(const struct split_options *o, struct split_rule *r)
{
	r->place = place_random;
	r->key = key_of(o->seed, "split.random");
	r->test = place_after(1 - o->test_size);
	r->valid = o->has_valid
	    ? place_after(1 - o->test_size - o->valid_size) : r->test;
	return 1;
}

size_t
split_fold(const struct split_rule *r, uint64_t hash)
{
	return 1 + (size_t)((double)place_of(hash, r->key) * 0x1p-53 *
	    (double)r->folds);
}

static void
place_fold(const struct split_rule *r, const uint64_t *hash,
    const int64_t *time, size_t n, unsigned char *part)
{
	(void)time;
	for (size_t i = 0; i < n; i++)
		part[i] = split_fold(r, hash[i]) == r->fold ? SPLIT_TEST
		    : SPLIT_TRAIN;
}

static int
rule_folds(const struct split_options *o, struct split_rule *r)
{
	r->place = place_fold;
	r->key = key_of(o->seed, "split.folds");
	r->folds = o->folds;
	r->fold = o->fold;
	return 1;
}

static void
place_time(const struct split_rule *r, const uint64_t *hash,
    const int64_t *time, size_t n, unsigned char *part)
{
	(void)hash;
	for (size_t i = 0; i < n; i++)
		part[i] = (unsigned char)((time[i] >= r->valid_at) +
		    (time[i] >= r->test_at));
}

/* A share of the rows is known only once all were seen. */
static int
rule_time(const struct split_options *o, struct split_rule *r)
{
	r->place = place_time;
	r->test_at = r->valid_at = o->test_at.time;
	if (o->has_valid)
		r->valid_at = o->valid_at.time;
	return o->test_at.kind == SPLIT_TIME &&
	    (!o->has_valid || o->valid_at.kind == SPLIT_TIME);
}

static int
plan_random(const struct split_rows *rows, const struct split_options *o,
    unsigned char *part, size_t *n_kept)
{
	struct split_rule r;

	*n_kept = 0;
	rule_random(o, &r);
	r.place(&r, rows->hash, rows->time, rows->n, part);
	return 0;
}

static int
plan_folds(const struct split_rows *rows, const struct split_options *o,
    unsigned char *part, size_t *n_kept)
{
	struct split_rule r;

	*n_kept = 0;
	rule_folds(o, &r);
	r.place(&r, rows->hash, rows->time, rows->n, part);
	return 0;
}

/* --- the table ---------------------------------------------------------- */

enum {
	ROW = 1 << SPLIT_ROW,
	USER = 1 << SPLIT_USER,
	ITEM = 1 << SPLIT_ITEM,
	SESSION = 1 << SPLIT_SESSION
};

static const struct split_method methods[] = {
	{ { "random", "each row by itself, by a hash of what it is",
	    "valid-size=0.1 test-size=0.1 unit=row" },
	    ROW | USER | ITEM | SESSION, 0, 0, 1, rule_random, plan_random },
	{ { "user-random", "a share of each user's rows, by their hashes",
	    "valid-size=0.1 test-size=0.1 unit=row" }, ROW | SESSION, 1, 0, 1,
	    NULL, splituser_share_by_hash },
	{ { "leave-random", "some rows of each user are tested, others "
	    "validate", "leave=1 unit=row" }, ROW | SESSION, 1, 0, 1, NULL,
	    splituser_leave_by_hash },
	{ { "leave-last", "the last of each user is tested, the one before "
	    "validates", "leave=1 unit=row" }, ROW | SESSION, 1, 0, 0, NULL,
	    splituser_leave_by_time },
	{ { "user-temporal", "the last share of each user's rows is tested",
	    "valid-size=0.1 test-size=0.1 unit=row" }, ROW | SESSION, 1, 0, 0,
	    NULL, splituser_share_by_time },
	{ { "temporal", "what is latest is tested, for all users at once: a "
	    "tenth of the rows, if neither --at nor --test-size says else",
	    "valid-size test-size at valid-at unit=row" }, ROW | SESSION, 0, 1,
	    0, rule_time, splittime_global },
	{ { "new-users", "users of one part are in no other: strong "
	    "generalisation, with --fold-in", "valid-size=0.1 test-size=0.1 "
	    "fold-in-size=0.8 fold-in-order=random" }, USER, 1, 0, 1,
	    rule_random, plan_random },
	{ { "new-items", "items of one part are in no other",
	    "valid-size=0.1 test-size=0.1" }, ITEM, 0, 0, 1, rule_random,
	    plan_random },
	{ { "kfold", "k parts, each tested once", "folds=5 fold unit=row "
	    "fold-in-size=0.8 fold-in-order=random" },
	    ROW | USER | ITEM | SESSION, 0, 0, 1, rule_folds, plan_folds },
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

	while (&methods[i].what != what) {
		i++;
		assert(i < sizeof methods / sizeof *methods);
	}
	return &methods[i];
}

enum split_unit
split_unit(const struct split_method *m, const struct choice *asked)
{
	size_t i = 0;

	if (m->units & ROW && asked == NULL)
		return SPLIT_ROW;
	while (m->units & ROW ? split_unit_choice(i) != asked
	    : !(m->units >> i & 1))
		i++;
	return (enum split_unit)i;
}

int
split_rule(const struct split_method *m, const struct split_options *o,
    struct split_rule *rule)
{
	return m->rule != NULL && m->rule(o, rule);
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

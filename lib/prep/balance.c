#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "prep/balance.h"
#include "prep/split.h"

enum how { NONE, UNDER, OVER, WEIGHT };

struct class {
	size_t rows;		/* of the train part */
	size_t written;
	size_t times;		/* each row is written */
	size_t more;		/* rows that are written once more: those */
	uint64_t below;		/* with a key below this, and of those */
	size_t equal;		/* that have it, the first so many */
	double weight;
};

struct balance {
	const uint16_t *class;	/* (n) */
	const uint64_t *hash;	/* (n) */
	uint64_t key;
	struct class *of;	/* (n_classes) */
	unsigned char *extra;	/* (n) is written once more */
};

const struct choice *
balance_choice(size_t i)
{
	static const struct choice how[] = {
		{ "none", "no change", NULL },
		{ "under", "fewer rows of the large classes", NULL },
		{ "over", "copies of rows of the small classes", NULL },
		{ "weight", "a column of weights", NULL },
	};

	return i < sizeof how / sizeof *how ? &how[i] : NULL;
}

int
balance_is_none(const struct choice *how)
{
	return how == balance_choice(NONE);
}

int
balance_is_weight(const struct choice *how)
{
	return how == balance_choice(WEIGHT);
}

/* --- how many of each class --------------------------------------------- */

static void
count(struct balance *b, size_t n_classes, const unsigned char *part, size_t n,
    size_t *least, size_t *most, size_t *present)
{
	*least = SIZE_MAX;
	*most = *present = 0;
	for (size_t i = 0; i < n; i++)
		if (part[i] == SPLIT_TRAIN)
			b->of[b->class[i]].rows++;
	for (size_t c = 0; c < n_classes; c++) {
		const size_t rows = b->of[c].rows;

		if (rows == 0)
			continue;
		++*present;
		if (rows < *least)
			*least = rows;
		if (rows > *most)
			*most = rows;
	}
}

static void
set_class(struct class *c, enum how how, size_t least, size_t most,
    double ratio)
{
	const double cap = ratio * (double)least;
	const size_t floor_rows = (size_t)ceil((double)most / ratio);

	c->written = c->rows;
	if (how == UNDER && (double)c->rows > cap)
		c->written = (size_t)cap;
	if (how == OVER && c->rows > 0 && c->rows < floor_rows)
		c->written = floor_rows;
	if (c->rows > 0) {
		c->times = c->written / c->rows;
		c->more = c->written % c->rows;
	}
}

/* --- which rows --------------------------------------------------------- */

static uint64_t
key_of(const struct balance *b, size_t row)
{
	return hash_mix(b->hash[row], b->key);
}

static int
compare_keys(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Finds the key of the row that is the last to be written once more. */
static void
find_last_key(struct balance *b, size_t class, const unsigned char *part,
    size_t n)
{
	struct class *c = &b->of[class];
	uint64_t *keys = mem_array("rows of a class", c->rows, sizeof *keys);
	size_t n_keys = 0, first = c->more - 1;

	for (size_t i = 0; i < n; i++)
		if (part[i] == SPLIT_TRAIN && b->class[i] == class)
			keys[n_keys++] = key_of(b, i);
	qsort(keys, n_keys, sizeof *keys, compare_keys);
	c->below = keys[c->more - 1];
	while (first > 0 && keys[first - 1] == c->below)
		first--;
	c->equal = c->more - first;
	free(keys);
}

static void
choose(struct balance *b, const unsigned char *part, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct class *c = &b->of[b->class[i]];
		const uint64_t key = key_of(b, i);

		if (part[i] != SPLIT_TRAIN || c->more == 0)
			continue;
		if (key < c->below)
			b->extra[i] = 1;
		else if (key == c->below && c->equal > 0) {
			b->extra[i] = 1;
			c->equal--;
		}
	}
}

struct balance *
balance_new(const struct choice *how, const uint16_t *class, size_t n_classes,
    const uint64_t *hash, const unsigned char *part, size_t n, double ratio,
    uint64_t seed)
{
	struct balance *b = mem_array("classes", 1, sizeof *b);
	enum how h = NONE;
	size_t least, most, present, all = 0;

	while (balance_choice(h) != how)
		h++;
	b->class = class;
	b->hash = hash;
	b->key = hash_mix(seed, rng_stream("split.balance", 0));
	b->of = mem_array("classes", n_classes, sizeof *b->of);
	b->extra = mem_array("rows", n, 1);
	count(b, n_classes, part, n, &least, &most, &present);
	for (size_t c = 0; c < n_classes; c++) {
		all += b->of[c].rows;
		set_class(&b->of[c], h, least, most, ratio);
		if (b->of[c].more > 0)
			find_last_key(b, c, part, n);
	}
	for (size_t c = 0; c < n_classes; c++)
		if (b->of[c].rows > 0)
			b->of[c].weight = (double)all / (double)present /
			    (double)b->of[c].rows;
	choose(b, part, n);
	return b;
}

void
balance_free(struct balance *b)
{
	if (b == NULL)
		return;
	free(b->of);
	free(b->extra);
	free(b);
}

size_t
balance_times(const struct balance *b, size_t row)
{
	return b->of[b->class[row]].times + b->extra[row];
}

double
balance_weight(const struct balance *b, size_t row)
{
	return b->of[b->class[row]].weight;
}

size_t
balance_rows(const struct balance *b, size_t class)
{
	return b->of[class].rows;
}

size_t
balance_written(const struct balance *b, size_t class)
{
	return b->of[class].written;
}

#ifndef SRS_PROFILE_H
#define SRS_PROFILE_H

/*
 * profile.h -- what a table is like, in constant memory: distinct values,
 * histograms, ranges, duplicates, how unequal the ids are.
 *
 *	struct profile *p = profile_new(columns, n, now);
 *	for each row {
 *		profile_row(p);
 *		profile_token(p, 0, hash_id(user), user);
 *		profile_number(p, 1, rating);
 *		profile_time(p, 2, time);
 *		profile_pair(p, hash_mix(user_hash, item_hash));
 *	}
 *
 * A profile depends on the set of rows only, and is exactly the same for any
 * order of them and however they were spread over profiles that were then
 * merged: counts are added, largest values and hashes are kept, sums are
 * exact.  So each thread may have its own.
 *
 * A column keeps the rows of each of its values as long as there are few
 * (fewvalues.h); with more, distinct values are counted by hll.h and sampled by
 * idsample.h, and numbers fall into the bins of logbins.h.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/exactsum.h"
#include "base/span.h"
#include "prep/daybins.h"
#include "prep/fewvalues.h"
#include "prep/hll.h"
#include "prep/idsample.h"
#include "prep/logbins.h"
#include "prep/popularity.h"

enum profile_kind {
	PROFILE_ID,		/* whose values are not named anywhere */
	PROFILE_TOKEN,		/* a category */
	PROFILE_TEXT,		/* a sequence, a title: not named either */
	PROFILE_NUMBER, PROFILE_TIME, PROFILE_KINDS
};

const char *profile_kind_name(enum profile_kind);	/* "id", ... */

enum { PROFILE_NAME_MAX = 100 };	/* bytes of a value that is named */

struct profile_column {
	const char *name;
	enum profile_kind kind;
	uint64_t rows;		/* with a value */

	/* rows of each value, unless there are many: then no longer used */
	struct fewvalues few;
	int many;
	char **text;		/* (FEWVALUES_SLOTS) names; PROFILE_TOKEN */
	int unnamed;		/* a name was too long: none are there */

	struct hll *distinct;		/* of many; not of times */
	struct idsample *sample;	/* of many texts */
	uint64_t *bin;		/* (LOGBINS_N) of many numbers */
	struct exactsum sum, squares;	/* of many numbers */
	double min, max;		/* of many numbers */
	struct daybins *times;
};

struct profile {
	uint64_t rows;
	size_t n;
	struct profile_column *column;	/* (n) */
	struct idsample *pairs;		/* what must not stand twice */
};

struct profile_spec {
	const char *name;	/* stays the caller's */
	enum profile_kind kind;
};

/* Times after `now` (thousandths, CLEANTIME_NONE: never) are in the future. */
struct profile *profile_new(const struct profile_spec *, size_t n,
    int64_t now);
void profile_free(struct profile *);

/* The first becomes the profile of both; they have the same columns. */
void profile_merge(struct profile *, const struct profile *);

/* For the functions below: a text while there are few, and `rows` of a key of
 * a column that has many or gets them now. */
void profile_few_texts(struct profile_column *, uint64_t hash, struct span);
void profile_many(struct profile_column *, uint64_t key, uint64_t rows);

/* Another row; then its fields that are not missing, by column.  `hash` is
 * hash_id() of the text. */
static inline void
profile_row(struct profile *p)
{
	p->rows++;
}

static inline void
profile_token(struct profile *p, size_t column, uint64_t hash,
    struct span text)
{
	struct profile_column *c = &p->column[column];

	c->rows++;
	if (c->many) {
		hll_add(c->distinct, hash);
		idsample_add(c->sample, hash, 1);
	} else {
		profile_few_texts(c, hash, text);
	}
}

static inline void
profile_number(struct profile *p, size_t column, double x)
{
	struct profile_column *c = &p->column[column];
	const double value = x + 0;	/* no -0 */
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	c->rows++;
	if (c->many || fewvalues_add(&c->few, bits, 1) == FEWVALUES_NONE)
		profile_many(c, bits, 1);
}

static inline void
profile_time(struct profile *p, size_t column, int64_t thousandths)
{
	p->column[column].rows++;
	daybins_add(p->column[column].times, thousandths);
}

/* The hash of what makes the row a duplicate of another. */
static inline void
profile_pair(struct profile *p, uint64_t hash)
{
	idsample_add(p->pairs, hash, 1);
}

/*
 * The same for n rows of a column at once: several times as fast where rows
 * are read in between, whose branches nobody can foresee.  Numbers that are
 * NAN and times that are CLEANTIME_NONE are missing.
 */
void profile_ids(struct profile *, size_t column, const uint64_t *hash,
    size_t n);
void profile_numbers(struct profile *, size_t column, const float *, size_t n);
void profile_times(struct profile *, size_t column, const int64_t *, size_t n);
void profile_pairs(struct profile *, const uint64_t *hash, size_t n);

/* --- what is in it ------------------------------------------------------ */

/* Distinct values, not of times.  *estimated: by hll.h. */
double profile_distinct(const struct profile_column *, int *estimated);

/* How rows are spread over the ids. */
struct popularity profile_popularity(const struct profile_column *);

/* The ids of a PROFILE_ID, _TOKEN or _TEXT as idsample_list() does. */
struct idsample_entry *profile_sample(const struct profile_column *, size_t *n,
    int *all);

/* Numbers; NAN without any.  sd divides by rows, and is NAN too where a square
 * is out of range. */
struct profile_range { double min, max, mean, sd; };
struct profile_range profile_range(const struct profile_column *);

/* Rows of each value, ascending, if there are few: their number, else
 * FEWVALUES_NONE.  Tokens are sorted by rows, most first, then by text. */
struct profile_value { double number; const char *text; uint64_t rows; };
int profile_values(const struct profile_column *,
    struct profile_value value[FEWVALUES_MAX]);

/* Rows that have a twin before them; *estimated from a sample of the pairs. */
double profile_duplicates(const struct profile *, int *estimated);

#endif

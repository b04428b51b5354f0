#ifndef SRS_SPLIT_H
#define SRS_SPLIT_H

/*
 * split.h -- which rows of a table are for training, validation and testing.
 *
 *	const struct split_method *m = split_method(choice);
 *	m->plan(&rows, &options, part);
 *
 * A new way to split is one function and one line in the table of split.c.
 * No method looks at the order of rows, except that rows of a user with equal
 * times (or without any) are in the order of arrival.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/choice.h"
#include "base/err.h"
#include "base/span.h"

enum split_part { SPLIT_TRAIN, SPLIT_VALID, SPLIT_TEST, SPLIT_PARTS };

/* "train", "valid", "test". */
const char *split_part_name(enum split_part);

/* A table, as far as splits look at it.  Arrays belong to the caller. */
struct split_rows {
	size_t n, n_users, n_items;
	uint32_t *user, *item;	/* (n); NULL: the table has none */
	int64_t *time;		/* (n) thousandths of a unit; may be NULL */
	uint64_t *hash;		/* (n) of what a row is known by */
};

/* A moment given by a user: a time, or how many of the rows come before. */
struct split_when {
	enum { SPLIT_NEVER, SPLIT_TIME, SPLIT_SHARE } kind;
	int64_t time;
	double share;		/* 0 .. 1 */
};

struct split_options {
	uint64_t seed;
	int has_valid;			/* a part for validation is wanted */
	double valid_size, test_size;	/* shares of the rows */
	struct split_when valid_at, test_at;	/* where those parts begin */
	size_t leave;			/* rows of each user */
	size_t folds, fold;		/* fold 1 .. folds is the test part */
};

struct split_method {
	struct choice what;
	int needs_user, needs_time;
	/*
	 * part (n) <- a part for each row.  *n_kept <- users whose rows all
	 * stay in the train part because they have too few.  0, or -1 after a
	 * message.
	 */
	int (*plan)(const struct split_rows *, const struct split_options *,
	    unsigned char *part, size_t *n_kept);
};

const struct choice *split_choice(size_t i);
const struct split_method *split_method(const struct choice *);

/* Is this the method that can number the folds instead of making parts? */
int split_has_folds(const struct split_method *);

/* The fold, from 1, of the row with this hash. */
size_t split_fold(uint64_t hash, uint64_t seed, size_t folds);

/*
 * Reads a moment: "90%", a number in the unit of the times, or, for times in
 * seconds, a date as cleantime_read() takes it.  0, or -1 and no message.
 */
int split_when(struct span text, struct split_when *out) SRS_MUST_CHECK;

/* What a plan came to. */
struct split_count {
	size_t rows[SPLIT_PARTS];
	/* users and items of the part; of valid and test, those that the train
	 * part lacks */
	size_t users[SPLIT_PARTS], items[SPLIT_PARTS];
	size_t new_users[SPLIT_PARTS], new_items[SPLIT_PARTS];
};

void split_counts(const struct split_rows *, const unsigned char *part,
    struct split_count *);

/* Adds that, and users that were kept, as lines of text. */
void split_report(const struct split_method *, const struct split_rows *,
    const struct split_count *, size_t n_kept, struct buf *);

#endif

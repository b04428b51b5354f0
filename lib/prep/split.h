#ifndef SRS_SPLIT_H
#define SRS_SPLIT_H

/*
 * split.h -- which rows of a table are for training, validation and testing.
 *
 *	const struct split_method *m = split_method(choice);
 *	if (split_rule(m, &options, &rule))	rows one at a time
 *		rule.place(&rule, hash, time, n, part);
 *	else					or all of them
 *		status = m->plan(&rows, &options, part, &n_kept);
 *
 * A new way to split is one function and one line in the table of split.c.
 * No method looks at the order of rows, except that rows of a user with equal
 * times (or without any) are in the order of arrival.
 *
 * What goes to one part as a whole is a row, or all rows of a user, an item
 * or a session: see splitunit.h, which makes a row of each of them.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "base/span.h"

enum split_part {
	SPLIT_TRAIN, SPLIT_VALID, SPLIT_TEST,
	/* rows of held-out users that a model may see before it is asked */
	SPLIT_VALID_FOLD_IN, SPLIT_FOLD_IN,
	SPLIT_PARTS,
	SPLIT_NOWHERE = SPLIT_PARTS	/* dropped */
};

/* "train", "valid", "test", "valid-fold-in", "fold-in". */
const char *split_part_name(enum split_part);

/* A table, as far as splits look at it.  Arrays belong to the caller. */
struct split_rows {
	size_t n, n_users, n_items, n_sessions;
	uint32_t *user, *item, *session;	/* (n); NULL: none */
	int64_t *time;		/* (n) thousandths of a unit; may be NULL */
	uint64_t *hash;		/* (n) of what a row is known by; may be NULL
				 * when nothing goes by it */
};

/* A moment given by a user: a time, or how many of the rows come before. */
struct split_when {
	enum { SPLIT_NEVER, SPLIT_TIME, SPLIT_SHARE } kind;
	int64_t time;
	double share;		/* 0 .. 1 */
};

enum split_unit { SPLIT_ROW, SPLIT_USER, SPLIT_ITEM, SPLIT_SESSION };

/* row, user, item, session: in the order of enum split_unit. */
const struct choice *split_unit_choice(size_t i);

struct split_options {
	uint64_t seed;
	int has_valid;			/* a part for validation is wanted */
	double valid_size, test_size;	/* shares; NAN: not given */
	struct split_when valid_at, test_at;	/* where those parts begin */
	size_t leave;			/* rows of each user */
	size_t folds, fold;		/* fold 1 .. folds is the test part */
};

/* How a row is placed that is looked at alone. */
struct split_rule {
	/* part (n) <- the parts of n rows.  hash (n) or time (n) is NULL when
	 * the method does not go by it. */
	void (*place)(const struct split_rule *, const uint64_t *hash,
	    const int64_t *time, size_t n, unsigned char *part);
	uint64_t key;
	uint64_t valid, test;		/* places where the parts begin */
	int64_t valid_at, test_at;
	size_t folds, fold;
};

struct split_method {
	struct choice what;
	unsigned units;		/* 1 << enum split_unit of those it has */
	int needs_user, needs_time, by_hash;
	int (*rule)(const struct split_options *, struct split_rule *);
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

/* The unit of a method that has only one that is not the row, as new-users;
 * of others `asked` (which may be NULL: rows). */
enum split_unit split_unit(const struct split_method *,
    const struct choice *asked);

/* Can rows be placed one at a time, with these options?  Then the rule. */
int split_rule(const struct split_method *, const struct split_options *,
    struct split_rule *);

/* Is this the method that can number the folds instead of making parts? */
int split_has_folds(const struct split_method *);

/* The fold, from 1, of the row with this hash, by the rule of that method. */
size_t split_fold(const struct split_rule *, uint64_t hash);

/*
 * Reads a moment: "90%", a number in the unit of the times, or, for times in
 * seconds, a date as cleantime_read() takes it.  0, or -1 and no message.
 */
int split_when(struct span text, struct split_when *out) SRS_MUST_CHECK;

#endif

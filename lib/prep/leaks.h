#ifndef SRS_LEAKS_H
#define SRS_LEAKS_H

/*
 * leaks.h -- what a part for validation or testing has to do with what a
 * model is trained with: rows that it cannot know anything of, and rows that
 * it knows too much of.
 *
 *	leaks_find(&rows, part, leaks, &count);	a set of leaks for each row
 *
 * A row of valid or test has the leak
 *	users		no row of train has its user
 *	items		no row of train has its item
 *	pairs		a row of train has its user and its item
 *	rows		one of these has its time, too
 *	user-time	a row of train with its user is later
 *	time		a row of train is later (Ji et al. 2023)
 *	sessions	a row of train is in its session
 * where rows to fold in count as rows of train, but not for items and time.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "base/span.h"
#include "prep/split.h"

enum leak {
	LEAK_USERS, LEAK_ITEMS, LEAK_PAIRS, LEAK_ROWS, LEAK_USER_TIME,
	LEAK_TIME, LEAK_SESSIONS, LEAK_KINDS
};

enum { LEAKS_ALL = (1 << LEAK_KINDS) - 1 };

/* users, items, ...: in the order of enum leak. */
const struct choice *leak_choice(size_t i);

/* "users,time": *kinds <- a set of 1 << enum leak.  0, or -1 after a message
 * that names `option`. */
int leaks_read(struct span text, const char *option, unsigned *kinds)
    SRS_MUST_CHECK;

/* What the parts have. */
struct leaks_count {
	size_t rows[SPLIT_PARTS + 1];	/* the last: dropped */
	size_t users[SPLIT_PARTS], items[SPLIT_PARTS];
	/* of valid and test, those that have the leak of that name */
	size_t new_users[SPLIT_PARTS], new_items[SPLIT_PARTS];
	size_t leaks[SPLIT_PARTS][LEAK_KINDS];	/* rows */
};

/*
 * leaks (rows->n), all 0 before, <- the set of each row's leaks, as far as the
 * table has the columns for them; NULL: only rows and ids are counted.
 * O(n log n) at worst, on all threads.  Scratch is 32 bytes for each row of
 * valid and test, 24 for each user and 1 for each item and session.
 */
void leaks_find(const struct split_rows *, const unsigned char *part,
    unsigned char *leaks, struct leaks_count *);

#endif

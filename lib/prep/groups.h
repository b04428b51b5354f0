#ifndef SRS_GROUPS_H
#define SRS_GROUPS_H

/*
 * groups.h -- the rows of each user together (or of whatever the numbers
 * are), without a second copy of the table.
 *
 *	struct groups *g = groups_new(user, n_rows, n_users);
 *	groups_each(g, time, one, &job);
 *	groups_free(g);
 *
 * Rows are cut into segments of 2^16; within each of them the rows are put in
 * the order of their buckets of groups, 2 bytes a row.  A bucket, which is a
 * piece of parallel work, then finds its rows in every segment.  Both steps
 * stay within the processor's cache: a counting sort of all rows by user
 * would not.
 */

#include <stddef.h>
#include <stdint.h>

struct groups;

struct group_row {
	int64_t key;		/* for whoever wants to sort */
	size_t row;
};

/* group (n): numbers below n_groups; must stay.  O(n), on all threads. */
struct groups *groups_new(const uint32_t *group, size_t n, size_t n_groups);
void groups_free(struct groups *);

/*
 * Calls one(arg, group, rows, n, worker) once for each group that has rows,
 * several at once, in no order that means anything; `rows` (n) are in the
 * order of the table, and may be changed.  A row's key is that of `keys`
 * (rows of the table), or 0 when there are none: fetched here, for a bucket
 * at once, they take a fraction of the time.
 */
void groups_each(const struct groups *, const int64_t *keys,
    void (*one)(void *arg, uint32_t group, struct group_row *rows, size_t n,
    size_t worker), void *arg);

/* Sorts by key; rows with equal keys by their number. */
void groups_sort(struct group_row *rows, size_t n);

/* The same of the last k <= n only: the others stand before them, in any
 * order. */
void groups_sort_last(struct group_row *rows, size_t n, size_t k);

#endif

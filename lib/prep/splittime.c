#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/splittime.h"

/* --- all users at once -------------------------------------------------- */

static int
compare_times(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * The first time that belongs to a part which begins after a share of the
 * sorted times (n >= 1).  The cut may fall between rows of one time; all of
 * them belong to the later part.
 */
static int64_t
time_after(const int64_t *sorted, size_t n, double share)
{
	const size_t i = (size_t)llround(share * (double)n);

	return i < n ? sorted[i] : INT64_MAX;
}

static int64_t
moment(const struct split_when *when, double otherwise, const int64_t *sorted,
    size_t n)
{
	switch (when->kind) {
	case SPLIT_TIME:
		return when->time;
	case SPLIT_SHARE:
		return time_after(sorted, n, when->share);
	case SPLIT_NEVER:
		break;
	}
	return time_after(sorted, n, otherwise > 0 ? otherwise : 0);
}

/* The share of times that are before t. */
static double
share_before(const int64_t *sorted, size_t n, int64_t t)
{
	size_t low = 0, high = n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (sorted[middle] < t)
			low = middle + 1;
		else
			high = middle;
	}
	return n == 0 ? 0 : (double)low / (double)n;
}

int
splittime_global(const struct split_rows *rows, const struct split_options *o,
    unsigned char *part, size_t *n_kept)
{
	const size_t n = rows->n;
	int64_t *sorted = mem_array("times", n, sizeof *sorted);
	int64_t test, valid;

	*n_kept = 0;
	memcpy(sorted, rows->time, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, compare_times);
	test = moment(&o->test_at, 1 - o->test_size, sorted, n);
	valid = test;
	if (o->has_valid)
		valid = moment(&o->valid_at, share_before(sorted, n, test) -
		    o->valid_size, sorted, n);
	free(sorted);
	if (valid > test)
		return err_msg("validation begins after the test");
	for (size_t i = 0; i < n; i++)
		part[i] = rows->time[i] >= test ? SPLIT_TEST
		    : rows->time[i] >= valid ? SPLIT_VALID : SPLIT_TRAIN;
	return 0;
}

/* --- each user ---------------------------------------------------------- */

enum { USERS = 1024 };		/* users in a piece of parallel work */

struct event {
	int64_t time;
	size_t row;		/* of the table: the order of equal times */
};

struct leave {
	const struct split_rows *rows;
	const struct split_options *o;
	unsigned char *part;
	size_t *start;		/* (n_users + 1) of each user's events */
	struct event *event;	/* (n) by user */
	size_t *n_kept;		/* (pieces) */
};

static int
compare_events(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static void
leave_user(struct leave *job, size_t user, size_t *n_kept)
{
	struct event *e = job->event + job->start[user];
	const size_t n = job->start[user + 1] - job->start[user];
	const size_t leave = job->o->leave;
	const size_t all = job->o->has_valid ? 2 * leave : leave;

	if (n <= all) {
		*n_kept += n > 0;
		return;
	}
	qsort(e, n, sizeof *e, compare_events);
	for (size_t i = n - all; i < n; i++)
		job->part[e[i].row] = i >= n - leave ? SPLIT_TEST
		    : SPLIT_VALID;
}

static void
leave_piece(void *arg, size_t piece, size_t worker)
{
	struct leave *job = arg;
	const size_t n = job->rows->n_users;
	const size_t end = n - piece * USERS < USERS ? n : (piece + 1) * USERS;

	(void)worker;
	for (size_t u = piece * USERS; u < end; u++)
		leave_user(job, u, &job->n_kept[piece]);
}

/* Makes start and event: a counting sort by user. */
static void
group(struct leave *job)
{
	const struct split_rows *r = job->rows;
	size_t *at = mem_array("rows by user", r->n_users + 1, sizeof *at);

	job->start = mem_array("rows by user", r->n_users + 1,
	    sizeof *job->start);
	job->event = mem_array("rows by user", r->n, sizeof *job->event);
	for (size_t i = 0; i < r->n; i++)
		job->start[r->user[i] + 1]++;
	for (size_t u = 0; u < r->n_users; u++)
		job->start[u + 1] += job->start[u];
	memcpy(at, job->start, (r->n_users + 1) * sizeof *at);
	for (size_t i = 0; i < r->n; i++)
		job->event[at[r->user[i]]++] = (struct event){
		    r->time == NULL ? 0 : r->time[i], i };
	free(at);
}

int
splittime_leave(const struct split_rows *rows, const struct split_options *o,
    unsigned char *part, size_t *n_kept)
{
	const size_t n_pieces = par_pieces(rows->n_users, USERS);
	struct leave job = { .rows = rows, .o = o, .part = part };

	job.n_kept = mem_array("rows by user", n_pieces,
	    sizeof *job.n_kept);
	memset(part, SPLIT_TRAIN, rows->n);
	group(&job);
	par_for(n_pieces, leave_piece, &job);
	*n_kept = 0;
	for (size_t p = 0; p < n_pieces; p++)
		*n_kept += job.n_kept[p];
	free(job.start);
	free(job.event);
	free(job.n_kept);
	return 0;
}

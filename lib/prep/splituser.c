#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "prep/groups.h"
#include "prep/lastrows.h"
#include "prep/splituser.h"

struct job {
	const struct split_rows *rows;
	unsigned char *part;
	int by_time;
	uint64_t key;		/* of the order by hash */
	size_t leave;		/* rows of a user; 0: shares */
	double valid, test;	/* those */
	int has_valid;
	enum split_part from, to;	/* of a fold-in */
	size_t *n_kept;		/* (workers) */
};

/* The last k at least; keys are times, or hashes still to be mixed. */
static void
put_in_order(const struct job *job, struct group_row *row, size_t n, size_t k)
{
	for (size_t i = 0; i < n && !job->by_time; i++)
		row[i].key = (int64_t)(hash_mix((uint64_t)row[i].key,
		    job->key) >> 1);
	groups_sort_last(row, n, k);
}

static const int64_t *
keys_of(const struct job *job)
{
	return job->by_time ? job->rows->time
	    : (const int64_t *)job->rows->hash;
}

static size_t
nearest(double share, size_t n)
{
	return (size_t)(share * (double)n + 0.5);
}

static void
split_user(void *arg, uint32_t user, struct group_row *row, size_t n,
    size_t worker)
{
	struct job *job = arg;
	const size_t test = job->leave > 0 ? job->leave
	    : nearest(job->test, n);
	const size_t valid = !job->has_valid ? 0 : job->leave > 0 ? job->leave
	    : nearest(job->valid, n);

	(void)user;
	if (test == 0 || test + valid >= n) {
		job->n_kept[worker]++;
		return;
	}
	put_in_order(job, row, n, test + valid);
	for (size_t i = n - test - valid; i < n; i++)
		job->part[row[i].row] = i >= n - test ? SPLIT_TEST
		    : SPLIT_VALID;
}

/* The same for the last rows in time, if they are few enough. */
static void
leave_last(void *arg, uint32_t user, const struct lastrows *last,
    size_t worker)
{
	struct job *job = arg;
	const size_t test = job->leave;
	const size_t n = job->has_valid ? 2 * test : test;

	(void)user;
	if (n >= last->n) {
		job->n_kept[worker]++;
		return;
	}
	for (size_t i = 0; i < n; i++)
		job->part[last->row[i].row] = i < test ? SPLIT_TEST
		    : SPLIT_VALID;
}

static int
is_leave_last(const struct job *job)
{
	return job->by_time && job->leave > 0 &&
	    job->leave <= (size_t)LASTROWS >> job->has_valid;
}

static size_t
sum_kept(struct job *job)
{
	size_t n = 0;

	for (size_t w = 0; w < par_threads(); w++)
		n += job->n_kept[w];
	free(job->n_kept);
	return n;
}

/* Does `one` for each user; returns the sum of n_kept. */
static size_t
each_user(struct job *job, void (*one)(void *arg, uint32_t user,
    struct group_row *row, size_t n, size_t worker))
{
	struct groups *g = groups_new(job->rows->user, job->rows->n,
	    job->rows->n_users);

	job->n_kept = mem_array("counts", par_threads(), sizeof *job->n_kept);
	groups_each(g, keys_of(job), one, job);
	groups_free(g);
	return sum_kept(job);
}

/* The same of leave_last(). */
static size_t
each_last(struct job *job)
{
	const struct split_rows *r = job->rows;

	job->n_kept = mem_array("counts", par_threads(), sizeof *job->n_kept);
	lastrows_each(r->user, r->n, r->n_users, r->time, leave_last, job);
	return sum_kept(job);
}

static int
plan(const struct split_rows *rows, const struct split_options *o,
    unsigned char *part, size_t *n_kept, int by_time, int by_share)
{
	struct job job = { .rows = rows, .part = part, .by_time = by_time,
	    .key = hash_mix(o->seed, rng_stream("split.user", 0)),
	    .leave = by_share ? 0 : o->leave, .valid = o->valid_size,
	    .test = o->test_size, .has_valid = o->has_valid };

	memset(part, SPLIT_TRAIN, rows->n);
	*n_kept = is_leave_last(&job) ? each_last(&job)
	    : each_user(&job, split_user);
	return 0;
}

int
splituser_leave_by_time(const struct split_rows *rows,
    const struct split_options *o, unsigned char *part, size_t *n_kept)
{
	return plan(rows, o, part, n_kept, 1, 0);
}

int
splituser_leave_by_hash(const struct split_rows *rows,
    const struct split_options *o, unsigned char *part, size_t *n_kept)
{
	return plan(rows, o, part, n_kept, 0, 0);
}

int
splituser_share_by_time(const struct split_rows *rows,
    const struct split_options *o, unsigned char *part, size_t *n_kept)
{
	return plan(rows, o, part, n_kept, 1, 1);
}

int
splituser_share_by_hash(const struct split_rows *rows,
    const struct split_options *o, unsigned char *part, size_t *n_kept)
{
	return plan(rows, o, part, n_kept, 0, 1);
}

/* --- fold-in ------------------------------------------------------------ */

/* All rows of a user are in one part. */
static void
fold_in_user(void *arg, uint32_t user, struct group_row *row, size_t n,
    size_t worker)
{
	struct job *job = arg;
	size_t first = nearest(job->test, n);

	(void)user;
	if (job->part[row[0].row] != job->from)
		return;
	if (first >= n)
		first = n - 1;
	if (first == 0)
		first = 1;
	job->n_kept[worker] += first == n;
	put_in_order(job, row, n, n);
	for (size_t i = 0; i < first; i++)
		job->part[row[i].row] = (unsigned char)job->to;
}

size_t
splituser_fold_in(const struct split_rows *rows, unsigned char *part,
    enum split_part from, enum split_part to, double share, int by_time,
    uint64_t seed)
{
	struct job job = { .rows = rows, .part = part, .by_time = by_time,
	    .key = hash_mix(seed, rng_stream("split.fold-in", 0)),
	    .test = share, .from = from, .to = to };

	return each_user(&job, fold_in_user);
}

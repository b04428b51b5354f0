#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "prep/cleantime.h"
#include "prep/robots.h"

static const int64_t day = 86400000;

static int
compare_times(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int
compare_items(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Rounded down, before 1970 too. */
static int64_t
day_of(int64_t time, int zone)
{
	const int64_t t = time + (int64_t)zone * 60000;

	return t / day - (t % day < 0);
}

static size_t
most_in_a_day(const int64_t *time, size_t n, int zone)
{
	size_t most = 0, first = 0;

	for (size_t i = 0; i < n; i++) {
		if (day_of(time[i], zone) != day_of(time[first], zone))
			first = i;
		most = i - first + 1 > most ? i - first + 1 : most;
	}
	return most;
}

static size_t
most_within(const int64_t *time, size_t n, int64_t length)
{
	size_t most = 0, first = 0;

	for (size_t i = 0; i < n; i++) {
		while (time[i] - time[first] >= length)
			first++;
		most = i - first + 1 > most ? i - first + 1 : most;
	}
	return most;
}

static size_t
most_of_one(const uint32_t *item, size_t n)
{
	size_t most = 0, first = 0;

	for (size_t i = 0; i < n; i++) {
		if (item[i] != item[first])
			first = i;
		most = i - first + 1 > most ? i - first + 1 : most;
	}
	return most;
}

enum robots_verdict
robots_judge(const struct robots_limits *l, int64_t *time, size_t n_times,
    uint32_t *item, size_t n_items)
{
	if (n_times > 0 && (l->per_day > 0 || l->burst > 0))
		qsort(time, n_times, sizeof *time, compare_times);
	if (l->per_day > 0 &&
	    most_in_a_day(time, n_times, l->zone) > l->per_day)
		return ROBOTS_PER_DAY;
	if (l->burst > 0 &&
	    most_within(time, n_times, l->burst_time) > l->burst)
		return ROBOTS_BURST;
	if (!(l->one_item > 0) || n_items == 0 || n_items < l->one_item_rows)
		return ROBOTS_PERSON;
	qsort(item, n_items, sizeof *item, compare_items);
	return (double)most_of_one(item, n_items) >
	    l->one_item * (double)n_items ? ROBOTS_ONE_ITEM : ROBOTS_PERSON;
}

struct job {
	const struct robots_limits *limits;
	struct robots_taken *taken;
	int64_t *time;		/* (cap) */
	uint32_t *item;		/* (cap) */
	size_t cap_time, cap_item;
};

static int
visit_user(void *arg, struct cleanblock *b)
{
	struct job *job = arg;
	enum robots_verdict verdict;
	size_t n_times = 0;

	job->time = mem_grow("robots", job->time, &job->cap_time, b->n,
	    sizeof *job->time);
	job->item = mem_grow("robots", job->item, &job->cap_item, b->n,
	    sizeof *job->item);
	for (size_t i = 0; i < b->n; i++) {
		job->item[i] = b->item[i];
		if (b->time != NULL && b->time[i] != CLEANTIME_NONE)
			job->time[n_times++] = b->time[i];
	}
	verdict = robots_judge(job->limits, job->time, n_times, job->item,
	    b->n);
	if (verdict == ROBOTS_PERSON)
		return 0;
	memset(b->gone, 1, b->n);
	job->taken->rows[verdict] += b->n;
	job->taken->users[verdict]++;
	return 0;
}

int
robots_take(struct cleanstore *s, const struct robots_limits *limits,
    struct robots_taken *taken)
{
	struct job job = { .limits = limits, .taken = taken };
	int status;

	*taken = (struct robots_taken){ .rows = { 0 } };
	status = cleanstore_users(s, visit_user, &job);
	free(job.time);
	free(job.item);
	return status;
}

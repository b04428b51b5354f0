/* Pipelines: order, errors, messages and loops within stages. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/pipe.h"
#include "tests/ref/said.h"

enum { NEVER = 1 << 30, THREADS_MAX = 64 };

/* A stream of the numbers 0 .. n - 1, which are squared and added up in a way
 * that depends on their order. */
struct job {
	int n, next;
	int bad_fill, bad_work, bad_drain;	/* the part that fails there */
	int *part;		/* (pipe_slots()) */
	uint64_t *square;	/* (pipe_slots()) */
	uint64_t sum;
	int drained;
	atomic_int at_work[THREADS_MAX];	/* (workers) */
};

static void
count_piece(void *arg, size_t i, size_t worker)
{
	int *hits = arg;

	assert_true(worker < par_threads());
	hits[i]++;
}

/* A loop within a stage does each piece once. */
static void
assert_loop(size_t n)
{
	int *hits = mem_array("hits", n, sizeof *hits);

	par_for(n, count_piece, hits);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(hits[i], 1);
	free(hits);
}

static int
fill(void *arg, size_t slot)
{
	struct job *job = arg;

	if (job->next == job->bad_fill)
		return err_msg("fill %d", job->next);
	if (job->next == job->n)
		return 0;
	assert_loop((size_t)job->next % 40);
	job->part[slot] = job->next++;
	return 1;
}

static int
work(void *arg, size_t slot, size_t worker)
{
	struct job *job = arg;
	const int part = job->part[slot];
	volatile unsigned spin = 0;

	/* what is a worker's own is nobody else's meanwhile */
	assert_true(worker < par_threads());
	assert_int_equal(atomic_fetch_add(&job->at_work[worker], 1), 0);
	/* parts take very different times */
	for (int i = 0; i < (part * 7919) % 10007; i++)
		spin = spin + 1;
	assert_loop(3);
	atomic_fetch_sub(&job->at_work[worker], 1);
	if (part % 100 == 99)
		err_msg("note %d", part);
	if (part == job->bad_work || part == job->bad_work + 1)
		return err_msg("work %d", part);
	job->square[slot] = (uint64_t)part * (uint64_t)part;
	return 0;
}

static int
drain(void *arg, size_t slot)
{
	struct job *job = arg;

	assert_int_equal(job->part[slot], job->drained);
	if (job->drained == job->bad_drain)
		return err_msg("drain %d", job->drained);
	assert_loop((size_t)job->drained % 30);
	job->sum = job->sum * 31 + job->square[slot];
	job->drained++;
	return 0;
}

static int
run(struct job *job)
{
	int status;

	job->part = mem_array("parts", pipe_slots(), sizeof *job->part);
	job->square = mem_array("parts", pipe_slots(), sizeof *job->square);
	status = pipe_run(&(struct pipe){ job, fill, work, drain });
	free(job->part);
	free(job->square);
	return status;
}

static const struct job good = { .n = 700, .bad_fill = NEVER,
	.bad_work = NEVER, .bad_drain = NEVER };

static void
threads_do_not_show(void **state)
{
	uint64_t sum = 0;

	(void)state;
	for (int i = 0; i < good.n; i++)
		sum = sum * 31 + (uint64_t)i * (uint64_t)i;
	for (size_t t = 1; t <= 5; t++) {
		struct job job = good;

		par_set_threads(t);
		said_begin();
		assert_int_equal(run(&job), 0);
		assert_string_equal(said_end(), "srs: note 99\n"
		    "srs: note 199\nsrs: note 299\nsrs: note 399\n"
		    "srs: note 499\nsrs: note 599\nsrs: note 699\n");
		assert_int_equal(job.drained, good.n);
		assert_true(job.sum == sum);
	}
	par_set_threads(0);
}

static void
an_empty_stream(void **state)
{
	struct job job = good;

	(void)state;
	job.n = 0;
	assert_int_equal(run(&job), 0);
	assert_int_equal(job.drained, 0);
}

static void
assert_fails(struct job job, int drained, const char *message)
{
	for (size_t t = 1; t <= 4; t++) {
		struct job j = job;

		par_set_threads(t);
		said_begin();
		assert_int_equal(run(&j), -1);
		assert_string_equal(said_end(), message);
		assert_int_equal(j.drained, drained);
	}
	par_set_threads(0);
}

/* Whoever fails first by the order of the stream is the one that is heard. */
static void
one_message(void **state)
{
	struct job job = good;

	(void)state;
	job.bad_fill = 50;
	assert_fails(job, 50, "srs: fill 50\n");
	job.bad_work = 48;
	assert_fails(job, 48, "srs: work 48\n");
	job.bad_drain = 47;
	assert_fails(job, 47, "srs: drain 47\n");
	job.bad_drain = 49;
	assert_fails(job, 48, "srs: work 48\n");
	job.bad_drain = 0;
	assert_fails(job, 0, "srs: drain 0\n");
	job = good;
	job.bad_work = 99;
	assert_fails(job, 99, "srs: note 99\nsrs: work 99\n");
}

/* A pipeline within a stage of another. */
struct outer {
	struct job inner;
	int n, left;
};

static int
fill_outer(void *arg, size_t slot)
{
	struct outer *o = arg;

	(void)slot;
	return o->left-- > 0;
}

static int
run_inner(void *arg)
{
	const struct outer *o = arg;
	struct job job = o->inner;

	assert_int_equal(run(&job), 0);
	assert_int_equal(job.drained, job.n);
	return 0;
}

static int
work_outer(void *arg, size_t slot, size_t worker)
{
	(void)slot;
	(void)worker;
	return run_inner(arg);
}

static int
drain_outer(void *arg, size_t slot)
{
	(void)slot;
	return run_inner(arg);
}

static void
one_within_another(void **state)
{
	struct outer o = { .inner = good, .left = 9 };

	(void)state;
	o.inner.n = 60;
	for (size_t t = 1; t <= 3; t++) {
		par_set_threads(t);
		o.left = 9;
		assert_int_equal(pipe_run(&(struct pipe){ &o, fill_outer,
		    work_outer, drain_outer }), 0);
	}
	par_set_threads(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_do_not_show),
		cmocka_unit_test(an_empty_stream),
		cmocka_unit_test(one_message),
		cmocka_unit_test(one_within_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

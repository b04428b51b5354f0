/*
 * par.c -- a pool of threads that sleep while there is nothing to do.
 *
 * Not OpenMP, whose threads spin while they wait: with two training jobs on
 * two cores that took four times the processor time of the work itself.  The
 * threads are started when first needed and stay; they are the one thing here
 * that outlives a call.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#include "base/par.h"

enum {
	THREADS_MAX = 4096,
	SPINS = 200		/* looks before sleeping: a few microseconds */
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t posted, finished;
	size_t threads;			/* to use; 0: not set yet */
	size_t started;			/* besides the caller */
	atomic_uint_fast64_t posts;	/* loops posted so far */
	size_t helpers;			/* threads that take part in this one */
	atomic_size_t working;		/* of those, not yet done */

	/* the loop */
	size_t n_pieces;
	atomic_size_t next;		/* the first piece nobody has */
	void (*piece)(void *arg, size_t i, size_t worker);
	void *arg;
};

static struct pool pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.posted = PTHREAD_COND_INITIALIZER,
	.finished = PTHREAD_COND_INITIALIZER,
};

/* Is this thread within a piece? */
static _Thread_local int is_inside;

/* Does the loops that this thread starts, if there is one. */
static _Thread_local struct par_runner runner;

static void
relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

static size_t
count_cores(void)
{
	const long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

void
par_set_threads(size_t n)
{
	pool.threads = n == 0 ? count_cores() :
	    n > THREADS_MAX ? THREADS_MAX : n;
}

size_t
par_threads(void)
{
	if (pool.threads == 0)
		par_set_threads(0);
	return pool.threads;
}

static void
take_pieces(size_t worker)
{
	size_t i;

	is_inside = 1;
	while ((i = atomic_fetch_add(&pool.next, 1)) < pool.n_pieces)
		pool.piece(pool.arg, i, worker);
	is_inside = 0;
}

/* Waits for a loop after number `seen`; returns its number, and whether this
 * helper (from 1) takes part. */
static uint_fast64_t
wait_for_post(uint_fast64_t seen, size_t helper, int *takes_part)
{
	uint_fast64_t now;

	for (int i = 0; i < SPINS && atomic_load(&pool.posts) == seen; i++)
		relax();
	pthread_mutex_lock(&pool.lock);
	while ((now = atomic_load(&pool.posts)) == seen)
		pthread_cond_wait(&pool.posted, &pool.lock);
	*takes_part = helper <= pool.helpers;
	pthread_mutex_unlock(&pool.lock);
	return now;
}

static void *
help(void *number)
{
	const size_t helper = (size_t)(uintptr_t)number;
	uint_fast64_t seen = 0;
	int takes_part;

	for (;;) {
		seen = wait_for_post(seen, helper, &takes_part);
		if (!takes_part)
			continue;
		take_pieces(helper);
		if (atomic_fetch_sub(&pool.working, 1) == 1) {
			pthread_mutex_lock(&pool.lock);
			pthread_cond_signal(&pool.finished);
			pthread_mutex_unlock(&pool.lock);
		}
	}
	return NULL;
}

/* Starts helpers until there are `want`; fewer, when the system has no more
 * threads to give: the result is the same. */
static void
start_helpers(size_t want)
{
	pthread_t thread;

	while (pool.started < want) {
		void *number = (void *)(uintptr_t)(pool.started + 1);

		if (pthread_create(&thread, NULL, help, number) != 0)
			return;
		pthread_detach(thread);
		pool.started++;
	}
}

static void
post(size_t helpers)
{
	pthread_mutex_lock(&pool.lock);
	pool.helpers = helpers;
	atomic_store(&pool.working, helpers);
	atomic_fetch_add(&pool.posts, 1);
	pthread_cond_broadcast(&pool.posted);
	pthread_mutex_unlock(&pool.lock);
}

static void
wait_for_helpers(void)
{
	for (int i = 0; i < SPINS && atomic_load(&pool.working) > 0; i++)
		relax();
	pthread_mutex_lock(&pool.lock);
	while (atomic_load(&pool.working) > 0)
		pthread_cond_wait(&pool.finished, &pool.lock);
	pthread_mutex_unlock(&pool.lock);
}

void
par_for(size_t n_pieces, void (*piece)(void *arg, size_t i, size_t worker),
    void *arg)
{
	size_t helpers = par_threads() - 1;

	if (n_pieces > 1 && runner.run != NULL) {
		runner.run(runner.arg, n_pieces, piece, arg);
		return;
	}
	if (n_pieces < 2 || helpers == 0 || is_inside) {
		for (size_t i = 0; i < n_pieces; i++)
			piece(arg, i, 0);
		return;
	}
	if (helpers > n_pieces - 1)
		helpers = n_pieces - 1;
	start_helpers(helpers);
	if (helpers > pool.started)
		helpers = pool.started;
	pool.n_pieces = n_pieces;
	pool.piece = piece;
	pool.arg = arg;
	atomic_store(&pool.next, 0);
	post(helpers);
	take_pieces(0);
	wait_for_helpers();
}

struct par_runner
par_set_runner(struct par_runner next)
{
	const struct par_runner before = runner;

	runner = next;
	return before;
}

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/pipe.h"

enum state { EMPTY, FILLED, WORKED, FAILED };

/* A loop that a serial stage shares with the free workers. */
struct loan {
	size_t n_pieces;
	atomic_size_t next;	/* the first piece nobody has */
	void (*piece)(void *arg, size_t i, size_t worker);
	void *arg;
	size_t helpers;		/* workers within it, besides its owner */
};

enum stage { FILL, DRAIN, N_SERIAL, WORK = N_SERIAL };

struct belt {
	const struct pipe *pipe;
	pthread_mutex_t lock;	/* of all below */
	pthread_cond_t changed;
	struct slot {
		enum state state;
		struct buf said;	/* messages that wait for their turn */
	} *slot;		/* (n_slots) */
	size_t n_slots;
	/* of the parts of the stream, how many were ... so far; part i is in
	 * slot i % n_slots */
	size_t n_filled, n_taken, n_drained;
	int is_busy[N_SERIAL];	/* somebody is at that stage */
	struct loan *loan[N_SERIAL];
	int ended;		/* there is no more to fill */
	int failed;
};

size_t
pipe_slots(void)
{
	const size_t threads = par_threads();

	/* one in each stage's hand, and as many that wait: a part that takes
	 * longer than others does not stop them */
	return threads == 1 ? 1 : 2 * threads + 2;
}

/* --- loops within serial stages ------------------------------------------ */

/* A worker at a serial stage. */
struct owner {
	struct belt *belt;
	enum stage stage;
	size_t worker;
};

static void
take_pieces(struct loan *loan, size_t worker)
{
	size_t i;

	while ((i = atomic_fetch_add(&loan->next, 1)) < loan->n_pieces)
		loan->piece(loan->arg, i, worker);
}

/* The run() of a par_runner. */
static void
lend(void *arg, size_t n_pieces,
    void (*piece)(void *arg, size_t i, size_t worker), void *piece_arg)
{
	const struct owner *o = arg;
	struct belt *b = o->belt;
	struct loan loan = { .n_pieces = n_pieces, .piece = piece,
	    .arg = piece_arg };

	par_set_runner((struct par_runner){ NULL, NULL });
	pthread_mutex_lock(&b->lock);
	b->loan[o->stage] = &loan;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);
	take_pieces(&loan, o->worker);
	pthread_mutex_lock(&b->lock);
	b->loan[o->stage] = NULL;
	while (loan.helpers > 0)
		pthread_cond_wait(&b->changed, &b->lock);
	pthread_mutex_unlock(&b->lock);
	par_set_runner((struct par_runner){ lend, arg });
}

/* Helps with a loop, if there is one with pieces left. */
static int
try_loan(struct belt *b, size_t worker)
{
	for (int stage = 0; stage < N_SERIAL; stage++) {
		struct loan *loan = b->loan[stage];

		if (loan == NULL ||
		    atomic_load(&loan->next) >= loan->n_pieces)
			continue;
		loan->helpers++;
		pthread_mutex_unlock(&b->lock);
		take_pieces(loan, worker);
		pthread_mutex_lock(&b->lock);
		loan->helpers--;
		return 1;
	}
	return 0;
}

/* --- stages: each is called with the lock, and has it when it returns ----- */

/* What the stage answers.  Its messages wait in the slot. */
static int
run_stage(struct belt *b, enum stage which, size_t i, size_t worker)
{
	const struct pipe *p = b->pipe;
	struct buf *before;
	int got;

	pthread_mutex_unlock(&b->lock);
	before = err_hold(&b->slot[i].said);
	got = which == WORK ? p->work(p->arg, i, worker) :
	    (which == FILL ? p->fill : p->drain)(p->arg, i);
	err_hold(before);
	pthread_mutex_lock(&b->lock);
	return got;
}

static int
run_serial(struct belt *b, enum stage which, size_t i, size_t worker)
{
	struct owner owner = { b, which, worker };
	int got;

	b->is_busy[which] = 1;
	par_set_runner((struct par_runner){ lend, &owner });
	got = run_stage(b, which, i, worker);
	par_set_runner((struct par_runner){ NULL, NULL });
	b->is_busy[which] = 0;
	return got;
}

static int
try_drain(struct belt *b, size_t worker)
{
	const size_t i = b->n_drained % b->n_slots;
	struct slot *s = &b->slot[i];

	if (b->is_busy[DRAIN] || b->n_drained == b->n_filled ||
	    (s->state != WORKED && s->state != FAILED))
		return 0;
	if (s->state == FAILED || run_serial(b, DRAIN, i, worker) != 0)
		b->failed = 1;
	err_say(&s->said);
	s->state = EMPTY;
	b->n_drained++;
	return 1;
}

static int
try_work(struct belt *b, size_t worker)
{
	const size_t i = b->n_taken % b->n_slots;
	struct slot *s = &b->slot[i];

	if (b->n_taken == b->n_filled || s->state != FILLED)
		return 0;
	b->n_taken++;
	s->state = run_stage(b, WORK, i, worker) == 0 ? WORKED : FAILED;
	return 1;
}

static int
try_fill(struct belt *b, size_t worker)
{
	const size_t i = b->n_filled % b->n_slots;
	int got;

	if (b->ended || b->is_busy[FILL] ||
	    b->n_filled - b->n_drained == b->n_slots)
		return 0;
	got = run_serial(b, FILL, i, worker);
	b->ended = got != 1;
	if (got != 0) {
		b->slot[i].state = got == 1 ? FILLED : FAILED;
		b->n_filled++;
	}
	return 1;
}

/* Takes what can go on, what others wait for first. */
static void
serve(void *arg, size_t i, size_t worker)
{
	struct belt *b = arg;

	(void)i;
	pthread_mutex_lock(&b->lock);
	while (!b->failed && !(b->ended && b->n_drained == b->n_filled))
		if (try_loan(b, worker) || try_drain(b, worker) ||
		    try_work(b, worker) || try_fill(b, worker))
			pthread_cond_broadcast(&b->changed);
		else
			pthread_cond_wait(&b->changed, &b->lock);
	pthread_mutex_unlock(&b->lock);
}

int
pipe_run(const struct pipe *pipe)
{
	const struct par_runner runner =
	    par_set_runner((struct par_runner){ NULL, NULL });
	struct belt b = { .pipe = pipe, .n_slots = pipe_slots() };

	pthread_mutex_init(&b.lock, NULL);
	pthread_cond_init(&b.changed, NULL);
	b.slot = mem_array("pipeline", b.n_slots, sizeof *b.slot);
	par_for(par_threads(), serve, &b);
	if (!b.failed)
		err_say(&b.slot[b.n_filled % b.n_slots].said);
	par_set_runner(runner);
	for (size_t i = 0; i < b.n_slots; i++)
		buf_release(&b.slot[i].said);
	free(b.slot);
	pthread_cond_destroy(&b.changed);
	pthread_mutex_destroy(&b.lock);
	return b.failed ? -1 : 0;
}

#ifndef SRS_PIPE_H
#define SRS_PIPE_H

/*
 * pipe.h -- a stream worked on by all threads, in and out in its order.
 *
 * What is read goes through three stages in one of a few slots, which are
 * used in turn: `fill` and `drain` see them in the order of the stream, one
 * at a time; `work` sees several at once.  Threads take whatever stage can go
 * on; nothing waits but for its turn, and with one thread this is a loop.
 *
 *	static int fill(void *arg, size_t slot);	reads a block into it
 *	static int work(void *arg, size_t slot, size_t worker);
 *							makes its result of it
 *	static int drain(void *arg, size_t slot);	writes that
 *
 *	struct part *part = mem_array("parts", pipe_slots(), sizeof *part);
 *	status = pipe_run(&(struct pipe){ &job, fill, work, drain });
 *
 * Results do not depend on the threads when fill cuts the stream by its data
 * and work uses nothing but its slot and what nobody changes.  par_for() in
 * fill and drain shares its pieces with the threads that are free; in work it
 * is a plain loop, as is a pipeline within a stage.
 */

#include <stddef.h>

#include "base/err.h"

/*
 * Each answers 0, or -1 after a message; fill answers 1 when it filled the
 * slot and 0 at the end of the stream.  `worker` is as par_for() has it, for
 * scratch memory.  Messages are held until the turn of
 * their slot comes, so that they are said in the order of the stream.
 */
struct pipe {
	void *arg;
	int (*fill)(void *arg, size_t slot);
	int (*work)(void *arg, size_t slot, size_t worker);
	int (*drain)(void *arg, size_t slot);
};

/* How many slots there are: a slot is a number below this, until the next
 * par_set_threads(). */
size_t pipe_slots(void);

/*
 * 0 when all is drained.  -1 after the message of the first slot (by the order
 * of the stream) for which a stage failed: all before it were drained, it and
 * those behind it are not.
 */
int pipe_run(const struct pipe *) SRS_MUST_CHECK;

#endif

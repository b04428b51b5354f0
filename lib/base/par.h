#ifndef SRS_PAR_H
#define SRS_PAR_H

/*
 * par.h -- parallel loops whose results do not depend on the threads.
 *
 * Work is cut into pieces by the data (never by the number of threads); each
 * piece writes its own results, or its own partial sums that the caller adds
 * up in the order of the pieces.  Pieces are handed out as threads get free.
 *
 *	static void
 *	piece(void *arg, size_t i, size_t worker)
 *	{
 *		struct job *job = arg;
 *		solve(job, i * CHUNK, job->scratch[worker]);
 *	}
 *	par_for(par_pieces(n, CHUNK), piece, &job);
 */

#include <stddef.h>

/* How many threads par_for() uses from now on; 0 means one for each core. */
void par_set_threads(size_t n);

/* The number of threads: workers are numbered from 0 below this. */
size_t par_threads(void);

/*
 * Calls piece(arg, i, worker) once for each i < n_pieces.  `worker` is for
 * scratch memory only: which worker gets a piece is not repeatable.  A call
 * from within a piece runs its pieces one after the other, as worker 0; one
 * from a serial stage of a pipeline (pipe.h) shares them with free workers.
 */
void par_for(size_t n_pieces,
    void (*piece)(void *arg, size_t i, size_t worker), void *arg);

/* Pieces of `size` (>= 1) that cover n. */
static inline size_t
par_pieces(size_t n, size_t size)
{
	return n / size + (n % size != 0);
}


/* For pipe.c: what does the loops that this thread starts from now on (run
 * NULL: as above).  Returns what did so before. */
struct par_runner {
	void (*run)(void *arg, size_t n_pieces,
	    void (*piece)(void *arg, size_t i, size_t worker),
	    void *piece_arg);
	void *arg;
};
struct par_runner par_set_runner(struct par_runner);

#endif

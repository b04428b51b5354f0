/* sgdpass.c -- a pass over the grid of sgd.h. */

#include <sched.h>
#include <stdatomic.h>

#include "base/par.h"
#include "base/rng.h"
#include "mf/sgd.h"

enum { SPINS = 500 };		/* looks before the core is given away */

struct pass {
	const struct sgd_grid *grid;
	double (*run)(void *arg, size_t block);
	void *arg;
	uint32_t diagonal[SGD_SIDE_MAX];
	/* how many diagonals each row and column of blocks is through */
	atomic_uint row[SGD_SIDE_MAX], column[SGD_SIDE_MAX];
	double sum[SGD_SIDE_MAX];	/* of each row */
};

/* Whoever is waited for is at work, since blocks are begun in order. */
static void
wait_for(const atomic_uint *through, size_t diagonals)
{
	for (size_t i = 0; atomic_load_explicit(through,
	    memory_order_acquire) < diagonals; i++)
		if (i >= SPINS)
			sched_yield();
}

/* Block i in the order of the diagonals. */
static void
block_piece(void *arg, size_t i, size_t worker)
{
	struct pass *p = arg;
	const size_t side = p->grid->side, d = i / side, row = i % side;
	const size_t column = (row + p->diagonal[d]) % side;

	(void)worker;
	wait_for(&p->row[row], d);
	wait_for(&p->column[column], d);
	p->sum[row] += p->run(p->arg, row * side + column);
	atomic_store_explicit(&p->row[row], (unsigned)d + 1,
	    memory_order_release);
	atomic_store_explicit(&p->column[column], (unsigned)d + 1,
	    memory_order_release);
}

double
sgd_grid_pass(const struct sgd_grid *g, double (*run)(void *arg,
    size_t block), void *arg, struct rng *order)
{
	struct pass p = { .grid = g, .run = run, .arg = arg };
	double sum = 0;

	for (size_t d = 0; d < g->side; d++) {
		p.diagonal[d] = (uint32_t)d;
		atomic_init(&p.row[d], 0);
		atomic_init(&p.column[d], 0);
	}
	rng_shuffle(order, p.diagonal, (uint32_t)g->side);
	par_for(g->side * g->side, block_piece, &p);
	for (size_t row = 0; row < g->side; row++)
		sum += p.sum[row];
	return sum;
}

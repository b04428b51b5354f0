#include <omp.h>

#include "base/par.h"

void
par_set_threads(size_t n)
{
	omp_set_dynamic(0);
	omp_set_num_threads(n > 0 ? (int)n : omp_get_num_procs());
}

size_t
par_threads(void)
{
	return (size_t)omp_get_max_threads();
}

void
par_for(size_t n_pieces, void (*piece)(void *arg, size_t i, size_t worker),
    void *arg)
{
#pragma omp parallel for schedule(dynamic, 1) if (n_pieces > 1)
	for (size_t i = 0; i < n_pieces; i++)
		piece(arg, i, (size_t)omp_get_thread_num());
}

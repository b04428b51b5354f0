#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "linalg/mat.h"

void
mat_init(struct mat *m, const char *what, size_t rows, size_t cols)
{
	/* SIZE_MAX elements are what mem_array() has no memory for */
	const size_t n = cols == 0 || rows <= SIZE_MAX / cols ?
	    rows * cols : SIZE_MAX;

	m->x = mem_array(what, n, sizeof *m->x);
	m->rows = rows;
	m->cols = cols;
}

void
mat_release(struct mat *m)
{
	free(m->x);
	m->x = NULL;
	m->rows = m->cols = 0;
}

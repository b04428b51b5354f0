#ifndef SRS_MAT_H
#define SRS_MAT_H

/* mat.h -- a dense matrix of floats, row-major and without gaps. */

#include <assert.h>
#include <stddef.h>

struct mat {
	float *x;		/* (rows, cols); owned unless it is a view */
	size_t rows, cols;
};

/* All zero.  Sizes come from data that was checked; memory is there or the
 * program ends. */
void mat_init(struct mat *, const char *what, size_t rows, size_t cols);
void mat_release(struct mat *);

/* Row i, a (cols) vector. */
static inline float *
mat_row(const struct mat *m, size_t i)
{
	assert(i < m->rows);
	return m->x + i * m->cols;
}

#endif

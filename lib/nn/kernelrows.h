#ifndef SRS_KERNELROWS_H
#define SRS_KERNELROWS_H

/*
 * kernelrows.h -- loops over rows that are brought to a common scale, each
 * compiled for several instruction sets.
 */

#include <stddef.h>

/* x (n) <- exp(x - level), and the sum of that is returned. */
float kernel_exp_sum(float *x, float level, size_t n);

/* log of the sum of exp(x) over x (n), n >= 1. */
float kernel_log_sum(const float *x, size_t n);

/* The largest of x (n); -INFINITY for none. */
float kernel_max(const float *x, size_t n);

/*
 * Dropout of weights p (n) >= 0, whose signs say what was dropped.
 *
 *	drop	y (n), a mask of kernel_dropout(), <- y p; p <- -p where
 *		that is 0
 *	again	y (n) <- keep p where p > 0, else 0: the same y
 *	back	d (n), the gradient of y, <- that of the softmax that made
 *		|p|: with e = keep d where p > 0, else 0,
 *		|p| (e - the sum of |p| e)
 */
void kernel_weights_drop(float *y, float *p, size_t n);
void kernel_weights_again(float *y, const float *p, float keep, size_t n);
void kernel_weights_back(float *d, const float *p, float keep, size_t n);

/*
 * y (rows, cols) <- (x - mean) / sqrt(variance + 1e-5) of each row, times gain
 * (cols), plus bias (cols).  kept (rows, 2) <- mean and the factor, for
 * kernel_norm_back().
 */
void kernel_norm(float *y, float *kept, const float *x, const float *gain,
    const float *bias, size_t rows, size_t cols);

/* dx (rows, cols) <- the gradient of x from that of y; dgain and dbias (cols)
 * get theirs added and may be NULL, and so may dx. */
void kernel_norm_back(float *dx, float *dgain, float *dbias, const float *dy,
    const float *kept, const float *x, const float *gain, size_t rows,
    size_t cols);

#endif

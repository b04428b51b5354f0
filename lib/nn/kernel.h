#ifndef SRS_KERNEL_H
#define SRS_KERNEL_H

/*
 * kernel.h -- element-wise loops of neural networks, each compiled for several
 * instruction sets.
 *
 * Arrays do not overlap unless the comment says that a result takes the place
 * of an argument.  Matrices are row-major without gaps.  Sums over rows are
 * made in the order of the rows.
 */

#include <stddef.h>
#include <stdint.h>

/*
 * Weights that decay end as numbers too small for the usual format, with which
 * processors are a hundred times slower: between these two the thread takes
 * them, and makes them, as 0.  The first returns what the second sets again.
 */
unsigned kernel_flush_tiny(void);
void kernel_flush_end(unsigned mode);

/* Each row of y (rows, cols) <- b (cols). */
void kernel_set_rows(float *y, const float *b, size_t rows, size_t cols);

/* s (cols) <- s + the sum of the rows of x (rows, cols). */
void kernel_add_rows(float *s, const float *x, size_t rows, size_t cols);

/* Each row of y (rows, cols) <- that of x + b (cols). */
void kernel_sum_rows(float *y, const float *x, const float *b, size_t rows,
    size_t cols);

/* y <- max(x, 0); x and y may be one.  dy <- dy where y > 0, else 0. */
void kernel_relu(float *y, const float *x, size_t n);
void kernel_relu_back(float *dy, const float *y, size_t n);

/* Each row of y (rows, cols) <- max(that of x + b (cols), 0). */
void kernel_relu_rows(float *y, const float *x, const float *b, size_t rows,
    size_t cols);

/*
 * y <- 1 / (1 + exp(-x)) and y <- tanh x, to about 2^-22 of 1; x and y may be
 * one.  dy <- dy y (1 - y) and dy <- dy (1 - y^2).
 */
void kernel_sigmoid(float *y, const float *x, size_t n);
void kernel_sigmoid_back(float *dy, const float *y, size_t n);
void kernel_tanh(float *y, const float *x, size_t n);
void kernel_tanh_back(float *dy, const float *y, size_t n);

/* z <- x + y; z <- x y; z may be x or y. */
void kernel_add(float *z, const float *x, const float *y, size_t n);
void kernel_multiply(float *z, const float *x, const float *y, size_t n);

/* Row r of y (rows, cols) <- a[r] w: an outer product. */
void kernel_outer(float *y, const float *a, const float *w, size_t rows,
    size_t cols);

/*
 * mask (n) <- numbers `from` and on of a sequence of 0, with probability
 * `rate`, and 1 / (1 - rate); rate is rounded to a multiple of 2^-16.
 * Number 256 g + 32 j + l is made from half-word j (of 8) of block 32 g + l of
 * the random stream.  kernel_dropout_keep() is that 1 / (1 - rate).
 */
float kernel_dropout_keep(double rate);
void kernel_dropout(float *mask, size_t from, size_t n, double rate,
    uint64_t seed, uint64_t stream);

#endif

#ifndef SRS_VEC_H
#define SRS_VEC_H

/*
 * vec.h -- short vectors of floats: kernels compiled for several instruction
 * sets and chosen when the program starts.  The order of additions is fixed
 * for a kind of processor.
 */

#include <stddef.h>
#include <stdint.h>

/*
 * Before a kernel's definition: compiles it once for each of these and lets
 * the loader choose.  clang 14 makes clones that other files cannot call, so
 * there it is the plain one.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VEC_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VEC_CLONES
#endif

/* sum x_i y_i */
float vec_dot(const float *x, const float *y, size_t n);

/* sum x_i y_i */
float vec_dot_i8(const float *x, const int8_t *y, size_t n);

/* y <- y + a x */
void vec_axpy(float a, const float *x, float *y, size_t n);

/* x <- a x */
void vec_scale(float a, float *x, size_t n);

/* sum x_i^2, in double */
double vec_square_sum(const float *x, size_t n);

#endif

#ifndef SRS_GATHER_H
#define SRS_GATHER_H

/*
 * gather.h -- sums over some rows of a matrix, in place: what normal equations
 * of sparse least squares are multiplied by.
 */

#include <stddef.h>
#include <stdint.h>

/*
 * q (k) += sum_i w_i (y_i.p - target) y_i, with y_i row rows[i] of Y (any, k)
 * for i < n, and p (k); squares (k) += sum_i w_i y_i^2, element by element,
 * unless it is NULL.  Four rows at a time, so that each comes from memory once
 * and p and q are gone through n / 4 times.  Returns
 * sum_i w_i (y_i.p - target)^2.
 */
double gather_normal(const float *Y, size_t k, const uint32_t *rows,
    const float *w, size_t n, float target, const float *p, float *q,
    float *squares);

/* z_i = y_i.p for i < n; y_i are k numbers, `stride` floats from row to row. */
void gather_dots(const float *Y, size_t stride, size_t k,
    const uint32_t *rows, size_t n, const float *p, float *z);

/*
 * Row i of G (n, w) <- root of weights_i times y_i, zero from column k on; and
 * b (k) += sum_i times_i y_i.  Every weight >= 0.
 */
void gather_scaled(const float *Y, size_t stride, size_t k,
    const uint32_t *rows, const float *weights, const float *times, size_t n,
    size_t w, float *G, float *b);

/*
 * Column i of T (k, w), w in whole vectors of 16, <- times_i y_i, element j of
 * it times scale_j; zero from column n on.
 */
void gather_turned(const float *Y, size_t stride, size_t k,
    const uint32_t *rows, const float *times, size_t n, const float *scale,
    size_t w, float *T);

#endif

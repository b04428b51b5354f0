#ifndef SRS_REF_GREEDY_H
#define SRS_REF_GREEDY_H

#include <stddef.h>

/*
 * list (k) <- the greedy choice of k of n things: each time the one with which
 * worth(arg, list, length), of the list that ends with it, is largest.
 */
void ref_greedy(size_t n, size_t k,
    double (*worth)(void *arg, const size_t *list, size_t length), void *arg,
    size_t *list);

/* log det of the rows and columns list (m) of A (n, n), m <= 32, by a Cholesky
 * factor of its own; -INFINITY if it is not positive definite. */
double ref_logdet(const double *A, size_t n, const size_t *list, size_t m);

#endif

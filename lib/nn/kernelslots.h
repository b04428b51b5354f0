#ifndef SRS_KERNELSLOTS_H
#define SRS_KERNELSLOTS_H

/*
 * kernelslots.h -- loops over the entries of examples that have few features
 * out of many, each compiled for several instruction sets.
 *
 * x (m, d) are the entries' vectors; entry e belongs to row slot[e] / group of
 * a matrix (rows, d).  These rows ascend unless group is 1.  Sums are made in
 * the order of the entries.
 */

#include <stddef.h>
#include <stdint.h>

/* x[e] <- value[e] table[id[e]]; table (any, d) may be larger than caches. */
void kernel_lookup(float *x, const float *table, const uint32_t *id,
    const float *value, size_t m, size_t d);

/* x (n, d) <- rows row[k] of table (any, d), which may be larger than caches;
 * and back.  No row stands there twice. */
void kernel_get_rows(float *x, const float *table, const uint32_t *row,
    size_t n, size_t d);
void kernel_put_rows(float *table, const float *x, const uint32_t *row,
    size_t n, size_t d);

/* g (n, d) <- itself + own[k] x[k] in row k */
void kernel_add_own(float *g, const float *x, const float *own, size_t n,
    size_t d);

/* y[slot[e] / group] <- itself + x[e] */
void kernel_sum_slots(float *y, const float *x, const uint32_t *slot,
    size_t group, size_t m, size_t d);

/* y[slot[e] / group], one number, <- itself - |x[e]|^2 / 2 */
void kernel_less_squares(float *y, const float *x, const uint32_t *slot,
    size_t group, size_t m, size_t d);

/* x[e] <- y[slot[e] / group] */
void kernel_copy_slots(float *x, const float *y, const uint32_t *slot,
    size_t group, size_t m, size_t d);

/* dx[e] <- dy[r] (sum[r] - x[e]) with r = slot[e] / group, dy (rows). */
void kernel_rest_slots(float *dx, const float *sum, const float *x,
    const float *dy, const uint32_t *slot, size_t group, size_t m, size_t d);

#endif

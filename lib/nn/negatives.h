#ifndef SRS_NEGATIVES_H
#define SRS_NEGATIVES_H

/*
 * negatives.h -- items that a user has not had, drawn uniformly.
 *
 * One draw, no rejection: with the user's items h_0 < h_1 < ..., the r-th item
 * (from 0) that is not among them is r + i for the least i with h_i - i > r.
 */

#include <stdint.h>

#include "linalg/csr.h"

/* How many items (columns) user u has not had; rows ascend without
 * duplicates. */
size_t negatives_left(const struct csr *had, uint32_t u);

/* The r-th of them, r < negatives_left().  O(log of the user's items). */
uint32_t negatives_at(const struct csr *had, uint32_t u, uint32_t r);

#endif

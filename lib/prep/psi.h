#ifndef SRS_PSI_H
#define SRS_PSI_H

/*
 * psi.h -- the population stability index: how far a distribution has moved.
 *
 *	PSI = sum over groups g of (p_g - q_g) ln(p_g / q_g)
 *
 * with p and q the shares of group g now and before (Kullback and Leibler's
 * divergence both ways; in scoring below 0.1 is taken for stable, above 0.25
 * for changed: Siddiqi 2006).  So that an empty group does not make it
 * infinite, half a row is added to each: p_g = (n_g + 1/2) / (n + G/2).
 */

#include <stddef.h>
#include <stdint.h>

/* Of n groups; 0 for the same shares, and when a side has no rows. */
double psi(const uint64_t *now, const uint64_t *before, size_t n);

/*
 * Joins neighbouring bins into groups of at least 1 / groups of the rows
 * before each, in place.  Returns the number of groups.
 */
size_t psi_join(uint64_t *now, uint64_t *before, size_t n, size_t groups);

#endif

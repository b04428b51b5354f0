#ifndef SRS_SCALELEARN_H
#define SRS_SCALELEARN_H

/*
 * scalelearn.h -- how likely a score is relevant, as a map of scores.
 *
 * value (n) are scores in any order, hit (n) is 1 for those of relevant items;
 * n >= 1.
 */

#include <stddef.h>

#include "fuse/scale.h"

/*
 * Platt scaling: p = 1 / (1 + exp(-factor (x - shift))), the maximum of the
 * likelihood of targets (n1 + 1) / (n1 + 2) and 1 / (n0 + 2) (Platt 1999), by
 * Newton's method with halved steps (Lin, Lin & Weng 2007).  A factor below 0
 * would turn the list around: it is 0 then.  O(n) for each of some ten steps.
 */
void scalelearn_platt(struct scale_map *, const double *value,
    const unsigned char *hit, size_t n);

/*
 * Isotonic regression: the steps that do not fall and are nearest to `hit` in
 * the sum of squares, by pooling neighbours that fall (Ayer et al. 1955); a
 * step is a knot at the mean of its values.  O(n log n).
 */
void scalelearn_isotonic(struct scale_map *, const double *value,
    const unsigned char *hit, size_t n);

#endif

#ifndef SRS_LABELSTACK_H
#define SRS_LABELSTACK_H

/*
 * labelstack.h -- the stack of labelblend.h: the minimum over w (systems), b
 * (classes, the first 0) of
 *
 *	mean over rows of -log softmax_label(b_c + sum_s w_s log p_sc)
 *	    + l |w - 1/S|^2 / 2
 *
 * by Newton's method.  l is 1e-4 of the curvature where w = 1/S, b = 0.
 */

#include "fuse/labelblend.h"

/* Sets f->weight and f->class_bias from rows (n) with a label. */
void labelstack_fit(struct fusion *f, const struct fuselabels *,
    const int32_t *label, const uint32_t *row, size_t n);

/* p (classes) <- the probabilities of row i. */
void labelstack_row(const struct fusion *, const struct fuselabels *,
    size_t i, double *p);

#endif

#ifndef SRS_KERNELFM_H
#define SRS_KERNELFM_H

/*
 * kernelfm.h -- factorization machines, and the sums that logistic regression
 * is, with a part of their gradients: compiled for several instruction sets.
 *
 *	score(x) = sum of w_i x_i + sum over i < j of v_i . v_j x_i x_j
 *
 * Rendle 2010, "Factorization machines", equation 1, and lemma 3.1: with
 * s = sum of v_i x_i, the second sum is (|s|^2 - sum of |v_i x_i|^2) / 2, and
 * its slope along v_i is x_i s - x_i^2 v_i.
 */

#include <stddef.h>
#include <stdint.h>

struct fm_weights {
	const float *w;		/* (features) */
	const float *v;		/* (features, k); NULL: k is 0, and the second
				 * sum none */
	size_t k;
};

/* The score of the entries feature[e], value[e], e < n, and s (k).  Calls for
 * the memory of `next` (n_next) meanwhile: features of a later example. */
float kernel_fm_score(const struct fm_weights *, const uint32_t *feature,
    const float *value, size_t n, const uint32_t *next, size_t n_next,
    float *s);

/* An entry of a batch; `row` is that of sums. */
struct fm_entry {
	uint32_t row, example;
	float value;
};

/*
 * Sums over the entries of a row i, with d the slope of the loss along the
 * score of the entry's example:
 *
 *	w[i] += d x
 *	v[i] (k) += d x s
 *	own[i] += penalty - d x^2: what v_i itself is multiplied by
 *
 * in the order of the entries.  The slope along v_i is v[i] + own[i] v_i.
 */
struct fm_sums {
	const float *d;		/* (examples) */
	const float *s;		/* (examples, k) */
	size_t k;
	float penalty;
	float *w, *v, *own;	/* (rows), (rows, k), (rows); without k only
				 * w */
};

void kernel_fm_add(const struct fm_sums *, const struct fm_entry *, size_t n);

#endif

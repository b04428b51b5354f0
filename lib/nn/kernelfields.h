#ifndef SRS_KERNELFIELDS_H
#define SRS_KERNELFIELDS_H

/*
 * kernelfields.h -- pairs of entries of an example, each with a vector for
 * each field that the other one may have; compiled for several instruction
 * sets.
 */

#include <stddef.h>
#include <stdint.h>

/* One example.  Entry e is of field slot[e] - first_slot < slots. */
struct field_pairs {
	const float *table;		/* (any, slots, d) */
	size_t slots, d;
	const uint32_t *id;		/* (n) rows of the table */
	const float *value;		/* (n) */
	const uint32_t *slot;		/* (n) */
	uint32_t first_slot;
	size_t n;
	size_t n_next;			/* entries of the example after it,
					 * whose rows are called for */
};

/*
 * The sum over e < f of value[e] value[f] times the dot product of row e's
 * vector for the field of f and row f's for the field of e.  g (n, slots, d),
 * or NULL: times value[e] the gradients of the rows.  O(n^2 d).
 */
float kernel_field_pairs(const struct field_pairs *, float *g);

#endif

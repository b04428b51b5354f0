#ifndef SRS_LEFTOUT_H
#define SRS_LEFTOUT_H

/* leftout.h -- what users must not be offered, whatever it scores. */

#include <stddef.h>
#include <stdint.h>

#include "linalg/csr.h"

enum { LEFTOUT_KINDS = 2 };	/* what they had; what is excluded for them */

/* Calls each(arg, place, item) for the items of users (n), numbered by place;
 * users past the rows have none, items from n_items on are passed over. */
static inline void
leftout_each(const struct csr *const left_out[LEFTOUT_KINDS],
    const uint32_t *users, size_t n, size_t n_items,
    void (*each)(void *arg, size_t place, uint32_t item), void *arg)
{
	for (size_t m = 0; m < LEFTOUT_KINDS; m++)
		for (size_t r = 0; r < n && left_out[m] != NULL; r++) {
			const struct csr *out = left_out[m];

			if (users[r] >= out->rows)
				continue;
			for (uint64_t p = out->indptr[users[r]];
			    p < out->indptr[users[r] + 1]; p++)
				if (out->indices[p] < n_items)
					each(arg, r, out->indices[p]);
		}
}

#endif

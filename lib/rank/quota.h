#ifndef SRS_QUOTA_H
#define SRS_QUOTA_H

/*
 * quota.h -- at most so many items of a kind in a list.
 *
 * An item of several kinds counts for each of them; one of no kind is always
 * allowed.
 */

#include <stddef.h>
#include <stdint.h>

#include "linalg/csr.h"

struct quota {
	const struct csr *kinds;	/* (n_items, kinds) values not used */
	size_t max;			/* items of one kind */
};

/* What a list has so far: count (kinds), all zero at first. */
static inline int
quota_allows(const struct quota *q, const size_t *count, uint32_t item)
{
	const struct csr *m = q->kinds;

	for (uint64_t e = m->indptr[item]; e < m->indptr[item + 1]; e++)
		if (count[m->indices[e]] >= q->max)
			return 0;
	return 1;
}

/* The item joins the list. */
static inline void
quota_take(const struct quota *q, size_t *count, uint32_t item)
{
	const struct csr *m = q->kinds;

	for (uint64_t e = m->indptr[item]; e < m->indptr[item + 1]; e++)
		count[m->indices[e]]++;
}

/* As if it had not. */
static inline void
quota_return(const struct quota *q, size_t *count, uint32_t item)
{
	const struct csr *m = q->kinds;

	for (uint64_t e = m->indptr[item]; e < m->indptr[item + 1]; e++)
		count[m->indices[e]]--;
}

#endif

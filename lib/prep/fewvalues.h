#ifndef SRS_FEWVALUES_H
#define SRS_FEWVALUES_H

/*
 * fewvalues.h -- rows of each value, as long as there are few: stars, types
 * of event.  A value is a 64-bit key: the hash of a text, the bits of a
 * number.
 */

#include <stddef.h>
#include <stdint.h>

enum { FEWVALUES_MAX = 64, FEWVALUES_SLOTS = 256, FEWVALUES_NONE = -1 };

/* All zero is empty. */
struct fewvalues {
	uint64_t key[FEWVALUES_SLOTS];
	uint64_t rows[FEWVALUES_SLOTS];		/* 0: free */
	size_t n;
};

/* Counts `rows` >= 1 more of a value, and answers with its slot; or answers
 * FEWVALUES_NONE if there is no place for another value. */
static inline int
fewvalues_add(struct fewvalues *f, uint64_t key, uint64_t rows)
{
	size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 56);

	while (f->rows[i] != 0 && f->key[i] != key)
		i = (i + 1) % FEWVALUES_SLOTS;
	if (f->rows[i] == 0) {
		if (f->n == FEWVALUES_MAX)
			return FEWVALUES_NONE;
		f->n++;
		f->key[i] = key;
	}
	f->rows[i] += rows;
	return (int)i;
}

#endif

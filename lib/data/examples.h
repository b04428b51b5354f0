#ifndef SRS_EXAMPLES_H
#define SRS_EXAMPLES_H

/*
 * examples.h -- rows of few features out of many, with a label or none: click
 * logs, texts in the format of libfm.
 *
 * What io/readexamples.h reads and networks of such rows learn from and score.
 */

#include <stddef.h>
#include <stdint.h>

#include "data/vocabulary.h"

/* Entries start[i] .. start[i + 1] - 1 are those of example i, by field. */
struct examples {
	size_t n;
	uint64_t *start;	/* (n + 1) */
	uint32_t *feature;	/* (entries) numbers of the vocabulary */
	uint16_t *field;	/* (entries) */
	float *value;		/* (entries) finite */
	float *label;		/* (n), or NULL: there are none */
	uint64_t n_unknown;	/* entries left out: features that the
				 * vocabulary does not have */
	size_t cap, cap_label, cap_feature, cap_field, cap_value;
};

struct examples *examples_new(void);
void examples_free(struct examples *);
void examples_release(struct examples *);

/* The memory of its rows. */
double examples_bytes(const struct examples *);

/* Empties it, memory kept. */
void examples_clear(struct examples *);

/* One more entry of the example that is being made; the end of it. */
void examples_add_entry(struct examples *, uint32_t feature, uint16_t field,
    float value);
void examples_end(struct examples *);
/* The label of the example that is being made. */
void examples_add_label(struct examples *, float label);

static inline size_t
examples_entries(const struct examples *x)
{
	return x->n > 0 ? (size_t)x->start[x->n] : 0;
}

/* Takes out examples without entries; how many there were. */
size_t examples_drop_empty(struct examples *);

/* The greatest number of entries that k examples have together. */
size_t examples_most_entries(const struct examples *, size_t k);

#endif

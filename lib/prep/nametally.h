#ifndef SRS_NAMETALLY_H
#define SRS_NAMETALLY_H

/*
 * nametally.h -- rows of each name, when there may be too many names to list:
 * a broken column has a new one in every row.
 *
 * Listed are at most NAMETALLY_MAX names, those with the smallest hashes, so
 * that the list depends neither on the order of rows nor on how tallies were
 * merged; their counts are exact (as in idsample.h).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { NAMETALLY_MAX = 64 };

struct nametally_name {
	uint64_t hash;
	uint64_t rows;
	char *text;		/* (n) bytes, then '\0' */
	size_t n;
};

/* All zero is empty. */
struct nametally {
	uint64_t rows;		/* in all: some may be of names not listed */
	struct nametally_name name[NAMETALLY_MAX];	/* (n) by hash */
	size_t n;
};

void nametally_release(struct nametally *);
void nametally_add(struct nametally *, struct span name);
void nametally_merge(struct nametally *, const struct nametally *);

/* Rows of names that are not listed. */
uint64_t nametally_unlisted(const struct nametally *);

#endif

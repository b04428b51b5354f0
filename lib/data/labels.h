#ifndef SRS_LABELS_H
#define SRS_LABELS_H

/*
 * labels.h -- the names of an id map, laid out for being written many times.
 *
 *	struct labels *users = labels_new(map);
 *	for each block of rows
 *		p = buf_room(to, labels_ask(users, id, n) + ...);
 *		for (size_t i = 0; i < n; i++)
 *			p = labels_put(users, id[i], p);
 *
 * A name of at most 15 bytes is in its label, which is all of a cache line
 * that is waited for; the map itself looks up where a name begins, and then
 * the name.  16 bytes for each id.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "data/idmap.h"

enum { LABEL_MAX = 15 };

/* Public for labels_put() only. */
struct label {
	char text[LABEL_MAX];	/* of a longer name: see labels.c */
	unsigned char n;	/* over LABEL_MAX: it is longer */
};

struct labels {
	struct label *label;	/* (names) */
	int has_long;
};

/* Of the names that the map has now; it must not get others meanwhile. */
struct labels *labels_new(const struct idmap *);
void labels_free(struct labels *);

/* The names of n ids are on their way to the cache; returns how many bytes
 * putting all of them may use. */
size_t labels_ask(const struct labels *, const uint32_t *id, size_t n);

/* For labels_put(). */
char *labels_put_long(const struct label *, char *p);

/* Writes the name of an id, and maybe LABEL_MAX bytes more; returns where it
 * ends. */
static inline char *
labels_put(const struct labels *l, uint32_t id, char *p)
{
	const struct label *label = &l->label[id];

	if (label->n > LABEL_MAX)
		return labels_put_long(label, p);
	memcpy(p, label, sizeof *label);
	return p + label->n;
}

#endif

#ifndef SRS_ATTRIBUTES_H
#define SRS_ATTRIBUTES_H

/*
 * attributes.h -- what is known of users, or of items, besides interactions:
 * columns of a table, each as a sparse matrix of features.
 *
 *	struct attributes *a = attributes_new(items);
 *	genre = attributes_column(a, span_of("genre"), ATTRIBUTE_TOKENS);
 *	attributes_add(a, genre, item, span_of("crime"), 1);
 *	attributes_finish(a);
 *	row i of a->column[genre].of: the features of item i
 */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "data/idmap.h"
#include "data/inter.h"
#include "linalg/csr.h"

enum attribute_kind {
	ATTRIBUTE_TOKEN,	/* one feature at most, of value 1 */
	ATTRIBUTE_TOKENS,
	ATTRIBUTE_NUMBER,	/* one feature, the same for all */
	ATTRIBUTE_VECTOR	/* all features of all that have any */
};

struct attribute {
	char *name;		/* owned */
	enum attribute_kind kind;
	struct inter *values;	/* owned; ids by features */
	struct csr of;		/* (ids, features) after finish, a view */
};

struct attributes {
	struct idmap *ids;		/* the caller's */
	struct attribute *column;	/* (n) owned */
	size_t n, cap;
};

struct attributes *attributes_new(struct idmap *ids);
void attributes_free(struct attributes *);

/* A new column; its number. */
size_t attributes_column(struct attributes *, struct span name,
    enum attribute_kind);

/* The column of this name, or NULL and no message. */
const struct attribute *attributes_find(const struct attributes *,
    const char *name);

/* The same of the table `path`, or NULL after a message. */
const struct attribute *attributes_want(const struct attributes *,
    const char *path, const char *name);

/* The feature of this name in a column has this value for an id. */
void attributes_add(struct attributes *, size_t column, uint32_t id,
    struct span feature, float value);

/* No more additions; rows are the ids that there are now. */
void attributes_finish(struct attributes *);

#endif

#ifndef SRS_ITEMTABLE_H
#define SRS_ITEMTABLE_H

/*
 * itemtable.h -- columns of a table of items, by the numbers of a model's
 * items: what rules and re-ranking look at.
 *
 *	const struct itemtable_column *c = itemtable_find(t, "category");
 *	for (size_t j = 0; j < c->n_tokens[item]; j++)
 *		count[c->token[c->first[item] + j]]++;
 *
 * An item that the table lacks has no tokens, and NAN for a number.
 */

#include <stddef.h>
#include <stdint.h>

#include "data/idmap.h"

enum itemtable_kind {
	ITEMTABLE_TOKEN,	/* one token at most */
	ITEMTABLE_TOKENS,	/* any number of them */
	ITEMTABLE_NUMBER
};

struct itemtable_column {
	char *name;		/* owned */
	enum itemtable_kind kind;
	/* of tokens; else NULL */
	struct idmap *names;	/* all that occur, numbered in their order */
	uint32_t *token;	/* (n of cap): numbers in `names` */
	size_t n, cap;
	size_t *first;		/* (n_items) an item's are token[first] ... */
	uint32_t *n_tokens;	/* (n_items) ... and so many in all */
	/* of numbers; else NULL */
	double *number;		/* (n_items) NAN: missing */
};

struct itemtable {
	size_t n_items;
	unsigned char *has;	/* (n_items) does the table have the item? */
	size_t n_has;		/* how many of them */
	size_t n_unknown;	/* rows of items that have no number */
	struct itemtable_column *column;	/* (n_columns of cap) */
	size_t n_columns, cap;
};

struct itemtable *itemtable_new(size_t n_items);
void itemtable_free(struct itemtable *);

/* A new column; its number. */
size_t itemtable_add_column(struct itemtable *, const char *name,
    enum itemtable_kind);

/* One more token of an item; those of an item come one after the other. */
void itemtable_add_token(struct itemtable *, size_t column, uint32_t item,
    struct span token);

/* The column of this name, or NULL and no message. */
const struct itemtable_column *itemtable_find(const struct itemtable *,
    const char *name);

#endif

#ifndef SRS_SPLITCOLUMNS_H
#define SRS_SPLITCOLUMNS_H

/* splitcolumns.h -- the columns of a table that a split looks at. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/rows.h"
#include "prep/split.h"

/* Names of things: what is given a number. */
enum splitid { SPLITID_USER, SPLITID_ITEM, SPLITID_SESSION, SPLITID_CLASS,
	SPLITIDS };

enum splitneed { SPLITNEED_NOT, SPLITNEED_IF_THERE, SPLITNEED_YES };

struct splitneeds {
	enum splitneed id[SPLITIDS], time;
	const char *class;	/* the name of that column */
	int hash;		/* of what a row is known by */
};

/* -1: the table has none of that name, or it is not needed. */
struct splitcolumns {
	int id[SPLITIDS], time;
	int known_by[3];	/* user, item, timestamp; also if not needed */
	size_t width;
};

/* 0, or -1 after a message when one that must be there is not. */
int splitcolumns_find(const struct rows *, const struct splitneeds *,
    struct splitcolumns *) SRS_MUST_CHECK;

/*
 * *hash <- what the row is known by: user, item and timestamp; in a table
 * without users or items, all of it.  What is no id (io/ids.h) is an error: -1
 * after a message.
 */
int splitcolumns_hash(const struct rows *, const struct splitcolumns *,
    uint64_t *hash) SRS_MUST_CHECK;

/* A user, item or session is known by its name. */
uint64_t splitcolumns_hash_name(struct span name);

#endif

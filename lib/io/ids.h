#ifndef SRS_IDS_H
#define SRS_IDS_H

/*
 * ids.h -- users, items and other names out of the rows of a table.
 *
 * An id is UTF-8 without control characters (TAB and line ends are some),
 * without spaces around it and a byte order mark before it; it is not empty.
 * Anything else would be another thing than the id it looks like: srs-clean
 * repairs or refuses it, and all who read a table refuse it here.
 *
 * The readers of many rows (rows_scan()) keep the ids of a block:
 *
 *	struct slot { struct ids user, item; };
 *	ids_add(&slot->user, rows, column)		in work()
 *	ids_number(&both, rows_path(rows))		in drain()
 *	ids_release(&slot->user)			in release()
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "base/spans.h"
#include "data/idmap.h"
#include "io/rows.h"

/* The id in a column of the row last read, valid until the next one: 0, or -1
 * after a message with path, line and column. */
int ids_text(const struct rows *, int column, struct span *id)
    SRS_MUST_CHECK;

/* Is this piece of the row last read an id?  0, or -1 after a message with path
 * and line. */
int ids_check(const struct rows *, struct span) SRS_MUST_CHECK;

/* Are all of these n ids, as most are: of ASCII and without any blank?  If not,
 * ids_text() knows of each. */
int ids_are_plain(const struct spans *, size_t n);

/* Those of a block; all zero is empty. */
struct ids {
	struct idmap_key *key;	/* (n of cap) */
	uint32_t *id;		/* (n of cap) made by ids_number() */
	size_t n, cap;
};

void ids_release(struct ids *);

/* Adds that of the row last read, as ids_text(); it lasts as rows_hold()
 * says. */
int ids_add(struct ids *, struct rows *, int column) SRS_MUST_CHECK;

/* The same of a piece of rows_raw(), of tables that are not cut into columns;
 * these must be lines. */
int ids_add_raw(struct ids *, const struct rows *, struct span) SRS_MUST_CHECK;

/* Adds n of rows_many(), if all of them are plain: 1; or 0, and none is added:
 * then ids_add() knows of each. */
int ids_add_many(struct ids *, const struct spans *, size_t n);

/* Adds none: ids_find() does not find it. */
void ids_add_none(struct ids *);

/* Users and items of the same rows, and their maps. */
struct ids_pair {
	struct ids *user, *item;
	struct idmap *users, *items;
};

/* Numbers users and items, side by side; those that are new are added to the
 * maps.  0, or -1 after a message when there are too many. */
int ids_number(const struct ids_pair *, const char *path) SRS_MUST_CHECK;

/* The same; those that are not in the maps are IDMAP_NONE. */
void ids_find(const struct ids_pair *);

#endif

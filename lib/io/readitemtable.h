#ifndef SRS_READITEMTABLE_H
#define SRS_READITEMTABLE_H

/* readitemtable.h -- columns of an item table, for the items of a map. */

#include <stddef.h>

#include "base/err.h"
#include "data/itemtable.h"

/*
 * Reads a table with a header (TSV, CSV or JSON Lines): one row for each item
 * of its column item_id, of which those in the map are kept.  The columns read
 * are those named (n; a name may stand twice): token, token_seq (of its words
 * each once) or float.  An empty field has no token, and no number.
 * NULL after a message: a column that is not there, an item that stands twice,
 * a table that has none of the map's items.
 */
struct itemtable *readitemtable(const char *path, const char *const *names,
    size_t n, const struct idmap *items);

#endif

#ifndef SRS_READTITLES_H
#define SRS_READTITLES_H

/*
 * readtitles.h -- a column of an item table, for people to read beside ids.
 *
 *	struct titles *t = readtitles("items.tsv.gz", NULL, items);
 *	buf_span(out, titles_of(t, item));
 */

#include <stddef.h>
#include <stdint.h>

#include "data/idmap.h"

struct titles;

/*
 * Reads a table with a header: columns item_id and `column` (NULL: "title").
 * Only items of the map are kept.  NULL after a message; an item that stands
 * twice is one.
 */
struct titles *readtitles(const char *path, const char *column,
    const struct idmap *items);
void titles_free(struct titles *);

/* Empty if the table has none; an item may be any number. */
struct span titles_of(const struct titles *, uint32_t item);

/* Items of the map that the table lacks. */
size_t titles_missing(const struct titles *);

#endif

#ifndef SRS_JSONL_H
#define SRS_JSONL_H

/*
 * jsonl.h -- JSON Lines as a table: one object a line, its keys are columns.
 *
 * A key within an object within the row's is called by both, "user.id".  A
 * text is the field without its escapes, a number is the field as it was
 * written, true and false are texts, and null, an empty text, an empty array
 * and a key that is not there are missing values.  An array of single values
 * is a sequence, its elements separated by blanks, which therefore cannot be
 * in one.  A key that stands twice, an array within an array and a value of
 * another type than the column's (an object in place of a single value, too)
 * are errors, as is all that is not JSON (jsonpull.h).
 *
 * Nobody knows all keys before the last row: the columns are the keys of the
 * first JSONL_LEARN_ROWS rows, as far as they are within the first
 * JSONL_LEARN_BYTES (but of one row at least).  A key that comes later, with
 * a value, is an error too: nothing is left out in silence.  A caller that
 * knows what it wants says so with jsonl_use(); then what other keys hold
 * does not matter.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "io/header.h"
#include "io/lines.h"
#include "io/record.h"

enum {
	JSONL_LEARN_ROWS = 1000,
	JSONL_LEARN_BYTES = 1 << 20
};

/* The columns: several readers share them once they are known. */
struct jsonl;
void jsonl_free(struct jsonl *);

/*
 * The columns that these lines say, which are the first of the stream: the
 * first whole one and JSONL_LEARN_BYTES, if there is as much; `at_end`: all.
 * A line that is no row says nothing (reading it is an error later), but the
 * first must be one: else NULL after a message with `path` and line.
 */
struct jsonl *jsonl_learn(struct span lines, int at_end, const char *path);

/*
 * The columns as a header: a sequence is one, a key with nothing but numbers
 * is a float unless its name is that of ids ("id", "user_id", "userId"), all
 * others are of their names' usual types.  0, or -1 after a message.
 */
int jsonl_header(const struct jsonl *, struct header *, const char *path)
    SRS_MUST_CHECK;

/*
 * This column is used, or if it is negative, the key `name` would be, if it
 * came later (which is still an error).  After the first such call nothing
 * else matters: not the type of other columns' values, nor new keys.  Before
 * anything is read.
 */
void jsonl_use(struct jsonl *, int column, const char *name);

/* The memory of one reader. */
struct jsonl_reader;
struct jsonl_reader *jsonl_reader_new(const struct jsonl *);
void jsonl_reader_free(struct jsonl_reader *);

/* The next record, as record.h says; an empty line is none.  It has a field
 * for each column. */
int jsonl_record(struct jsonl_reader *, struct lines *, struct record *)
    SRS_MUST_CHECK;

#endif

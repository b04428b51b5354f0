#ifndef SRS_SPLITPARTS_H
#define SRS_SPLITPARTS_H

/*
 * splitparts.h -- the files that a split writes: they take their places
 * together.
 *
 *	parts = splitparts_open(paths, gzip);
 *	splitparts_header(parts, SPLIT_TEST, "user_id:token\t...");
 *	splitparts_add(parts, slot);			again and again
 *	splitparts_finish(parts) == 0 && splitparts_commit(parts) == 0
 *	splitparts_free(parts);
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "prep/split.h"

struct splitparts;

/* Rows on their way to each of the files. */
struct splitparts_rows {
	struct buf text[SPLIT_PARTS];
	size_t n[SPLIT_PARTS];
};

/* paths NULL: not written.  NULL after a message. */
struct splitparts *splitparts_open(const char *const paths[SPLIT_PARTS],
    int gzip);
void splitparts_free(struct splitparts *);

int splitparts_has(const struct splitparts *, enum split_part);
void splitparts_header(struct splitparts *, enum split_part,
    const char *typed_names);

/* Takes the rows, which are empty afterwards.  -1 after a message. */
int splitparts_add(struct splitparts *, struct splitparts_rows *)
    SRS_MUST_CHECK;
void splitparts_rows_release(struct splitparts_rows *);

/* The rows of each part so far. */
const size_t *splitparts_counts(const struct splitparts *);

/* Everything is written; a part without rows is an error. */
int splitparts_finish(struct splitparts *) SRS_MUST_CHECK;
int splitparts_commit(struct splitparts *) SRS_MUST_CHECK;

/* The same of counts that are known beforehand. */
int splitparts_check(const char *const paths[SPLIT_PARTS],
    const size_t counts[SPLIT_PARTS]) SRS_MUST_CHECK;

#endif

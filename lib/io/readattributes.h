#ifndef SRS_READATTRIBUTES_H
#define SRS_READATTRIBUTES_H

/* readattributes.h -- tables of users or items as features. */

#include "data/attributes.h"
#include "io/rows.h"

/*
 * Reads a table with a header: one row for each id of the column `id`
 * ("user_id"), which are added to `ids`.  Every other column becomes an
 * attribute: of a token column each token is a feature of value 1, of a
 * token_seq column with n tokens in a field each has value 1 / sqrt(n), of a
 * float column the number is the value of one feature, in standard deviations
 * from the mean.  An empty field has none.  The result is not finished yet.
 * NULL after a message: an id that stands twice is one.
 */
struct attributes *readattributes(const char *path, const char *id,
    struct idmap *ids);

/* The same with numbers as they are. */
struct attributes *readattributes_plain(const char *path, const char *id,
    struct idmap *ids);

/* As readattributes(), of a table that was opened with ROWS_GUESS, which is
 * closed. */
struct attributes *readattributes_rows(struct rows *, const char *id,
    struct idmap *ids);

/*
 * The tables of both sides, where there are any (paths not NULL): *of_users and
 * *of_items are set then.  Read before the interactions, so that who has
 * features and no interaction is in a model too, and has a score from them
 * alone.  0, or -1 after a message.
 */
int readattributes_both(const char *users_path, const char *items_path,
    struct idmap *users, struct idmap *items, struct attributes **of_users,
    struct attributes **of_items) SRS_MUST_CHECK;

#endif

#ifndef SRS_LISTFORMAT_H
#define SRS_LISTFORMAT_H

/*
 * listformat.h -- what a list of items looks like in a file.
 *
 *	rows	user_id item_id score rank [title]: a row for each item
 *	wide	user_id item_ids scores: a row for each user
 *	TREC	user Q0 item rank score srs-topk: what trec_eval reads
 *	JSON Lines	{"user_id":"u1","item_id":"i1","score":0.5,"rank":1}
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "data/idmap.h"
#include "io/readtitles.h"
#include "rank/topk.h"

enum listformat { LISTFORMAT_ROWS, LISTFORMAT_WIDE, LISTFORMAT_TREC,
	LISTFORMAT_JSONL };

/*
 * Whose lists, and of what: of items for users; of items that are related to
 * an item, item_id related_id score rank; of users like a user, user_id
 * related_id score rank.  Other formats have these names for user_id and
 * item_id, too.
 */
enum listabout { LISTABOUT_USERS, LISTABOUT_ITEMS, LISTABOUT_SIMILAR };

struct listnames {
	const struct idmap *users, *items;
	const struct titles *titles;	/* or NULL */
	enum listabout about;
};

/* The column of those who get lists: "user_id". */
const char *listabout_column(enum listabout);

/* The table's header; NULL: the format has none. */
const char *listformat_header(enum listformat, enum listabout,
    int has_titles);

/* Are titles part of the format? */
int listformat_has_titles(enum listformat);

/* 0, or -1 after a message: an id has a blank, which separates ids there. */
int listformat_check(enum listformat, const struct listnames *)
    SRS_MUST_CHECK;

/* Adds the list; of n = 0, nothing.  Callable from several threads. */
void listformat_add(enum listformat, const struct listnames *, uint32_t user,
    const struct topk_item *best, size_t n, struct buf *);

#endif

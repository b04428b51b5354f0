#ifndef SRS_READSCORES_H
#define SRS_READSCORES_H

/*
 * readscores.h -- lists, score files and judgments: a user, an item and a
 * number in each row.
 *
 * With a header, columns are found by name: user_id, item_id and the number.
 * Without one, scores are in column 3 of 3 (user item score) or of 4 (user item
 * score rank), else in the last.  TREC files (columns between blanks, no
 * header) are told by their shape: a run has 6 columns (user Q0 item rank score
 * tag), judgments have 4 (user 0 item relevance); between TABs, a run by its
 * "Q0".  Ranks in a file are not used: the order is that of the scores.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/tick.h"
#include "data/idmap.h"
#include "data/scored.h"

struct readscores {
	/* Judgments: the number is the relevance, column "label" or 1 for each
	 * row.  Else it is a score. */
	int judgments;
	/* The column of the number, by name or by number from 1; NULL: as
	 * above.  It must be there. */
	const char *column;
	int trec;		/* it is a TREC file, whatever its shape */
	struct tick *tick;
};

/*
 * Users and items that are new are added to the maps.  No rows, something that
 * is no id (io/ids.h) or no finite number is an error.  Returns scores after
 * scored_finish(), in the order of the file; or NULL after a message.
 */
struct scored *readscores(const char *path, const struct readscores *,
    struct idmap *users, struct idmap *items);

#endif

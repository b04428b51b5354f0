#ifndef SRS_SCOREROWS_H
#define SRS_SCOREROWS_H

/*
 * scorerows.h -- what srs-score does: tables through a model, each row with a
 * score at its end.
 */

#include <stddef.h>
#include <stdint.h>

#include "all/models.h"
#include "all/scorebatch.h"
#include "base/err.h"
#include "base/tick.h"
#include "data/inter.h"
#include "io/put.h"
#include "model/scorer.h"

/* The choices of --missing, in the order of enum scorebatch_missing. */
const struct choice *scorerows_missing_choice(size_t i);

struct scorerows {
	struct scorer *scorer;
	struct inter *history;		/* or NULL */
	enum scorebatch_missing missing;
	const char *column;		/* name of the new one */
	int no_header;
	struct tick *tick;
	/* results */
	uint64_t n_rows, n_missing;	/* with a user or item that the model
					 * does not know */
	uint64_t n_general;		/* with a user without a segment */
	uint64_t n_strange;		/* features of examples that the model
					 * does not have: left out */
	uint64_t n_partly;		/* with a user whom only some of the
					 * models know */
};

/* Opens the models, reads the history (n files) and prepares.  0, or -1 after
 * a message; scorerows_close() is called in both cases. */
int scorerows_open(struct scorerows *, const struct models *,
    const char *const *history, size_t n) SRS_MUST_CHECK;
void scorerows_close(struct scorerows *);

/*
 * Reads the files one after the other; the columns of all are those of the
 * first.  A model of users and items finds them in columns user_id and item_id;
 * a model of features finds its columns by name, and reads .npy matrices, too,
 * which come out as label (if they have one column more) and score.  The table
 * gets a header if the first file had one (a matrix gets one), unless
 * no_header.  0, or -1 after a message.
 */
int scorerows_files(struct scorerows *, const char *const *files, size_t n,
    struct put *) SRS_MUST_CHECK;

#endif

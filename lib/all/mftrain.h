#ifndef SRS_MFTRAIN_H
#define SRS_MFTRAIN_H

/*
 * mftrain.h -- what srs-mf-train does: reads interactions and held-out ones,
 * trains, and says what came of it.
 *
 *	struct mftrain t;
 *
 *	mftrain_options(&cli, &tool, &t, argc, argv);
 *	if (mftrain_read(&t) == 0 && mftrain_train(&t) == 0)
 *		cli_note(&cli, "%s", mftrain_result(&t));
 *	mftrain_release(&t);
 */

#include "base/buf.h"
#include "cli/cli.h"
#include "data/inter.h"
#include "mf/mf.h"
#include "model/train.h"

struct mftrain {
	const struct choice *method;	/* of mf_choice() */
	struct mf_options options;
	struct train train;
	const char *valid, *metric;	/* NULL: none; the usual one */
	const char *user_features, *item_features;	/* files, or NULL */
	const char *init, *checkpoint, *resume;		/* files, or NULL */
	const char *const *files;	/* (n_files) */
	size_t n_files;
	const char *output;
	int gzip;
	struct tick *reading;
	/* the parts' own */
	struct inter *data;
	struct attributes *of_users, *of_items;
	struct mf_result result;
	struct buf text;
};

/* Reads the command line, as cli_begin() does, into *t: the only place where
 * the options are described. */
void mftrain_options(struct cli *, const struct cli_tool *, struct mftrain *t,
    int argc, char **argv);

/* Reads the data and the held-out data.  0, or -1 after a message. */
int mftrain_read(struct mftrain *) SRS_MUST_CHECK;

/* What is measured on what, and what is odd about the data; or NULL.  Valid
 * until mftrain_result(). */
const char *mftrain_about(struct mftrain *);

/* Trains and writes the model.  0, or -1 after a message. */
int mftrain_train(struct mftrain *) SRS_MUST_CHECK;

/* What came of it, in lines; valid until mftrain_release(). */
const char *mftrain_result(struct mftrain *);

void mftrain_release(struct mftrain *);

#endif

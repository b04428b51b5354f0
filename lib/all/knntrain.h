#ifndef SRS_KNNTRAIN_H
#define SRS_KNNTRAIN_H

/*
 * knntrain.h -- what srs-knn-train does: reads interactions and what else is
 * known of users and items, trains, and says what came of it.
 *
 *	struct knntrain t;
 *
 *	knntrain_options(&cli, &tool, &t, argc, argv);
 *	if (knntrain_read(&t) == 0 && knntrain_train(&t) == 0)
 *		say t.result
 *	knntrain_release(&t);
 */

#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"
#include "data/attributes.h"
#include "data/inter.h"
#include "knn/knn.h"

struct knntrain {
	const struct choice *method;	/* of knn_choice() */
	struct knn_options options;
	const char *user_features;	/* a file, or NULL */
	struct opt_list item_features;	/* files */
	const char *vector_ids;		/* a file, or NULL: readvectors.h */
	const char *const *files;	/* (n_files) */
	size_t n_files;
	const char *output;
	int gzip;
	struct tick *reading, *training;
	struct forecast *forecast;	/* of a dry run; else NULL */
	/* the parts' own */
	struct inter *data;
	struct attributes *of_users;
	struct attributes **of_items;	/* (n_of_items) */
	size_t n_of_items;
	struct idmap *catalog;	/* items of the data, then of of_items only */
	struct knn_result result;
	struct buf text;
};

/* Reads the command line, as cli_begin() does, into *t: the only place where
 * the options are described.  What does not go together is wrong usage. */
void knntrain_options(struct cli *, const struct cli_tool *,
    struct knntrain *t, int argc, char **argv);

/* Reads the data.  0, or -1 after a message. */
int knntrain_read(struct knntrain *) SRS_MUST_CHECK;

/* What was read; valid until the next call here. */
const char *knntrain_about(struct knntrain *);

/* What is odd about the data: items that nobody had (their weights are 0) or
 * that all users had, ratings that are all the same.  NULL: nothing.  Valid
 * until the next call here. */
const char *knntrain_oddities(struct knntrain *);

/* Trains and writes the model.  0, or -1 after a message. */
int knntrain_train(struct knntrain *) SRS_MUST_CHECK;

void knntrain_release(struct knntrain *);

#endif

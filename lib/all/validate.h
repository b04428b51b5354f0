#ifndef SRS_VALIDATE_H
#define SRS_VALIDATE_H

/*
 * validate.h -- how good a model in training is: a --valid file and the name
 * of a metric made into a struct validation (model/train.h).
 *
 *	train.valid = validate_new(valid, &(struct validate){
 *	    .metric = "ndcg@10", .train = interactions });
 *	cli_note(&cli, "%s", validate_about(train.valid));
 *	...
 *	train.valid->free(train.valid);
 *
 * A metric of ratings (rmse, mae) or of labels (auc, logloss) predicts the
 * pairs of the file that the training data knows.  A metric of lists ranks all
 * items of the training data for the users of the file, without the items
 * that they had in it; every row of the file is relevant.  It is what
 * srs-topk and srs-eval say of the finished model.
 */

#include <stddef.h>
#include <stdint.h>

#include "data/inter.h"
#include "model/train.h"

enum { VALIDATE_USERS = 10000 };

struct validate {
	const char *metric;		/* "ndcg@10", "rmse", "auc" */
	const char *value;		/* column of the truth of pairs; NULL:
					 * "rating", or "label" for labels */
	const struct inter *train;	/* its maps are the scorer's; stays */
	size_t max_users;		/* lists are made for this many users,
					 * taken by the hash of their names;
					 * 0: VALIDATE_USERS */
	uint64_t seed;			/* of that hash */
};

/*
 * NULL after a message: a metric that is not known or not of one list, a file
 * that cannot be read, nothing in it that the training data knows.  The
 * scorer that is measured has the maps of `train` and is prepared.
 */
struct validation *validate_new(const char *path, const struct validate *);

/* "valid.tsv.gz: ndcg@10 of 943 users", and what was left out; owned by the
 * validation. */
const char *validate_about(const struct validation *);

#endif

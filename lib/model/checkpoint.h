#ifndef SRS_CHECKPOINT_H
#define SRS_CHECKPOINT_H

/*
 * checkpoint.h -- where a training is, in a file: what all trainers share.
 *
 *	w = checkpoint_writer(&stop);		after an epoch
 *	put what the training has and is about
 *	status = st_write(w, path, 0);
 *
 *	f = checkpoint_open(path);		before the first epoch
 *	check what it is about, take what the training had
 *	status = checkpoint_stopper(f, &stop);
 *
 * A model file of method "checkpoint".  What a checkpoint is about (options,
 * ids) must be the same when the training goes on; each check says what is
 * not.
 */

#include "base/err.h"
#include "data/idmap.h"
#include "model/model.h"
#include "model/train.h"

/* With the stopper's state; to be written and freed. */
struct st_writer *checkpoint_writer(const struct stopper *);

/* NULL after a message: also if it is a model. */
struct st_file *checkpoint_open(const char *path);

/* The stopper, which has begun, goes on where it was.  0, or -1 after a
 * message: also if the number of epochs is another. */
int checkpoint_stopper(const struct st_file *, struct stopper *)
    SRS_MUST_CHECK;

/* The option --key must have been `want`, and the ids these.  0, or -1 after
 * a message. */
int checkpoint_check_size(const struct st_file *, const char *key,
    size_t want) SRS_MUST_CHECK;
int checkpoint_check_ids(const struct st_file *, const char *name,
    const struct idmap *now) SRS_MUST_CHECK;

/*
 * All metadata that `now` would write must be in the file, and the same, and
 * all of the file's must be in `now`, but for srs.*, summary.* and what the
 * stopper has: they are options by their names, and data.NAME is a number that
 * stands for the data.
 * 0, or -1 after a message that names the first that differs.
 */
int checkpoint_check_meta(const struct st_file *, const struct st_writer *now)
    SRS_MUST_CHECK;

#endif

#ifndef SRS_WARM_H
#define SRS_WARM_H

/*
 * warm.h -- factors from files: of an older model to start from (nightly
 * retraining), or of a training that was interrupted.
 */

#include "base/err.h"
#include "mf/factors.h"

/*
 * f <- the rows that the model task->init has for the task's users and items;
 * those that are new keep what they have, and those that vanished are left
 * out.  Says in *result how many there were.  Without task->init nothing.  0,
 * or -1 after a message: a model of another method or rank is one.
 */
int warm_start(struct factors *f, const struct mf_task *task,
    const char *method, struct mf_result *result) SRS_MUST_CHECK;

/*
 * Writes where a training is to task->checkpoint, if there is one: factors,
 * the best so far (or NULL), the method's state and what the stopper knows.
 * 0, or -1 after a message.
 */
int warm_checkpoint(const struct factors *f, const struct factors *best,
    const struct factors_method *, const struct mf_task *task,
    const struct stopper *) SRS_MUST_CHECK;

/*
 * The reverse, from task->resume, if given: the training goes on as if it had
 * not been interrupted.  0, or -1 after a message: other data, rank, seed or
 * number of epochs is one.
 */
int warm_resume(struct factors *f, struct factors *best,
    const struct factors_method *, const struct mf_task *task,
    struct stopper *) SRS_MUST_CHECK;

/* --- for methods whose parameters are no struct factors ----------------- */

/* An older model must be of this method and rank: 0, or -1 after a message. */
int warm_check_model(const struct st_file *, const char *method, size_t k)
    SRS_MUST_CHECK;

/* A checkpoint with all but the parameters, to be written and freed. */
struct st_writer *warm_writer(const struct mf_task *, const struct stopper *);

/* It must be one of this task; the stopper goes on where it was.  0, or -1
 * after a message. */
int warm_check(const struct st_file *, const struct mf_task *,
    struct stopper *) SRS_MUST_CHECK;

#endif

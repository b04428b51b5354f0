#ifndef SRS_LOSS_H
#define SRS_LOSS_H

/* loss.h -- the names of losses, and of ways to draw what a user has not had;
 * ops.h and contest.h have the formulas.  Which ones it takes is a method's to
 * say. */

#include <stddef.h>

#include "base/choice.h"

enum loss {
	LOSS_MSE, LOSS_MAE, LOSS_BCE, LOSS_GBCE, LOSS_HINGE, LOSS_BPR,
	LOSS_BPR_MAX, LOSS_SOFTMAX
};

/* Their names, in the order of enum loss. */
const struct choice *loss_choice(size_t i);
enum loss loss_of(const struct choice *);

enum drawing {
	DRAWING_UNIFORM, DRAWING_POPULARITY, DRAWING_BATCH, DRAWING_HARD
};

const struct choice *drawing_choice(size_t i);
enum drawing drawing_of(const struct choice *);

#endif

#include "mf/als.h"
#include "mf/nmf.h"

int
nmf_train(const struct mf_task *task, struct mf_result *result)
{
	return als_train_by("nmf", RATING_NONNEGATIVE, task, result);
}

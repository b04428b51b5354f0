#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "nn/workers.h"

void
workers_init(struct workers *w, const struct graph *g,
    const struct params *params, const struct node *target)
{
	w->plan = plan_new(g, params, target, 0);
	w->n = par_threads();
	w->work = mem_array("network", w->n, sizeof(struct work *));
	for (size_t i = 0; i < w->n; i++)
		w->work[i] = work_new(w->plan);
}

void
workers_release(struct workers *w)
{
	for (size_t i = 0; i < w->n; i++)
		work_free(w->work[i]);
	free(w->work);
	plan_free(w->plan);
	*w = (struct workers){ .n = 0 };
}

#ifndef SRS_WORKERS_H
#define SRS_WORKERS_H

/*
 * workers.h -- a graph at work in every thread, for who serves a trained
 * network.
 *
 *	struct workers w = { .n = 0 };
 *	workers_init(&w, graph, params, target);
 *	in thread i: work_begin(w.work[i], ...), work_forward(w.work[i])
 *	workers_release(&w);
 */

#include <stddef.h>

#include "nn/work.h"

struct workers {
	struct plan *plan;		/* NULL: not made yet */
	struct work **work;		/* (n) */
	size_t n;
};

/* For par_threads() threads; the graph must stay, and is not for training. */
void workers_init(struct workers *, const struct graph *,
    const struct params *, const struct node *target);

/* What is not made is not released; makes nothing of it. */
void workers_release(struct workers *);

#endif

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "nn/plan.h"

enum { ALIGN = 16 };		/* floats: a cache line */

/* Something that needs `size` floats from time `first` to time `last`. */
struct life {
	size_t first, last, size;
	size_t *at;		/* out: its offset */
};

struct lives {
	struct life *life;	/* (n of cap) */
	size_t n, cap;
};

static size_t
aligned(size_t floats)
{
	return par_pieces(floats, ALIGN) * ALIGN;
}

static void
live(struct lives *l, size_t first, size_t last, size_t floats, size_t *at)
{
	l->life = mem_grow("memory plan", l->life, &l->cap, l->n + 1,
	    sizeof *l->life);
	l->life[l->n++] = (struct life){ first, last,
		aligned(floats), at };
}

/* The largest first: they are the hardest to place. */
static int
by_size(const void *a, const void *b)
{
	const struct life *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last > y->last) - (x->last < y->last);
}

static int
by_place(const void *a, const void *b)
{
	const struct life *const *x = a, *const *y = b;

	return (*(*x)->at > *(*y)->at) - (*(*x)->at < *(*y)->at);
}

/*
 * Gives each the lowest place that is free during all of its life (greedy by
 * size: Pisarchyk & Lee 2020, "Efficient memory management for deep neural
 * net inference").  Returns the size of the whole.  O(n^2 log n) for n nodes.
 */
static size_t
place(struct lives *l)
{
	const struct life **near;
	size_t floats = 0;

	near = mem_array("memory plan", l->n, sizeof *near);
	qsort(l->life, l->n, sizeof *l->life, by_size);
	for (size_t i = 0; i < l->n; i++) {
		struct life *me = &l->life[i];
		size_t n = 0, at = 0;

		for (size_t j = 0; j < i; j++)
			if (l->life[j].first <= me->last &&
			    me->first <= l->life[j].last)
				near[n++] = &l->life[j];
		qsort(near, n, sizeof *near, by_place);
		for (size_t j = 0; j < n && *near[j]->at < at + me->size; j++)
			if (*near[j]->at + near[j]->size > at)
				at = *near[j]->at + near[j]->size;
		*me->at = at;
		if (at + me->size > floats)
			floats = at + me->size;
	}
	free(near);
	return floats;
}

static size_t
value_floats(const struct node *node)
{
	return op_rows_most(node->graph, node->shape) * node->shape.cols;
}

/* 1: what the target depends on, and which of it has a gradient. */
static void
mark(struct plan *p)
{
	p->node[p->target->number].used = 1;
	for (size_t i = p->target->number + 1; i-- > 0;) {
		const struct node *node = graph_node(p->graph, i);
		struct plan_node *pn = &p->node[i];

		pn->in_dx = mem_array("memory plan", node->n_in,
		    sizeof *pn->in_dx);
		if (!pn->used)
			continue;
		pn->has_dx = p->training && node->learns;
		for (size_t k = 0; k < node->n_in; k++)
			p->node[node->in[k]->number].used = 1;
	}
}

/* 2: which user of a value writes its gradient, and which add to it. */
static void
route(struct plan *p, struct lives *l, size_t n)
{
	char *written = mem_array("memory plan", n, 1);

	for (size_t i = n; i-- > 0;) {
		const struct node *node = graph_node(p->graph, i);
		struct plan_node *pn = &p->node[i];

		for (size_t k = 0; pn->used && k < node->n_in; k++) {
			const size_t in = node->in[k]->number;

			pn->in_dx[k] = PLAN_NONE;
			if (!p->node[in].has_dx || !pn->has_dx)
				continue;
			pn->in_dx[k] = PLAN_DIRECT;
			if (written[in])
				live(l, 2 * n - 1 - i, 2 * n - 1 - i,
				    value_floats(node->in[k]), &pn->in_dx[k]);
			written[in] = 1;
		}
	}
	free(written);
}

/* The last time that the value of a node is read. */
static size_t
last_read(const struct plan *p, size_t i, size_t n)
{
	size_t last = i;

	if (graph_node(p->graph, i) == p->target)
		return 2 * n;
	if (p->training)
		return 2 * n - 1 - i;
	for (size_t j = i + 1; j < n; j++) {
		const struct node *user = graph_node(p->graph, j);

		for (size_t k = 0; p->node[j].used && k < user->n_in; k++)
			if (user->in[k]->number == i)
				last = j;
	}
	return last;
}

/* The time when the gradient of node i is first written. */
static size_t
first_gradient(const struct plan *p, size_t i, size_t n)
{
	for (size_t j = n; j-- > i + 1;) {
		const struct node *user = graph_node(p->graph, j);

		for (size_t k = 0; p->node[j].used && k < user->n_in; k++)
			if (user->in[k]->number == i &&
			    p->node[j].in_dx[k] == PLAN_DIRECT)
				return 2 * n - 1 - j;
	}
	return 2 * n - 1 - i;
}

/* 3: the lives of values, gradients and what is kept. */
static void
live_node(struct plan *p, struct lives *l, size_t i, size_t n)
{
	const struct node *node = graph_node(p->graph, i);
	struct plan_node *pn = &p->node[i];
	const size_t backward = 2 * n - 1 - i;
	int sparse = 0;

	if (!pn->used)
		return;
	live(l, node->n_in == 0 && node->n_param == 0 ? 0 : i,
	    last_read(p, i, n), value_floats(node), &pn->x);
	if (node->keep > 0)
		live(l, i, p->training ? backward : i, node->keep,
		    &pn->keep);
	for (size_t k = 0; k < node->n_param; k++)
		if (node->param[k]->spec.sparse && pn->has_dx) {
			p->touches[node->param[k]->number_sparse] +=
			    node->touches;
			sparse = 1;
		}
	if (node->leave > 0 && pn->has_dx) {
		pn->leave = p->shard_floats;
		p->shard_floats += aligned(node->leave);
	}
	if (sparse) {
		pn->dx_in_shard = 1;
		pn->dx = p->shard_floats;
		p->shard_floats += aligned(value_floats(node));
	} else if (pn->has_dx) {
		live(l, first_gradient(p, i, n), backward,
		    value_floats(node), &pn->dx);
	}
}

struct plan *
plan_new(const struct graph *g, const struct params *params,
    const struct node *target, int training)
{
	const size_t n = target->number + 1;
	struct plan *p = mem_array("memory plan", 1, sizeof *p);
	struct lives l = { NULL, 0, 0 };

	assert(!training || (target->learns && target->shape.cols == 1));
	*p = (struct plan){ .graph = g, .params = params, .target = target,
		.training = training };
	p->node = mem_array("memory plan", n, sizeof *p->node);
	p->touches = mem_array("memory plan", params->n_sparse,
	    sizeof *p->touches);
	mark(p);
	route(p, &l, n);
	for (size_t i = 0; i < n; i++)
		live_node(p, &l, i, n);
	p->floats = place(&l);
	free(l.life);
	return p;
}

void
plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i <= p->target->number; i++)
		free(p->node[i].in_dx);
	free(p->node);
	free(p->touches);
	free(p);
}

size_t
plan_worker_bytes(const struct plan *p)
{
	return p->floats * sizeof(float);
}

size_t
plan_shard_bytes(const struct plan *p)
{
	size_t n = (p->params->dense + p->shard_floats) * sizeof(float);

	for (size_t i = 0; i < p->params->n_sparse; i++)
		n += p->touches[i] * (sizeof(uint32_t) + sizeof(float) +
		    sizeof(float *));
	return n;
}

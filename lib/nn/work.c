#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/vec.h"
#include "nn/work.h"

struct work {
	const struct plan *plan;
	size_t n;			/* nodes up to the target */
	float *block;			/* (plan->floats) */
	struct tensor *value;		/* (n) */
	size_t *rows;			/* (axes) in this piece */
	struct work_place place;
	const float *weight;		/* (rows of the target) or NULL */
	/* of the node that runs */
	struct tensor *in;		/* (most inputs of a node) */
	float **grad;			/* (most params of a node) */
	struct touches **touches;
};

struct shard *
shard_new(const struct plan *p)
{
	struct shard *s = mem_array("shard", 1, sizeof *s);

	s->n_sparse = p->params->n_sparse;
	s->grad = mem_array("gradients", p->params->dense, sizeof(float));
	s->rows = mem_array("gradients", p->shard_floats, sizeof(float));
	s->touches = mem_array("gradients", s->n_sparse, sizeof *s->touches);
	for (size_t i = 0; i < s->n_sparse; i++) {
		struct touches *t = &s->touches[i];

		t->cap = p->touches[i];
		t->row = mem_array("gradients", t->cap, sizeof *t->row);
		t->scale = mem_array("gradients", t->cap, sizeof *t->scale);
		t->g = mem_array("gradients", t->cap, sizeof(float *));
	}
	return s;
}

void
shard_free(struct shard *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n_sparse; i++) {
		free(s->touches[i].row);
		free(s->touches[i].scale);
		free(s->touches[i].g);
	}
	free(s->touches);
	free(s->grad);
	free(s->rows);
	free(s);
}

struct work *
work_new(const struct plan *p)
{
	struct work *w = mem_array("network", 1, sizeof *w);
	size_t most_in = 0, most_param = 0;

	w->plan = p;
	w->n = p->target->number + 1;
	w->block = mem_array("network", p->floats, sizeof(float));
	w->value = mem_array("network", w->n, sizeof *w->value);
	w->rows = mem_array("network", graph_axes(p->graph),
	    sizeof *w->rows);
	for (size_t i = 0; i < w->n; i++) {
		const struct node *node = graph_node(p->graph, i);
		float *x = w->block + p->node[i].x;

		w->value[i].cols = node->shape.cols;
		if (node->is_ids)
			w->value[i].ids = (uint32_t *)(void *)x;
		else
			w->value[i].x = x;
		if (p->node[i].has_dx && !p->node[i].dx_in_shard)
			w->value[i].dx = w->block + p->node[i].dx;
		if (node->n_in > most_in)
			most_in = node->n_in;
		if (node->n_param > most_param)
			most_param = node->n_param;
	}
	w->in = mem_array("network", most_in, sizeof *w->in);
	w->grad = mem_array("network", most_param, sizeof(float *));
	w->touches = mem_array("network", most_param,
	    sizeof(struct touches *));
	return w;
}

void
work_free(struct work *w)
{
	if (w == NULL)
		return;
	free(w->block);
	free(w->value);
	free(w->rows);
	free(w->in);
	free(w->grad);
	free(w->touches);
	free(w);
}

void
work_begin(struct work *w, const struct work_place *place)
{
	const struct plan *p = w->plan;
	struct shard *s = place->shard;

	assert(!p->training || s != NULL);
	w->place = *place;
	w->weight = NULL;
	memset(w->rows, 0, graph_axes(p->graph) * sizeof *w->rows);
	if (s == NULL)
		return;
	s->loss = 0;
	memset(s->grad, 0, p->params->dense * sizeof(float));
	for (size_t i = 0; i < s->n_sparse; i++)
		s->touches[i].n = 0;
	for (size_t i = 0; i < w->n; i++)
		if (p->node[i].dx_in_shard)
			w->value[i].dx = s->rows + p->node[i].dx;
}

void
work_rows(struct work *w, size_t axis, size_t n)
{
	assert(n <= op_rows_most(w->plan->graph, (struct shape){ axis, 1, 1 }));
	w->rows[axis] = n;
	for (size_t i = 0; i < w->n; i++) {
		const struct shape *shape =
		    &graph_node(w->plan->graph, i)->shape;

		if (shape->axis == axis)
			w->value[i].rows = n * shape->per;
	}
}

static int
is_used(const struct work *w, const struct node *node)
{
	return node->number < w->n && w->plan->node[node->number].used;
}

float *
work_floats(struct work *w, const struct node *input)
{
	assert(input->n_in == 0 && !input->is_ids && is_used(w, input));
	return w->value[input->number].x;
}

uint32_t *
work_ids(struct work *w, const struct node *input)
{
	assert(input->n_in == 0 && input->is_ids && is_used(w, input));
	return w->value[input->number].ids;
}

static struct op_call
call_of(struct work *w, const struct node *node)
{
	const size_t i = node->number;
	const size_t most = op_rows_most(w->plan->graph, (struct shape){
	    node->shape.axis, 1, 1 });
	/* of other axes than the examples', far enough from each other */
	const size_t first = node->shape.axis == 0 ? w->place.first :
	    w->place.first * most;

	for (size_t k = 0; k < node->n_in; k++)
		w->in[k] = w->value[node->in[k]->number];
	for (size_t k = 0; k < node->n_param; k++) {
		w->grad[k] = NULL;
		w->touches[k] = NULL;
	}
	return (struct op_call){ .node = node, .in = w->in,
		.out = &w->value[i], .grad = w->grad, .touches = w->touches,
		.keep = w->block + w->plan->node[i].keep,
		.leave = w->plan->node[i].has_dx ?
		    w->place.shard->rows + w->plan->node[i].leave : NULL,
		.training = w->plan->training, .seed = w->place.seed,
		.step = w->place.step, .first = first * node->shape.per };
}

const float *
work_forward(struct work *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct node *node = graph_node(w->plan->graph, i);
		struct op_call call;

		if (!w->plan->node[i].used || node->op->forward == NULL)
			continue;
		call = call_of(w, node);
		node->op->forward(&call);
	}
	return w->value[w->plan->target->number].x;
}

/* Where the backward function of node i writes. */
static void
aim(struct work *w, const struct node *node)
{
	const struct plan_node *pn = &w->plan->node[node->number];
	struct shard *s = w->place.shard;

	for (size_t k = 0; k < node->n_in; k++) {
		if (pn->in_dx[k] == PLAN_NONE)
			w->in[k].dx = NULL;
		else if (pn->in_dx[k] != PLAN_DIRECT)
			w->in[k].dx = w->block + pn->in_dx[k];
	}
	for (size_t k = 0; k < node->n_param; k++) {
		const struct param *p = node->param[k];

		if (p->spec.frozen)
			continue;
		if (p->spec.sparse)
			w->touches[k] = &s->touches[p->number_sparse];
		else
			w->grad[k] = s->grad + p->offset;
	}
}

/* Adds the gradients that were not written to their place. */
static void
gather(struct work *w, const struct node *node)
{
	const struct plan_node *pn = &w->plan->node[node->number];

	for (size_t k = 0; k < node->n_in; k++) {
		const struct tensor *to = &w->value[node->in[k]->number];

		if (pn->in_dx[k] != PLAN_NONE && pn->in_dx[k] != PLAN_DIRECT)
			vec_axpy(1, w->in[k].dx, to->dx, to->rows * to->cols);
	}
}

void
work_weigh(struct work *w, const float *weight)
{
	w->weight = weight;
}

void
work_backward(struct work *w, float scale)
{
	struct tensor *target = &w->value[w->plan->target->number];
	double sum = 0;

	for (size_t r = 0; r < target->rows; r++) {
		const float weight = w->weight != NULL ? w->weight[r] : 1;

		sum += (double)weight * (double)target->x[r];
		target->dx[r] = weight * scale;
	}
	w->place.shard->loss = sum * (double)scale;
	w->place.shard->examples = w->rows[0];
	for (size_t i = w->n; i-- > 0;) {
		const struct node *node = graph_node(w->plan->graph, i);
		struct op_call call;

		if (!w->plan->node[i].has_dx || node->op->backward == NULL)
			continue;
		call = call_of(w, node);
		aim(w, node);
		node->op->backward(&call);
		gather(w, node);
	}
}

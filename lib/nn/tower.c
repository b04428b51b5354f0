#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/num.h"
#include "nn/ops.h"
#include "nn/tower.h"

/* --- norms ---------------------------------------------------------------- */

static const struct choice norms[] = {
	[TOWER_PLAIN] = { "none", "sums as they are", NULL },
	[TOWER_BATCH] = { "batch", "a unit's sums over a part of the batch "
	    "(Ioffe & Szegedy 2015)", NULL },
	[TOWER_LAYER] = { "layer", "an example's sums over the layer (Ba et "
	    "al. 2016)", NULL },
};

enum { N_NORMS = sizeof norms / sizeof *norms };

const struct choice *
tower_norm_choice(size_t i)
{
	return i < N_NORMS ? &norms[i] : NULL;
}

enum tower_norm
tower_norm_of(const struct choice *what)
{
	if (what == NULL)
		return TOWER_PLAIN;
	assert(what >= norms && what < norms + N_NORMS);
	return (enum tower_norm)(what - norms);
}

int
tower_norm_read(const struct st_file *f, const struct choice **norm)
{
	const char *name = st_meta(f, "norm");

	*norm = NULL;
	if (name == NULL)
		return 0;
	*norm = choice_find(tower_norm_choice, span_of(name));
	return *norm != NULL ? 0 : err_msg("%s: no norm is called '%s'",
	    st_path(f), name);
}

/* --- layers --------------------------------------------------------------- */

int
tower_parse(const char *text, struct tower *t)
{
	struct span rest = span_of(text);

	*t = (struct tower){ 0 };
	while (rest.p != NULL) {
		const struct span part = span_cut(&rest, ',');
		size_t width;

		if (num_size(part, &width) != 0 || width == 0 ||
		    width > TOWER_WIDEST)
			return err_msg("--layers '%s': '%.*s' is not a size "
			    "from 1 to %d", text, SPAN_ARGS(part),
			    TOWER_WIDEST);
		if (t->n == TOWER_MOST)
			return err_msg("--layers '%s': more than %d layers",
			    text, TOWER_MOST);
		t->width[t->n++] = width;
	}
	return 0;
}

void
tower_params(struct tower *t, struct params *ps, size_t in)
{
	tower_params_to(t, ps, "", in, 1);
}

static struct param *
add_row(struct params *ps, const char *prefix, size_t layer, const char *what,
    struct param_spec spec)
{
	char name[64];

	snprintf(name, sizeof name, "%slayer%zu.%s", prefix, layer + 1, what);
	spec.name = name;
	spec.rows = 1;
	spec.no_decay = 1;
	return params_add(ps, &spec);
}

/* Those of hidden layer i. */
static void
add_norm(struct tower *t, struct params *ps, const char *prefix, size_t i)
{
	const size_t width = t->width[i];

	if (t->norm == TOWER_PLAIN)
		return;
	t->gain[i] = add_row(ps, prefix, i, "gain", (struct param_spec){
	    .cols = width, .scale = 1 });
	if (t->norm == TOWER_LAYER)
		return;
	t->mean[i] = add_row(ps, prefix, i, "mean", (struct param_spec){
	    .cols = width, .statistic = PARAM_MEAN });
	t->variance[i] = add_row(ps, prefix, i, "variance",
	    (struct param_spec){ .cols = width, .scale = 1,
	    .statistic = PARAM_VARIANCE });
}

void
tower_params_to(struct tower *t, struct params *ps, const char *prefix,
    size_t in, size_t out)
{
	for (size_t i = 0; i <= t->n; i++) {
		const size_t width = i < t->n ? t->width[i] : out;
		char name[64];

		snprintf(name, sizeof name, "%slayer%zu.weight", prefix,
		    i + 1);
		t->W[i] = params_add(ps, &(struct param_spec){ .name = name,
		    .rows = in, .cols = width, .init = PARAM_UNIFORM,
		    .scale = sqrt(6.0 / (double)in),
		    .shared = i == t->n });
		t->b[i] = add_row(ps, prefix, i, "bias",
		    (struct param_spec){ .cols = width,
		    .shared = i == t->n });
		if (i < t->n)
			add_norm(t, ps, prefix, i);
		in = width;
	}
}

struct node *
tower_normed(const struct tower *t, struct graph *g, struct node *x, size_t i)
{
	switch (t->norm) {
	case TOWER_PLAIN:
		break;
	case TOWER_BATCH:
		return op_batch_norm(g, x, t->gain[i], t->b[i], t->mean[i],
		    t->variance[i]);
	case TOWER_LAYER:
		return op_norm(g, x, t->gain[i], t->b[i]);
	}
	return x;
}

struct node *
tower_nodes(const struct tower *t, struct graph *g, struct node *x,
    size_t from, double dropout)
{
	assert(from <= t->n);
	for (size_t i = from; i < t->n; i++) {
		if (t->norm == TOWER_PLAIN)
			x = op_dense(g, x, t->W[i], t->b[i], OP_RELU);
		else
			x = op_relu(g, tower_normed(t, g, op_part(g, x, t->W[i],
			    0, NULL), i));
		if (dropout > 0)
			x = op_dropout(g, x, dropout);
	}
	return op_dense(g, x, t->W[t->n], t->b[t->n], OP_LINEAR);
}

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/num.h"
#include "nn/ops.h"
#include "nn/tower.h"

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
		snprintf(name, sizeof name, "%slayer%zu.bias", prefix, i + 1);
		t->b[i] = params_add(ps, &(struct param_spec){ .name = name,
		    .rows = 1, .cols = width, .no_decay = 1,
		    .shared = i == t->n });
		in = width;
	}
}

struct node *
tower_nodes(const struct tower *t, struct graph *g, struct node *x,
    size_t from, double dropout)
{
	assert(from <= t->n);
	for (size_t i = from; i < t->n; i++) {
		x = op_dense(g, x, t->W[i], t->b[i], OP_RELU);
		if (dropout > 0)
			x = op_dropout(g, x, dropout);
	}
	return op_dense(g, x, t->W[t->n], t->b[t->n], OP_LINEAR);
}

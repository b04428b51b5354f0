/* sparsepast.c -- what a person had beside what is shown (sparsenet.h). */

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/guess.h"
#include "base/mem.h"
#include "nn/ops.h"
#include "nn/sparsenet.h"
#include "nn/work.h"

/* The field of this name and kind, or -1 after a message. */
static int
find_field(const struct vocabulary *v, const char *list, struct span name,
    enum field_kind kind, size_t *field)
{
	const uint32_t at = idmap_find(v->fields, name);

	if (v->is_libfm || at == IDMAP_NONE) {
		struct guess g = guess_of(name);

		for (uint32_t i = 0; !v->is_libfm &&
		    i < idmap_count(v->fields); i++)
			guess_offer(&g, idmap_name(v->fields, i));
		return guess_fail(&g, "--attend '%s': no field '%.*s'", list,
		    SPAN_ARGS(name));
	}
	if (v->field[at].kind != kind)
		return err_msg("--attend '%s': '%.*s' is not a %s", list,
		    SPAN_ARGS(name), kind == FIELD_TOKENS ?
		    "token_seq" : "token");
	*field = at;
	return 0;
}

/* past=x has the embedding of shown=x, if there is one. */
static void
find_likes(struct sparsenet *net, const struct vocabulary *v)
{
	const struct span past = idmap_name(v->fields,
	    (uint32_t)net->past_field);
	const struct span shown = idmap_name(v->fields,
	    (uint32_t)net->shown_field);
	struct buf name = BUF_EMPTY;

	net->like = mem_array("features", net->n_features, sizeof *net->like);
	for (uint32_t i = 0; i < net->n_features; i++) {
		const struct span f = idmap_name(v->features, i);

		net->like[i] = i;
		if (f.n <= past.n || f.p[past.n] != '=' ||
		    memcmp(f.p, past.p, past.n) != 0)
			continue;
		name.n = 0;
		buf_span(&name, shown);
		buf_add(&name, f.p + past.n, f.n - past.n);
		net->like[i] = idmap_find(v->features,
		    (struct span){ name.p, name.n });
		if (net->like[i] == IDMAP_NONE)
			net->like[i] = i;
	}
	buf_release(&name);
}

int
sparsepast_init(struct sparsenet *net, const struct vocabulary *v,
    const char *list)
{
	struct span rest, past, shown;

	if (list == NULL)
		return err_msg("--attend PAST,SHOWN says which column lists "
		    "what was had, and which is compared with it");
	rest = span_of(list);
	past = span_cut(&rest, ',');
	shown = rest;
	if (shown.p == NULL || shown.n == 0)
		return err_msg("--attend '%s' is not two columns with a comma "
		    "between", list);
	if (v->hash_bits > 0)
		return err_msg("--attend compares values by their names: it "
		    "takes no --hash-bits");
	if (find_field(v, list, past, FIELD_TOKENS, &net->past_field) != 0 ||
	    find_field(v, list, shown, FIELD_TOKEN, &net->shown_field) != 0)
		return -1;
	find_likes(net, v);
	return 0;
}

void
sparsepast_build(struct sparsenet_net *in, size_t most_entries)
{
	const size_t axis = graph_axis(in->graph, most_entries);

	in->past = op_ids(in->graph, axis, 1, 1);
	in->past_shown = op_ids(in->graph, axis, 1, 1);
	in->past_of = op_ids(in->graph, axis, 1, 1);
}

void
sparsepast_feed(const struct sparsenet *net, const struct sparsenet_net *in,
    struct work *w, const struct examples *x, const uint32_t *example,
    size_t first, size_t n)
{
	uint32_t *past = work_ids(w, in->past);
	uint32_t *shown = work_ids(w, in->past_shown);
	uint32_t *of = work_ids(w, in->past_of);
	size_t m = 0;

	for (uint32_t r = 0; r < n; r++) {
		const size_t i = example != NULL ? example[r] : first + r;
		uint32_t now = OP_NO_ROW;

		for (size_t e = x->start[i]; e < x->start[i + 1]; e++)
			if (x->field[e] == net->shown_field)
				now = x->feature[e];
		for (size_t e = x->start[i]; e < x->start[i + 1]; e++) {
			if (x->field[e] != net->past_field)
				continue;
			past[m] = net->like[x->feature[e]];
			shown[m] = now;
			of[m++] = r;
		}
	}
	work_rows(w, in->past->shape.axis, m);
}

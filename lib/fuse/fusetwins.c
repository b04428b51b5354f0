#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/fusetwins.h"
#include "model/model.h"

static const char operands[] = "operand_names", twins[] = "operand_is_twin";

/* --- lists ---------------------------------------------------------------- */

static int
are_same(const struct fuselists *l, size_t a, size_t b)
{
	if (scored_count(l->list[a]) != scored_count(l->list[b]))
		return 0;
	for (uint32_t u = 0; u < l->n_users; u++) {
		size_t n, m;
		const struct scored_item *x = scored_of(l->list[a], u, &n);
		const struct scored_item *y = scored_of(l->list[b], u, &m);

		if (n != m)
			return 0;
		for (size_t i = 0; i < n; i++)
			if (x[i].item != y[i].item || x[i].value != y[i].value)
				return 0;
	}
	return 1;
}

size_t
fusetwins_find(const struct fuselists *l, size_t *like)
{
	size_t n = 0;

	for (size_t s = 0; s < l->n; s++) {
		like[s] = 0;
		while (like[s] < s && !(like[like[s]] == like[s] &&
		    are_same(l, like[s], s)))
			like[s]++;
		n += like[s] < s;
	}
	return n;
}

void
fusetwins_drop(struct fuselists *l, struct fusion *f, const size_t *like)
{
	size_t n = 0;

	f->operands = idmap_new();
	f->is_twin = mem_array("operands", l->n, 1);
	for (size_t s = 0; s < l->n; s++) {
		idmap_add(f->operands, span_of(f->name[s]));
		f->is_twin[s] = like[s] < s;
		if (f->is_twin[s]) {
			scored_free(l->list[s]);
			free(f->name[s]);
			continue;
		}
		l->list[n] = l->list[s];
		l->n_repeated[n] = l->n_repeated[s];
		f->name[n++] = f->name[s];
	}
	l->n = f->n = n;
	for (size_t s = 0; s < n; s++)
		f->weight[s] = 1 / (double)n;
}

/* --- operands ------------------------------------------------------------- */

void
fusetwins_move(struct fusion *from, struct fusion *to)
{
	to->operands = from->operands;
	to->is_twin = from->is_twin;
	from->operands = NULL;
	from->is_twin = NULL;
}

size_t
fusetwins_operands(const struct fusion *f)
{
	return f->operands != NULL ? idmap_count(f->operands) : f->n;
}

struct span
fusetwins_name(const struct fusion *f, size_t i)
{
	return f->operands != NULL ? idmap_name(f->operands, (uint32_t)i) :
	    span_of(f->name[i]);
}

int
fusetwins_is(const struct fusion *f, size_t i)
{
	return f->is_twin != NULL && f->is_twin[i];
}

void
fusetwins_put(const struct fusion *f, struct st_writer *w)
{
	const size_t n = fusetwins_operands(f);

	if (f->operands == NULL)
		return;
	model_put_ids(w, operands, f->operands);
	st_put(w, twins, ST_U8, &n, 1, f->is_twin);
}

int
fusetwins_get(const struct st_file *st, struct fusion *f)
{
	const struct st_tensor *t;
	size_t n, systems = 0;

	if (st_find(st, operands) == NULL)
		return 0;
	f->operands = model_ids(st, operands);
	if (f->operands == NULL)
		return -1;
	n = idmap_count(f->operands);
	t = st_want(st, twins, ST_U8, &n, 1);
	if (t == NULL)
		return -1;
	f->is_twin = mem_array("operands", n, 1);
	memcpy(f->is_twin, t->data, n);
	for (size_t i = 0; i < n; i++)
		systems += !f->is_twin[i];
	return systems == f->n ? 0 : err_msg("%s: %zu operands are systems, "
	    "not %zu", st_path(st), systems, f->n);
}

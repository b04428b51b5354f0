#include "fuse/fusecolumns.h"
#include "fuse/fuseinputs.h"
#include "fuse/fusemeta.h"

static size_t
known(const struct fusion *f, enum fuseside side)
{
	return f->columns != NULL ? f->columns->n_inputs[side] : 0;
}

size_t
fuseinputs_of_user(const struct fusion *f)
{
	return 1 + known(f, FUSE_USERS);
}

size_t
fuseinputs_of_item(const struct fusion *f)
{
	return 1 + known(f, FUSE_ITEMS);
}

void
fuseinputs_user(const struct fusion *f, const struct fuseunion *u, float *out)
{
	const size_t S = u->n_systems;
	const float entries = (float)u->start[S];

	out[0] = S > 1 && u->n > 0 ? (entries / (float)u->n - 1) /
	    (float)(S - 1) : 0;
	if (f->columns != NULL)
		fusecolumns_inputs(f->columns, FUSE_USERS, fusemeta_user(
		    f->meta, u->user), out + 1);
}

void
fuseinputs_item(const struct fusion *f, const struct fuseunion *u, size_t p,
    float *out)
{
	const size_t S = u->n_systems;
	size_t n = 0;

	for (size_t s = 0; s < S; s++)
		n += u->place[p * S + s] > 0;
	out[0] = (float)n / (float)S;
	if (f->columns != NULL)
		fusecolumns_inputs(f->columns, FUSE_ITEMS, fusemeta_item(
		    f->meta, u->name[p]), out + 1);
}

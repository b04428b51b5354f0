#include <math.h>

#include "fuse/fusecolumns.h"
#include "fuse/fuseinputs.h"
#include "fuse/fusekeep.h"
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
	return !f->ratings + known(f, FUSE_ITEMS);
}

/* How many of the systems that count list the item at p; of p = u->n how many
 * count. */
static size_t
listing(const struct fusion *f, const struct fuseunion *u, size_t p)
{
	const size_t S = u->n_systems;
	size_t n = 0;

	for (size_t s = 0; s < S; s++)
		n += fusekeep_has(f, s) && (p == u->n ||
		    u->place[p * S + s] > 0);
	return n;
}

void
fuseinputs_user(const struct fusion *f, const struct fuseunion *u, float *out)
{
	const size_t systems = listing(f, u, u->n);
	size_t items = 0, entries = 0;

	for (size_t p = 0; p < u->n; p++) {
		const size_t n = listing(f, u, p);

		items += n > 0;
		entries += n;
	}
	out[0] = systems > 1 && items > 0 ? ((float)entries / (float)items -
	    1) / (float)(systems - 1) : 0;
	if (f->columns != NULL)
		fusecolumns_inputs(f->columns, FUSE_USERS, fusemeta_user(
		    f->meta, u->user), out + 1);
}

void
fuseinputs_item(const struct fusion *f, const struct fuseunion *u, size_t p,
    float *out)
{
	const size_t systems = listing(f, u, u->n);

	out[0] = systems > 0 ? (float)listing(f, u, p) / (float)systems : 0;
	if (f->columns != NULL)
		fusecolumns_inputs(f->columns, FUSE_ITEMS, fusemeta_item(
		    f->meta, u->name[p]), out + 1);
}

void
fuseinputs_pair(const struct fusion *f, const float *x, struct span user,
    struct span item, float *out)
{
	float low = x[0], high = x[0];

	for (size_t s = 1; s < f->n; s++) {
		low = fminf(low, x[s]);
		high = fmaxf(high, x[s]);
	}
	out[0] = high - low;
	if (f->columns == NULL)
		return;
	fusecolumns_inputs(f->columns, FUSE_USERS, fusemeta_user(f->meta,
	    user), out + 1);
	fusecolumns_inputs(f->columns, FUSE_ITEMS, fusemeta_item(f->meta,
	    item), out + 1 + known(f, FUSE_USERS));
}

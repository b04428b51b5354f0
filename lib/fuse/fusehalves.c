#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "fuse/fusecv.h"
#include "fuse/fusehalves.h"

enum { USERS_MAX = 4000, USERS_MIN = 10 };

int
fusehalves_init(struct fusehalves *h, const struct fuselearn *how)
{
	const size_t one_of = how->n_users / USERS_MAX + 1;

	*h = (struct fusehalves){ .how = how };
	for (int i = 0; i < 2; i++)
		h->user[i] = mem_array("users", how->n_users,
		    sizeof *h->user[i]);
	for (size_t i = 0; i < how->n_users; i++) {
		const struct span name = idmap_name(how->lists->users,
		    how->user[i]);
		const uint64_t hash = hash_bytes(name.p, name.n, how->seed +
		    2);
		const size_t half = hash % 2;

		if (hash / 2 % one_of == 0)
			h->user[half][h->n[half]++] = how->user[i];
	}
	return h->n[0] >= USERS_MIN && h->n[1] >= USERS_MIN;
}

void
fusehalves_release(struct fusehalves *h)
{
	free(h->user[0]);
	free(h->user[1]);
}

int
fusehalves_rows(const struct fusehalves *h, int half, const struct fusion *f,
    size_t n_columns, fuserow_make *make, struct fuserowset *r)
{
	struct fuselearn part = *h->how;
	struct buf said = BUF_EMPTY;
	struct buf *before = err_hold(&said);
	int status;

	part.user = h->user[half];
	part.n_users = h->n[half];
	status = fuserowset_make(r, f, &part, n_columns, make);
	err_hold(before);
	buf_release(&said);
	return status;
}

void
fusehalves_values(const struct fusehalves *h, const struct fusion *f,
    int half, double *value)
{
	const struct objective *o = h->how->objective;

	fuse_values(f, h->how->lists, o, h->user[half], h->n[half], value);
	for (size_t i = 0; i < h->n[half] && o->smaller_is_better; i++)
		value[i] = -value[i];
}

double
fusehalves_value(const struct fusehalves *h, const struct fusion *f, int half)
{
	double *value = mem_array("values", h->n[half], sizeof *value);
	double sum = 0;

	fusehalves_values(h, f, half, value);
	for (size_t i = 0; i < h->n[half]; i++)
		sum += value[i];
	free(value);
	return sum;
}

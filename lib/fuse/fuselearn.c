#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/fuselearn.h"

/* The relevance of an item to a user, 0 if it is not judged or below. */
static float
gain_of(const struct scored *truth, uint32_t user, uint32_t item)
{
	size_t n, low = 0;
	const struct scored_item *x = scored_of(truth, user, &n);

	while (low < n) {
		const size_t mid = low + (n - low) / 2;

		if (x[mid].item == item)
			return (float)fmax(x[mid].value, 0);
		if (x[mid].item < item)
			low = mid + 1;
		else
			n = mid;
	}
	return 0;
}

/* Scratch for one user's rows. */
struct room {
	float *x, *gain;
	unsigned char *keep;
	size_t cap_x, cap_gain, cap_keep;
};

/* Adds the rows of a user; none if no candidate is relevant. */
static void
add_user(struct fuserowset *r, const struct fusion *f,
    const struct fuselearn *how, struct fuseunion *u, uint32_t user,
    fuserow_make *make, struct room *m)
{
	const size_t k = r->n_columns;
	float most = 0;

	m->x = mem_grow("rows", m->x, &m->cap_x, u->n * k, sizeof *m->x);
	m->gain = mem_grow("rows", m->gain, &m->cap_gain, u->n,
	    sizeof *m->gain);
	m->keep = mem_grow("rows", m->keep, &m->cap_keep, u->n, 1);
	memset(m->keep, 1, u->n);
	make(f, u, m->x, m->keep);
	for (size_t p = 0; p < u->n; p++) {
		m->gain[p] = gain_of(how->objective->truth, user, u->item[p]);
		if (m->keep[p])
			most = fmaxf(most, m->gain[p]);
	}
	if (!(most > 0))
		return;
	r->x = mem_grow("rows", r->x, &r->cap_x, (r->n + u->n) * k,
	    sizeof *r->x);
	r->gain = mem_grow("rows", r->gain, &r->cap_gain, r->n + u->n,
	    sizeof *r->gain);
	for (size_t p = 0; p < u->n; p++)
		if (m->keep[p]) {
			memcpy(r->x + r->n * k, m->x + p * k,
			    k * sizeof *r->x);
			r->gain[r->n++] = m->gain[p];
		}
	r->user[r->n_queries++] = user;
	r->query[r->n_queries] = r->n;
}

int
fuserowset_make(struct fuserowset *r, const struct fusion *f,
    const struct fuselearn *how, size_t n_columns, fuserow_make *make)
{
	struct room room = { .x = NULL };
	struct listunion x;

	*r = (struct fuserowset){ .n_columns = n_columns };
	r->query = mem_array("users", how->n_users + 1, sizeof *r->query);
	r->user = mem_array("users", how->n_users, sizeof *r->user);
	listunion_init(&x, how->lists, 0);
	for (size_t i = 0; i < how->n_users; i++) {
		listunion_make(&x, f, how->user[i]);
		add_user(r, f, how, &x.u, how->user[i], make, &room);
	}
	listunion_release(&x);
	free(room.x);
	free(room.gain);
	free(room.keep);
	return r->n_queries > 0 ? 0 : err_msg("no user has a relevant item "
	    "in any list: nothing to learn from");
}

void
fuserowset_release(struct fuserowset *r)
{
	free(r->x);
	free(r->gain);
	free(r->query);
	free(r->user);
}

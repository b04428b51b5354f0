#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "knn/sessions.h"

void
sessions_places(const struct inter *in, size_t n_items, struct csr *out)
{
	const struct csr *m = &in->by_user;
	/* 1 + where an item was seen last, counted over all rows */
	uint64_t *seen = mem_array("sessions", n_items, sizeof *seen);
	uint64_t n = 0;

	*out = (struct csr){ .rows = m->rows, .cols = n_items };
	out->indptr = mem_array("sessions", m->rows + 1, sizeof *out->indptr);
	out->indices = mem_array("sessions", csr_count(m),
	    sizeof *out->indices);
	out->values = mem_array("sessions", csr_count(m),
	    sizeof *out->values);
	for (size_t u = 0; u < m->rows; u++) {
		size_t place = 0;

		for (uint64_t p = m->indptr[u]; p < m->indptr[u + 1]; p++)
			if (m->indices[p] < n_items)
				seen[m->indices[p]] = p + 1;
		for (uint64_t p = m->indptr[u]; p < m->indptr[u + 1]; p++) {
			if (m->indices[p] >= n_items)
				continue;
			place++;
			if (seen[m->indices[p]] != p + 1)
				continue;
			out->indices[n] = m->indices[p];
			out->values[n++] = (float)place;
		}
		out->indptr[u + 1] = n;
	}
	free(seen);
}

int64_t
sessions_time(const struct inter *in, size_t u)
{
	assert(in->has_times && csr_row_count(&in->by_user, u) > 0);
	return in->times[in->by_user.indptr[u + 1] - 1];
}

struct dated {
	int64_t time;
	uint32_t user;
};

static int
compare_dated(const void *va, const void *vb)
{
	const struct dated *a = va, *b = vb;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (a->user > b->user) - (a->user < b->user);
}

uint32_t *
sessions_order(const struct inter *in)
{
	const size_t n = in->by_user.rows;
	struct dated *all = mem_array("sessions", n, sizeof *all);
	uint32_t *order = mem_array("sessions", n, sizeof *order);

	for (uint32_t u = 0; u < n; u++) {
		all[u].user = u;
		if (in->has_times && csr_row_count(&in->by_user, u) > 0)
			all[u].time = sessions_time(in, u);
	}
	qsort(all, n, sizeof *all, compare_dated);
	for (size_t i = 0; i < n; i++)
		order[i] = all[i].user;
	free(all);
	return order;
}

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "knn/past.h"
#include "knn/sessions.h"

enum { PAST_RAW, PAST_LOG, PAST_ONE };

static const struct choice values_table[] = {
	[PAST_RAW] = { "raw", "as they are", NULL },
	[PAST_LOG] = { "log", "their logarithm, log2(1 + w)", NULL },
	[PAST_ONE] = { "one", "had or not had: their sign", NULL },
};

const struct choice *
past_values_choice(size_t i)
{
	return i < sizeof values_table / sizeof *values_table ?
	    &values_table[i] : NULL;
}

/* Drops columns >= cols: the ends of rows that ascend. */
static void
cut_columns(struct csr *m, size_t cols)
{
	uint64_t to = 0, i = 0;

	for (size_t r = 0; r < m->rows; r++) {
		const uint64_t end = m->indptr[r + 1];

		for (; i < end && m->indices[i] < cols; i++, to++) {
			m->indices[to] = m->indices[i];
			m->values[to] = m->values[i];
		}
		i = end;
		m->indptr[r + 1] = to;
	}
	m->cols = cols;
}

static void
count_values(struct csr *m, const struct choice *values)
{
	for (uint64_t i = 0; i < csr_count(m); i++) {
		const float w = m->values[i];

		if (values == &values_table[PAST_LOG])
			m->values[i] = copysignf(log2f(1 + fabsf(w)), w);
		else if (values == &values_table[PAST_ONE])
			m->values[i] = (float)((w > 0) - (w < 0));
	}
}

void
past_matrix(const struct inter *in, size_t n_items,
    const struct choice *values, struct csr *out)
{
	inter_matrix(in, values != NULL ? CSR_SUM : CSR_LAST, out);
	cut_columns(out, n_items);
	if (values != NULL)
		count_values(out, values);
}

void
past_recent(const struct inter *in, size_t n_items, double decay,
    struct csr *out)
{
	uint64_t n = 0, p = 0;

	sessions_places(in, n_items, out);
	for (size_t u = 0; u < out->rows; u++) {
		const uint64_t end = out->indptr[u + 1];
		const float last = end > p ? out->values[end - 1] : 0;

		for (; p < end; p++) {
			const double x = pow(decay,
			    (double)(last - out->values[p]));

			if (x > 0) {
				out->indices[n] = out->indices[p];
				out->values[n++] = (float)x;
			}
		}
		out->indptr[u + 1] = n;
	}
}

static size_t
count_in(const struct csr *m, size_t row)
{
	return m != NULL && row < m->rows ? csr_row_count(m, row) : 0;
}

void
past_or(const struct csr *fresh, const struct csr *stored, size_t n_users,
    size_t cols, struct csr *out)
{
	const char *what = "what users had";

	assert(fresh == NULL || fresh->cols == cols);
	assert(stored == NULL || stored->cols == cols);
	*out = (struct csr){ .rows = n_users, .cols = cols };
	out->indptr = mem_array(what, n_users + 1, sizeof *out->indptr);
	for (size_t u = 0; u < n_users; u++) {
		const size_t n = count_in(fresh, u);

		out->indptr[u + 1] = out->indptr[u] +
		    (n > 0 ? n : count_in(stored, u));
	}
	out->indices = mem_array(what, csr_count(out), sizeof *out->indices);
	out->values = mem_array(what, csr_count(out), sizeof *out->values);
	for (size_t u = 0; u < n_users; u++) {
		const struct csr *m = count_in(fresh, u) > 0 ? fresh : stored;
		const size_t n = csr_row_count(out, u);
		const uint64_t to = out->indptr[u];

		if (n == 0)
			continue;
		memcpy(out->indices + to, m->indices + m->indptr[u],
		    n * sizeof *out->indices);
		memcpy(out->values + to, m->values + m->indptr[u],
		    n * sizeof *out->values);
	}
}

int
past_choice_of(const struct st_file *f, const char *key,
    const struct choice *(*table)(size_t i), const struct choice **out)
{
	const char *name = st_meta(f, key);

	*out = name != NULL ? choice_find(table, span_of(name)) : NULL;
	if (*out != NULL)
		return 0;
	if (name == NULL)
		return err_msg("%s: the metadata has no '%s'", st_path(f),
		    key);
	return err_msg("%s: metadata '%s': '%s' is not known to this version",
	    st_path(f), key, name);
}

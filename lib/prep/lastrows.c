#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/lastrows.h"

enum {
	RANGES = 8,
	PICKED = 512,		/* rows looked through at a time */
	AHEAD = 16		/* rows whose groups are asked for */
};

struct job {
	const uint32_t *group;	/* (n) */
	size_t n, n_groups;
	const int64_t *keys;	/* (n) or NULL */
	void (*one)(void *arg, uint32_t group, const struct lastrows *,
	    size_t worker);
	void *arg;
};

/* Groups first .. first + n, and their rows so far. */
struct range {
	uint32_t first, n;
	struct lastrows *rows;	/* (n) */
};

/* Those of n <= PICKED groups that are of the range.  No branch: there is no
 * foreseeing the next one. */
static size_t
pick(const struct range *r, const uint32_t *group, size_t n, uint16_t *picked)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		picked[k] = (uint16_t)i;
		k += group[i] - r->first < r->n;
	}
	return k;
}

/* A row that comes behind those it has. */
static void
add(struct lastrows *l, struct group_row row)
{
	const size_t n = l->n++;

	if (n == 0 || row.key >= l->row[0].key) {
		l->row[1] = l->row[0];
		l->row[0] = row;
	} else if (n == 1 || row.key >= l->row[1].key) {
		l->row[1] = row;
	}
}

/* Rows from .. from + n, n <= PICKED. */
static void
add_rows(const struct job *job, const struct range *r, size_t from, size_t n)
{
	const uint32_t *group = job->group + from;
	uint16_t picked[PICKED];
	const size_t n_picked = pick(r, group, n, picked);

	for (size_t j = 0; j < n_picked; j++) {
		const size_t i = picked[j];

		if (j + AHEAD < n_picked)
			__builtin_prefetch(&r->rows[group[picked[j + AHEAD]] -
			    r->first], 1);
		add(&r->rows[group[i] - r->first], (struct group_row){
		    job->keys == NULL ? 0 : job->keys[from + i], from + i });
	}
}

static void
visit_range(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const size_t first = job->n_groups * piece / RANGES;
	const size_t end = job->n_groups * (piece + 1) / RANGES;
	struct range r = { (uint32_t)first, (uint32_t)(end - first), NULL };

	r.rows = mem_array("last rows", r.n, sizeof *r.rows);
	for (size_t i = 0; i < job->n && r.n > 0; i += PICKED)
		add_rows(job, &r, i, job->n - i < PICKED ? job->n - i
		    : PICKED);
	for (uint32_t g = 0; g < r.n; g++)
		if (r.rows[g].n > 0)
			job->one(job->arg, r.first + g, &r.rows[g], worker);
	free(r.rows);
}

void
lastrows_each(const uint32_t *group, size_t n, size_t n_groups,
    const int64_t *keys, void (*one)(void *arg, uint32_t group,
    const struct lastrows *, size_t worker), void *arg)
{
	struct job job = { group, n, n_groups, keys, one, arg };

	par_for(RANGES, visit_range, &job);
}

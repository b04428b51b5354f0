#include <math.h>
#include <stdlib.h>

#include "all/evalcertain.h"
#include "base/mem.h"

/* order[i] is the i-th user (n) by name.  The caller frees. */
static uint32_t *
by_name(const struct idmap *users, size_t n)
{
	uint32_t *rank = idmap_ranks(users);
	uint32_t *at = mem_array("users", idmap_count(users), sizeof *at);
	uint32_t *order = mem_array("users", n, sizeof *order);
	size_t kept = 0;

	for (uint32_t u = 0; u < idmap_count(users); u++)
		at[rank[u]] = u;
	for (size_t i = 0; i < idmap_count(users); i++)
		if (at[i] < n)
			order[kept++] = at[i];
	free(rank);
	free(at);
	return order;
}

void
evalcertain_intervals(const struct evaluate *how, const struct ranking *r,
    const struct idmap *users, size_t row, struct evaltable *t)
{
	const size_t m = t->measures->n;
	uint32_t *order = by_name(users, r->n_users);
	double *value = mem_array("values", r->n_users, m * sizeof *value);
	unsigned char *kept = mem_array("values", r->n_users, 1);

	for (size_t i = 0; i < r->n_users; i++) {
		kept[i] = r->counted[order[i]];
		for (size_t j = 0; j < m; j++)
			value[i * m + j] = r->value[order[i] * m + j];
	}
	evaltable_add_intervals(t, row);
	tick_step(how->tick, "intervals", "resamples");
	bootstrap_means(value, r->n_users, m, kept, &(struct bootstrap){
	    how->certainty.resamples, how->certainty.seed,
	    how->certainty.alpha, how->tick }, t->row[row].low,
	    t->row[row].high);
	free(kept);
	free(value);
	free(order);
}

static void
compare_two(const struct evaluate *how, const struct ranking *a,
    const struct ranking *b, const uint32_t *order, double *x, double *y,
    size_t n_measures, struct evalpair *pair)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_users; i++) {
		const size_t u = order[i], at = u * n_measures + pair->measure;

		if (!a->counted[u] || !b->counted[u] ||
		    isnan(a->value[at]) || isnan(b->value[at]))
			continue;
		x[n] = a->value[at];
		y[n++] = b->value[at];
	}
	paired_test(x, y, n, &how->certainty, &pair->test);
}

void
evalcertain_compare(const struct evaluate *how, const struct ranking *r,
    const size_t *rows, size_t n, const struct idmap *users,
    struct evaltable *t)
{
	const struct measures *m = t->measures;
	uint32_t *order = by_name(users, r[0].n_users);
	double *x = mem_array("values", r[0].n_users, sizeof *x);
	double *y = mem_array("values", r[0].n_users, sizeof *y);

	tick_step(how->tick, "tests", "pairs");
	for (size_t j = 0; j < m->n; j++) {
		if (m->at[j].metric->kind != METRIC_LIST)
			continue;
		for (size_t i = 1; i < n; i++) {
			struct evalpair pair = { .row = rows[i],
			    .against = rows[0], .measure = j };

			compare_two(how, &r[i], &r[0], order, x, y, m->n,
			    &pair);
			if (m->at[j].metric->smaller_is_better)
				paired_turn(&pair.test);
			evaltable_add_pair(t, &pair);
			tick_at(how->tick, j * (n - 1) + i, m->n * (n - 1));
		}
	}
	free(x);
	free(y);
	free(order);
}

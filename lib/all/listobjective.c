#include <math.h>
#include <stdlib.h>

#include "all/listobjective.h"
#include "base/mem.h"
#include "base/par.h"
#include "eval/ranking.h"
#include "io/readscores.h"

struct made {
	struct objective base;	/* first */
	struct measures measures;
	struct scored *truth;
	double relevant;
	struct ranking_scratch *scratch;	/* (n_workers) */
	size_t n_workers;
};

static const struct made *
made_of(const struct objective *o)
{
	return (const struct made *)(const void *)o;
}

static double
value_of_list(const struct objective *o, uint32_t user, const uint32_t *items,
    size_t n, size_t worker)
{
	const struct made *m = made_of(o);
	struct metric_list list;

	ranking_list(m->truth, m->relevant, user, items, n,
	    &m->scratch[worker], &list);
	return measure_list(&m->measures.at[0], &list);
}

static void
made_free(struct objective *o)
{
	struct made *m = (struct made *)(void *)o;

	for (size_t i = 0; i < m->n_workers; i++)
		ranking_scratch_release(&m->scratch[i]);
	free(m->scratch);
	measures_release(&m->measures);
	scored_free(m->truth);
	free(m);
}

static int
make(struct made *m, const char *path, const struct listobjective *how)
{
	const struct measure *measure;

	if (measures_parse(how->metric, METRIC_LIST, &m->measures) != 0)
		return -1;
	measure = &m->measures.at[0];
	if (m->measures.n != 1 || measure->metric->kind != METRIC_LIST ||
	    measures_needs(&m->measures) != 0)
		return err_msg("--metric: '%s' is not one metric of a user's "
		    "list", how->metric);
	m->truth = readscores(path, &(struct readscores){ .judgments = 1,
	    .column = how->relevance }, how->users, how->items);
	if (m->truth == NULL)
		return -1;
	scored_unique(m->truth);
	m->relevant = isnan(how->min_relevance) ? RANKING_ANY :
	    how->min_relevance;
	m->base.metric = measure->name;
	m->base.smaller_is_better = measure->metric->smaller_is_better;
	m->base.depth = measure->k;
	m->base.truth = m->truth;
	m->base.list = value_of_list;
	m->base.free = made_free;
	return 0;
}

struct objective *
listobjective_new(const char *path, const struct listobjective *how)
{
	struct made *m = mem_array("an objective", 1, sizeof *m);

	m->n_workers = par_threads();
	m->scratch = mem_array("gains", m->n_workers, sizeof *m->scratch);
	if (make(m, path, how) == 0)
		return &m->base;
	made_free(&m->base);
	return NULL;
}

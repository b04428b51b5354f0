#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "eval/offpolicy.h"
#include "eval/sum.h"

static size_t
row_at(const size_t *row, size_t i)
{
	return row != NULL ? row[i] : i;
}

/* How much more likely the other policy's showing was. */
static double
weight(const struct offpolicy_log *l, size_t at)
{
	return l->target[at] / l->propensity[at];
}

/* --- weights -------------------------------------------------------------- */

/* 1/n sum w r */
static double
ips(const struct offpolicy_log *l, const size_t *row, size_t n,
    double *scratch)
{
	struct sum sum = { 0, 0 };

	(void)scratch;
	for (size_t i = 0; i < n; i++) {
		const size_t at = row_at(row, i);

		sum_add(&sum, weight(l, at) * l->reward[at]);
	}
	return sum_value(sum) / (double)n;
}

/* sum w r / sum w */
static double
snips(const struct offpolicy_log *l, const size_t *row, size_t n,
    double *scratch)
{
	struct sum sum = { 0, 0 }, all = { 0, 0 };

	(void)scratch;
	for (size_t i = 0; i < n; i++) {
		const size_t at = row_at(row, i);

		sum_add(&sum, weight(l, at) * l->reward[at]);
		sum_add(&all, weight(l, at));
	}
	return sum_value(sum) / sum_value(all);
}

/* 1/n sum min(w, clip) r */
static double
clipped(const struct offpolicy_log *l, const size_t *row, size_t n,
    double *scratch)
{
	struct sum sum = { 0, 0 };

	(void)scratch;
	for (size_t i = 0; i < n; i++) {
		const size_t at = row_at(row, i);

		sum_add(&sum, fmin(weight(l, at), l->clip) * l->reward[at]);
	}
	return sum_value(sum) / (double)n;
}

/* --- a model of rewards --------------------------------------------------- */

/*
 * The mean reward of an action in a context, drawn to that of the action, and
 * that to the mean of all, as if PRIOR more rows had had it.
 */
#define PRIOR 10.0

struct model {
	double *sum, *count;		/* (contexts, actions) */
	double *action_sum, *action_count;	/* (actions) */
	double *expected;		/* (contexts) of the other policy */
	double mean;
};

static double
drawn(double sum, double count, double to)
{
	return (sum + PRIOR * to) / (count + PRIOR);
}

/* Without one row of reward `out` (NAN: with all). */
static double
predicted(const struct offpolicy_log *l, const struct model *m, size_t c,
    size_t a, double out)
{
	const size_t at = c * l->n_actions + a;
	const double less = isnan(out) ? 0 : 1, r = isnan(out) ? 0 : out;

	return drawn(m->sum[at] - r, m->count[at] - less,
	    drawn(m->action_sum[a] - r, m->action_count[a] - less, m->mean));
}

static void
fit(const struct offpolicy_log *l, const size_t *row, size_t n,
    double *scratch, struct model *m)
{
	const size_t cells = l->n_contexts * l->n_actions;
	double total = 0;

	memset(scratch, 0, offpolicy_scratch(l) * sizeof *scratch);
	m->sum = scratch;
	m->count = m->sum + cells;
	m->action_sum = m->count + cells;
	m->action_count = m->action_sum + l->n_actions;
	m->expected = m->action_count + l->n_actions;
	for (size_t i = 0; i < n; i++) {
		const size_t at = row_at(row, i), a = l->action[at];
		const size_t cell = l->context[at] * l->n_actions + a;

		m->sum[cell] += l->reward[at];
		m->count[cell]++;
		m->action_sum[a] += l->reward[at];
		m->action_count[a]++;
		total += l->reward[at];
	}
	m->mean = total / (double)n;
	for (size_t c = 0; c < l->n_contexts; c++)
		for (size_t a = 0; a < l->n_actions; a++)
			if (l->policy[c * l->n_actions + a] > 0)
				m->expected[c] += l->policy[c * l->n_actions +
				    a] * predicted(l, m, c, a, NAN);
}

/* 1/n sum over rows of the model's mean under the other policy */
static double
dm(const struct offpolicy_log *l, const size_t *row, size_t n,
    double *scratch)
{
	struct sum sum = { 0, 0 };
	struct model m;

	fit(l, row, n, scratch, &m);
	for (size_t i = 0; i < n; i++)
		sum_add(&sum, m.expected[l->context[row_at(row, i)]]);
	return sum_value(sum) / (double)n;
}

/* The same + w (r - q), q the model's value of the row's action, which is made
 * without the row itself. */
static double
dr(const struct offpolicy_log *l, const size_t *row, size_t n,
    double *scratch)
{
	struct sum sum = { 0, 0 };
	struct model m;

	fit(l, row, n, scratch, &m);
	for (size_t i = 0; i < n; i++) {
		const size_t at = row_at(row, i);
		const size_t c = l->context[at], a = l->action[at];
		const double with = predicted(l, &m, c, a, NAN);
		const double q = predicted(l, &m, c, a, l->reward[at]);

		sum_add(&sum, m.expected[c] - l->target[at] * (with - q) +
		    weight(l, at) * (l->reward[at] - q));
	}
	return sum_value(sum) / (double)n;
}

/* -------------------------------------------------------------------------- */

static const struct offpolicy_estimator table[] = {
	{ { "ips", "inverse propensity scores", NULL },
	  "Horvitz & Thompson 1952", 0, ips },
	{ { "snips", "the same, self-normalised", NULL },
	  "Swaminathan & Joachims 2015", 0, snips },
	{ { "clipped", "weights clipped: less variance, some bias", NULL },
	  "Ionides 2008", 0, clipped },
	{ { "dm", "direct method: a model of rewards", NULL },
	  "Dudik et al. 2011", 1, dm },
	{ { "dr", "doubly robust: the model, and weights of its errors",
	    NULL }, "Dudik et al. 2011", 1, dr },
};

const struct offpolicy_estimator *
offpolicy_estimator(size_t i)
{
	return i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}

size_t
offpolicy_scratch(const struct offpolicy_log *l)
{
	return l->policy == NULL ? 0 : 2 * l->n_contexts * l->n_actions +
	    2 * l->n_actions + l->n_contexts;
}

double
offpolicy_value(const struct offpolicy_estimator *e,
    const struct offpolicy_log *l, const size_t *row, size_t n,
    double *scratch)
{
	assert(n > 0 && (l->policy != NULL || !e->needs_policy));
	return e->of(l, row, n, scratch);
}

struct job {
	const struct offpolicy_estimator *estimator;
	const struct offpolicy_log *log;
	double *scratch;		/* (workers, size) */
	size_t size;
};

static double
value_of_rows(void *arg, const size_t *row, size_t n, size_t worker)
{
	const struct job *job = arg;

	return job->estimator->of(job->log, row, n,
	    job->scratch + worker * job->size);
}

void
offpolicy_interval(const struct offpolicy_estimator *e,
    const struct offpolicy_log *l, const struct bootstrap *how, double *low,
    double *high)
{
	struct job job = { .estimator = e, .log = l,
	    .size = offpolicy_scratch(l) };

	job.scratch = mem_array("a model of rewards", par_threads(),
	    job.size * sizeof *job.scratch);
	bootstrap_of(l->n, how, value_of_rows, &job, low, high);
	free(job.scratch);
}

double
offpolicy_effective(const struct offpolicy_log *l)
{
	struct sum sum = { 0, 0 }, square = { 0, 0 };
	double all;

	for (size_t i = 0; i < l->n; i++) {
		const double w = weight(l, i);

		sum_add(&sum, w);
		sum_add(&square, w * w);
	}
	all = sum_value(sum);
	return all > 0 ? all * all / sum_value(square) : 0;
}

double
offpolicy_mean_weight(const struct offpolicy_log *l)
{
	struct sum sum = { 0, 0 };

	for (size_t i = 0; i < l->n; i++)
		sum_add(&sum, weight(l, i));
	return sum_value(sum) / (double)l->n;
}

double
offpolicy_unseen(const struct offpolicy_log *l)
{
	unsigned char *seen = mem_array("actions", l->n_contexts,
	    l->n_actions);
	double *lost = mem_array("contexts", l->n_contexts, sizeof *lost);
	struct sum sum = { 0, 0 };

	for (size_t i = 0; i < l->n; i++)
		seen[l->context[i] * l->n_actions + l->action[i]] = 1;
	for (size_t i = 0; i < l->n_contexts * l->n_actions; i++)
		if (!seen[i])
			lost[i / l->n_actions] += l->policy[i];
	for (size_t i = 0; i < l->n; i++)
		sum_add(&sum, lost[l->context[i]]);
	free(seen);
	free(lost);
	return sum_value(sum) / (double)l->n;
}

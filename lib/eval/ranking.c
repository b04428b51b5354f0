#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "eval/ranking.h"
#include "eval/sum.h"

enum { USERS_PER_PIECE = 256 };

void
ranking_scratch_release(struct ranking_scratch *s)
{
	free(s->gain);
	free(s->ideal);
	*s = (struct ranking_scratch){ NULL, NULL, 0, 0 };
}

static int
falling(const void *va, const void *vb)
{
	const double *a = va, *b = vb;

	return (*a < *b) - (*a > *b);
}

/* The gain of an item, of judgments (n) by item; 0 if it is not judged. */
static double
gain_of(const struct scored_item *judged, size_t n, uint32_t item)
{
	size_t low = 0;

	while (n > 0) {
		const size_t half = n / 2;

		if (judged[low + half].item < item) {
			low += half + 1;
			n -= half + 1;
		} else if (judged[low + half].item > item)
			n = half;
		else
			return fmax(judged[low + half].value, 0);
	}
	return 0;
}

/* What the user's judged items could give: ideal gains, relevant items. */
static void
set_ideal(const struct scored_item *judged, size_t n,
    struct ranking_scratch *s, struct metric_list *out)
{
	int in_order = 1;

	s->ideal = mem_grow("gains", s->ideal, &s->cap_ideal, n,
	    sizeof *s->ideal);
	for (size_t i = 0; i < n; i++) {
		if (judged[i].value >= out->relevant)
			out->n_relevant++;
		if (!(judged[i].value > 0))
			continue;
		if (out->n_ideal > 0)
			in_order = in_order &&
			    s->ideal[out->n_ideal - 1] >= judged[i].value;
		s->ideal[out->n_ideal++] = judged[i].value;
	}
	if (!in_order)
		qsort(s->ideal, out->n_ideal, sizeof *s->ideal, falling);
	out->ideal = s->ideal;
}

void
ranking_list(const struct scored *truth, double relevant, uint32_t user,
    const uint32_t *items, size_t n, struct ranking_scratch *s,
    struct metric_list *out)
{
	size_t n_judged;
	const struct scored_item *judged = scored_of(truth, user, &n_judged);

	assert(relevant > 0);
	*out = (struct metric_list){ .n = n, .relevant = relevant };
	set_ideal(judged, n_judged, s, out);
	s->gain = mem_grow("gains", s->gain, &s->cap_gain, n,
	    sizeof *s->gain);
	for (size_t i = 0; i < n; i++)
		s->gain[i] = gain_of(judged, n_judged, items[i]);
	out->gain = s->gain;
}

struct job {
	const struct scored *truth, *lists;
	const struct ranking_options *options;
	struct ranking *out;
};

static void
eval_user(const struct job *job, uint32_t user, struct ranking_scratch *s,
    uint32_t **items, size_t *cap)
{
	const struct measures *m = job->options->measures;
	double *value = job->out->value + user * m->n;
	struct metric_list list;
	size_t n;
	const struct scored_item *x = scored_of(job->lists, user, &n);

	*items = mem_grow("items", *items, cap, n, sizeof **items);
	for (size_t i = 0; i < n; i++)
		(*items)[i] = x[i].item;
	ranking_list(job->truth, job->options->relevant, user, *items, n, s,
	    &list);
	for (size_t j = 0; j < m->n; j++)
		if (m->at[j].metric->kind == METRIC_LIST)
			value[j] = measure_list(&m->at[j], &list);
}

static void
eval_piece(void *arg, size_t i, size_t worker)
{
	const struct job *job = arg;
	struct ranking *out = job->out;
	struct ranking_scratch scratch = { NULL, NULL, 0, 0 };
	uint32_t *items = NULL;
	size_t cap = 0;

	(void)worker;
	for (size_t u = i * USERS_PER_PIECE; u < (i + 1) * USERS_PER_PIECE &&
	    u < out->n_users; u++) {
		size_t n_judged, n;

		scored_of(job->truth, (uint32_t)u, &n_judged);
		scored_of(job->lists, (uint32_t)u, &n);
		if (n_judged == 0 || (n == 0 && !job->options->all_users))
			continue;
		out->counted[u] = 1;
		eval_user(job, (uint32_t)u, &scratch, &items, &cap);
	}
	free(items);
	ranking_scratch_release(&scratch);
}

/* How many users count, have no list, or are not in the truth. */
static void
count_users(const struct job *job)
{
	struct ranking *out = job->out;
	const size_t n_lists = scored_users(job->lists);
	const size_t n_users = n_lists > out->n_users ? n_lists : out->n_users;

	for (size_t u = 0; u < n_users; u++) {
		size_t judged, listed;

		scored_of(job->truth, (uint32_t)u, &judged);
		scored_of(job->lists, (uint32_t)u, &listed);
		out->n_missing += judged > 0 && listed == 0;
		out->n_strangers += judged == 0 && listed > 0;
		out->n_counted += u < out->n_users && out->counted[u];
	}
}

static double
mean_of(const struct ranking *r, size_t n_measures, size_t j)
{
	struct sum sum = { 0, 0 };

	for (size_t u = 0; u < r->n_users; u++)
		if (r->counted[u])
			sum_add(&sum, r->value[u * n_measures + j]);
	return sum_value(sum) / (double)r->n_counted;
}

/* How many of the counted users' lists, cut at k, have each item. */
static uint64_t *
count_shown(const struct job *job, size_t n_items, size_t k)
{
	uint64_t *shown = mem_array("items shown", n_items, sizeof *shown);

	for (size_t u = 0; u < job->out->n_users; u++) {
		size_t n;
		const struct scored_item *x = scored_of(job->lists,
		    (uint32_t)u, &n);

		if (!job->out->counted[u])
			continue;
		for (size_t i = 0; i < n && (k == METRIC_WHOLE || i < k); i++)
			shown[x[i].item]++;
	}
	return shown;
}

void
ranking_eval(const struct scored *truth, const struct scored *lists,
    size_t n_items, const struct ranking_options *options,
    struct ranking *out)
{
	const struct measures *m = options->measures;
	struct job job = { truth, lists, options, out };

	*out = (struct ranking){ .n_users = scored_users(truth) };
	out->value = mem_array("metrics of users", out->n_users,
	    m->n * sizeof *out->value);
	out->counted = mem_array("users", out->n_users, 1);
	out->mean = mem_array("metrics", m->n, sizeof *out->mean);
	out->shown = mem_array("metrics", m->n, sizeof *out->shown);
	par_for(par_pieces(out->n_users, USERS_PER_PIECE), eval_piece, &job);
	count_users(&job);
	for (size_t j = 0; j < m->n; j++) {
		if (m->at[j].metric->kind == METRIC_LIST) {
			out->mean[j] = mean_of(out, m->n, j);
			continue;
		}
		out->mean[j] = NAN;
		out->shown[j] = count_shown(&job, n_items, m->at[j].k);
	}
}

void
ranking_release(struct ranking *r, size_t n_measures)
{
	for (size_t j = 0; r->shown != NULL && j < n_measures; j++)
		free(r->shown[j]);
	free(r->shown);
	free(r->mean);
	free(r->counted);
	free(r->value);
	*r = (struct ranking){ .n_users = 0 };
}

int
ranking_overlap(const struct scored *truth, const struct scored *lists,
    size_t n_items)
{
	unsigned char *judged = mem_array("items", n_items, 1);
	int found = 0;
	size_t n;

	for (size_t u = 0; u < scored_users(truth); u++) {
		const struct scored_item *x = scored_of(truth, (uint32_t)u, &n);

		for (size_t i = 0; i < n; i++)
			judged[x[i].item] = 1;
	}
	for (size_t u = 0; u < scored_users(lists) && !found; u++) {
		const struct scored_item *x = scored_of(lists, (uint32_t)u, &n);

		for (size_t i = 0; i < n && !found; i++)
			found = judged[x[i].item];
	}
	free(judged);
	return found;
}

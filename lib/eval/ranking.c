#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
	free(s->refused);
	free(s->place);
	*s = (struct ranking_scratch){ .gain = NULL };
}

static int
falling(const void *va, const void *vb)
{
	const double *a = va, *b = vb;

	return (*a < *b) - (*a > *b);
}

/* The judgment of an item, of judged items (n) by number; or NULL. */
static const struct scored_item *
judgment_of(const struct scored_item *judged, size_t n, uint32_t item)
{
	const struct scored_item *low = judged;

	while (n > 0) {
		const size_t half = n / 2;

		if (low[half].item == item)
			return &low[half];
		if (low[half].item < item) {
			low += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	return NULL;
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
		const double x = judged[i].value;

		out->n_relevant += x >= out->relevant;
		out->n_refused += x >= 0 && x < out->relevant;
		if (!(x > 0))
			continue;
		if (out->n_ideal > 0)
			in_order = in_order &&
			    s->ideal[out->n_ideal - 1] >= x;
		s->ideal[out->n_ideal++] = x;
	}
	if (!in_order)
		qsort(s->ideal, out->n_ideal, sizeof *s->ideal, falling);
	out->ideal = s->ideal;
}

/* Where each of the judged items (n), by number, stands. */
static void
mark(const struct scored_item *judged, size_t n, struct ranking_scratch *s)
{
	const size_t before = s->cap_place;

	if (n == 0)
		return;
	s->place = mem_grow("items", s->place, &s->cap_place,
	    (size_t)judged[n - 1].item + 1, sizeof *s->place);
	if (s->cap_place > before)
		memset(s->place + before, 0, (s->cap_place - before) *
		    sizeof *s->place);
	for (size_t i = 0; i < n; i++)
		s->place[judged[i].item] = (uint32_t)i + 1;
}

void
ranking_list(const struct scored *truth, double relevant, uint32_t user,
    const uint32_t *items, size_t n, struct ranking_scratch *s,
    struct metric_list *out)
{
	size_t n_judged;
	const struct scored_item *judged = scored_of(truth, user, &n_judged);

	assert(relevant > 0);
	*out = (struct metric_list){ .n = n, .relevant = relevant,
	    .max_gain = scored_max(truth), .item = items, .user = user };
	set_ideal(judged, n_judged, s, out);
	s->gain = mem_grow("gains", s->gain, &s->cap_gain, n,
	    sizeof *s->gain);
	s->refused = mem_grow("gains", s->refused, &s->cap_refused, n, 1);
	mark(judged, n_judged, s);
	for (size_t i = 0; i < n; i++) {
		const uint32_t place = items[i] < s->cap_place ?
		    s->place[items[i]] : 0;
		const double x = place > 0 ? judged[place - 1].value : -1;

		s->gain[i] = x > 0 ? x : 0;
		s->refused[i] = x >= 0 && x < relevant;
	}
	for (size_t i = 0; i < n_judged; i++)
		s->place[judged[i].item] = 0;
	out->gain = s->gain;
	out->refused = s->refused;
}

/* What a worker needs for one user at a time. */
struct room {
	struct ranking_scratch scratch;
	uint32_t *items;	/* (cap) */
	size_t cap;
};

struct job {
	const struct scored *truth, *lists;
	const struct ranking_options *options;
	struct ranking *out;
	struct room *room;	/* (workers) */
};

static void
eval_user(const struct job *job, uint32_t user, struct room *room)
{
	const struct measures *m = job->options->measures;
	double *value = job->out->value + user * m->n;
	struct metric_list list;
	size_t n;
	const struct scored_item *x = scored_of(job->lists, user, &n);

	room->items = mem_grow("items", room->items, &room->cap, n,
	    sizeof *room->items);
	for (size_t i = 0; i < n; i++)
		room->items[i] = x[i].item;
	ranking_list(job->truth, job->options->relevant, user, room->items, n,
	    &room->scratch, &list);
	list.world = job->options->world;
	for (size_t j = 0; j < m->n; j++)
		value[j] = m->at[j].metric->kind == METRIC_LIST ?
		    measure_list(&m->at[j], &list) : NAN;
}

static void
eval_piece(void *arg, size_t i, size_t worker)
{
	const struct job *job = arg;
	struct ranking *out = job->out;

	for (size_t u = i * USERS_PER_PIECE; u < (i + 1) * USERS_PER_PIECE &&
	    u < out->n_users; u++) {
		size_t n_judged, n;

		scored_of(job->truth, (uint32_t)u, &n_judged);
		scored_of(job->lists, (uint32_t)u, &n);
		if (n_judged == 0 || (n == 0 && !job->options->all_users))
			continue;
		out->counted[u] = 1;
		eval_user(job, (uint32_t)u, &job->room[worker]);
	}
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

void
ranking_eval(const struct scored *truth, const struct scored *lists,
    const struct ranking_options *options, struct ranking *out)
{
	const size_t workers = par_threads();
	struct job job = { truth, lists, options, out,
	    mem_array("lists", workers, sizeof *job.room) };

	*out = (struct ranking){ .n_users = scored_users(truth) };
	out->value = mem_array("metrics of users", out->n_users,
	    options->measures->n * sizeof *out->value);
	out->counted = mem_array("users", out->n_users, 1);
	par_for(par_pieces(out->n_users, USERS_PER_PIECE), eval_piece, &job);
	for (size_t i = 0; i < workers; i++) {
		ranking_scratch_release(&job.room[i].scratch);
		free(job.room[i].items);
	}
	free(job.room);
	count_users(&job);
}

void
ranking_release(struct ranking *r)
{
	free(r->counted);
	free(r->value);
	*r = (struct ranking){ .n_users = 0 };
}

static int
is_counted(const struct ranking *r, const unsigned char *users, size_t u)
{
	return r->counted[u] && (users == NULL || users[u]);
}

double
ranking_mean(const struct ranking *r, size_t n_measures, size_t j,
    const unsigned char *users)
{
	struct sum sum = { 0, 0 };
	size_t n = 0;

	for (size_t u = 0; u < r->n_users; u++) {
		const double x = r->value[u * n_measures + j];

		if (!is_counted(r, users, u) || isnan(x))
			continue;
		sum_add(&sum, x);
		n++;
	}
	return n > 0 ? sum_value(sum) / (double)n : NAN;
}

size_t
ranking_count(const struct ranking *r, const unsigned char *users)
{
	size_t n = 0;

	for (size_t u = 0; u < r->n_users; u++)
		n += is_counted(r, users, u) ? 1 : 0;
	return n;
}

/* --- what all lists show -------------------------------------------------- */

void
ranking_show(const struct scored *lists, const struct ranking *r,
    const unsigned char *users, size_t k, size_t n_items,
    struct ranking_shown *out)
{
	out->n_items = n_items;
	out->count = mem_array("items shown", n_items, sizeof *out->count);
	out->light = mem_array("items shown", n_items, sizeof *out->light);
	for (size_t u = 0; u < r->n_users; u++) {
		size_t n;
		const struct scored_item *x = scored_of(lists, (uint32_t)u, &n);

		if (!is_counted(r, users, u))
			continue;
		for (size_t i = 0; i < n && (k == METRIC_WHOLE || i < k); i++) {
			out->count[x[i].item]++;
			sum_add(&out->light[x[i].item],
			    1 / log2((double)(i + 2)));
		}
	}
}

void
ranking_shown_release(struct ranking_shown *s)
{
	free(s->count);
	free(s->light);
	*s = (struct ranking_shown){ .n_items = 0 };
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

/* Has the list (n) all relevant judged items (n_judged), and others? */
static int
has_all(const struct scored_item *x, size_t n,
    const struct scored_item *judged, size_t n_judged, double relevant)
{
	size_t left = 0, others = 0;

	for (size_t i = 0; i < n_judged; i++)
		left += judged[i].value >= relevant;
	for (size_t i = 0; i < n && left <= n - i; i++) {
		const struct scored_item *j = judgment_of(judged, n_judged,
		    x[i].item);
		const int is_hit = j != NULL && j->value >= relevant;

		left -= is_hit != 0;
		others += !is_hit;
	}
	return left == 0 && others > 0;
}

int
ranking_lists_all(const struct scored *truth, const struct scored *lists,
    double relevant, const struct ranking *r)
{
	for (size_t u = 0; u < r->n_users; u++) {
		size_t n, n_judged;
		const struct scored_item *x = scored_of(lists, (uint32_t)u, &n);
		const struct scored_item *judged = scored_of(truth,
		    (uint32_t)u, &n_judged);

		if (r->counted[u] && !has_all(x, n, judged, n_judged,
		    relevant))
			return 0;
	}
	return r->n_counted > 0;
}

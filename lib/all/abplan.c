/* Planning an experiment, and lists that were interleaved. */

#include <math.h>
#include <stdlib.h>

#include "all/abtest.h"
#include "base/buf.h"
#include "base/mem.h"
#include "eval/distribution.h"
#include "eval/twosample.h"
#include "io/ids.h"
#include "io/rows.h"

/* --- a plan --------------------------------------------------------------- */

/* Variance of a user's value in a group with this effect. */
static double
variance(const struct abplan *p, double effect)
{
	const double rate = p->rate + effect;

	return isnan(p->rate) ? p->deviation * p->deviation :
	    rate * (1 - rate);
}

/* The effect that n users of each group find: there is none smaller, as more
 * users are needed the smaller it is. */
static double
effect_of(const struct abplan *p, double n)
{
	const double most = isnan(p->rate) ? p->deviation * 1e6 : 1 - p->rate;
	double low = 0, high = most;

	for (int i = 0; i < 100; i++) {
		const double middle = (low + high) / 2;

		if (twosample_users(middle, variance(p, 0),
		    variance(p, middle), p->alpha, p->power) <= n)
			high = middle;
		else
			low = middle;
	}
	return high;
}

struct report *
abtest_plan(const struct abplan *p)
{
	struct report *r = report_new();
	const double groups = (double)p->groups;
	const double effect = isnan(p->effect) ?
	    effect_of(p, floor(p->users / groups)) : p->effect;
	const double each = isnan(p->users) ? twosample_users(effect,
	    variance(p, 0), variance(p, effect), p->alpha, p->power) :
	    floor(p->users / groups);
	const double base = isnan(p->rate) ? p->mean : p->rate;

	report_column(r, "effect", REPORT_NUMBER, "%.5g");
	report_column(r, "relative", REPORT_NUMBER, "%.4f");
	report_column(r, "users_each", REPORT_NUMBER, "%.0f");
	report_column(r, "users", REPORT_NUMBER, "%.0f");
	report_column(r, "days", REPORT_NUMBER, "%.0f");
	report_number(r, effect);
	report_number(r, effect / fabs(base));
	report_number(r, each);
	report_number(r, each * groups);
	report_number(r, ceil(each * groups / p->per_day));
	return r;
}

/* --- interleaving --------------------------------------------------------- */

/* Clicks of the teams, by list. */
struct lists {
	struct idmap *lists, *teams;
	double (*clicks)[2];		/* (lists of cap) */
	size_t cap;
};

static int
find_list(const struct rows *rows)
{
	static const char *const names[] = { "query_id", "session_id" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (rows_find(rows, names[i]) >= 0)
			return rows_find(rows, names[i]);
	return rows_column(rows, "user_id");
}

static int
take_row(const struct rows *rows, int list, int team, int click,
    struct lists *l)
{
	struct span name;
	uint32_t id, side;
	double clicks;

	if (ids_text(rows, list, &name) != 0)
		return -1;
	id = idmap_add(l->lists, name);
	l->clicks = mem_grow("lists", l->clicks, &l->cap, (size_t)id + 1,
	    sizeof *l->clicks);
	if (rows_real(rows, click, &clicks) != 0)
		return -1;
	if (clicks < 0)
		return rows_error(rows, click, "'%g' clicks", clicks);
	if (rows_text(rows, team).n == 0)
		return 0;		/* both would have shown it */
	if (ids_text(rows, team, &name) != 0)
		return -1;
	side = idmap_add(l->teams, name);
	if (side > 1)
		return rows_error(rows, team, "'%.*s' is a third team",
		    SPAN_ARGS(name));
	l->clicks[id][side] += clicks;
	return 0;
}

static int
read_lists(const char *path, struct tick *tick, struct lists *l)
{
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .kind = ROWS_GUESS, .tick = tick });
	int list = -1, team = -1, click = -1, got = -1;

	if (rows != NULL && (list = find_list(rows)) >= 0 &&
	    (team = rows_column(rows, "team")) >= 0)
		click = rows_column(rows, "clicks");
	while (click >= 0 && (got = rows_next(rows)) > 0)
		if (take_row(rows, list, team, click, l) != 0) {
			got = -1;
			break;
		}
	rows_close(rows);
	if (got == 0 && idmap_count(l->teams) != 2)
		return err_msg("%s: %zu team%s, and there have to be two",
		    path, idmap_count(l->teams),
		    idmap_count(l->teams) == 1 ? "" : "s");
	return got;
}

static struct report *
credit(const struct lists *l)
{
	struct report *r = report_new();
	const size_t n = idmap_count(l->lists);
	size_t win[2] = { 0, 0 };
	uint32_t *rank = idmap_ranks(l->teams);

	for (size_t i = 0; i < n; i++) {
		win[0] += l->clicks[i][0] > l->clicks[i][1];
		win[1] += l->clicks[i][1] > l->clicks[i][0];
	}
	report_column(r, "team", REPORT_TEXT, "");
	report_column(r, "lists", REPORT_NUMBER, "%.0f");
	report_column(r, "win", REPORT_NUMBER, "%.0f");
	report_column(r, "tie", REPORT_NUMBER, "%.0f");
	report_column(r, "loss", REPORT_NUMBER, "%.0f");
	report_column(r, "preference", REPORT_NUMBER, "%+.4f");
	report_column(r, "p", REPORT_NUMBER, "%.4g");
	for (uint32_t place = 0; place < 2; place++) {
		const uint32_t side = rank[0] == place ? 0 : 1;
		const size_t tie = n - win[0] - win[1];
		struct buf name = BUF_EMPTY;

		buf_span(&name, idmap_name(l->teams, side));
		report_text(r, buf_cstr(&name));
		report_number(r, (double)n);
		report_number(r, (double)win[side]);
		report_number(r, (double)tie);
		report_number(r, (double)win[1 - side]);
		report_number(r, ((double)win[side] + (double)tie / 2) /
		    (double)n - 0.5);
		report_number(r, distribution_sign(win[side], win[0] +
		    win[1]));
		buf_release(&name);
	}
	free(rank);
	return r;
}

struct report *
abtest_interleaving(const struct abtest *how)
{
	struct lists l = { .lists = idmap_new(), .teams = idmap_new() };
	struct report *r = NULL;

	if (read_lists(how->file, how->tick, &l) == 0)
		r = credit(&l);
	idmap_free(l.lists);
	idmap_free(l.teams);
	free(l.clicks);
	return r;
}

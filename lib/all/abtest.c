#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/abtest.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "eval/paired.h"
#include "eval/twosample.h"

/* --- groups --------------------------------------------------------------- */

/* The groups by name, the control first. */
struct order {
	uint32_t *group;	/* (n) */
	uint64_t *users;	/* (n) in each */
	size_t n;
};

static void
order_release(struct order *o)
{
	free(o->group);
	free(o->users);
}

/* o->group <- the groups (n) by name, but the control first. */
static void
sort_groups(const struct idmap *groups, uint32_t control, struct order *o)
{
	uint32_t *rank = idmap_ranks(groups);

	o->group[0] = control;
	for (uint32_t g = 0; g < o->n; g++)
		if (g != control)
			o->group[rank[g] + (rank[g] < rank[control])] = g;
	free(rank);
}

static uint32_t
first_group(const struct idmap *groups)
{
	uint32_t first = 0;

	for (uint32_t g = 1; g < idmap_count(groups); g++)
		if (span_compare(idmap_name(groups, g),
		    idmap_name(groups, first)) < 0)
			first = g;
	return first;
}

static int
order_groups(const struct abtest *how, const struct abusers *a,
    struct order *o)
{
	const uint32_t control = how->control == NULL ?
	    first_group(a->groups) :
	    idmap_find(a->groups, span_of(how->control));

	if (control == IDMAP_NONE)
		return err_msg("--control: no group '%s'", how->control);
	o->n = idmap_count(a->groups);
	o->group = mem_array("groups", o->n, sizeof *o->group);
	o->users = mem_array("groups", o->n, sizeof *o->users);
	sort_groups(a->groups, control, o);
	for (size_t u = 0; u < idmap_count(a->users); u++)
		for (size_t i = 0; i < o->n; i++)
			o->users[i] += a->group[u] == o->group[i];
	for (size_t i = 0; i < o->n; i++)
		if (o->users[i] < 2)
			return err_msg("group '%.*s' has %ju user%s: nothing "
			    "can be said of it",
			    SPAN_ARGS(idmap_name(a->groups, o->group[i])),
			    (uintmax_t)o->users[i],
			    o->users[i] == 1 ? "" : "s");
	if (o->n < 2)
		return err_msg("there is one group only: '%.*s'",
		    SPAN_ARGS(idmap_name(a->groups, o->group[0])));
	return 0;
}

/* --- sample ratio --------------------------------------------------------- */

/* *share (n) <- as they were asked for, divided by their sum; equal if not. */
static int
read_shares(const struct abtest *how, size_t n, double *share)
{
	struct span rest = span_of(how->shares != NULL ? how->shares : "");
	double sum = 0;
	size_t i = 0;

	for (i = 0; how->shares == NULL && i < n; i++)
		share[i] = 1 / (double)n;
	if (how->shares == NULL)
		return 0;
	while (rest.p != NULL && i < n) {
		if (num_real(span_cut(&rest, ','), &share[i]) != 0 ||
		    !(share[i] > 0))
			return err_msg("--shares '%s': numbers above 0 are "
			    "wanted, as 50,50", how->shares);
		sum += share[i++];
	}
	if (i < n || rest.p != NULL)
		return err_msg("--shares '%s': there are %zu groups",
		    how->shares, n);
	for (i = 0; i < n; i++)
		share[i] /= sum;
	return 0;
}

static int
check_ratio(const struct abtest *how, const struct abusers *a,
    const struct order *o, int *mismatch)
{
	double *share = mem_array("groups", o->n, sizeof *share);
	struct buf text = BUF_EMPTY;
	double p;

	if (read_shares(how, o->n, share) != 0) {
		free(share);
		return -1;
	}
	p = twosample_fit(o->users, share, o->n);
	for (size_t i = 0; i < o->n; i++)
		buf_format(&text, "%s%.*s %ju", i > 0 ? ", " : "users: ",
		    SPAN_ARGS(idmap_name(a->groups, o->group[i])),
		    (uintmax_t)o->users[i]);
	buf_format(&text, "; sample ratio: p = %.4g", p);
	how->note(how->note_arg, buf_cstr(&text));
	*mismatch = p < how->srm;
	if (*mismatch)
		err_msg("sample ratio mismatch: groups of these sizes are as "
		    "good as impossible (p = %.2g): users are lost or counted "
		    "differently, and no figure can be trusted", p);
	buf_release(&text);
	free(share);
	return 0;
}

/* --- metrics -------------------------------------------------------------- */

struct result {
	size_t metric, group;	/* group: place in the order, from 1 */
	struct twosample test;
	double raw;		/* the group's own value */
	double explained;	/* by the covariate; NAN without */
};

static struct moments
gather(const struct abusers *a, size_t metric, uint32_t group,
    const double *x, const double *y)
{
	struct moments m = { .n = 0 };

	for (size_t u = 0; u < idmap_count(a->users); u++) {
		const size_t i = u * a->n_metrics + metric;

		if (a->group[u] == group)
			moments_add(&m, x[i], y[i]);
	}
	return m;
}

/* A ratio of nothing has no value. */
static int
check_ratios(const struct abmetric *m, const struct abusers *a,
    uint32_t group, const struct moments *x)
{
	if (m->kind->how != ABTEST_RATIO || moments_mean_y(x) > 0)
		return 0;
	return err_msg("%s: nothing to divide by in group '%.*s'", m->name,
	    SPAN_ARGS(idmap_name(a->groups, group)));
}

static int
test_group(const struct abtest *how, const struct abusers *a,
    const struct order *o, struct result *r)
{
	const struct abmetric *m = &how->metrics.at[r->metric];
	const enum abtest_how kind = m->kind->how;
	const uint32_t group = o->group[r->group], control = o->group[0];
	struct moments b = gather(a, r->metric, group, a->x, a->y);
	struct moments c = gather(a, r->metric, control, a->x, a->y);
	struct twosample adjusted;
	struct sequential s;
	double tau;

	if (check_ratios(m, a, group, &b) != 0 ||
	    check_ratios(m, a, control, &c) != 0)
		return -1;
	r->explained = NAN;
	tau = twosample_tau(&b, &c);
	r->test = kind == ABTEST_SHARE ? twosample_shares(&b, &c, how->alpha) :
	    kind == ABTEST_MEAN ? twosample_welch(&b, &c, how->alpha) :
	    twosample_ratios(&b, &c, how->alpha);
	r->raw = r->test.b;
	if (a->before_x != NULL && kind != ABTEST_RATIO) {
		b = gather(a, r->metric, group, a->x, a->before_x);
		c = gather(a, r->metric, control, a->x, a->before_x);
		adjusted = twosample_cuped(&b, &c, how->alpha, &r->explained);
		if (r->explained > 0)
			r->test = adjusted;
		tau *= sqrt(1 - fmin(fmax(r->explained, 0), 1));
	}
	if (how->sequential) {
		/* A ratio's own scale is that of its error. */
		if (kind == ABTEST_RATIO)
			tau = r->test.error * sqrt((double)(b.n + c.n) / 4) /
			    10;
		s = twosample_always(&r->test, tau, how->alpha);
		r->test.low = s.low;
		r->test.high = s.high;
		r->test.p = s.p;
	}
	return 0;
}

static void
report_group(const struct abtest *how, const struct abusers *a,
    const struct order *o, const struct result *r, double holm,
    struct report *out)
{
	const struct span name = idmap_name(a->groups, o->group[r->group]);
	struct buf text = BUF_EMPTY;

	buf_span(&text, name);
	report_text(out, how->metrics.at[r->metric].name);
	report_text(out, buf_cstr(&text));
	report_number(out, (double)o->users[r->group]);
	report_number(out, r->raw);
	report_number(out, r->test.difference);
	report_number(out, r->test.difference / fabs(r->test.a));
	report_number(out, r->test.low);
	report_number(out, r->test.high);
	report_number(out, r->test.p);
	report_number(out, holm);
	report_number(out, twosample_detectable(&r->test, how->alpha,
	    how->power));
	report_number(out, r->explained);
	buf_release(&text);
}

static void
report_control(const struct abtest *how, const struct abusers *a,
    const struct order *o, const struct result *r, struct report *out)
{
	struct result shown = { .metric = r->metric, .explained = NAN,
	    .test = { .difference = NAN, .low = NAN, .high = NAN, .p = NAN,
	    .error = NAN, .df = INFINITY } };
	const struct moments c = gather(a, r->metric, o->group[0], a->x, a->y);

	shown.raw = how->metrics.at[r->metric].kind->how == ABTEST_RATIO ?
	    moments_mean_x(&c) / moments_mean_y(&c) : moments_mean_x(&c);
	report_group(how, a, o, &shown, NAN, out);
}

static struct report *
make_report(const struct abtest *how, const struct abusers *a,
    const struct order *o, const struct result *result, size_t n)
{
	struct report *r = report_new();
	double *holm = mem_array("tests", n, sizeof *holm);

	report_column(r, "metric", REPORT_TEXT, "");
	report_column(r, "group", REPORT_TEXT, "");
	report_column(r, "users", REPORT_NUMBER, "%.0f");
	report_column(r, "value", REPORT_NUMBER, "%.5g");
	report_column(r, "difference", REPORT_NUMBER, "%+.4g");
	report_column(r, "relative", REPORT_NUMBER, "%+.4f");
	report_column(r, "low", REPORT_NUMBER, "%+.4g");
	report_column(r, "high", REPORT_NUMBER, "%+.4g");
	report_column(r, "p", REPORT_NUMBER, "%.4g");
	report_column(r, "p_holm", REPORT_NUMBER, "%.4g");
	report_column(r, "detectable", REPORT_NUMBER, "%.4g");
	report_column(r, "explained", REPORT_NUMBER,
	    a->before_x != NULL ? "%.3f" : NULL);
	for (size_t i = 0; i < n; i++)
		holm[i] = result[i].test.p;
	paired_holm(holm, n);
	for (size_t i = 0; i < n; i++) {
		if (result[i].group == 1)
			report_control(how, a, o, &result[i], r);
		report_group(how, a, o, &result[i], holm[i], r);
	}
	free(holm);
	return r;
}

struct report *
abtest_run(const struct abtest *how, int *mismatch)
{
	struct order o = { NULL, NULL, 0 };
	struct report *report = NULL;
	struct result *result = NULL;
	struct abusers a;
	size_t n = 0;
	int status;

	if (abusers_read(how, &a) != 0)
		return NULL;
	status = order_groups(how, &a, &o);
	if (status == 0)
		status = check_ratio(how, &a, &o, mismatch);
	if (status == 0)
		result = mem_array("tests", how->metrics.n,
		    o.n * sizeof *result);
	for (size_t j = 0; j < how->metrics.n && status == 0; j++)
		for (size_t g = 1; g < o.n && status == 0; g++) {
			result[n] = (struct result){ .metric = j,
			    .group = g };
			status = test_group(how, &a, &o, &result[n++]);
		}
	if (status == 0)
		report = make_report(how, &a, &o, result, n);
	free(result);
	order_release(&o);
	abusers_release(&a);
	return report;
}

#include <math.h>
#include <string.h>

#include "all/aboptions.h"
#include "base/num.h"
#include "cli/opttable.h"

/* What is not stored in a struct aboptions as it stands. */
struct texts {
	int tsv, json, plan, interleaving;
	const char *metrics, *effect;
	double confidence;
};

static void
add_input(struct opt_table *t, struct aboptions *o, struct texts *x)
{
	struct abtest *a = &o->test;

	opt_table_add(t, (const struct opt[]){
		OPT_WORDS(0, "metrics", "KIND:NAME,...", &x->metrics,
		    abkind_choice,
		    "what is measured: conversion:NAME, mean:NAME, "
		    "ratio:A/B, and of events also sum:EVENT.COLUMN, "
		    "average:EVENT.COLUMN, mrr:EVENT, return:DAYS"),
		OPT_FILE(0, "assignment", "FILE", &a->assignment,
		    "who was in which group (and since when, in the column "
		    "timestamp); the operand is then a log of events"),
		OPT_TEXT(0, "user", "COLUMN", &a->user, "the user"),
		OPT_TEXT(0, "group", "COLUMN", &a->group, "the group"),
		OPT_TEXT(0, "event", "COLUMN", &a->event,
		    "the kind of an event"),
		OPT_TEXT(0, "control", "GROUP", &a->control,
		    "the group that others are compared with; otherwise the "
		    "first by name"),
		OPT_TEXT(0, "covariate", "COLUMN", &a->covariate,
		    "a number from before the experiment that explains some "
		    "of the differences between users (CUPED)"),
		OPT_FLAG(0, "drop-crossed", &a->drop_crossed,
		    "leave out users who are in two groups; otherwise they "
		    "are an error"),
		OPT_REAL(0, "day", "N", &a->day, 1e-9, 1e18,
		    "units of the timestamps in a day"),
		OPT_FLAG(0, "interleaving", &x->interleaving,
		    "the operand has interleaved lists: whose items were "
		    "clicked"),
		OPT_END
	});
}

static void
add_tests(struct opt_table *t, struct aboptions *o, struct texts *x)
{
	struct abtest *a = &o->test;

	opt_table_add(t, (const struct opt[]){
		OPT_REAL(0, "confidence", "P", &x->confidence, 0.5, 0.9999,
		    "of intervals; tests are at 1 - P"),
		OPT_REAL(0, "power", "P", &a->power, 0.5, 0.9999,
		    "of the least difference that could be detected, and of "
		    "plans"),
		OPT_FLAG(0, "sequential", &a->sequential,
		    "intervals and p-values that hold however often they are "
		    "looked at"),
		OPT_TEXT(0, "shares", "LIST", &a->shares,
		    "how users were to be divided, the control first, the "
		    "others by name: 90,5,5; otherwise equally"),
		OPT_REAL(0, "srm", "P", &a->srm, 0, 1,
		    "exit with 3 when the groups' sizes are less likely than "
		    "this: a sample ratio mismatch"),
		OPT_FLAG(0, "tsv", &x->tsv, "write TSV, in full precision"),
		OPT_FLAG(0, "json", &x->json, "write JSON"),
		OPT_END
	});
}

static void
add_plan(struct opt_table *t, struct aboptions *o, struct texts *x)
{
	struct abplan *p = &o->plan;

	opt_table_add(t, (const struct opt[]){
		OPT_FLAG(0, "plan", &x->plan,
		    "plan an experiment: its users from --effect, or the "
		    "effect from --users"),
		OPT_REAL(0, "rate", "P", &p->rate, 1e-9, 1 - 1e-9,
		    "the control's conversion"),
		OPT_REAL(0, "mean", "X", &p->mean, -1e300, 1e300,
		    "the control's mean"),
		OPT_REAL(0, "deviation", "X", &p->deviation, 1e-300, 1e300,
		    "the standard deviation of a user's value"),
		OPT_TEXT(0, "effect", "X", &x->effect,
		    "the difference to be found; as 5%, a share of the rate "
		    "or mean"),
		OPT_REAL(0, "users", "N", &p->users, 4, 1e15,
		    "users of all groups"),
		OPT_REAL(0, "per-day", "N", &p->per_day, 1e-9, 1e15,
		    "users who come in a day, for the duration"),
		OPT_SIZE(0, "groups", "N", &p->groups, 2, 1000,
		    "groups, the control among them"),
		OPT_END
	});
}

/* "5%" of the base, or a number. */
static int
read_effect(const char *text, double base, double *out)
{
	const struct span s = span_of(text);
	double share;

	if (s.n > 0 && s.p[s.n - 1] == '%') {
		if (num_share(s, &share) != 0 || isnan(base))
			return -1;
		*out = fabs(base) * share;
	} else if (num_real(s, out) != 0) {
		return -1;
	}
	*out = fabs(*out);
	return *out > 0 ? 0 : -1;
}

static void
settle_plan(struct cli *cli, struct aboptions *o, const struct texts *x)
{
	struct abplan *p = &o->plan;

	p->alpha = o->test.alpha;
	p->power = o->test.power;
	if (isnan(p->rate) == isnan(p->deviation))
		cli_usage(cli, "--plan needs --rate, or --deviation (and "
		    "--mean)");
	if ((x->effect == NULL) == isnan(p->users))
		cli_usage(cli, "--plan needs one of --effect, --users");
	if (x->effect != NULL && read_effect(x->effect, isnan(p->rate) ?
	    p->mean : p->rate, &p->effect) != 0)
		cli_usage(cli, "--effect '%s' is no difference: a number, or "
		    "a share of --rate or --mean, as 5%%", x->effect);
	if (!isnan(p->rate) && !isnan(p->effect) && p->rate + p->effect >= 1)
		cli_usage(cli, "--effect '%s': the rate would be above 1",
		    x->effect);
}

static void
settle(struct cli *cli, struct aboptions *o, const struct texts *x)
{
	struct abtest *a = &o->test;

	a->alpha = 1 - x->confidence;
	a->file = cli->files[0];
	if (cli->n_files > 1)
		cli_usage(cli, "one file is read, and '%s' is another",
		    cli->files[1]);
	if (x->tsv && x->json)
		cli_usage(cli, "give one of --tsv, --json");
	if (x->plan && x->interleaving)
		cli_usage(cli, "give one of --plan, --interleaving");
	o->form = x->tsv ? REPORT_TSV : x->json ? REPORT_JSON :
	    REPORT_ALIGNED;
	o->work = x->plan ? ABWORK_PLAN : x->interleaving ?
	    ABWORK_INTERLEAVING : ABWORK_TEST;
	if (o->work == ABWORK_PLAN)
		settle_plan(cli, o, x);
	if (o->work != ABWORK_TEST)
		return;
	if (x->metrics == NULL)
		cli_usage(cli, "give --metrics, as conversion:purchase");
	if (abmetrics_parse(x->metrics, a->assignment != NULL,
	    &a->metrics) != 0)
		cli_usage(cli, NULL);
	if (a->assignment != NULL && a->covariate != NULL)
		cli_usage(cli, "--covariate is a column of a table of users; "
		    "with --assignment it is what they did before");
	for (size_t j = 0; j < a->metrics.n; j++)
		if (a->metrics.at[j].kind->about == ABKIND_DAYS &&
		    strcmp(a->file, "-") == 0)
			cli_usage(cli, "return: reads the events twice: they "
			    "cannot be standard input");
}

void
aboptions_begin(struct cli *cli, const struct cli_tool *tool,
    struct aboptions *o, int argc, char **argv)
{
	enum { DAY = 24 * 60 * 60 };
	struct opt_table table = { .n = 0 };
	struct texts x = { .confidence = 0.95 };

	*o = (struct aboptions){
		.test = { .user = "user_id", .group = "group",
		    .event = "event", .day = DAY, .power = 0.8,
		    .srm = 0.001 },
		.plan = { .rate = NAN, .mean = NAN, .deviation = NAN,
		    .effect = NAN, .users = NAN, .per_day = NAN,
		    .groups = 2 },
	};
	add_input(&table, o, &x);
	add_tests(&table, o, &x);
	add_plan(&table, o, &x);
	cli_begin(cli, tool, table.option, argc, argv);
	settle(cli, o, &x);
}

void
aboptions_release(struct aboptions *o)
{
	abmetrics_release(&o->test.metrics);
}

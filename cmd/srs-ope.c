/* srs-ope -- what another policy would have earned, from a log. */

#include <math.h>

#include "all/ope.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-ope",
	"estimate what another policy would have earned, from a log",
	"[LOG]",
	"LOG has a row for each showing: what was shown, how likely that was, "
	"and what it earned.  Estimates are by inverse propensity scores "
	"(plain, self-normalised, clipped), a model of rewards, and both: "
	"doubly robust."
};

struct args {
	struct cli cli;
	struct ope ope;
	struct opt_list context;
	double confidence;
	int tsv, json;
};

static void
read_options(struct args *a, int argc, char **argv)
{
	struct ope *o = &a->ope;
	const struct opt options[] = {
		OPT_FILE(0, "policy", "FILE", &o->policy,
		    "the other policy: a table of context, action and "
		    "probability"),
		OPT_FILE(0, "policy-log", "FILE", &o->policy_log,
		    "a log of the other policy: its shares of actions in "
		    "each context are its probabilities"),
		OPT_TEXT(0, "target", "COLUMN", &o->target,
		    "the other policy's probability of what was shown, in "
		    "LOG"),
		OPT_LIST(0, "context", "COLUMN", &a->context,
		    "what policies and rewards depend on; given several "
		    "times: all of them"),
		OPT_TEXT(0, "action", "COLUMN", &o->action,
		    "what was shown"),
		OPT_TEXT(0, "reward", "COLUMN", &o->reward,
		    "what it earned"),
		OPT_TEXT(0, "propensity", "COLUMN", &o->propensity,
		    "how likely it was to be shown"),
		OPT_TEXT(0, "probability", "COLUMN", &o->probability,
		    "of --policy"),
		OPT_REAL(0, "clip", "W", &o->clip, 1e-9, 1e300,
		    "weights above W count as W; otherwise above the root of "
		    "the number of rows"),
		OPT_REAL(0, "min-effective", "N", &o->min_effective, 0, 1e300,
		    "exit with 3, without estimates, when the log is worth "
		    "fewer rows of the other policy"),
		OPT_REAL(0, "confidence", "P", &a->confidence, 0.5, 0.9999,
		    "of intervals"),
		OPT_SIZE(0, "resamples", "N", &o->certainty.resamples, 100,
		    1e7, "samples for intervals"),
		OPT_FLAG(0, "tsv", &a->tsv, "write TSV, in full precision"),
		OPT_FLAG(0, "json", &a->json, "write JSON"),
		OPT_END
	};

	cli_begin(&a->cli, &tool, options, argc, argv);
}

/* What the option table cannot see. */
static void
settle(struct args *a)
{
	struct cli *cli = &a->cli;
	struct ope *o = &a->ope;

	if ((o->policy != NULL) + (o->policy_log != NULL) +
	    (o->target != NULL) != 1)
		cli_usage(cli, "give one of --policy, --policy-log, --target");
	if (cli->n_files > 1)
		cli_usage(cli, "one log is read, and '%s' is another",
		    cli->files[1]);
	if (a->tsv && a->json)
		cli_usage(cli, "give one of --tsv, --json");
	o->log = cli->files[0];
	o->context = a->context.text;
	o->n_context = a->context.n;
	o->certainty.seed = cli->seed;
	o->certainty.alpha = 1 - a->confidence;
	o->note = cli_note_text;
	o->note_arg = cli;
}

int
main(int argc, char *argv[])
{
	struct args a = {
		.cli = CLI_DEFAULTS,
		.ope = { .action = "item_id", .reward = "reward",
		    .propensity = "propensity", .probability = "probability",
		    .clip = NAN, .min_effective = 100,
		    .certainty = { .resamples = 2000 } },
		.confidence = 0.95,
	};
	struct report *report = NULL;
	struct put *put;
	int status = CLI_FAILED, refused = 0;

	read_options(&a, argc, argv);
	settle(&a);
	put = put_open(a.cli.output, a.cli.gzip);
	if (put != NULL) {
		a.ope.tick = cli_progress(&a.cli, "reading", "bytes");
		a.ope.certainty.tick = a.ope.tick;
		report = ope_run(&a.ope, &refused);
		cli_progress_end(a.ope.tick);
	}
	if (report != NULL) {
		report_put(report, a.tsv ? REPORT_TSV : a.json ? REPORT_JSON :
		    REPORT_ALIGNED, put);
		status = put_commit(put) == 0 ? CLI_DONE : CLI_FAILED;
	}
	report_free(report);
	put_free(put);
	return cli_end(&a.cli, refused ? CLI_GATE : status);
}

/* srs-ab -- experiments with users: which group did better, and how surely. */

#include "all/aboptions.h"
#include "all/abtest.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-ab",
	"compare groups of users in an experiment, and plan one",
	"[FILE]",
	"FILE is a table of users with their group and what is measured, or, "
	"with --assignment, a log of events.  Each group is compared with the "
	"control: two-proportion tests of conversions, Welch's test of means, "
	"the delta method for ratios."
};

/* NULL after a message. */
static struct report *
make(struct cli *cli, struct aboptions *o, int *mismatch)
{
	struct report *r;

	*mismatch = 0;
	if (o->work == ABWORK_PLAN)
		return abtest_plan(&o->plan);
	o->test.note = cli_note_text;
	o->test.note_arg = cli;
	o->test.tick = cli_progress(cli, "reading", "bytes");
	r = o->work == ABWORK_INTERLEAVING ? abtest_interleaving(&o->test) :
	    abtest_run(&o->test, mismatch);
	cli_progress_end(o->test.tick);
	return r;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct aboptions options;
	struct report *report;
	struct put *put;
	int status = CLI_FAILED, mismatch = 0;

	aboptions_begin(&cli, &tool, &options, argc, argv);
	put = put_open(cli.output, cli.gzip);
	report = put != NULL ? make(&cli, &options, &mismatch) : NULL;
	if (report != NULL) {
		report_put(report, options.form, put);
		if (put_commit(put) == 0)
			status = mismatch ? CLI_GATE : CLI_DONE;
	}
	report_free(report);
	put_free(put);
	aboptions_release(&options);
	return cli_end(&cli, status);
}

/* srs-clean -- make clean tables of event logs and attribute tables. */

#include "all/cleandetails.h"
#include "all/cleanoptions.h"
#include "all/cleanplan.h"
#include "all/cleanreport.h"
#include "all/cleanrun.h"
#include "all/cleantable.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-clean", "make clean tables of event logs and attribute tables",
	"[FILE...]",
	"Reads CSV, TSV and JSON Lines, one file after the other, and "
	"writes one table: user_id, item_id, then rating, weight, event and "
	"timestamp as far as there are any, then the columns asked for.  "
	"Bad rows are refused, counted and left out (--on-error fail: the "
	"first ends the work); rows that a rule takes away are dropped; a "
	"summary says how many and why.  Without options the columns "
	"user_id, item_id, rating, weight, event and timestamp are used; "
	"when --user, --item, --rating, --time or --event names one, only "
	"those named.  A COLUMN is a name or a number from 1."
};

static void
put_lines(const struct cli *cli, struct span text)
{
	while (text.n > 0) {
		const struct span line = span_cut(&text, '\n');

		cli_note(cli, "%.*s", (int)line.n, line.p);
	}
}

static int
add_files(struct cleanrun *run, const struct cli *cli)
{
	int status = 0;

	for (int i = 0; i < cli->n_files && status == 0; i++)
		status = cleanrun_add(run, cli->files[i]);
	return status;
}

static int
clean(const struct cli *cli, struct cleanplan *plan)
{
	struct cleangates *gates = cleangates_new(&plan->want->limits);
	struct tick *tick = cli_progress(cli, "reading", "bytes");
	struct cleanrun *run = NULL;
	struct buf summary = BUF_EMPTY;
	int status = CLI_FAILED;

	if (gates == NULL) {
		status = CLI_USAGE;
		goto done;
	}
	run = cleanrun_new(plan, gates, tick);
	if (cleantable_check(plan, cli->files, (size_t)cli->n_files) != 0 ||
	    add_files(run, cli) != 0)
		goto done;
	if (cleanrun_finish(run) == 0)
		status = CLI_DONE;
	else if (run->is_gated)
		status = CLI_GATE;
	else
		goto done;
	cleanreport_text(run, &summary);
	if (cli->verbose)
		cleandetails_text(run, &summary);
	put_lines(cli, (struct span){ summary.p, summary.n });
done:
	cli_progress_end(tick);
	buf_release(&summary);
	cleanrun_free(run);
	cleangates_free(gates);
	return status;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct cleanwant want = CLEANWANT_DEFAULTS;
	struct cleanplan *plan;
	int status = CLI_USAGE;

	cleanoptions_begin(&cli, &tool, &want, argc, argv);
	plan = cleanplan_new(&want);
	if (plan != NULL)
		status = clean(&cli, plan);
	cleanplan_free(plan);
	return cli_end(&cli, status);
}

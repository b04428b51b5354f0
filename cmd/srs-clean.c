/* srs-clean -- make clean tables of event logs and attribute tables. */

#include <float.h>

#include "all/cleanplan.h"
#include "all/cleanreport.h"
#include "all/cleanrun.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-clean", "make clean tables of event logs and attribute tables",
	"[FILE...]",
	"Reads CSV and TSV, one file after the other, and writes one table: "
	"user_id, item_id, then rating, weight, event and timestamp as far "
	"as there are any, then the columns asked for.  Bad rows are "
	"refused, counted and left out (--on-error fail: the first ends the "
	"work); rows that a rule takes away are dropped; a summary says how "
	"many and why.  Without options the columns user_id, item_id, "
	"rating, weight, event and timestamp are used; when --user, --item, "
	"--rating, --time or --event names one, only those named.  A COLUMN "
	"is a name or a number from 1."
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

	for (int i = 0; i < cli->n_files && status == 0; i++) {
		struct tick *tick = cli_progress(cli, "reading", "bytes");

		status = cleanrun_add(run, cli->files[i], tick);
		cli_progress_end(tick);
	}
	return status;
}

static int
clean(const struct cli *cli, struct cleanplan *plan)
{
	struct cleanrun *run = cleanrun_new(plan);
	struct buf summary = BUF_EMPTY;
	int status = CLI_FAILED;

	if (add_files(run, cli) != 0)
		goto done;
	if (cleanrun_finish(run) == 0)
		status = CLI_DONE;
	else if (run->is_gated)
		status = CLI_GATE;
	else
		goto done;
	cleanreport_text(run, &summary);
	put_lines(cli, (struct span){ summary.p, summary.n });
done:
	buf_release(&summary);
	cleanrun_free(run);
	return status;
}

static void
read_options(struct cli *cli, struct cleanwant *w, int argc, char **argv)
{
	const struct opt options[] = {
		OPT_TEXT(0, "user", "COLUMN", &w->user, "the user's id"),
		OPT_TEXT(0, "item", "COLUMN", &w->item, "the item's id"),
		OPT_TEXT(0, "rating", "COLUMN", &w->rating, "the rating"),
		OPT_TEXT(0, "time", "COLUMN", &w->time, "the timestamp: a "
		    "number or ISO 8601"),
		OPT_TEXT(0, "event", "COLUMN", &w->event, "the type of event"),
		OPT_TEXT(0, "weight", "SPEC", &w->weight, "a column with "
		    "weights, or weights of types of event as in "
		    "view=1,cart=3"),
		OPT_TEXT(0, "columns", "LIST", &w->columns, "other columns to "
		    "keep, as in title:token_seq,price:float,brand"),
		OPT_FLAG(0, "table", &w->table, "a table of attributes: one "
		    "row for each key, and no other column with a meaning"),
		OPT_TEXT(0, "key", "COLUMN", &w->key, "the key of --table; "
		    "without it the first column"),
		OPT_TEXT(0, "map", "OLD=NEW,...", &w->map, "call columns by "
		    "other names, in options and in the output"),
		OPT_TEXT(0, "separator", "CHAR", &w->separator, "between "
		    "fields; tab for TSV; without it guessed (TAB, comma, ;)"),
		OPT_CHOICE(0, "header", "WHEN", &w->header, cleanplan_header,
		    "does the first row hold names"),
		OPT_CHOICE(0, "time-unit", "UNIT", &w->time_unit,
		    cleantime_unit, "what timestamps that are numbers count"),
		OPT_CHOICE(0, "other-events", "WHAT", &w->other_events,
		    cleanplan_other_events, "what to do with rows whose type "
		    "of event has no weight"),
		OPT_TEXT(0, "missing", "WHAT", &w->missing, "what to do with "
		    "rows without rating: keep, drop, refuse, or a number to "
		    "fill in"),
		OPT_REAL(0, "min-rating", "X", &w->min_rating, -FLT_MAX,
		    FLT_MAX, "drop rows with a lower rating"),
		OPT_REAL(0, "max-rating", "X", &w->max_rating, -FLT_MAX,
		    FLT_MAX, "drop rows with a higher rating"),
		OPT_CHOICE(0, "duplicates", "HOW", &w->duplicates,
		    cleanmerge_choice, "what becomes of rows of the same user, "
		    "item and unweighted event; without it last for ratings "
		    "and for --table, else keep"),
		OPT_SIZE(0, "min-user", "N", &w->min_user, 0, UINT32_MAX,
		    "drop users with fewer rows (again, until all have N)"),
		OPT_SIZE(0, "min-item", "N", &w->min_item, 0, UINT32_MAX,
		    "drop items with fewer rows"),
		OPT_CHOICE(0, "on-error", "WHAT", &w->on_error,
		    cleanplan_on_error, "what to do at a bad row"),
		OPT_FILE(0, "rejects", "FILE", &w->rejects,
		    "write the refused rows, with the reason"),
		OPT_FILE(0, "report", "FILE", &w->report,
		    "write the summary as JSON"),
		OPT_SIZE(0, "min-rows", "N", &w->min_rows, 0, INFINITY, "with "
		    "fewer rows in the output end with status 3, and leave "
		    "the old output as it was"),
		OPT_FLAG('H', "no-header", &w->no_header,
		    "write no header"),
		OPT_END
	};

	cli_begin(cli, &tool, options, argc, argv);
	w->output = cli->output;
	w->gzip = cli->gzip;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct cleanwant want = CLEANWANT_DEFAULTS;
	struct cleanplan *plan;
	int status = CLI_USAGE;

	read_options(&cli, &want, argc, argv);
	plan = cleanplan_new(&want);
	if (plan != NULL)
		status = clean(&cli, plan);
	cleanplan_free(plan);
	return cli_end(&cli, status);
}

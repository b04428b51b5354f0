/* srs-eval -- metrics of lists, ratings and labels: one table, many systems. */

#include "all/evaloptions.h"
#include "all/evaluate.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-eval",
	"measure lists, ratings and labels of any number of systems",
	"[FILE...]",
	"With --truth FILE the operands are lists (user, item, score), to be "
	"measured against the interactions in FILE by ndcg@10, recall@20, "
	"mrr, ...; with --ratings they hold ratings and predictions, with "
	"--labels labels and scores, with --classes names of classes.  The "
	"table has a line for each operand."
};

/* The same table for a monitoring system.  0, or -1 after a message. */
static int
put_prometheus(const char *path, const struct evaltable *table)
{
	struct put *out = put_open(path, 0);
	int status = -1;

	if (out != NULL) {
		evaltable_put_prometheus(table, out);
		status = put_commit(out);
	}
	put_free(out);
	return status;
}

/* Evaluates and writes.  0, or -1 after a message. */
static int
run(struct cli *cli, struct evaloptions *o, struct evaltable *table)
{
	struct put *out = put_open(cli->output, cli->gzip);
	int status;

	if (out == NULL)
		return -1;
	o->how.note = cli_note_text;
	o->how.note_arg = cli;
	o->how.tick = cli_progress(cli, "reading", "bytes");
	status = evaluate(&o->how, table);
	cli_progress_end(o->how.tick);
	if (status == 0) {
		evaltable_put(table, o->form, out);
		status = put_commit(out);
	}
	if (status == 0 && o->prometheus != NULL)
		status = put_prometheus(o->prometheus, table);
	put_free(out);
	return status;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct evaloptions options;
	struct evaltable table;
	int status = CLI_FAILED;
	size_t failures;

	evaloptions_begin(&cli, &tool, &options, argc, argv);
	evaltable_init(&table, &options.measures);
	if (run(&cli, &options, &table) == 0 &&
	    evalgates_failures(&options.gates, &table, &failures) == 0)
		status = failures > 0 ? CLI_GATE : CLI_DONE;
	evaltable_release(&table);
	evaloptions_release(&options);
	return cli_end(&cli, status);
}

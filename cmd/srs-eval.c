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
	"--labels labels and scores, with --classes names of classes; with "
	"--history they are learning curves.  The table has a line for each "
	"operand."
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

/* What histories of trainings say.  0, or -1 after a message. */
static int
put_histories(const struct evaloptions *o, struct put *out)
{
	struct report *report = report_new();
	const int status = evaluate_histories(&o->how, report);

	if (status == 0)
		report_put(report, o->form, out);
	report_free(report);
	return status;
}

/* Evaluates and writes; *n_failures <- how often a gate said no.  What can go
 * wrong comes before the table takes its place.  0, or -1 after a message. */
static int
run(struct cli *cli, struct evaloptions *o, struct evaltable *table,
    size_t *n_failures)
{
	struct put *out = put_open(cli->output, cli->gzip);
	int status;

	if (out == NULL)
		return -1;
	o->how.note = cli_note_text;
	o->how.note_arg = cli;
	o->how.tick = cli_progress(cli, "reading", "bytes");
	status = o->histories ? put_histories(o, out) :
	    evaluate(&o->how, table);
	cli_progress_end(o->how.tick);
	if (status == 0)
		status = evalgates_failures(&o->gates, table, n_failures);
	if (status == 0 && o->plot != NULL)
		status = evalplot_draw(o->how.plot, o->plot);
	if (status == 0 && o->prometheus != NULL)
		status = put_prometheus(o->prometheus, table);
	if (status == 0) {
		if (!o->histories)
			evaltable_put(table, o->form, out);
		status = put_commit(out);
	}
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
	size_t n_failures;

	evaloptions_begin(&cli, &tool, &options, argc, argv);
	evaltable_init(&table, &options.measures);
	if (run(&cli, &options, &table, &n_failures) == 0)
		status = n_failures > 0 ? CLI_GATE : CLI_DONE;
	evaltable_release(&table);
	evaloptions_release(&options);
	return cli_end(&cli, status);
}

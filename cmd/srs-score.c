/* srs-score -- a score at the end of each row, by any model. */

#include "all/scorerows.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-score", "score given rows of users and items, or of features",
	"-m MODEL [FILE...]",
	"Reads tables with columns user_id and item_id and writes their rows, "
	"in order, with a column score at the end.  Models that score from a "
	"user's history take it from -i.  A model of features finds its "
	"columns by name, and reads .npy matrices too."
};

struct args {
	struct cli cli;
	struct scorerows rows;
	struct models models;
	struct opt_list model, history;
	const struct choice *missing;
};

static void
read_options(struct args *a, int argc, char **argv)
{
	const struct opt options[] = {
		OPT_FILES('m', "model", "MODEL", &a->model,
		    "the model that scores; given several times, as "
		    "ials.st:0.6 and ease.st:0.4: the weighted sum of the "
		    "models' scores, each normalised over the user's items; "
		    "without a weight it is 1"),
		OPT_FLAG(0, "partial", &a->models.partial,
		    "several models may have different items: where one lacks "
		    "an item, it counts as average there"),
		OPT_FILES('i', "interactions", "FILE", &a->history,
		    "what users have had, for models of histories; given "
		    "several times: all, in this order"),
		OPT_CHOICE(0, "missing", "WHAT", &a->missing,
		    scorerows_missing_choice,
		    "what becomes of rows whose user or item is not known"),
		OPT_TEXT(0, "column", "NAME", &a->rows.column,
		    "the name of the new column"),
		OPT_FLAG('H', "no-header", &a->rows.no_header,
		    "write no header"),
		OPT_END
	};

	a->missing = scorerows_missing_choice(SCOREBATCH_FALLBACK);
	cli_begin(&a->cli, &tool, options, argc, argv);
	if (a->model.n == 0)
		cli_usage(&a->cli, "give a model with -m");
	if (a->models.partial && a->model.n == 1)
		cli_usage(&a->cli, "--partial is for several models");
	a->models.name = a->model.text;
	a->models.n = a->model.n;
	while (a->missing != scorerows_missing_choice(a->rows.missing))
		a->rows.missing++;
}

static void
say(const struct args *a)
{
	static const char *const became[] = {
		[SCOREBATCH_FALLBACK] = "given the model's fallback",
		[SCOREBATCH_DROP] = "left out",
		[SCOREBATCH_NAN] = "given 'nan'",
	};
	const struct scorerows *r = &a->rows;

	if (r->n_general > 0)
		cli_note(&a->cli, "%ju of %ju rows have a user without a "
		    "segment in the model: scored as popular with all",
		    (uintmax_t)r->n_general, (uintmax_t)r->n_rows);
	if (r->n_strange > 0)
		cli_note(&a->cli, "%ju features of the rows are not in the "
		    "model: left out", (uintmax_t)r->n_strange);
	if (r->n_partly > 0)
		cli_note(&a->cli, "%ju of %ju rows have a user whom some of "
		    "the models do not know: scored by the others",
		    (uintmax_t)r->n_partly, (uintmax_t)r->n_rows);
	if (r->n_missing > 0)
		cli_note(&a->cli, "%ju of %ju rows have a user or item that "
		    "the model does not know: %s", (uintmax_t)r->n_missing,
		    (uintmax_t)r->n_rows, became[r->missing]);
	else
		cli_note(&a->cli, "%ju rows", (uintmax_t)r->n_rows);
}

static int
run(struct args *a)
{
	struct cli *cli = &a->cli;
	struct put *put = put_open(cli->output, cli->gzip);
	int status;

	if (put == NULL)
		return -1;
	a->rows.tick = cli_progress(cli, "reading", "bytes");
	status = scorerows_open(&a->rows, &a->models, a->history.text,
	    a->history.n);
	if (status == 0)
		status = scorerows_files(&a->rows,
		    (const char *const *)cli->files, (size_t)cli->n_files,
		    put);
	cli_progress_end(a->rows.tick);
	if (status == 0)
		status = put_commit(put);
	if (status == 0)
		say(a);
	scorerows_close(&a->rows);
	put_free(put);
	return status;
}

int
main(int argc, char *argv[])
{
	struct args a = { .cli = CLI_DEFAULTS, .rows = { .column = "score" } };

	read_options(&a, argc, argv);
	return cli_end(&a.cli, run(&a) == 0 ? CLI_DONE : CLI_FAILED);
}

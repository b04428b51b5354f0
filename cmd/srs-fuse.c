/* srs-fuse -- several systems' lists or predictions made one. */

#include <math.h>
#include <string.h>

#include "all/combine.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-fuse", "combine the lists or predictions of several models",
	"[FILE...]",
	"Each operand is one system's lists (user, item, score); what comes "
	"out is one list for each user over all items of the systems' lists. "
	"With --ratings the operands are predictions of the same ratings. "
	"Weights are equal, given, or fitted to known truth and saved."
};

static const char usual_metric[] = "ndcg@10";

struct args {
	struct cli cli;
	struct combine how;
	struct choice implied;		/* the method when none is given */
	const struct choice *method;
};

static void
read_options(struct args *a, int argc, char **argv)
{
	struct combine *c = &a->how;
	const struct opt options[] = {
		OPT_METHOD(0, "method", "NAME", &a->method, fuse_choice,
		    "how scores are put on a common scale"),
		OPT_FLAG(0, "ratings", &c->ratings,
		    "operands are predictions of ratings, with --method "
		    "weighted"),
		OPT_TEXT(0, "weights", "LIST", &c->weights,
		    "weights in order (0.6,0.4) or by name (b=0.4,a=0.6)"),
		OPT_FILE(0, "fit", "FILE", &c->fit,
		    "fit the weights to these interactions or ratings"),
		OPT_TEXT(0, "metric", "NAME", &c->metric,
		    "what weights of lists are fitted for"),
		OPT_SIZE(0, "folds", "N", &c->n_folds, 2, 100,
		    "folds of users for cross-validation"),
		OPT_SIZE(0, "fit-users", "N", &c->max_users, 2, 1e9,
		    "fit weights of lists to at most N users"),
		OPT_TEXT(0, "relevance", "COLUMN", &c->relevance,
		    "relevance of the truth's rows; otherwise its column "
		    "label, or 1 for each row"),
		OPT_REAL(0, "min-relevance", "X", &c->min_relevance, 1e-300,
		    1e300, "least relevance that counts; otherwise all > 0"),
		OPT_SOME_REAL(0, "rrf-k", "K", &c->rrf_k, 0, 1e9,
		    "added to each rank before the reciprocal is taken"),
		OPT_FILE(0, "save", "FILE", &c->save, "save the fusion"),
		OPT_FILE(0, "load", "FILE", &c->load,
		    "use a saved fusion: method and weights, by the order of "
		    "the operands"),
		OPT_SIZE('k', "top", "N", &c->k, 1, 1e9,
		    "items in each list; otherwise all"),
		OPT_FILE(0, "titles", "FILE", &c->titles,
		    "add the titles in this table (item_id, title)"),
		OPT_FLAG('H', "no-header", &c->no_header, "write no header"),
		OPT_END
	};

	cli_begin(&a->cli, &tool, options, argc, argv);
	c->files = (const char *const *)a->cli.files;
	c->n_files = (size_t)a->cli.n_files;
	c->seed = a->cli.seed;
}

/* What the option table cannot see. */
static void
check_usage(struct args *a)
{
	struct cli *cli = &a->cli;
	struct combine *c = &a->how;
	const int given = a->method != &a->implied;
	int stdins = 0;

	for (size_t i = 0; i < c->n_files; i++)
		stdins += strcmp(c->files[i], "-") == 0;
	stdins += c->fit != NULL && strcmp(c->fit, "-") == 0;
	stdins += c->titles != NULL && strcmp(c->titles, "-") == 0;
	if (stdins > 1)
		cli_usage(cli, "standard input can be read only once");
	if (c->load != NULL && (given || c->weights != NULL || c->fit != NULL))
		cli_usage(cli, "--load brings method and weights: no "
		    "--method, --weights or --fit");
	if (c->fit != NULL && c->weights != NULL)
		cli_usage(cli, "weights are given or fitted: --weights and "
		    "--fit do not go together");
	c->method = fuse_method(c->ratings && !given ?
	    choice_find(fuse_choice, span_of("weighted")) : a->method);
	if (c->ratings && !c->method->takes_ratings)
		cli_usage(cli, "--ratings goes with --method weighted only");
	if (c->ratings && (c->titles != NULL || c->k != OPT_UNSET ||
	    c->relevance != NULL || !isnan(c->min_relevance)))
		cli_usage(cli, "--titles, --top, --relevance and "
		    "--min-relevance are for lists");
	if (c->ratings && c->metric != usual_metric)
		cli_usage(cli, "--ratings fits for RMSE: no --metric");
	if (c->fit == NULL && (c->metric != usual_metric || c->relevance !=
	    NULL || !isnan(c->min_relevance)))
		cli_usage(cli, "--metric, --relevance and --min-relevance go "
		    "with --fit");
}

static int
run(struct args *a)
{
	struct cli *cli = &a->cli;
	struct put *out = put_open(cli->output, cli->gzip);
	int status;

	if (out == NULL)
		return -1;
	a->how.note = cli_note_text;
	a->how.note_arg = cli;
	a->how.reading = cli_progress(cli, "reading", "bytes");
	status = combine(&a->how, out);
	cli_progress_end(a->how.reading);
	if (status == 0)
		status = put_commit(out);
	put_free(out);
	return status;
}

int
main(int argc, char *argv[])
{
	struct args a = {
		.cli = CLI_DEFAULTS,
		.how = { .metric = usual_metric, .n_folds = 5,
			.max_users = 20000, .k = OPT_UNSET, .rrf_k = NAN,
			.min_relevance = NAN },
	};

	a.implied = *fuse_choice(0);
	a.method = &a.implied;
	read_options(&a, argc, argv);
	check_usage(&a);
	return cli_end(&a.cli, run(&a) == 0 ? CLI_DONE : CLI_FAILED);
}

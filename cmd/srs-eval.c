/* srs-eval -- metrics of lists, ratings and labels: one table, many systems. */

#include <math.h>
#include <string.h>

#include "all/evaluate.h"
#include "cli/cli.h"
#include "eval/ranking.h"

static const struct cli_tool tool = {
	"srs-eval",
	"measure lists, ratings and labels of any number of systems",
	"[FILE...]",
	"With --truth FILE the operands are lists (user, item, score), to be "
	"measured against the interactions in FILE by ndcg@10, recall@20, "
	"mrr, ...; with --ratings they hold ratings and predictions, with "
	"--labels labels and scores.  The table has a line for each operand."
};

struct args {
	struct cli cli;
	struct evaluate how;
	int ratings, labels, tsv;
	const char *metrics;
	struct opt_list require;
	struct measures measures;
	struct evalgates gates;
};

static void
read_options(struct args *a, int argc, char **argv)
{
	struct evaluate *h = &a->how;
	const struct opt options[] = {
		OPT_FILE(0, "truth", "FILE", &h->truth,
		    "measure lists against these interactions or judgments"),
		OPT_FLAG(0, "ratings", &a->ratings,
		    "measure the column score against the column rating"),
		OPT_FLAG(0, "labels", &a->labels,
		    "measure the column score against the column label"),
		OPT_TEXT(0, "metrics", "LIST", &a->metrics,
		    "metrics, with cut-offs: ndcg@10,recall@20,mrr"),
		OPT_FLAG(0, "tsv", &a->tsv, "write TSV, in full precision"),
		OPT_FILE(0, "per-user", "FILE", &h->per_user,
		    "write each user's metrics of lists as TSV"),
		OPT_LIST(0, "require", "GATE", &a->require,
		    "exit with 3 unless every FILE passes, as 'ndcg@10>=0.3'"),
		OPT_TEXT(0, "relevance", "COLUMN", &h->relevance,
		    "relevance of the truth's rows; otherwise its column "
		    "label, or 1 for each row"),
		OPT_REAL(0, "min-relevance", "X", &h->min_relevance, 1e-300,
		    1e300, "relevant is what has at least X; otherwise what "
		    "has more than 0"),
		OPT_FLAG(0, "all-users", &h->all_users,
		    "users of the truth without a list count 0; otherwise "
		    "they are skipped"),
		OPT_FILE(0, "items", "FILE", &h->items,
		    "the catalogue, of which coverage is a share"),
		OPT_FLAG(0, "trec", &h->trec,
		    "truth and lists are TREC files, whatever their shape"),
		OPT_REAL(0, "threshold", "X", &h->threshold, -1e300, 1e300,
		    "a score of at least X says that the label is 1"),
		OPT_TEXT(0, "truth-column", "COLUMN", &h->actual,
		    "the rating or label, by name or by number from 1"),
		OPT_TEXT(0, "score-column", "COLUMN", &h->score,
		    "the score, by name or by number from 1"),
		OPT_END
	};

	cli_begin(&a->cli, &tool, options, argc, argv);
	h->files = (const char *const *)a->cli.files;
	h->n_files = (size_t)a->cli.n_files;
}

/* What the option table cannot see: one kind of use, known metrics. */
static void
check_usage(struct args *a)
{
	struct cli *cli = &a->cli;
	struct evaluate *h = &a->how;
	size_t j = 0;

	if ((h->truth != NULL) + a->ratings + a->labels != 1)
		cli_usage(cli, "give one of --truth FILE, --ratings, --labels");
	for (size_t i = 0; h->truth != NULL && i < h->n_files; i++)
		j += strcmp(h->files[i], "-") == 0;
	if (j > 0 && strcmp(h->truth, "-") == 0)
		cli_usage(cli, "truth and lists cannot both be standard input");
	if (isnan(h->min_relevance))
		h->min_relevance = RANKING_ANY;
	h->kind = a->ratings ? METRIC_RATING : a->labels ? METRIC_LABEL :
	    METRIC_LIST;
	if (measures_parse(a->metrics != NULL ? a->metrics :
	    measures_usual(h->kind), h->kind, &a->measures) != 0)
		cli_usage(cli, NULL);
	if (evalgates_parse(a->require.text, a->require.n, &a->measures,
	    &a->gates) != 0)
		cli_usage(cli, NULL);
}

/* Evaluates and writes.  0, or -1 after a message. */
static int
run(struct args *a, struct evaltable *table)
{
	struct cli *cli = &a->cli;
	struct put *out = put_open(cli->output, cli->gzip);
	int status;

	if (out == NULL)
		return -1;
	a->how.note = cli_note_text;
	a->how.note_arg = cli;
	a->how.tick = cli_progress(cli, "reading", "bytes");
	status = evaluate(&a->how, table);
	cli_progress_end(a->how.tick);
	if (status == 0) {
		evaltable_put(table, a->tsv, out);
		status = put_commit(out);
	}
	put_free(out);
	return status;
}

int
main(int argc, char *argv[])
{
	struct args a = {
		.cli = CLI_DEFAULTS,
		.how = { .min_relevance = NAN, .threshold = 0.5 },
	};
	struct evaltable table;
	int status = CLI_FAILED;

	read_options(&a, argc, argv);
	check_usage(&a);
	evaltable_init(&table, &a.measures);
	if (run(&a, &table) == 0)
		status = evalgates_failures(&a.gates, &table) > 0 ?
		    CLI_GATE : CLI_DONE;
	evaltable_release(&table);
	measures_release(&a.measures);
	evalgates_release(&a.gates);
	return cli_end(&a.cli, status);
}

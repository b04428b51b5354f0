#include <math.h>
#include <string.h>

#include "all/evaloptions.h"
#include "base/num.h"
#include "cli/opttable.h"
#include "eval/ranking.h"

/* What is not stored in a struct evaloptions as it stands. */
struct texts {
	int ratings, labels, classes, tsv, json;
	const char *metrics, *max_drop;
	double confidence;
	const struct choice *test, *chart;
	struct opt_list require, by;
};

static void
add_kinds(struct opt_table *t, struct evaloptions *o, struct texts *x)
{
	opt_table_add(t, (const struct opt[]){
		OPT_FILE(0, "truth", "FILE", &o->how.truth,
		    "measure lists against these interactions or judgments"),
		OPT_FLAG(0, "ratings", &x->ratings,
		    "measure the column score against the column rating"),
		OPT_FLAG(0, "labels", &x->labels,
		    "measure the column score against the column label"),
		OPT_FLAG(0, "classes", &x->classes,
		    "measure the column prediction against the column label, "
		    "names of classes"),
		OPT_FLAG(0, "history", &o->histories,
		    "the operands are histories, as training tools write "
		    "with --history: the best epoch of each"),
		OPT_WORDS(0, "metrics", "NAME,...", &x->metrics, metric_choice,
		    "metrics, with cut-offs: ndcg@10,recall@20,mrr"),
		OPT_FLAG(0, "tsv", &x->tsv, "write TSV, in full precision"),
		OPT_FLAG(0, "json", &x->json,
		    "write JSON, which --baseline reads"),
		OPT_FILE(0, "prometheus", "FILE", &o->prometheus,
		    "write the metrics in the text format of Prometheus, too"),
		OPT_FILE(0, "plot", "FILE", &o->plot,
		    "draw a curve for each operand, as SVG, by gnuplot"),
		OPT_CHOICE(0, "chart", "CHART", &x->chart, evalplot_choice,
		    "what --plot draws; otherwise roc of labels, k of lists"),
		OPT_END
	});
}

static void
add_gates(struct opt_table *t, struct evaloptions *o, struct texts *x)
{
	opt_table_add(t, (const struct opt[]){
		OPT_LIST(0, "require", "GATE", &x->require,
		    "exit with 3 unless every FILE passes, as 'ndcg@10>=0.3'"),
		OPT_FILE(0, "baseline", "FILE", &o->gates.baseline,
		    "the --json of an earlier run"),
		OPT_TEXT(0, "max-drop", "SHARE", &x->max_drop,
		    "exit with 3 if a metric is worse than in the --baseline "
		    "by more than this share of it, as 2%"),
		OPT_END
	});
}

static void
add_lists(struct opt_table *t, struct evaloptions *o, struct texts *x)
{
	struct evaluate *h = &o->how;

	opt_table_add(t, (const struct opt[]){
		OPT_FILE(0, "per-user", "FILE", &h->per_user,
		    "write each user's metrics of lists as TSV"),
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
		OPT_FILE(0, "users", "FILE", &h->users,
		    "a table of users, for --by"),
		OPT_FILE(0, "train", "FILE", &h->train,
		    "what was trained on, for popularity and users' habits"),
		OPT_FILE(0, "features", "FILE", &h->features,
		    "what items are, for diversity and calibration: a table "
		    "or vectors"),
		OPT_TEXT(0, "feature", "COLUMN", &h->feature,
		    "the column of --features that counts"),
		OPT_LIST(0, "by", "COLUMN", &x->by,
		    "also for each segment: a column of --users or --items, "
		    "popularity:N of items or activity:N of users in N parts"),
		OPT_FLAG(0, "trec", &h->trec,
		    "truth and lists are TREC files, whatever their shape"),
		OPT_END
	});
}

static void
add_pairs(struct opt_table *t, struct evaloptions *o)
{
	struct evaluate *h = &o->how;

	opt_table_add(t, (const struct opt[]){
		OPT_REAL(0, "threshold", "X", &h->threshold, -1e300, 1e300,
		    "a score of at least X says that the label is 1"),
		OPT_TEXT(0, "truth-column", "COLUMN", &h->actual,
		    "the rating or label, by name or by number from 1"),
		OPT_TEXT(0, "score-column", "COLUMN", &h->score,
		    "the score or prediction, by name or by number from 1"),
		OPT_TEXT(0, "user-column", "COLUMN", &h->user,
		    "the user, for metrics over users, by name or by number "
		    "from 1"),
		OPT_FILE(0, "confusion", "FILE", &h->confusion,
		    "with --classes: write how often each was taken for each"),
		OPT_END
	});
}

static void
add_certainty(struct opt_table *t, struct evaloptions *o, struct texts *x)
{
	struct evaluate *h = &o->how;

	opt_table_add(t, (const struct opt[]){
		OPT_FLAG(0, "intervals", &h->intervals,
		    "bootstrap intervals of all metrics"),
		OPT_FLAG(0, "compare", &h->compare,
		    "test each FILE against the first; with --tsv that table "
		    "is written"),
		OPT_CHOICE(0, "test", "TEST", &x->test, paired_choice,
		    "the test whose p-values are corrected for their number"),
		OPT_REAL(0, "confidence", "P", &x->confidence, 0.5, 0.9999,
		    "of intervals; tests are at 1 - P"),
		OPT_REAL(0, "power", "P", &h->certainty.power, 0.5, 0.9999,
		    "of the least difference that could be detected"),
		OPT_SIZE(0, "resamples", "N", &h->certainty.resamples, 100,
		    1e7, "samples for intervals and the randomization test"),
		OPT_END
	});
}

/* What is read, and that it is read once. */
static void
settle_kind(struct cli *cli, struct evaluate *h, const struct texts *x,
    int histories)
{
	size_t n = 0;

	if ((h->truth != NULL) + x->ratings + x->labels + x->classes +
	    histories != 1)
		cli_usage(cli, "give one of --truth FILE, --ratings, --labels, "
		    "--classes, --history");
	for (size_t i = 0; h->truth != NULL && i < h->n_files; i++)
		n += strcmp(h->files[i], "-") == 0;
	if (n > 0 && strcmp(h->truth, "-") == 0)
		cli_usage(cli, "truth and lists cannot both be standard input");
	h->kind = x->ratings ? METRIC_RATING : x->labels ? METRIC_LABEL :
	    x->classes ? METRIC_CLASS : METRIC_LIST;
	if (h->kind != METRIC_LIST && h->n_by > 0)
		cli_usage(cli, "--by is for lists");
	if (h->kind != METRIC_LIST && h->per_user != NULL)
		cli_usage(cli, "--per-user is for lists");
	if (h->kind != METRIC_CLASS && h->confusion != NULL)
		cli_usage(cli, "--confusion is for --classes; for --labels "
		    "there are the metrics tp,fp,tn,fn");
	if (h->kind == METRIC_CLASS && (h->intervals || h->compare))
		cli_usage(cli, "--intervals and --compare are not for "
		    "--classes");
}

static void
settle_metrics(struct cli *cli, struct evaloptions *o, const struct texts *x)
{
	const struct evaluate *h = &o->how;

	if (measures_parse(x->metrics != NULL ? x->metrics :
	    measures_usual(h->kind), h->kind, &o->measures) != 0)
		cli_usage(cli, NULL);
	if ((measures_needs(&o->measures) & METRIC_NEEDS_PART) != 0 &&
	    h->n_by == 0)
		cli_usage(cli, "parity and exposure are of segments of items: "
		    "see --by");
}

static void
settle_gates(struct cli *cli, struct evaloptions *o, const struct texts *x)
{
	struct evalgates *g = &o->gates;
	const char *baseline = g->baseline;

	if (evalgates_parse(x->require.text, x->require.n, &o->measures, g)
	    != 0)
		cli_usage(cli, NULL);
	g->baseline = baseline;
	if ((baseline != NULL) != (x->max_drop != NULL))
		cli_usage(cli, "--baseline and --max-drop go together");
	if (x->max_drop != NULL && (num_share(span_of(x->max_drop),
	    &g->max_drop) != 0 || g->max_drop < 0))
		cli_usage(cli, "--max-drop '%s' is not a share, as 2%%",
		    x->max_drop);
}

/* The chart that was asked for, of what is measured. */
static void
settle_plot(struct cli *cli, struct evaloptions *o, const struct texts *x)
{
	const struct choice *chart = x->chart;

	if (chart != NULL && o->plot == NULL)
		cli_usage(cli, "--chart is for --plot");
	if (o->plot == NULL)
		return;
	for (size_t i = 0; o->histories && chart == NULL; i++)
		if (evalplot_is_history(evalplot_choice(i)))
			chart = evalplot_choice(i);
	if (chart == NULL)
		chart = evalplot_usual(o->how.kind);
	if (chart == NULL)
		cli_usage(cli, "--plot draws labels, lists and histories");
	if (evalplot_is_history(chart) != o->histories ||
	    (!o->histories && !evalplot_is_of(chart, o->how.kind)))
		cli_usage(cli, "--chart %s is not of what is measured",
		    chart->name);
	o->how.plot = evalplot_new(chart, &o->measures);
	o->how.plot_needs = evalplot_needs(chart);
}

static void
settle(struct cli *cli, struct evaloptions *o, const struct texts *x)
{
	struct evaluate *h = &o->how;

	h->files = (const char *const *)cli->files;
	h->n_files = (size_t)cli->n_files;
	h->by = x->by.text;
	h->n_by = x->by.n;
	if (isnan(h->min_relevance))
		h->min_relevance = RANKING_ANY;
	h->certainty.seed = cli->seed;
	h->certainty.alpha = 1 - x->confidence;
	h->test = PAIRED_RANDOMIZATION;
	for (size_t i = 0; x->test != NULL && paired_choice(i) != NULL; i++)
		if (paired_choice(i) == x->test)
			h->test = (enum paired_which)i;
	if (x->tsv && x->json)
		cli_usage(cli, "give one of --tsv, --json");
	if (h->compare && h->n_files < 2)
		cli_usage(cli, "--compare needs two files or more");
	o->form = x->tsv ? REPORT_TSV : x->json ? REPORT_JSON :
	    REPORT_ALIGNED;
	settle_kind(cli, h, x, o->histories);
	settle_metrics(cli, o, x);
	settle_gates(cli, o, x);
	settle_plot(cli, o, x);
}

void
evaloptions_begin(struct cli *cli, const struct cli_tool *tool,
    struct evaloptions *o, int argc, char **argv)
{
	struct opt_table table = { .n = 0 };
	struct texts x = { .confidence = 0.95,
	    .test = paired_choice(PAIRED_RANDOMIZATION) };

	*o = (struct evaloptions){ .how = { .min_relevance = NAN,
	    .threshold = 0.5, .certainty = { .resamples = 2000,
	    .power = 0.8 } } };
	add_kinds(&table, o, &x);
	add_gates(&table, o, &x);
	add_lists(&table, o, &x);
	add_pairs(&table, o);
	add_certainty(&table, o, &x);
	cli_begin(cli, tool, table.option, argc, argv);
	settle(cli, o, &x);
}

void
evaloptions_release(struct evaloptions *o)
{
	evalplot_free(o->how.plot);
	measures_release(&o->measures);
	evalgates_release(&o->gates);
}

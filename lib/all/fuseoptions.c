#include <math.h>
#include <string.h>

#include "all/combinemeta.h"
#include "all/fuseoptions.h"
#include "cli/opttable.h"
#include "eval/metric.h"
#include "fuse/fusetrees.h"

static const char usual_metric[] = "ndcg@10";

/* What is not stored in a struct combine as it stands. */
struct texts {
	struct choice implied;		/* the method when none is given */
	const struct choice *method;
	struct opt_list missing, history;
};

static void
set_defaults(struct combine *c, struct texts *t)
{
	*c = (struct combine){ .metric = usual_metric, .n_folds = 5,
	    .max_users = 20000, .k = OPT_UNSET, .vote_top = OPT_UNSET,
	    .rrf_k = NAN, .min_relevance = NAN,
	    .growth = { .trees = OPT_UNSET, .leaves = OPT_UNSET,
	    .min_rows = OPT_UNSET, .truncation = OPT_UNSET, .rate = NAN,
	    .l2 = NAN } };
	*t = (struct texts){ .implied = *fuse_choice(0) };
	t->method = &t->implied;
}

static void
add_method(struct opt_table *table, struct combine *c, struct texts *t)
{
	opt_table_add(table, (const struct opt[]){
		OPT_METHOD(0, "method", "NAME", &t->method, fuse_choice,
		    "how systems' scores are made one"),
		OPT_SOME_CHOICE(0, "normalize", "SCALE", &c->normalize,
		    fuse_scale_choice, "the scale that scores are put on"),
		OPT_SOME_CHOICE(0, "over", "WHAT", &c->over,
		    fuse_over_choice, "what a scale is made over"),
		OPT_SOME_REAL(0, "rrf-k", "K", &c->rrf_k, 0, 1e9,
		    "added to each rank before the reciprocal is taken"),
		OPT_SOME_SIZE(0, "vote-top", "N", &c->vote_top, 1, 1e9,
		    "places of each list that count as a vote"),
		OPT_FLAG(0, "ratings", &c->ratings,
		    "operands are predictions of ratings, with --method "
		    "weighted, boost or fwls"),
		OPT_FLAG(0, "labels", &c->labels,
		    "operands are probabilities of labels, with --method "
		    "weighted, vote, logistic or boost"),
		OPT_TEXT(0, "weights", "LIST", &c->weights,
		    "weights in order (0.6,0.4) or by name (b=0.4,a=0.6)"),
		OPT_END
	});
}

static void
add_trees(struct opt_table *table, struct fusegrowth *g)
{
	opt_table_add(table, (const struct opt[]){
		OPT_SOME_CHOICE(0, "objective", "NAME", &g->objective,
		    fusetrees_objective_choice, "what trees are grown for"),
		OPT_SOME_CHOICE(0, "gain", "NAME", &g->gain, fuse_gain_choice,
		    "what a relevance is worth to them"),
		OPT_SOME_SIZE(0, "truncation", "N", &g->truncation, 1, 1e6,
		    "places of a list that lambdamart looks at; otherwise "
		    "twice the metric's"),
		OPT_SOME_SIZE(0, "trees", "N", &g->trees, 1, 1e5,
		    "trees at most: held-out users say when to stop"),
		OPT_SOME_SIZE(0, "leaves", "N", &g->leaves, 2, 4096,
		    "leaves of a tree at most"),
		OPT_SOME_REAL(0, "learning-rate", "X", &g->rate, 1e-6, 1,
		    "what each tree adds of what it found"),
		OPT_SOME_SIZE(0, "min-rows", "N", &g->min_rows, 1, 1e9,
		    "rows in a leaf at least"),
		OPT_SOME_REAL(0, "l2", "X", &g->l2, 0, 1e9,
		    "how strongly leaves are drawn to 0"),
		OPT_SOME_TEXT(0, "monotone", "LIST", &g->monotone,
		    "systems (all: each) and other columns whose rise may not "
		    "lower the score or, with - before them, not raise it"),
		OPT_END
	});
}

static void
add_meta(struct opt_table *table, struct combine *c)
{
	opt_table_add(table, (const struct opt[]){
		OPT_FILE(0, "user-features", "FILE", &c->user_features,
		    "learn from a table of users too: user_id and other "
		    "columns"),
		OPT_FILE(0, "item-features", "FILE", &c->item_features,
		    "learn from a table of items too: item_id and other "
		    "columns"),
		OPT_SOME_TEXT(0, "segment", "COLUMN", &c->segment,
		    "users' segments: a column of --user-features, or history "
		    "(of -i)"),
		OPT_FILE(0, "report", "FILE", &c->report,
		    "write a table of the cross-validation: systems and "
		    "fusions"),
		OPT_FILE(0, "importance", "FILE", &c->importance,
		    "write a table of what trees split on"),
		OPT_END
	});
}

static void
add_fit(struct opt_table *table, struct combine *c)
{
	opt_table_add(table, (const struct opt[]){
		OPT_FILE(0, "fit", "FILE", &c->fit,
		    "fit to these interactions or ratings"),
		OPT_WORDS(0, "metric", "NAME", &c->metric, metric_list_choice,
		    "what fusions of lists are fitted for"),
		OPT_SIZE(0, "folds", "N", &c->n_folds, 2, 100,
		    "folds of users for cross-validation"),
		OPT_SIZE(0, "fit-users", "N", &c->max_users, 2, 1e9,
		    "fit fusions of lists to at most N users"),
		OPT_TEXT(0, "relevance", "COLUMN", &c->relevance,
		    "relevance of the truth's rows; otherwise its column "
		    "label, or 1 for each row"),
		OPT_REAL(0, "min-relevance", "X", &c->min_relevance, 1e-300,
		    1e300, "least relevance that counts; otherwise all > 0"),
		OPT_FILE(0, "save", "FILE", &c->save, "save the fusion"),
		OPT_FILE(0, "load", "FILE", &c->load,
		    "use a saved fusion: method and weights, by the order of "
		    "the operands"),
		OPT_END
	});
}

static void
add_lists(struct opt_table *table, struct combine *c, struct texts *t)
{
	opt_table_add(table, (const struct opt[]){
		OPT_FLAG(0, "sorted", &c->sorted,
		    "fuse user by user while reading: all files have the same "
		    "users in the same order, or users sorted by their bytes"),
		OPT_LIST(0, "score-missing", "SYSTEM=MODEL", &t->missing,
		    "items that a system's list lacks are scored by its model, "
		    "for users whom it or -i knows; given several times"),
		OPT_FILES('i', "interactions", "FILE", &t->history,
		    "what users have had, for these models, and how much, for "
		    "methods that know users; given several times: all, in "
		    "this order"),
		OPT_TEXT(0, "cascade", "STEPS", &c->cascade,
		    "as a:1000,b:100,fused:10: the best 1000 of system a, of "
		    "these the best 100 of b, of these the best 10 of the "
		    "fusion"),
		OPT_SIZE('k', "top", "N", &c->k, 1, 1e9,
		    "items in each list; otherwise all"),
		OPT_FLAG(0, "explain", &c->explains,
		    "add a column of what each system adds to the score"),
		OPT_FILE(0, "titles", "FILE", &c->titles,
		    "add the titles in this table (item_id, title)"),
		OPT_FLAG('H', "no-header", &c->no_header, "write no header"),
		OPT_END
	});
}

/* Standard input is read once only. */
static void
check_stdin(struct cli *cli, const struct combine *c)
{
	int stdins = 0;

	for (size_t i = 0; i < c->n_files; i++)
		stdins += strcmp(c->files[i], "-") == 0;
	stdins += c->fit != NULL && strcmp(c->fit, "-") == 0;
	stdins += c->titles != NULL && strcmp(c->titles, "-") == 0;
	if (stdins > 1)
		cli_usage(cli, "standard input can be read only once");
}

/* What is for lists only. */
static void
check_pairs(struct cli *cli, const struct combine *c)
{
	/* Those of the methods that have one are their defaults. */
	const int has_scale = (c->normalize != NULL && strcmp(
	    c->normalize->name, "zscore") != 0) || (c->over != NULL &&
	    strcmp(c->over->name, "user") != 0);

	if (c->ratings && c->labels)
		cli_usage(cli, "--ratings and --labels do not go together");
	if (c->ratings && !(c->method->does & FUSE_RATINGS))
		cli_usage(cli, "--ratings goes with --method weighted, boost "
		    "or fwls");
	if (c->labels && !(c->method->does & FUSE_LABELS))
		cli_usage(cli, "--labels goes with --method weighted, vote, "
		    "logistic or boost");
	if (c->titles != NULL || c->k != OPT_UNSET || c->relevance != NULL ||
	    !isnan(c->min_relevance) || c->sorted || c->n_missing > 0 ||
	    c->cascade != NULL || c->explains || has_scale)
		cli_usage(cli, "--titles, --top, --relevance, "
		    "--min-relevance, --sorted, --score-missing, --cascade, "
		    "--explain, --normalize and --over are for lists");
	if (c->metric != usual_metric)
		cli_usage(cli, "--%s: no --metric", c->ratings ?
		    "ratings fits for RMSE" : "labels fits for log loss");
}

static void
check_lists(struct cli *cli, const struct combine *c)
{
	const int over_all = c->over != NULL && strcmp(c->over->name,
	    "all") == 0;

	if (c->sorted && c->fit != NULL)
		cli_usage(cli, "--fit looks at all users: fit and --save "
		    "first, then --load with --sorted");
	if (c->sorted && (over_all || c->titles != NULL))
		cli_usage(cli, "--over all and --titles look at all rows: not "
		    "with --sorted");
	if (c->n_history > 0 && c->n_missing == 0 && c->load == NULL &&
	    !combinemeta_knows(c->method))
		cli_usage(cli, "--interactions are for --score-missing, and "
		    "for methods that know users and items");
	if (c->explains && c->cascade != NULL)
		cli_usage(cli, "--explain and --cascade do not go together");
}

/* Tables, segments and what is written of a fit. */
static void
check_meta(struct cli *cli, const struct combine *c)
{
	const int has_tables = c->user_features != NULL ||
	    c->item_features != NULL;

	if (has_tables && c->load == NULL && !combinemeta_knows(c->method))
		cli_usage(cli, "--method %s knows nothing of users and items: "
		    "no --user-features or --item-features",
		    c->method->what.name);
	if (c->load == NULL && (c->method->does & FUSE_SEGMENTS) &&
	    c->segment == NULL)
		cli_usage(cli, "--method %s needs --segment",
		    c->method->what.name);
	if (c->report != NULL && c->fit == NULL)
		cli_usage(cli, "--report is of a fit: it needs --fit");
}

/* What the option table cannot see. */
static void
check_usage(struct cli *cli, const struct combine *c, int given)
{
	check_stdin(cli, c);
	if (c->load != NULL && (given || c->weights != NULL || c->fit != NULL))
		cli_usage(cli, "--load brings method and weights: no "
		    "--method, --weights or --fit");
	if (c->load != NULL && c->over != NULL && strcmp(c->over->name,
	    "all") == 0)
		cli_usage(cli, "--load brings the scale: no --over");
	if (c->fit != NULL && c->weights != NULL)
		cli_usage(cli, "weights are given or fitted: --weights and "
		    "--fit do not go together");
	if (c->weights != NULL && !(c->method->does & FUSE_WEIGHS))
		cli_usage(cli, "--method %s takes no weights",
		    c->method->what.name);
	if (c->load == NULL && c->fit == NULL && (c->method->learner != NULL ||
	    strcmp(c->method->what.name, "auto") == 0))
		cli_usage(cli, "--method %s learns: it needs --fit",
		    c->method->what.name);
	if (c->fit != NULL && c->cascade != NULL)
		cli_usage(cli, "--fit and --cascade do not go together: fit "
		    "and --save first");
	if (!c->ratings && !c->labels && c->load == NULL &&
	    c->method->combine == NULL)
		cli_usage(cli, "--method %s is for --ratings or --labels",
		    c->method->what.name);
	if (c->ratings || c->labels)
		check_pairs(cli, c);
	if (c->fit == NULL && (c->metric != usual_metric || c->relevance !=
	    NULL || !isnan(c->min_relevance)))
		cli_usage(cli, "--metric, --relevance and --min-relevance go "
		    "with --fit");
	check_lists(cli, c);
	check_meta(cli, c);
}

void
fuseoptions_begin(struct cli *cli, const struct cli_tool *tool,
    struct combine *c, int argc, char **argv)
{
	struct opt_table table = { .n = 0 };
	struct texts t;
	int given;

	set_defaults(c, &t);
	add_method(&table, c, &t);
	add_trees(&table, &c->growth);
	add_meta(&table, c);
	add_fit(&table, c);
	add_lists(&table, c, &t);
	opt_table_add(&table, (const struct opt[]){ CLI_DRY_RUN(cli),
	    OPT_END });
	cli_begin(cli, tool, table.option, argc, argv);
	c->forecast = cli->forecast;
	given = t.method != &t.implied;
	c->files = (const char *const *)cli->files;
	c->n_files = (size_t)cli->n_files;
	c->seed = cli->seed;
	c->missing = t.missing.text;
	c->n_missing = t.missing.n;
	c->history = t.history.text;
	c->n_history = t.history.n;
	c->method = fuse_method((c->ratings || c->labels) && !given ?
	    choice_find(fuse_choice, span_of("weighted")) : t.method);
	check_usage(cli, c, given);
}

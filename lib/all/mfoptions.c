/* mfoptions.c -- the options of srs-mf-train (mftrain.h). */

#include <math.h>

#include "all/mftrain.h"
#include "cli/opttable.h"
#include "eval/metric.h"
#include "mf/bfm.h"
#include "mf/ials.h"
#include "mf/sampled.h"

static void
add_objective(struct opt_table *t, struct mf_options *o)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_SIZE('f', "factors", "N", &o->factors, 1, 2048,
		    "numbers that describe each user and item"),
		OPT_SOME_SIZE('e', "epochs", "N", &o->epochs, 0, 1e6,
		    "passes over the data; 0 writes the start"),
		OPT_SOME_REAL(0, "lambda", "X", &o->lambda, 0, 1e9,
		    "regularization: weight of the squares of the factors"),
		OPT_SOME_REAL(0, "lambda-bias", "X", &o->lambda_bias, 0, 1e9,
		    "weight of the squares of the biases"),
		OPT_SOME_REAL(0, "nu", "X", &o->nu, 0, 1,
		    "of n interactions the regularization grows as n^X"),
		OPT_SOME_REAL(0, "unobserved", "X", &o->unobserved, 0, 1e9,
		    "all pairs of a user and an item, as not had, weigh X "
		    "times as much together as the interactions"),
		OPT_SOME_REAL(0, "alpha0", "X", &o->alpha0, 0, 1e9,
		    "the weight of one such pair, in place of --unobserved"),
		OPT_SOME_CHOICE(0, "solver", "NAME", &o->solver,
		    ials_solver_choice, "how a row is solved for"),
		OPT_SOME_SIZE(0, "block", "N", &o->block, 1, 2048,
		    "factors that --solver block takes at once"),
		OPT_SOME_SIZE(0, "steps", "N", &o->steps, 1, 1000,
		    "steps of --solver cg, or of nmf's descent, in each row"),
		OPT_END
	});
}

static void
add_start(struct opt_table *t, struct mf_options *o)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_REAL(0, "rate", "X", &o->rate, 0, 1e3,
		    "learning rate at first; falls to 0 evenly"),
		OPT_SOME_REAL(0, "stdev", "X", &o->stdev, 0, 1e3,
		    "starting factors have the deviation X / root of factors"),
		OPT_REAL(0, "start", "X", &o->start, -1e3, 1e3,
		    "every factor starts as X, not at random"),
		OPT_TEXT(0, "value", "COLUMN", &o->value,
		    "column of the rating (otherwise rating), or of the "
		    "weight of an interaction (otherwise weight, or 1)"),
		OPT_END
	});
}

static void
add_drawing(struct opt_table *t, struct mf_options *o)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_SIZE(0, "negatives", "N", &o->negatives, 1, 1e6,
		    "items drawn for each batch, as not had"),
		OPT_SOME_REAL(0, "popularity", "X", &o->popularity, 0, 10,
		    "an item of n interactions is drawn as often as n^X"),
		OPT_SOME_REAL(0, "temperature", "X", &o->temperature, 1e-3,
		    1e3, "what scores are divided by within the softmax"),
		OPT_SOME_REAL(0, "margin", "X", &o->margin, -1e3, 1e3,
		    "how far apart scores of had and not had should be; of "
		    "ccl, what those of not had may be"),
		OPT_SOME_REAL(0, "negative-weight", "X", &o->negative_weight,
		    0, 1e9, "what the mean over drawn items weighs"),
		OPT_SOME_CHOICE(0, "similarity", "NAME", &o->similarity,
		    sampled_similarity_choice, "what a score is"),
		OPT_SOME_REAL(0, "pooling", "X", &o->pooling, 0, 1,
		    "share of the user's vector that is made of the mean of "
		    "the user's items, by a matrix that is learnt; 0: none"),
		OPT_SOME_SIZE(0, "pooled", "N", &o->pooled, 1, 1e6,
		    "items in that mean while training, at most, drawn anew "
		    "in each epoch"),
		OPT_END
	});
}

static void
add_sampling(struct opt_table *t, struct mf_options *o)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_SIZE(0, "samples", "N", &o->samples, 1, 1e6,
		    "samples from the posterior that are averaged"),
		OPT_SOME_SIZE(0, "burn-in", "N", &o->burn_in, 0, 1e6,
		    "sweeps of each chain before its first sample"),
		OPT_SOME_SIZE(0, "chains", "N", &o->chains, 1, 1024,
		    "chains that draw the samples together, side by side"),
		OPT_SOME_SIZE(0, "keep", "N", &o->keep, 1, 1e6,
		    "samples that the model keeps, evenly chosen"),
		OPT_SOME_CHOICE(0, "likelihood", "NAME", &o->likelihood,
		    bfm_likelihood_choice, "what a rating is"),
		OPT_SOME_CHOICE(0, "implicit", "WHICH", &o->implicit,
		    bfm_implicit_choice, "what else is learnt from"),
		OPT_SOME_REAL(0, "moment", "SECONDS", &o->moment, 0, 1e9,
		    "ratings of a user within bins of this length have "
		    "something in common, if there are timestamps; 0: not"),
		OPT_END
	});
}

static void
add_features(struct opt_table *t, struct mftrain *m)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_FILE(0, "user-features", "FILE", &m->user_features,
		    "learn from a table of users too: user_id and other "
		    "columns"),
		OPT_SOME_FILE(0, "item-features", "FILE", &m->item_features,
		    "learn from a table of items too: item_id and other "
		    "columns"),
		OPT_END
	});
}

static void
add_files(struct opt_table *t, struct mftrain *m)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_FILE(0, "init", "MODEL", &m->init,
		    "start from an older model: new users and items join, "
		    "vanished ones leave"),
		OPT_SOME_FILE(0, "checkpoint", "FILE", &m->checkpoint,
		    "write to FILE after each epoch where the training is"),
		OPT_SOME_FILE(0, "resume", "FILE", &m->resume,
		    "go on from a checkpoint, with the same data and options"),
		OPT_END
	});
}

static void
add_validation(struct opt_table *t, struct mftrain *m)
{
	opt_table_add(t, (const struct opt[]){
		OPT_FILE(0, "valid", "FILE", &m->valid,
		    "measure each epoch on this, keep the best"),
		OPT_WORDS(0, "metric", "NAME", &m->metric, metric_choice,
		    "what is measured; otherwise rmse or ndcg@10"),
		OPT_SIZE(0, "patience", "N", &m->train.patience, 0, 1e6,
		    "stop after N epochs without improvement; 0: never"),
		OPT_FILE(0, "history", "FILE", &m->train.history,
		    "write epoch, seconds, loss and metric as TSV"),
		OPT_END
	});
}

void
mftrain_options(struct cli *cli, const struct cli_tool *tool,
    struct mftrain *t, int argc, char **argv)
{
	struct opt_table table = { .n = 0 };

	*t = (struct mftrain){ .method = choice_find(mf_choice,
	    span_of("ials")), .options = MF_NOTHING_SET,
	    .train = { .patience = 5 }, .text = BUF_EMPTY };
	opt_table_add(&table, (const struct opt[]){
		OPT_METHOD(0, "method", "NAME", &t->method, mf_choice,
		    "what is minimised, and how"),
		OPT_END
	});
	add_objective(&table, &t->options);
	add_start(&table, &t->options);
	add_drawing(&table, &t->options);
	add_sampling(&table, &t->options);
	add_features(&table, t);
	add_files(&table, t);
	add_validation(&table, t);
	opt_table_add(&table, (const struct opt[]){ CLI_DRY_RUN(cli),
	    OPT_END });
	cli_begin(cli, tool, table.option, argc, argv);
	t->train.forecast = cli->forecast;
	if (mf_is_explicit(t->method) && t->options.value == NULL)
		t->options.value = "rating";
	if (t->valid == NULL && t->metric != NULL)
		cli_usage(cli, "--metric needs --valid FILE");
	if (t->init != NULL && t->resume != NULL)
		cli_usage(cli, "--init or --resume, not both");
	t->files = (const char *const *)cli->files;
	t->n_files = (size_t)cli->n_files;
	t->output = cli->output;
	t->gzip = cli->gzip;
	t->train.seed = cli->seed;
	t->train.verbose = cli->verbose;
}

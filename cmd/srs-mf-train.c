/* srs-mf-train -- matrix factorization. */

#include <math.h>

#include "all/validate.h"
#include "cli/cli.h"
#include "io/readinter.h"
#include "mf/mf.h"

static const struct cli_tool tool = {
	"srs-mf-train",
	"train a matrix factorization of interactions or ratings",
	"[FILE...]",
	"Reads interactions (user, item and, for ratings, rating) and writes a "
	"model: some numbers, factors, for each user and each item, whose "
	"product is the score.  srs-topk and srs-score use it."
};

struct args {
	struct cli cli;
	const struct choice *method;
	struct mf_options mf;
	const char *valid, *metric;
	struct train train;
};

static void
read_options(struct args *a, int argc, char **argv)
{
	struct mf_options *o = &a->mf;
	const struct opt options[] = {
		OPT_METHOD(0, "method", "NAME", &a->method, mf_choice,
		    "what is minimised, and how"),
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
		OPT_SOME_REAL(0, "rate", "X", &o->rate, 0, 1e3,
		    "learning rate at first; falls to 0 evenly"),
		OPT_SOME_REAL(0, "stdev", "X", &o->stdev, 0, 1e3,
		    "starting factors have the deviation X / root of factors"),
		OPT_REAL(0, "start", "X", &o->start, -1e3, 1e3,
		    "every factor starts as X, not at random"),
		OPT_TEXT(0, "value", "COLUMN", &o->value,
		    "column of the rating (otherwise rating), or of the "
		    "weight of an interaction (otherwise weight, or 1)"),
		OPT_FILE(0, "valid", "FILE", &a->valid,
		    "measure each epoch on this, keep the best"),
		OPT_TEXT(0, "metric", "NAME", &a->metric,
		    "what is measured; otherwise rmse or ndcg@10"),
		OPT_SIZE(0, "patience", "N", &a->train.patience, 0, 1e6,
		    "stop after N epochs without improvement; 0: never"),
		OPT_FILE(0, "history", "FILE", &a->train.history,
		    "write epoch, seconds, loss and metric as TSV"),
		OPT_END
	};

	cli_begin(&a->cli, &tool, options, argc, argv);
	if (mf_is_explicit(a->method) && o->value == NULL)
		o->value = "rating";
	if (a->valid == NULL && a->metric != NULL)
		cli_usage(&a->cli, "--metric needs --valid FILE");
	a->train.seed = a->cli.seed;
	a->train.verbose = a->cli.verbose;
}

static struct inter *
read_data(const struct args *a)
{
	struct tick *tick = cli_progress(&a->cli, "reading", "bytes");
	struct inter *data = readinter((const char *const *)a->cli.files,
	    (size_t)a->cli.n_files, &(struct readinter){ .value = a->mf.value,
	    .needs_value = a->mf.value != NULL, .tick = tick }, idmap_new(),
	    idmap_new(), 1);

	cli_progress_end(tick);
	return data;
}

/* Reads --valid, if given. */
static int
make_validation(struct args *a, const struct inter *data)
{
	const int ratings = mf_is_explicit(a->method);

	if (a->valid == NULL)
		return 0;
	a->train.valid = validate_new(a->valid, &(struct validate){
	    .metric = a->metric ? a->metric : ratings ? "rmse" : "ndcg@10",
	    .value = ratings ? a->mf.value : NULL, .train = data,
	    .seed = a->cli.seed });
	if (a->train.valid == NULL)
		return -1;
	cli_note(&a->cli, "%s", validate_about(a->train.valid));
	return 0;
}

/* Trains, writes and reports.  0, or -1 after a message. */
static int
train(struct args *a, const struct inter *data)
{
	const struct mf_task task = { data, &a->mf, &a->train,
		a->cli.output, a->cli.gzip };
	struct mf_result r;
	int status;

	a->train.tick = cli_progress(&a->cli, "epochs", "epochs");
	status = mf_train(a->method, &task, &r);
	cli_progress_end(a->train.tick);
	if (status != 0)
		return -1;
	cli_note(&a->cli, "%zu users, %zu items, %ju interactions",
	    idmap_count(data->users), idmap_count(data->items),
	    (uintmax_t)csr_count(&data->by_user));
	if (r.epochs > 0)
		cli_note(&a->cli, "%zu epochs, loss %.6g", r.epochs, r.loss);
	if (!isnan(r.best_value))
		cli_note(&a->cli, "kept epoch %zu: %s %.6f", r.best_epoch,
		    a->train.valid->metric, r.best_value);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct args a = { .cli = CLI_DEFAULTS, .method = mf_choice(0),
		.mf = MF_NOTHING_SET, .train = { .patience = 5 } };
	struct inter *data;
	int ok;

	read_options(&a, argc, argv);
	data = read_data(&a);
	ok = data != NULL && make_validation(&a, data) == 0 &&
	    train(&a, data) == 0;
	if (a.train.valid != NULL)
		a.train.valid->free(a.train.valid);
	inter_free(data);
	return cli_end(&a.cli, ok ? CLI_DONE : CLI_FAILED);
}

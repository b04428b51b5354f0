/* srs-nn-train -- train a neural model. */

#include <math.h>

#include "all/nntrain.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-nn-train", "train a neural model", "[FILE...]",
	"Reads interactions (user_id, item_id and a rating or weight), for "
	"click-through methods rows of fields with a label (tables, or texts "
	"in the format of libfm), or for --method mlp a table or .npy matrix "
	"of numbers with a label, and writes a model for srs-score, srs-topk "
	"and srs-fuse."
};

struct args {
	struct cli cli;
	struct nntrain train;
};

static void
read_options(struct args *a, int argc, char **argv)
{
	struct nntrain *t = &a->train;
	struct nn_options *o = &t->options;
	const struct opt options[] = {
		OPT_METHOD(0, "method", "NAME", &t->method, nn_choice,
		    "the network"),
		OPT_FILE(0, "valid", "FILE", &t->valid,
		    "held-out data: keep the epoch that is best on it, and "
		    "stop early"),
		OPT_TEXT(0, "metric", "NAME", &t->metric,
		    "what is best, a metric of srs-eval; otherwise rmse for "
		    "ratings, ndcg@10 for implicit feedback, logloss for "
		    "labels"),
		OPT_SIZE(0, "patience", "N", &t->train.patience, 0, 1e9,
		    "stop after so many epochs without a better one; 0: "
		    "never"),
		OPT_FILE(0, "history", "FILE", &t->train.history,
		    "write a line for each epoch"),
		OPT_SOME_CHOICE(0, "feedback", "KIND", &t->feedback,
		    nntrain_feedback_choice, "what the interactions are; "
		    "otherwise ratings if the table has them, else implicit"),
		OPT_SOME_TEXT(0, "value", "COLUMN", &t->value,
		    "column of the ratings; otherwise rating"),
		OPT_SOME_TEXT(0, "label", "COLUMN", &t->label,
		    "column of the labels, 0 or 1; otherwise label"),
		OPT_SOME_TEXT(0, "features", "LIST", &t->features,
		    "columns to learn from, with commas between; otherwise "
		    "all others (but timestamp, for click-through methods, "
		    "where name:token, name:token_seq and name:float say what "
		    "a column is)"),
		OPT_SOME_SIZE(0, "hash-bits", "N", &o->hash_bits, 1, 30,
		    "number features by a hash of so many bits, and keep no "
		    "names"),
		OPT_SOME_SIZE('f', "factors", "N", &o->factors, 1, 65536,
		    "width of an embedding"),
		OPT_SOME_TEXT(0, "layers", "LIST", &o->layers,
		    "sizes of the hidden layers, with commas between"),
		OPT_SOME_SIZE(0, "cross", "N", &o->cross, 0, 16,
		    "layers of crosses"),
		OPT_SOME_SIZE(0, "length", "N", &o->length, 1, 65536,
		    "how many of a user's last items are read"),
		OPT_SOME_SIZE(0, "blocks", "N", &o->blocks, 0, 16,
		    "blocks of attention and dense layers"),
		OPT_SOME_SIZE(0, "heads", "N", &o->heads, 1, 1024,
		    "heads of attention, which share the factors"),
		OPT_SOME_SIZE('e', "epochs", "N", &o->epochs, 1, 1e9,
		    "times that the examples are gone through; deepcf: 25 for "
		    "ratings, 15 for implicit feedback"),
		OPT_SOME_SIZE(0, "batch", "N", &o->batch, 1, 1 << 20,
		    "examples of a step"),
		OPT_SOME_CHOICE(0, "optimizer", "NAME", &o->optimizer,
		    optim_choice, "how steps are made of gradients"),
		OPT_SOME_REAL(0, "learning-rate", "X", &o->learning_rate,
		    1e-9, 1e3, "size of the steps"),
		OPT_SOME_CHOICE(0, "schedule", "NAME", &o->schedule,
		    optim_schedule_choice, "how the learning rate falls"),
		OPT_SOME_REAL(0, "weight-decay", "X", &o->weight_decay, 0,
		    1e3, "how strongly weights are drawn to 0; deepcf: "
		    "0.001 for ratings, less for more than 100,000 of "
		    "them, 0.0001 for implicit feedback"),
		OPT_SOME_REAL(0, "dropout", "X", &o->dropout, 0, 0.95,
		    "part of the hidden units that a step leaves out; "
		    "deepcf: 0.3 for ratings, less for more than 100,000 "
		    "of them, 0 for implicit feedback"),
		OPT_SOME_SIZE(0, "negatives", "N", &o->negatives, 1, 1e6,
		    "items that the user has not had, drawn for each that "
		    "they had, for implicit feedback; sasrec: items that "
		    "parts of a batch tell the next one from, at most all"),
		OPT_END
	};

	cli_begin(&a->cli, &tool, options, argc, argv);
	if (t->valid == NULL && t->metric != NULL)
		cli_usage(&a->cli, "--metric needs --valid FILE");
}

/* What all tools are told, handed on. */
static void
hand_on(struct args *a)
{
	struct nntrain *t = &a->train;

	t->files = (const char *const *)a->cli.files;
	t->n_files = (size_t)a->cli.n_files;
	t->output = a->cli.output;
	t->gzip = a->cli.gzip;
	t->train.seed = a->cli.seed;
	t->train.verbose = a->cli.verbose;
}

static int
run(struct args *a)
{
	const struct cli *cli = &a->cli;
	struct nntrain *t = &a->train;
	int status;

	t->reading = cli_progress(cli, "reading", "bytes");
	status = nntrain_read(t);
	cli_progress_end(t->reading);
	if (status != 0)
		return -1;
	cli_note(cli, "%s", nntrain_about(t));
	t->train.tick = cli_progress(cli, "training", "epochs");
	status = nntrain_train(t);
	cli_progress_end(t->train.tick);
	if (status == 0)
		cli_note(cli, "%s", nntrain_result(t));
	return status;
}

int
main(int argc, char *argv[])
{
	struct args a = { .cli = CLI_DEFAULTS, .train = NNTRAIN_UNSET };
	int status;

	read_options(&a, argc, argv);
	hand_on(&a);
	status = run(&a);
	nntrain_release(&a.train);
	return cli_end(&a.cli, status == 0 ? CLI_DONE : CLI_FAILED);
}

/* nnoptions.c -- the options of srs-nn-train (nntrain.h). */

#include <math.h>

#include "all/nntrain.h"
#include "cli/opttable.h"
#include "eval/metric.h"
#include "nn/textnet.h"
#include "nn/tower.h"

/* What the method's defaults set is not there yet. */
static const struct nn_options unset = {
	.factors = SIZE_MAX, .epochs = SIZE_MAX, .batch = SIZE_MAX,
	.learning_rate = NAN, .weight_decay = NAN, .dropout = NAN,
	.negatives = SIZE_MAX, .cross = SIZE_MAX, .length = SIZE_MAX,
	.blocks = SIZE_MAX, .heads = SIZE_MAX, .fall_every = SIZE_MAX,
	.fall_by = 0.1, .sampling_power = NAN, .calibration = NAN,
	.score_penalty = NAN, .anneal = NAN, .adversarial_weight = 1,
	.l2 = NAN, .teacher_weight = NAN, .teacher_depth = NAN,
	.units = SIZE_MAX, .recent = SIZE_MAX, .ngrams = SIZE_MAX,
	.ngram_least = SIZE_MAX, .word_dropout = NAN,
	.own_factors = SIZE_MAX,
	.embedding_decay = NAN
};

static void
add_data(struct opt_table *table, struct nntrain *t)
{
	opt_table_add(table, (const struct opt[]){
		OPT_METHOD(0, "method", "NAME", &t->method, nn_choice,
		    "the network"),
		OPT_SOME_CHOICE(0, "feedback", "KIND", &t->feedback,
		    nntrain_feedback_choice, "what the interactions are; "
		    "otherwise ratings if the table has them, else implicit"),
		OPT_SOME_TEXT(0, "value", "COLUMN", &t->value,
		    "column of the ratings; otherwise rating"),
		OPT_SOME_TEXT(0, "label", "COLUMN", &t->label,
		    "column of the labels: 0 or 1, or names of classes of "
		    "texts; otherwise label"),
		OPT_SOME_TEXT(0, "features", "COLUMN,...", &t->features,
		    "columns to learn from, with commas between; otherwise "
		    "all others (but timestamp, for click-through methods, "
		    "where name:token, name:token_seq and name:float say what "
		    "a column is); of texts it is one"),
		OPT_SOME_FILE(0, "user-features", "FILE", &t->user_features,
		    "learn from a table of users too: user_id and other "
		    "columns"),
		OPT_SOME_FILE(0, "item-features", "FILE", &t->item_features,
		    "learn from a table of items too: item_id and other "
		    "columns"),
		OPT_SOME_SIZE(0, "hash-bits", "N", &t->options.hash_bits, 1,
		    30, "number features by a hash of so many bits, and keep "
		    "no names"),
		OPT_SOME_TEXT(0, "class-weight", "LIST",
		    &t->options.class_weight, "what errors count of label 0, "
		    "1, ..., with commas between; balanced: all labels the "
		    "same together"),
		OPT_SOME_FILE(0, "teacher", "FILE", &t->teacher,
		    "learn from the scores of another model too: a score for "
		    "each row, of names of classes score.NAME for each, or "
		    "for pairs of a user and an item; of implicit feedback "
		    "these are lists of what it would give to users"),
		OPT_SOME_REAL(0, "teacher-weight", "X",
		    &t->options.teacher_weight, 0, 1,
		    "what they count beside what the data says"),
		OPT_SOME_REAL(0, "teacher-depth", "N",
		    &t->options.teacher_depth, 1e-3, 1e6,
		    "of lists: how far down they are believed: an item N "
		    "places after another counts 1 / e of it; otherwise 10"),
		OPT_END
	});
}

/* The shape of a network. */
static void
add_network(struct opt_table *table, struct nn_options *o)
{
	opt_table_add(table, (const struct opt[]){
		OPT_SOME_SIZE('f', "factors", "N", &o->factors, 1, 65536,
		    "width of an embedding"),
		OPT_SOME_SIZE(0, "own-factors", "N", &o->own_factors, 0,
		    65536, "numbers of a word's embedding that stand beside "
		    "those of --word-embeddings and begin as 0"),
		OPT_SOME_TEXT(0, "layers", "LIST", &o->layers,
		    "sizes of the hidden layers, with commas between"),
		OPT_SOME_CHOICE(0, "norm", "KIND", &o->norm,
		    tower_norm_choice, "what is brought to mean 0 and "
		    "deviation 1 in each of them"),
		OPT_SOME_SIZE(0, "cross", "N", &o->cross, 0, 16,
		    "layers of crosses"),
		OPT_SOME_SIZE(0, "length", "N", &o->length, 1, 65536,
		    "how many of a user's last items are read, or of a "
		    "text's first words"),
		OPT_SOME_SIZE(0, "blocks", "N", &o->blocks, 0, 16,
		    "blocks of attention and dense layers, or recurrent "
		    "layers, or layers of attention of fields"),
		OPT_SOME_SIZE(0, "heads", "N", &o->heads, 1, 1024,
		    "heads of attention, which share the factors"),
		OPT_SOME_SIZE(0, "units", "N", &o->units, 1, 65536,
		    "units of a layer of memory, or filters over each "
		    "window"),
		OPT_SOME_SIZE(0, "recent", "N", &o->recent, 1, 1000,
		    "how many items filters see, in windows or all together"),
		OPT_SOME_TEXT(0, "attend", "PAST,SHOWN", &o->attend,
		    "the column that lists what was had, and the one that is "
		    "compared with it"),
		OPT_SOME_TEXT(0, "windows", "LIST", &o->windows,
		    "how many words or items filters see at once, with commas "
		    "between"),
		OPT_SOME_CHOICE(0, "pool", "KIND", &o->pool,
		    textnet_pool_choice, "what of each filter or unit of a "
		    "text counts"),
		OPT_SOME_SIZE(0, "ngrams", "N", &o->ngrams, 1, 5,
		    "runs of 2 to N words count too, as a bag beside what the "
		    "network makes of the words"),
		OPT_SOME_SIZE(0, "ngram-least", "N", &o->ngram_least, 1, 1e9,
		    "leave out those that stand less often in all texts"),
		OPT_SOME_REAL(0, "word-dropout", "X", &o->word_dropout, 0,
		    0.95, "part of a text's words, and of their runs, that a "
		    "step leaves out"),
		OPT_SOME_REAL(0, "dropout", "X", &o->dropout, 0, 0.95,
		    "part of the hidden units that a step leaves out; "
		    "deepcf: 0.3 for ratings, 0.2 with tables of users or "
		    "items, less for more than 100,000 of them, 0 for "
		    "implicit feedback"),
		OPT_END
	});
}

/* What is minimised, and against what. */
static void
add_loss(struct opt_table *table, struct nn_options *o)
{
	opt_table_add(table, (const struct opt[]){
		OPT_SOME_CHOICE(0, "loss", "NAME", &o->loss, loss_choice,
		    "what is minimised; otherwise mse for ratings, bce for "
		    "implicit feedback, softmax for twotower; mlp: bce and "
		    "hinge learn labels 0 and 1, softmax names of classes, "
		    "mse and mae numbers"),
		OPT_SOME_SIZE(0, "negatives", "N", &o->negatives, 1, 1e6,
		    "items that the user has not had, drawn for each that "
		    "they had, for implicit feedback; of networks of "
		    "sequences, and of softmax of products: drawn for a part "
		    "of a batch, at most all"),
		OPT_SOME_CHOICE(0, "sampling", "HOW", &o->sampling,
		    drawing_choice, "which items they are; otherwise uniform, "
		    "or in-batch for twotower"),
		OPT_SOME_REAL(0, "sampling-power", "A", &o->sampling_power, 0,
		    2, "of --sampling popularity: the power of how often an "
		    "item was had"),
		OPT_SOME_REAL(0, "calibration", "T", &o->calibration, 0, 1,
		    "of --loss gbce: from 0, as bce, to 1, where scores are "
		    "probabilities in spite of the draw"),
		OPT_SOME_REAL(0, "anneal", "X", &o->anneal, 0, 1e3,
		    "what the weight of the divergence rises to, in the first "
		    "half of the epochs"),
		OPT_SOME_REAL(0, "score-penalty", "X", &o->score_penalty, 0,
		    1e3, "of --loss bpr-max: how strongly scores of negatives "
		    "are drawn to 0"),
		OPT_END
	});
}

/* How steps are taken, of every network. */
static void
add_steps(struct opt_table *table, struct nn_options *o)
{
	opt_table_add(table, (const struct opt[]){
		OPT_SOME_SIZE('e', "epochs", "N", &o->epochs, 1, 1e9,
		    "times that the examples are gone through; deepcf: 25 for "
		    "ratings, 15 for implicit feedback"),
		OPT_SOME_SIZE(0, "batch", "N", &o->batch, 1, 1 << 20,
		    "examples of a step"),
		OPT_SOME_CHOICE(0, "optimizer", "NAME", &o->optimizer,
		    optim_choice, "how steps are made of gradients"),
		OPT_SOME_REAL(0, "learning-rate", "X", &o->learning_rate,
		    1e-9, 1e3, "size of the steps; logistic: 0.1 with "
		    "--optimizer ftrl, else 0.001"),
		OPT_REAL(0, "warmup", "EPOCHS", &o->warmup, 0, 1e9,
		    "epochs, parts of one too, in which the learning rate "
		    "rises evenly to its full size"),
		OPT_SOME_CHOICE(0, "schedule", "NAME", &o->schedule,
		    optim_schedule_choice, "how the learning rate falls"),
		OPT_SIZE(0, "fall-every", "EPOCHS", &o->fall_every, 1, 1e9,
		    "of --schedule step: how often it falls; otherwise each "
		    "third of the epochs"),
		OPT_REAL(0, "fall-by", "X", &o->fall_by, 0, 1,
		    "of --schedule step: what is then left of it"),
		OPT_SOME_REAL(0, "weight-decay", "X", &o->weight_decay, 0,
		    1e3, "how strongly weights are drawn to 0; deepcf: "
		    "0.001 for ratings, less for more than 100,000 of "
		    "them, 0.0001 for implicit feedback; logistic: 1 with "
		    "--optimizer ftrl, else 0.0001"),
		OPT_SOME_REAL(0, "embedding-decay", "X", &o->embedding_decay,
		    0, 1e3, "the same of embeddings; otherwise "
		    "--weight-decay"),
		OPT_REAL(0, "l1", "X", &o->l1, 0, 1e9,
		    "of --optimizer ftrl: weight of the sizes of the weights, "
		    "beside the sum of all losses; makes some of them 0"),
		OPT_REAL(0, "l2", "X", &o->l2, 0, 1e9,
		    "of embeddings: each example adds X / 2 times the squares "
		    "of those that it looks up to its loss, so that what is "
		    "looked up often is drawn to 0 as often; --weight-decay "
		    "draws them once in a batch; otherwise 0, for "
		    "gmf 0.02"),
		OPT_REAL(0, "adversarial", "X", &o->adversarial, 0, 1e9,
		    "learn with embeddings that are moved by X to where the "
		    "loss grows most, too; 0: not"),
		OPT_REAL(0, "adversarial-weight", "X",
		    &o->adversarial_weight, 0, 1e9,
		    "what the loss there counts"),
		OPT_SIZE(0, "average", "EPOCH", &o->average, 0, 1e9,
		    "from this epoch on validate and keep the mean of the "
		    "weights after each epoch; 0: never"),
		OPT_REAL(0, "clip", "X", &o->clip, 0, 1e9,
		    "shorten a gradient, that of all weights together, that "
		    "is longer than X; 0: never"),
		OPT_END
	});
}

static void
add_validation(struct opt_table *table, struct nntrain *t)
{
	opt_table_add(table, (const struct opt[]){
		OPT_FILE(0, "valid", "FILE", &t->valid,
		    "held-out data: keep the epoch that is best on it, and "
		    "stop early"),
		OPT_WORDS(0, "metric", "NAME", &t->metric, metric_choice,
		    "what is best, a metric of srs-eval; otherwise rmse for "
		    "ratings, ndcg@10 for implicit feedback, logloss for "
		    "labels"),
		OPT_SIZE(0, "patience", "N", &t->train.patience, 0, 1e9,
		    "stop after so many epochs without a better one; 0: "
		    "never"),
		OPT_FLAG(0, "refit", &t->refit,
		    "then learn from --valid as well: train again, from the "
		    "start, on all the data, up to the epoch that was best"),
		OPT_FILE(0, "history", "FILE", &t->train.history,
		    "write epoch, seconds, loss and metric as TSV"),
		OPT_FILE(0, "search", "FILE", &t->search,
		    "choose settings by --valid, from a table of options and "
		    "the values that they may have"),
		OPT_SIZE(0, "trials", "N", &t->trials, 1, 1e6,
		    "settings that are tried, by successive halving"),
		OPT_FILE(0, "search-history", "FILE", &t->search_history,
		    "write a line for each trial; those that are there are "
		    "not done again"),
		OPT_END
	});
}

static void
add_files(struct opt_table *table, struct nntrain *t)
{
	opt_table_add(table, (const struct opt[]){
		OPT_FILES(0, "init", "MODEL", &t->init,
		    "start from an older model: new users, items and features "
		    "join, vanished ones leave; neumf also from one of gmf "
		    "and one of ncfmlp, given one after the other, as the "
		    "mean of their scores"),
		OPT_FILE(0, "user-embeddings", "FILE", &t->user_embeddings,
		    "start the users' embeddings from vectors: text, .npy or "
		    "safetensors"),
		OPT_FILE(0, "item-embeddings", "FILE", &t->item_embeddings,
		    "the same of items"),
		OPT_SOME_FILE(0, "word-embeddings", "FILE",
		    &t->word_embeddings, "the same of words; otherwise they "
		    "start at random"),
		OPT_FILE(0, "vector-ids", "FILE", &t->vector_ids,
		    "the users or items of the rows of a .npy matrix"),
		OPT_TEXT(0, "freeze", "LIST", &t->options.freeze,
		    "weights that do not learn: names of tensors, or how they "
		    "begin, with commas between"),
		OPT_FILE(0, "checkpoint", "FILE", &t->checkpoint,
		    "write to FILE after each epoch where the training is"),
		OPT_FILE(0, "resume", "FILE", &t->resume,
		    "go on from a checkpoint, with the same data and options"),
		OPT_END
	});
}

/* What no table sees. */
static void
check(struct cli *cli, const struct nntrain *t)
{
	const struct nn_options *o = &t->options;

	if (t->valid == NULL && t->metric != NULL)
		cli_usage(cli, "--metric needs --valid FILE");
	if (t->refit && t->valid == NULL)
		cli_usage(cli, "--refit needs --valid FILE");
	if (t->refit && (t->checkpoint != NULL || t->resume != NULL))
		cli_usage(cli, "--refit is of two trainings: it takes no "
		    "--checkpoint and no --resume");
	if (t->search != NULL && (t->valid == NULL || t->resume != NULL))
		cli_usage(cli, t->valid == NULL ? "--search needs --valid "
		    "FILE" : "--search or --resume, not both");
	if (t->search_history != NULL && t->search == NULL)
		cli_usage(cli, "--search-history needs --search FILE");
	if (t->init.n > 0 && t->resume != NULL)
		cli_usage(cli, "--init or --resume, not both");
	if (t->vector_ids != NULL && t->user_embeddings == NULL &&
	    t->item_embeddings == NULL && t->word_embeddings == NULL)
		cli_usage(cli, "--vector-ids is for --user-embeddings, "
		    "--item-embeddings or --word-embeddings");
	if (o->l1 > 0 && optim_rule(o->optimizer) != OPTIM_FTRL)
		cli_usage(cli, "--l1 is for --optimizer ftrl");
	if (o->fall_every != SIZE_MAX &&
	    optim_schedule(o->schedule) != OPTIM_STEP)
		cli_usage(cli, "--fall-every is for --schedule step");
}

void
nntrain_options(struct cli *cli, const struct cli_tool *tool,
    struct nntrain *t, int argc, char **argv)
{
	struct opt_table *table = &t->table;

	*t = (struct nntrain){ .options = unset, .train = { .patience = 5 },
	    .trials = 27, .text = BUF_EMPTY };
	add_data(table, t);
	add_network(table, &t->options);
	add_loss(table, &t->options);
	add_steps(table, &t->options);
	add_validation(table, t);
	add_files(table, t);
	opt_table_add(table, (const struct opt[]){ CLI_DRY_RUN(cli),
	    OPT_END });
	cli_begin(cli, tool, table->option, argc, argv);
	t->train.forecast = cli->forecast;
	check(cli, t);
	t->files = (const char *const *)cli->files;
	t->n_files = (size_t)cli->n_files;
	t->output = cli->output;
	t->gzip = cli->gzip;
	t->train.seed = cli->seed;
	t->train.verbose = cli->verbose;
	t->train.note = cli_note_text;
	t->train.note_arg = cli;
}

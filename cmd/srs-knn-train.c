/* srs-knn-train -- train a neighbourhood or item-item model. */

#include "cli/cli.h"
#include "io/readinter.h"
#include "knn/knn.h"
#include "knn/past.h"
#include "knn/similarity.h"
#include "knn/weighting.h"

static const struct cli_tool tool = {
	"srs-knn-train",
	"train a neighbourhood or item-item model",
	"[FILE...]",
	"Reads interactions (user_id, item_id and a weight or rating) and "
	"writes a model that scores items by what else a user had.  Users who "
	"are not in the training data are served from their history: give it "
	"to srs-topk or srs-score with -i."
};

struct args {
	struct cli cli;
	const struct choice *method;
	struct knn_options options;
};

static void
read_options(struct args *a, int argc, char **argv)
{
	struct knn_options *o = &a->options;
	const struct opt options[] = {
		OPT_METHOD(0, "method", "NAME", &a->method, knn_choice,
		    "how to learn"),
		OPT_TEXT(0, "value", "COLUMN", &o->value,
		    "column of the ratings or weights; otherwise rating with "
		    "--feedback ratings, else weight, or 1 without one"),
		OPT_SOME_CHOICE(0, "feedback", "KIND", &o->feedback,
		    knn_feedback_choice, "what the interactions are"),
		OPT_SOME_CHOICE(0, "values", "HOW", &o->values,
		    past_values_choice, "how weights count, for implicit "
		    "feedback; otherwise one"),
		OPT_SOME_CHOICE(0, "weighting", "NAME", &o->weighting,
		    weighting_choice, "what common things count, for implicit "
		    "feedback; otherwise tfidf"),
		OPT_SOME_CHOICE(0, "similarity", "NAME", &o->similarity,
		    similarity_choice, "how like each other two are; "
		    "otherwise cosine, adjusted for ratings"),
		OPT_SOME_REAL(0, "asymmetry", "E", &o->asymmetry, 0, 1,
		    "of --similarity asymmetric; otherwise 0.5"),
		OPT_SOME_SIZE(0, "neighbours", "N", &o->neighbours, 1, 1e9,
		    "neighbours that a score is made of"),
		OPT_SOME_REAL(0, "shrink", "X", &o->shrink, 0, 1e9,
		    "similarity is x.y / (|x| |y| + X)"),
		OPT_SOME_REAL(0, "alpha", "X", &o->alpha, 0, 10,
		    "power of the probability of a step"),
		OPT_SOME_REAL(0, "beta", "X", &o->beta, 0, 10,
		    "power of the popularity that a weight is divided by"),
		OPT_SOME_SIZE(0, "top", "N", &o->top, 0, 1e9,
		    "weights that the model keeps for an item, 0 for all; "
		    "500 for ratings"),
		OPT_SOME_REAL(0, "damping", "X", &o->damping, 0, 1e9,
		    "added to the sum of similarities that a prediction is "
		    "divided by; 0.2 for ratings"),
		OPT_SOME_REAL(0, "lambda", "X", &o->lambda, 1e-6, 1e12,
		    "weight of the squares of the weights; otherwise 30 "
		    "sqrt(users per item)"),
		OPT_SOME_REAL(0, "l1", "X", &o->l1, 0, 1e12,
		    "weight of the sizes of the weights"),
		OPT_SOME_REAL(0, "dropout", "SHARE", &o->dropout, 0, 0.999,
		    "of what users had, left out in learning"),
		OPT_SOME_SIZE(0, "factors", "K", &o->factors, 1, 1e5,
		    "eigenvectors of the graph"),
		OPT_SOME_REAL(0, "weight", "X", &o->weight, 0, 1e6,
		    "what they count beside the neighbours"),
		OPT_SOME_REAL(0, "sharpen", "T", &o->sharpen, 0, 1e3,
		    "how long the scores are sharpened"),
		OPT_SOME_SIZE(0, "steps", "N", &o->steps, 1, 1e3,
		    "steps that this is done in"),
		OPT_SOME_REAL(0, "lambda-user", "X", &o->lambda_user, 0, 1e9,
		    "weight of the squares of users' biases; 5 for ratings"),
		OPT_SOME_REAL(0, "lambda-item", "X", &o->lambda_item, 0, 1e9,
		    "weight of the squares of items' biases; 2 for ratings"),
		OPT_SOME_BYTES(0, "memory", "SIZE", &o->memory, 1, 1e15,
		    "refuse a matrix of items by items that needs more"),
		OPT_END
	};

	cli_begin(&a->cli, &tool, options, argc, argv);
	o->seed = a->cli.seed;
	if (knn_settle(o) != 0)
		cli_usage(&a->cli, NULL);
}

static struct inter *
read_data(const struct args *a)
{
	struct tick *tick = cli_progress(&a->cli, "reading", "bytes");
	const struct readinter how = { .value = a->options.value,
		.needs_value = a->options.value != NULL, .tick = tick };
	struct inter *data = readinter((const char *const *)a->cli.files,
	    (size_t)a->cli.n_files, &how, idmap_new(), idmap_new(), 1);

	cli_progress_end(tick);
	return data;
}

static int
train(const struct args *a, const struct inter *data)
{
	const struct cli *cli = &a->cli;
	struct knn_task task = {
		.data = data,
		.options = &a->options,
		.tick = cli_progress(cli, "training", "items"),
		.output = cli->output,
		.gzip = cli->gzip,
	};
	struct knn_result result;
	const int status = knn_train(a->method, &task, &result);

	cli_progress_end(task.tick);
	if (status == 0)
		cli_note(cli, "%s: %llu numbers in the model", a->method->name,
		    (unsigned long long)result.n_weights);
	if (status == 0 && result.note[0] != '\0')
		cli_note(cli, "%s: %s", a->method->name, result.note);
	return status;
}

int
main(int argc, char *argv[])
{
	struct args a = {
		.cli = CLI_DEFAULTS,
		.method = knn_choice(0),
		.options = KNN_UNSET,
	};
	struct inter *data;
	int status = CLI_FAILED;

	read_options(&a, argc, argv);
	data = read_data(&a);
	if (data == NULL)
		return cli_end(&a.cli, status);
	cli_note(&a.cli, "%zu users, %zu items, %llu interactions",
	    idmap_count(data->users), idmap_count(data->items),
	    (unsigned long long)csr_count(&data->by_user));
	if (train(&a, data) == 0)
		status = CLI_DONE;
	inter_free(data);
	return cli_end(&a.cli, status);
}

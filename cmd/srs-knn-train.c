/* srs-knn-train -- train a neighbourhood or item-item model. */

#include "all/knnoptions.h"
#include "cli/cli.h"
#include "io/readinter.h"
#include "knn/knn.h"

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

	knnoptions_begin(&a.cli, &tool, &a.method, &a.options, argc, argv);
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

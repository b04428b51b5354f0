/* srs-knn-train -- train a neighbourhood or item-item model. */

#include "all/knntrain.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-knn-train",
	"train a neighbourhood or item-item model",
	"[FILE...]",
	"Reads interactions (user_id, item_id and a weight or rating) and "
	"writes a model that scores items by what else a user had.  Users who "
	"are not in the training data are served from their history: give it "
	"to srs-topk or srs-score with -i."
};

static int
run(const struct cli *cli, struct knntrain *t)
{
	const struct knn_result *r = &t->result;
	const char *odd;
	int status;

	t->reading = cli_progress(cli, "reading", "bytes");
	status = knntrain_read(t);
	cli_progress_end(t->reading);
	if (status != 0)
		return -1;
	cli_note(cli, "%s", knntrain_about(t));
	if ((odd = knntrain_oddities(t)) != NULL)
		cli_note(cli, "%s", odd);
	t->training = cli_progress(cli, "training", "items");
	status = knntrain_train(t);
	cli_progress_end(t->training);
	if (status != 0)
		return -1;
	cli_note(cli, "%s: %ju numbers in the model", t->method->name,
	    (uintmax_t)r->n_weights);
	if (r->note[0] != '\0')
		cli_note(cli, "%s: %s", t->method->name, r->note);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct knntrain t;
	int status;

	knntrain_options(&cli, &tool, &t, argc, argv);
	status = run(&cli, &t);
	knntrain_release(&t);
	return cli_end(&cli, status == 0 ? CLI_DONE : CLI_FAILED);
}

/* srs-nn-train -- train a neural model. */

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

static int
run(const struct cli *cli, struct nntrain *t)
{
	int status;

	t->reading = cli_progress(cli, "reading", "bytes");
	status = nntrain_read(t);
	cli_progress_end(t->reading);
	if (status != 0)
		return -1;
	cli_note(cli, "%s", nntrain_about(t));
	t->training = cli_progress(cli, "training", "examples");
	status = nntrain_train(t);
	cli_progress_end(t->training);
	if (status == 0)
		cli_note(cli, "%s", nntrain_result(t));
	return status;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct nntrain t;
	int status;

	nntrain_options(&cli, &tool, &t, argc, argv);
	status = run(&cli, &t);
	nntrain_release(&t);
	return cli_end(&cli, status == 0 ? CLI_DONE : CLI_FAILED);
}

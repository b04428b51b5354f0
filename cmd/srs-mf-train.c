/* srs-mf-train -- matrix factorization. */

#include "all/mftrain.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-mf-train",
	"train a matrix factorization of interactions or ratings",
	"[FILE...]",
	"Reads interactions (user, item and, for ratings, rating) and writes a "
	"model: some numbers, factors, for each user and each item, whose "
	"product is the score.  srs-topk and srs-score use it."
};

static int
run(const struct cli *cli, struct mftrain *t)
{
	int status;

	t->reading = cli_progress(cli, "reading", "bytes");
	status = mftrain_read(t);
	cli_progress_end(t->reading);
	if (status != 0)
		return -1;
	if (mftrain_about(t) != NULL)
		cli_note(cli, "%s", mftrain_about(t));
	t->train.tick = cli_progress(cli, "epochs", "epochs");
	status = mftrain_train(t);
	cli_progress_end(t->train.tick);
	if (status == 0)
		cli_note(cli, "%s", mftrain_result(t));
	return status;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct mftrain t;
	int status;

	mftrain_options(&cli, &tool, &t, argc, argv);
	status = run(&cli, &t);
	mftrain_release(&t);
	return cli_end(&cli, status == 0 ? CLI_DONE : CLI_FAILED);
}

/* srs-topk -- the best items for each user, with any model. */

#include "all/serve.h"
#include "all/topkoptions.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-topk", "list the k best items for each user with any model",
	"-m MODEL",
	"Scores all items of a model for each user and writes the best as "
	"rows user_id, item_id, score, rank.  What a user has had (-i) is not "
	"listed again.  Equal scores are ordered by the item id that sorts "
	"last."
};

static int
run(const struct cli *cli, struct serve_input *in)
{
	struct put *put = put_open(cli->output, cli->gzip);
	struct tick *tick = NULL;
	struct serve s = { .scorer = NULL };
	int status = -1;

	if (put == NULL)
		return -1;
	in->tick = cli_progress(cli, "reading", "bytes");
	status = serve_open(in, &s);
	cli_progress_end(in->tick);
	if (status == 0) {
		serve_foresee(&s, cli->forecast);
		status = forecast_stop(cli->forecast);
	}
	if (status == 0) {
		if (!in->no_header && serve_header(&s) != NULL)
			put_header(put, serve_header(&s));
		tick = cli_progress(cli, "lists", "users");
		/* What stops it is a failed write, of which this tells. */
		(void)!serve_lists(&s, put, tick);
		cli_progress_end(tick);
		status = put_commit(put);
	}
	if (status == 0)
		serve_say(&s, in, cli);
	serve_close(&s);
	put_free(put);
	return status;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct serve_input in;
	int status;

	topkoptions_begin(&cli, &tool, &in, argc, argv);
	status = run(&cli, &in);
	topkoptions_release(&in);
	return cli_end(&cli, status == 0 ? CLI_DONE : CLI_FAILED);
}

/* srs-fuse -- several systems' lists or predictions made one. */

#include "all/combine.h"
#include "all/fuseoptions.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-fuse", "combine the lists or predictions of several models",
	"[FILE...]",
	"Each operand is one system's lists (user, item, score); what comes "
	"out is one list for each user over all items of the systems' lists. "
	"With --ratings the operands are predictions of the same ratings. "
	"Weights are equal, given, or fitted to known truth and saved."
};

static int
run(struct cli *cli, struct combine *how)
{
	struct put *out = put_open(cli->output, cli->gzip);
	int status;

	if (out == NULL)
		return -1;
	how->note = cli_note_text;
	how->note_arg = cli;
	how->reading = cli_progress(cli, "reading", "bytes");
	status = combine(how, out);
	cli_progress_end(how->reading);
	if (status == 0)
		status = put_commit(out);
	put_free(out);
	return status;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct combine how;

	fuseoptions_begin(&cli, &tool, &how, argc, argv);
	return cli_end(&cli, run(&cli, &how) == 0 ? CLI_DONE : CLI_FAILED);
}

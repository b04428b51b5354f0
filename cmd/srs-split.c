/* srs-split -- tables into parts for training, validation and testing. */

#include "all/splitoptions.h"
#include "all/splitrun.h"
#include "base/buf.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-split", "split interactions for training and testing",
	"[FILE...]",
	"Each row of the table (user_id item_id rating timestamp; other "
	"columns go along) goes to one of the files given with --train, "
	"--valid and --test, in the order of the input. All of them are "
	"written, or none."
};

static int
split(const struct cli *cli, const struct splitrun *run)
{
	struct tick *tick = cli_progress(cli, "reading", "bytes");
	struct buf summary = BUF_EMPTY;
	const int status = splitrun(run, (const char *const *)cli->files,
	    (size_t)cli->n_files, tick, &summary);
	struct span rest = { summary.p, summary.n };

	cli_progress_end(tick);
	while (status >= 0 && rest.n > 0) {
		const struct span line = span_cut(&rest, '\n');

		cli_note(cli, "%.*s", (int)line.n, line.p);
	}
	buf_release(&summary);
	return status == 0 ? CLI_DONE : status == SPLITRUN_GATE ? CLI_GATE
	    : CLI_FAILED;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct splitrun run;

	splitoptions_begin(&cli, &tool, &run, argc, argv);
	return cli_end(&cli, split(&cli, &run));
}

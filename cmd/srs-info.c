/* srs-info -- say what tables, matrices and models hold, and check them. */

#include "all/info.h"
#include "cli/cli.h"
#include "io/out.h"

static const struct cli_tool tool = {
	"srs-info",
	"say what a table, matrix or model file holds, and check it",
	"[FILE...]",
	"Tells what each file is by its first bytes, reads all of it, and "
	"writes what it holds: columns, users, items and ranges of a table; "
	"method, settings, tensors and matrices of a model.  A file that is "
	"damaged (numbers that are not finite, indices out of range, ids that "
	"stand twice, lengths that do not fit) is an error."
};

struct info {
	int tsv, columns;
	const char *ids;	/* NULL: describe */
};

static int
one_file(const struct cli *cli, const struct info *info, const char *path,
    struct buf *b)
{
	struct tick *tick = cli_progress(cli, "reading", "bytes");
	struct facts *f = facts_new();
	int status;

	if (info->columns)
		status = info_columns(path, b);
	else if (info->ids != NULL)
		status = info_ids(path, info->ids, b);
	else
		status = info_file(path, tick, f);
	cli_progress_end(tick);
	if (status == 0)
		facts_put(f, info->tsv, b);
	facts_free(f);
	return status;
}

/* Every file is looked at, and what is sound goes to standard output even
 * when another is not; a named output is written only when all are. */
static int
run(const struct cli *cli, const struct info *info)
{
	struct out *out = out_open(cli->output, cli->gzip);
	struct buf b = BUF_EMPTY;
	int status = out != NULL ? 0 : -1;

	for (int i = 0; out != NULL && i < cli->n_files; i++) {
		b.n = 0;
		if (one_file(cli, info, cli->files[i], &b) != 0) {
			status = -1;
			continue;
		}
		if (i > 0 && !info->tsv && !info->columns && info->ids == NULL)
			out_write(out, "\n", 1);
		out_write(out, b.p, b.n);
	}
	if (out != NULL && (status == 0 || cli->output == NULL) &&
	    out_commit(out) != 0)
		status = -1;
	buf_release(&b);
	out_free(out);
	return status;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct info info = { 0, 0, NULL };
	const struct opt options[] = {
		OPT_FLAG(0, "tsv", &info.tsv, "write KEY TAB VALUE lines"),
		OPT_TEXT(0, "ids", "TENSOR", &info.ids, "write the ids in this "
		    "tensor of a model (user_ids, item_ids), one a line"),
		OPT_FLAG(0, "columns", &info.columns, "write the names of a "
		    "table's columns, one a line; reads its beginning only"),
		OPT_END
	};

	cli_begin(&cli, &tool, options, argc, argv);
	if ((info.ids != NULL) + info.tsv + info.columns > 1)
		cli_usage(&cli, "give one of --ids, --tsv, --columns");
	return cli_end(&cli, run(&cli, &info) == 0 ? CLI_DONE : CLI_FAILED);
}

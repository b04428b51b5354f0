/* srs-split -- tables into parts for training, validation and testing. */

#include <math.h>
#include <stdlib.h>

#include "all/splitfile.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "prep/split.h"

static const struct cli_tool tool = {
	"srs-split", "split interactions for training and testing",
	"[FILE...]",
	"Each row of the table (user_id item_id rating timestamp; other "
	"columns go along) goes to one of the files given with --train, "
	"--valid and --test, in the order of the input. All of them are "
	"written, or none."
};

struct job {
	const struct choice *method;
	struct split_options split;
	const char *at, *valid_at;	/* texts of split.test_at, .valid_at */
	const char *paths[SPLIT_PARTS];
	int no_header;
};

static void
moment(struct cli *cli, const char *option, const char *text,
    struct split_when *when)
{
	if (text != NULL && split_when(span_of(text), when) != 0)
		cli_usage(cli, "%s: '%s' is neither a time nor a share of the "
		    "rows such as 90%%", option, text);
}

/* What the table of options cannot see. */
static void
check(struct cli *cli, struct job *j)
{
	const char *wrong;

	j->split.seed = cli->seed;
	j->split.has_valid = j->paths[SPLIT_VALID] != NULL;
	moment(cli, "--at", j->at, &j->split.test_at);
	moment(cli, "--valid-at", j->valid_at, &j->split.valid_at);
	wrong = splitfile_wrong(split_method(j->method), &j->split, j->paths,
	    cli->output);
	if (wrong != NULL)
		cli_usage(cli, "%s", wrong);
}

static void
report(const struct cli *cli, const struct job *j,
    const struct split_rows *rows, const unsigned char *part, size_t n_kept)
{
	struct split_count count;
	struct buf text = BUF_EMPTY;
	struct span rest;

	split_counts(rows, part, &count);
	split_report(split_method(j->method), rows, &count, n_kept, &text);
	for (rest = (struct span){ text.p, text.n }; rest.n > 0;) {
		const struct span line = span_cut(&rest, '\n');

		cli_note(cli, "%.*s", SPAN_ARGS(line));
	}
	buf_release(&text);
}

static int
run(const struct cli *cli, const struct job *j)
{
	const struct split_method *m = split_method(j->method);
	struct tick *tick = cli_progress(cli, "reading", "bytes");
	struct splitfile *s = splitfile_read(
	    (const char *const *)cli->files, (size_t)cli->n_files, m,
	    m->needs_user, tick);
	unsigned char *part = NULL;
	size_t n_kept;
	int status = -1;

	cli_progress_end(tick);
	if (s == NULL)
		return -1;
	if (split_has_folds(m) && j->split.fold == OPT_UNSET) {
		status = splitfile_write_folds(s, j->split.seed,
		    j->split.folds, cli->output, cli->gzip, !j->no_header);
		goto done;
	}
	part = mem_array("parts", s->rows.n, 1);
	if (m->plan(&s->rows, &j->split, part, &n_kept) != 0 ||
	    splitfile_write(s, part, j->paths, cli->gzip, !j->no_header) != 0)
		goto done;
	report(cli, j, &s->rows, part, n_kept);
	status = 0;
done:
	free(part);
	splitfile_free(s);
	return status;
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct job j = { .split = { .fold = OPT_UNSET, .valid_size = NAN,
	    .test_size = NAN, .leave = OPT_UNSET, .folds = OPT_UNSET } };
	struct split_options *o = &j.split;
	const struct opt options[] = {
		OPT_METHOD('m', "method", "METHOD", &j.method, split_choice,
		    "how to split"),
		OPT_FILE(0, "train", "FILE", &j.paths[SPLIT_TRAIN],
		    "write the rows to train with to FILE"),
		OPT_FILE(0, "valid", "FILE", &j.paths[SPLIT_VALID],
		    "write rows to validate with; else there are none"),
		OPT_FILE(0, "test", "FILE", &j.paths[SPLIT_TEST],
		    "write the rows to test with to FILE"),
		OPT_SOME_REAL(0, "valid-size", "SHARE", &o->valid_size, 0, 1,
		    "share of the rows for validation"),
		OPT_SOME_REAL(0, "test-size", "SHARE", &o->test_size, 0, 1,
		    "share of the rows for testing"),
		OPT_SOME_TEXT(0, "at", "WHEN", &j.at, "test what is at or "
		    "after this time, or this share of the rows, as 90%"),
		OPT_SOME_TEXT(0, "valid-at", "WHEN", &j.valid_at,
		    "validate with what is between this time and the test"),
		OPT_SOME_SIZE(0, "leave", "N", &o->leave, 1, 1e9,
		    "rows of each user to test with, and to validate with"),
		OPT_SOME_SIZE(0, "folds", "K", &o->folds, 2, 1e6,
		    "number of folds"),
		OPT_SOME_SIZE(0, "fold", "I", &o->fold, 1, 1e6, "test with "
		    "fold I; without it a column of folds is added instead"),
		OPT_FLAG('H', "no-header", &j.no_header,
		    "write no header, also if the input had one"),
		OPT_END
	};

	cli_begin(&cli, &tool, options, argc, argv);
	check(&cli, &j);
	return cli_end(&cli, run(&cli, &j) == 0 ? CLI_DONE : CLI_FAILED);
}

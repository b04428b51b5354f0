/* srs-split -- tables into parts for training, validation and testing. */

#include <math.h>

#include "all/splitrun.h"
#include "base/buf.h"
#include "cli/cli.h"
#include "prep/candidates.h"
#include "prep/split.h"

static const struct cli_tool tool = {
	"srs-split", "split interactions for training and testing",
	"[FILE...]",
	"Each row of the table (user_id item_id rating timestamp; other "
	"columns go along) goes to one of the files given with --train, "
	"--valid and --test, in the order of the input. All of them are "
	"written, or none."
};

struct args {
	struct cli cli;
	struct splitrun run;
	const struct choice *method;
	const char *at, *valid_at;	/* texts of split.test_at, .valid_at */
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
settle(struct args *a)
{
	struct splitrun *r = &a->run;
	const char *wrong;

	r->method = split_method(a->method);
	r->split.seed = r->candidates.seed = a->cli.seed;
	r->split.has_valid = r->paths[SPLIT_VALID] != NULL;
	r->output = a->cli.output;
	r->gzip = r->candidates.gzip = a->cli.gzip;
	r->header = r->candidates.header = !a->no_header;
	moment(&a->cli, "--at", a->at, &r->split.test_at);
	moment(&a->cli, "--valid-at", a->valid_at, &r->split.valid_at);
	wrong = splitrun_wrong(r);
	if (wrong != NULL)
		cli_usage(&a->cli, "%s", wrong);
}

static void
read_options(struct args *a, int argc, char **argv)
{
	struct splitrun *r = &a->run;
	struct split_options *o = &r->split;
	const struct opt options[] = {
		OPT_METHOD(0, "method", "METHOD", &a->method, split_choice,
		    "how to split"),
		OPT_FILE(0, "train", "FILE", &r->paths[SPLIT_TRAIN],
		    "write the rows to train with to FILE"),
		OPT_FILE(0, "valid", "FILE", &r->paths[SPLIT_VALID],
		    "write rows to validate with; else there are none"),
		OPT_FILE(0, "test", "FILE", &r->paths[SPLIT_TEST],
		    "write the rows to test with to FILE"),
		OPT_SOME_REAL(0, "valid-size", "SHARE", &o->valid_size, 0, 1,
		    "share of the rows for validation"),
		OPT_SOME_REAL(0, "test-size", "SHARE", &o->test_size, 0, 1,
		    "share of the rows for testing"),
		OPT_SOME_TEXT(0, "at", "WHEN", &a->at, "test what is at or "
		    "after this time, or this share of the rows, as 90%"),
		OPT_SOME_TEXT(0, "valid-at", "WHEN", &a->valid_at,
		    "validate with what is between this time and the test"),
		OPT_SOME_SIZE(0, "leave", "N", &o->leave, 1, 1e9,
		    "rows of each user to test with, and to validate with"),
		OPT_SOME_SIZE(0, "folds", "K", &o->folds, 2, 1e6,
		    "number of folds"),
		OPT_SOME_SIZE(0, "fold", "I", &o->fold, 1, 1e6, "test with "
		    "fold I; without it a column of folds is added instead"),
		OPT_FILE(0, "candidates", "FILE", &r->candidates.path,
		    "for each tested row write its item and other items that "
		    "the user never had to FILE"),
		OPT_SIZE(0, "negatives", "N", &r->candidates.negatives, 1, 1e6,
		    "other items in --candidates"),
		OPT_CHOICE(0, "sampling", "HOW", &r->candidates.how,
		    candidates_choice, "how they are drawn"),
		OPT_FLAG('H', "no-header", &a->no_header,
		    "write no header, also if the input had one"),
		OPT_END
	};

	cli_begin(&a->cli, &tool, options, argc, argv);
	settle(a);
}

static int
run(const struct args *a)
{
	const struct cli *cli = &a->cli;
	struct tick *tick = cli_progress(cli, "reading", "bytes");
	struct buf summary = BUF_EMPTY;
	const int status = splitrun(&a->run, (const char *const *)cli->files,
	    (size_t)cli->n_files, tick, &summary);
	struct span rest = { summary.p, summary.n };

	cli_progress_end(tick);
	while (status == 0 && rest.n > 0) {
		const struct span line = span_cut(&rest, '\n');

		cli_note(cli, "%.*s", SPAN_ARGS(line));
	}
	buf_release(&summary);
	return status;
}

int
main(int argc, char *argv[])
{
	struct args a = {
		.cli = CLI_DEFAULTS,
		.run.split = { .fold = OPT_UNSET, .folds = OPT_UNSET,
		    .leave = OPT_UNSET, .valid_size = NAN, .test_size = NAN },
		.run.candidates = { .negatives = 99,
		    .how = candidates_choice(0) }
	};

	read_options(&a, argc, argv);
	return cli_end(&a.cli, run(&a) == 0 ? CLI_DONE : CLI_FAILED);
}

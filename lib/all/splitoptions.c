#include <math.h>

#include "all/splitoptions.h"
#include "cli/opttable.h"
#include "prep/candidates.h"
#include "prep/split.h"

/* What is not stored in a struct splitrun as it stands. */
struct texts {
	const struct choice *method;
	const char *at, *valid_at;
	int no_header;
};

static void
add_parts(struct opt_table *t, struct splitrun *r, struct texts *texts)
{
	opt_table_add(t, (const struct opt[]){
		OPT_METHOD(0, "method", "METHOD", &texts->method, split_choice,
		    "how to split"),
		OPT_FILE(0, "train", "FILE", &r->paths[SPLIT_TRAIN],
		    "write the rows to train with to FILE"),
		OPT_FILE(0, "valid", "FILE", &r->paths[SPLIT_VALID],
		    "write rows to validate with; else there are none"),
		OPT_FILE(0, "test", "FILE", &r->paths[SPLIT_TEST],
		    "write the rows to test with to FILE"),
		OPT_END
	});
}

static void
add_sizes(struct opt_table *t, struct split_options *o, struct texts *texts)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_REAL(0, "valid-size", "SHARE", &o->valid_size, 0, 1,
		    "share of the rows for validation"),
		OPT_SOME_REAL(0, "test-size", "SHARE", &o->test_size, 0, 1,
		    "share of the rows for testing"),
		OPT_SOME_TEXT(0, "at", "WHEN", &texts->at, "test what is at or "
		    "after this time, or this share of the rows, as 90%"),
		OPT_SOME_TEXT(0, "valid-at", "WHEN", &texts->valid_at,
		    "validate with what is between this time and the test"),
		OPT_SOME_SIZE(0, "leave", "N", &o->leave, 1, 1e9,
		    "rows of each user to test with, and to validate with"),
		OPT_SOME_SIZE(0, "folds", "K", &o->folds, 2, 1e6,
		    "number of folds"),
		OPT_SOME_SIZE(0, "fold", "I", &o->fold, 1, 1e6, "test with "
		    "fold I; without it a column of folds is added instead"),
		OPT_END
	});
}

static void
add_candidates(struct opt_table *t, struct candidatefile *c)
{
	opt_table_add(t, (const struct opt[]){
		OPT_FILE(0, "candidates", "FILE", &c->path,
		    "for each tested row write its item and other items that "
		    "the user never had to FILE"),
		OPT_SIZE(0, "negatives", "N", &c->negatives, 1, 1e6,
		    "other items in --candidates"),
		OPT_CHOICE(0, "sampling", "HOW", &c->how, candidates_choice,
		    "how they are drawn"),
		OPT_END
	});
}

static void
add_output(struct opt_table *t, struct texts *texts)
{
	opt_table_add(t, (const struct opt[]){
		OPT_FLAG('H', "no-header", &texts->no_header,
		    "write no header, also if the input had one"),
		OPT_END
	});
}

static void
set_defaults(struct splitrun *r)
{
	r->split = (struct split_options){ .fold = OPT_UNSET,
	    .folds = OPT_UNSET, .leave = OPT_UNSET, .valid_size = NAN,
	    .test_size = NAN };
	r->candidates = (struct candidatefile){ .negatives = 99,
	    .how = candidates_choice(0) };
}

static void
read_moment(struct cli *cli, const char *option, const char *text,
    struct split_when *when)
{
	if (text != NULL && split_when(span_of(text), when) != 0)
		cli_usage(cli, "%s: '%s' is neither a time nor a share of the "
		    "rows such as 90%%", option, text);
}

/* What the table of options cannot see. */
static void
settle(struct cli *cli, struct splitrun *r, const struct texts *texts)
{
	const char *wrong;

	r->method = split_method(texts->method);
	r->split.seed = r->candidates.seed = cli->seed;
	r->split.has_valid = r->paths[SPLIT_VALID] != NULL;
	r->output = cli->output;
	r->gzip = r->candidates.gzip = cli->gzip;
	r->header = r->candidates.header = !texts->no_header;
	read_moment(cli, "--at", texts->at, &r->split.test_at);
	read_moment(cli, "--valid-at", texts->valid_at, &r->split.valid_at);
	wrong = splitrun_wrong(r);
	if (wrong != NULL)
		cli_usage(cli, "%s", wrong);
}

void
splitoptions_begin(struct cli *cli, const struct cli_tool *tool,
    struct splitrun *r, int argc, char **argv)
{
	struct texts texts = { .method = NULL };
	struct opt_table table = { .n = 0 };

	*r = (struct splitrun){ .method = NULL };
	set_defaults(r);
	add_parts(&table, r, &texts);
	add_sizes(&table, &r->split, &texts);
	add_candidates(&table, &r->candidates);
	add_output(&table, &texts);
	cli_begin(cli, tool, table.option, argc, argv);
	settle(cli, r, &texts);
}

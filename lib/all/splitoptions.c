#include <math.h>

#include "all/splitoptions.h"
#include "cli/opttable.h"
#include "prep/balance.h"
#include "prep/candidates.h"
#include "prep/gaps.h"
#include "prep/leaks.h"

/* What is not stored in a struct splitrun as it stands. */
struct texts {
	const struct choice *method;
	const struct choice *unit, *fold_in_order, *leaks, *only;
	const char *at, *valid_at, *gap, *kinds;
	int no_header;
};

static const struct choice *
fold_in_order(size_t i)
{
	static const struct choice orders[] = {
		{ "random", "any of a user's rows", NULL },
		{ "time", "the first of them", NULL },
	};

	return i < sizeof orders / sizeof *orders ? &orders[i] : NULL;
}

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
		OPT_FILE(0, "fold-in", "FILE", &r->paths[SPLIT_FOLD_IN],
		    "write to FILE those rows of tested users that a model "
		    "may see before it is tested with the others"),
		OPT_FILE(0, "valid-fold-in", "FILE",
		    &r->paths[SPLIT_VALID_FOLD_IN],
		    "the same for users of --valid"),
		OPT_SOME_REAL(0, "fold-in-size", "SHARE", &r->fold_in_size, 0,
		    1, "share of each user's rows to fold in"),
		OPT_SOME_CHOICE(0, "fold-in-order", "HOW",
		    &texts->fold_in_order, fold_in_order, "which"),
		OPT_SOME_CHOICE(0, "unit", "WHAT", &texts->unit,
		    split_unit_choice, "what goes to one part as a whole"),
		OPT_TEXT(0, "session-gap", "TIME", &texts->gap, "make "
		    "sessions, in a column session_id: one ends where the "
		    "user's next row is more than this later, as 30m, 12h or "
		    "a number in the unit of the timestamps"),
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
		    "how many of each user to test with, and to validate "
		    "with"),
		OPT_SOME_SIZE(0, "folds", "K", &o->folds, 2, 1e6,
		    "number of folds"),
		OPT_SOME_SIZE(0, "fold", "I", &o->fold, 1, 1e6, "test with "
		    "fold I; without it a column of folds is added instead"),
		OPT_END
	});
}

static void
add_rules(struct opt_table *t, struct splitrun *r, struct texts *texts)
{
	opt_table_add(t, (const struct opt[]){
		OPT_CHOICE(0, "leaks", "HOW", &texts->leaks,
		    splitrun_leaks_choice, "what to do about rows of valid "
		    "and test that a model cannot know, or knows too well"),
		OPT_WORDS(0, "leak-kinds", "KIND,...", &texts->kinds,
		    leak_choice, "which of "
		    "users, items, pairs, rows, user-time, time, sessions to "
		    "refuse (else all) or drop (else users,items)"),
		OPT_CHOICE(0, "only", "WHICH", &texts->only,
		    splitrun_only_choice, "the rows to keep in valid and "
		    "test"),
		OPT_CHOICE(0, "balance", "HOW", &r->balance, balance_choice,
		    "make up for classes of unequal size in train"),
		OPT_TEXT(0, "class", "COLUMN", &r->class, "the column of "
		    "classes; without it label"),
		OPT_REAL(0, "ratio", "R", &r->ratio, 1, 1e9, "the largest "
		    "class may have R times the rows of the smallest; "
		    "without it 1"),
		OPT_END
	});
}

static void
add_candidates(struct opt_table *t, struct candidatefile *c)
{
	opt_table_add(t, (const struct opt[]){
		OPT_FILE(0, "candidates", "FILE", &c->paths[SPLIT_TEST],
		    "for each tested row write its item and other items that "
		    "the user never had to FILE"),
		OPT_FILE(0, "valid-candidates", "FILE",
		    &c->paths[SPLIT_VALID], "the same for rows of --valid"),
		OPT_SIZE(0, "negatives", "N", &c->negatives, 1, 1e6,
		    "other items for each row"),
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
set_defaults(struct splitrun *r, struct texts *texts)
{
	*r = (struct splitrun){ .fold_in_size = NAN, .ratio = NAN,
	    .balance = balance_choice(0) };
	r->split = (struct split_options){ .fold = OPT_UNSET,
	    .folds = OPT_UNSET, .leave = OPT_UNSET, .valid_size = NAN,
	    .test_size = NAN };
	r->candidates = (struct candidatefile){ .negatives = 99,
	    .how = candidates_choice(0) };
	*texts = (struct texts){ .leaks = splitrun_leaks_choice(0),
	    .only = splitrun_only_choice(0) };
}

/* Which line of the table it is. */
static unsigned
line_of(const struct choice *choice, const struct choice *(*table)(size_t i))
{
	unsigned i = 0;

	while (table(i) != choice)
		i++;
	return i;
}

/* --- what is written in words ------------------------------------------- */

static void
read_moment(struct cli *cli, const char *option, const char *text,
    struct split_when *when)
{
	if (text != NULL && split_when(span_of(text), when) != 0)
		cli_usage(cli, "%s: '%s' is neither a time nor a share of the "
		    "rows such as 90%%", option, text);
}

static void
read_texts(struct cli *cli, struct splitrun *r, const struct texts *texts)
{
	read_moment(cli, "--at", texts->at, &r->split.test_at);
	read_moment(cli, "--valid-at", texts->valid_at, &r->split.valid_at);
	if (texts->gap != NULL &&
	    gaps_read(span_of(texts->gap), &r->session_gap) != 0)
		cli_usage(cli, "--session-gap: '%s' is not a time such as 30m",
		    texts->gap);
	if (texts->kinds != NULL && leaks_read(span_of(texts->kinds),
	    "--leak-kinds", &r->leak_kinds) != 0)
		cli_usage(cli, NULL);
}

/* What the table of options cannot see. */
static void
settle(struct cli *cli, struct splitrun *r, const struct texts *texts)
{
	const char *wrong;

	r->method = split_method(texts->method);
	r->unit = split_unit(r->method, texts->unit);
	r->split.seed = r->candidates.seed = cli->seed;
	r->split.has_valid = r->paths[SPLIT_VALID] != NULL;
	r->fold_in_by_time = texts->fold_in_order == fold_in_order(1);
	r->leaks = line_of(texts->leaks, splitrun_leaks_choice);
	r->only = line_of(texts->only, splitrun_only_choice);
	r->output = cli->output;
	r->gzip = r->candidates.gzip = cli->gzip;
	r->header = r->candidates.header = !texts->no_header;
	read_texts(cli, r, texts);
	wrong = splitrun_wrong(r);
	if (wrong != NULL)
		cli_usage(cli, "%s", wrong);
}

void
splitoptions_begin(struct cli *cli, const struct cli_tool *tool,
    struct splitrun *r, int argc, char **argv)
{
	struct opt_table table = { .n = 0 };
	struct texts texts;

	set_defaults(r, &texts);
	add_parts(&table, r, &texts);
	add_sizes(&table, &r->split, &texts);
	add_rules(&table, r, &texts);
	add_candidates(&table, &r->candidates);
	add_output(&table, &texts);
	cli_begin(cli, tool, table.option, argc, argv);
	settle(cli, r, &texts);
}

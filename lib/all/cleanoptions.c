#include <float.h>

#include "all/cleanoptions.h"
#include "cli/opttable.h"

static void
add_columns(struct opt_table *t, struct cleanwant *w)
{
	opt_table_add(t, (const struct opt[]){
		OPT_TEXT(0, "user", "COLUMN", &w->user, "the user's id"),
		OPT_TEXT(0, "item", "COLUMN", &w->item, "the item's id"),
		OPT_TEXT(0, "rating", "COLUMN", &w->rating, "the rating"),
		OPT_TEXT(0, "time", "COLUMN", &w->time, "the timestamp: a "
		    "number or ISO 8601"),
		OPT_TEXT(0, "event", "COLUMN", &w->event, "the type of event"),
		OPT_TEXT(0, "weight", "SPEC", &w->weight, "a column with "
		    "weights, or weights of types of event as in "
		    "view=1,cart=3"),
		OPT_TEXT(0, "columns", "LIST", &w->columns, "other columns to "
		    "keep, as in title:token_seq,price:float,brand"),
		OPT_FLAG(0, "table", &w->table, "a table of attributes: one "
		    "row for each key, and no other column with a meaning"),
		OPT_TEXT(0, "key", "COLUMN", &w->key, "the key of --table; "
		    "without it the first column"),
		OPT_TEXT(0, "map", "OLD=NEW,...", &w->map, "call columns by "
		    "other names, in options and in the output"),
		OPT_TEXT(0, "separator", "CHAR", &w->separator, "between "
		    "fields; tab for TSV; without it guessed (TAB, comma, ;)"),
		OPT_CHOICE(0, "header", "WHEN", &w->header, cleanplan_header,
		    "does the first row hold names"),
		OPT_CHOICE(0, "time-unit", "UNIT", &w->time_unit,
		    cleantime_unit, "what timestamps that are numbers count"),
		OPT_END
	});
}

static void
add_rules(struct opt_table *t, struct cleanwant *w)
{
	opt_table_add(t, (const struct opt[]){
		OPT_CHOICE(0, "other-events", "WHAT", &w->other_events,
		    cleanplan_other_events, "what to do with rows whose type "
		    "of event has no weight"),
		OPT_TEXT(0, "missing", "WHAT", &w->missing, "what to do with "
		    "rows without rating: keep, drop, refuse, or a number to "
		    "fill in"),
		OPT_REAL(0, "min-rating", "X", &w->min_rating, -FLT_MAX,
		    FLT_MAX, "drop rows with a lower rating"),
		OPT_REAL(0, "max-rating", "X", &w->max_rating, -FLT_MAX,
		    FLT_MAX, "drop rows with a higher rating"),
		OPT_CHOICE(0, "duplicates", "HOW", &w->duplicates,
		    cleanmerge_choice, "what becomes of rows of the same user, "
		    "item and unweighted event; without it last for ratings "
		    "and for --table, else keep"),
		OPT_SIZE(0, "min-user", "N", &w->min_user, 0, UINT32_MAX,
		    "drop users with fewer rows (again, until all have N)"),
		OPT_SIZE(0, "min-item", "N", &w->min_item, 0, UINT32_MAX,
		    "drop items with fewer rows"),
		OPT_END
	});
}

static void
add_results(struct opt_table *t, struct cleanwant *w)
{
	opt_table_add(t, (const struct opt[]){
		OPT_CHOICE(0, "on-error", "WHAT", &w->on_error,
		    cleanplan_on_error, "what to do at a bad row"),
		OPT_FILE(0, "rejects", "FILE", &w->rejects,
		    "write the refused rows, with the reason"),
		OPT_FILE(0, "report", "FILE", &w->report,
		    "write the summary as JSON"),
		OPT_FLAG('H', "no-header", &w->no_header,
		    "write no header"),
		OPT_END
	});
}

/* Limits: past one the tool ends with status 3, and nothing is replaced. */
static void
add_gates(struct opt_table *t, struct cleanlimits *l)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SIZE(0, "min-rows", "N", &l->min_rows, 0, INFINITY, "with "
		    "fewer rows in the output end with status 3, and leave "
		    "the old output as it was (a gate, as the next four)"),
		OPT_LIST(0, "max-missing", "COLUMN=SHARE", &l->max_missing,
		    "a gate: the share of rows without this column, as in "
		    "rating=5%"),
		OPT_TEXT(0, "max-duplicates", "SHARE", &l->max_duplicates, "a "
		    "gate: the share of rows that are duplicates, as in 1%"),
		OPT_TEXT(0, "max-rejects", "SHARE", &l->max_rejects, "a gate: "
		    "the share of rows that are refused"),
		OPT_REAL(0, "max-drift", "X", &l->max_drift, 0, INFINITY, "a "
		    "gate: how far a column may have moved from --baseline "
		    "(population stability index; share of new and of "
		    "vanished ids)"),
		OPT_FILE(0, "baseline", "FILE", &l->baseline, "a --report of "
		    "an older table with the same columns"),
		OPT_END
	});
}

void
cleanoptions_begin(struct cli *cli, const struct cli_tool *tool,
    struct cleanwant *want, int argc, char **argv)
{
	struct opt_table table = { .n = 0 };

	add_columns(&table, want);
	add_rules(&table, want);
	add_results(&table, want);
	add_gates(&table, &want->limits);
	cli_begin(cli, tool, table.option, argc, argv);
	want->output = cli->output;
	want->gzip = cli->gzip;
}

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
		OPT_TEXT(0, "columns", "COLUMN,...", &w->columns, "other "
		    "columns to keep, as in title:token_seq,price:float,brand"),
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
		OPT_END
	});
}

static void
add_times(struct opt_table *t, struct cleanwant *w)
{
	opt_table_add(t, (const struct opt[]){
		OPT_CHOICE(0, "time-unit", "UNIT", &w->time_unit,
		    cleantime_unit, "what timestamps that are numbers count"),
		OPT_LIST(0, "time-format", "FORMAT", &w->time_format,
		    "how times are spelled, as in %d/%b/%Y:%H:%M:%S %z; may be "
		    "given again, then the first that fits counts"),
		OPT_TEXT(0, "time-zone", "ZONE", &w->time_zone, "the zone of "
		    "dates that have none, as +02:00; without it UTC"),
		OPT_TEXT(0, "since", "WHEN", &w->since, "drop rows before "
		    "this date (2024-03-31, or seconds since 1970)"),
		OPT_TEXT(0, "until", "WHEN", &w->until, "drop rows from this "
		    "date on"),
		OPT_TEXT(0, "half-life", "TIME", &w->half_life, "weights "
		    "halve in this time, as 30d (s, m, h, d, w), counted back "
		    "from the newest row"),
		OPT_TEXT(0, "now", "WHEN", &w->now, "count --half-life from "
		    "this date, and drop rows after it"),
		OPT_END
	});
}

static void
add_rules(struct opt_table *t, struct cleanwant *w)
{
	opt_table_add(t, (const struct opt[]){
		OPT_TEXT(0, "events", "LIST", &w->events, "only these types "
		    "of event, as in view,cart"),
		OPT_CHOICE(0, "other-events", "WHAT", &w->other_events,
		    cleanplan_other_events, "what to do with rows of other "
		    "types of event; without it drop if there are --events, "
		    "else refuse"),
		OPT_TEXT(0, "sample-users", "SHARE", &w->sample_users,
		    "only this share of the users, as 10%, chosen by seed and "
		    "id"),
		OPT_TEXT(0, "sample-items", "SHARE", &w->sample_items,
		    "only this share of the items"),
		OPT_SIZE(0, "max-per-day", "N", &w->max_per_day, 0, INFINITY,
		    "drop users with more rows in any day (0: none)"),
		OPT_TEXT(0, "max-burst", "N/TIME", &w->max_burst, "drop users "
		    "with more rows within a time, as 20/10s"),
		OPT_TEXT(0, "max-one-item", "SHARE/ROWS", &w->max_one_item,
		    "drop users with a greater share of their rows on one "
		    "item, if they have so many, as 90%/20"),
		OPT_TEXT(0, "missing", "WHAT", &w->missing, "what to do "
		    "without a rating: short for --fill rating=WHAT"),
		OPT_REAL(0, "min-rating", "X", &w->min_rating, -FLT_MAX,
		    FLT_MAX, "drop rows with a lower rating"),
		OPT_REAL(0, "max-rating", "X", &w->max_rating, -FLT_MAX,
		    FLT_MAX, "drop rows with a higher rating"),
		OPT_CHOICE(0, "duplicates", "HOW", &w->duplicates,
		    cleanmerge_choice, "what becomes of rows of the same user, "
		    "item and unweighted event; without it last for ratings "
		    "and for --table, else keep"),
		OPT_CHOICE(0, "repeats", "WHAT", &w->repeats,
		    cleanplan_repeats, "what becomes of rows that say what an "
		    "earlier row says, at the same time: events delivered "
		    "twice"),
		OPT_SIZE(0, "top-items", "N", &w->top_items, 0, UINT32_MAX,
		    "only the N items with the most rows (0: all)"),
		OPT_SIZE(0, "min-user", "N", &w->min_user, 0, UINT32_MAX,
		    "drop users with fewer rows (again, until all have N)"),
		OPT_SIZE(0, "min-item", "N", &w->min_item, 0, UINT32_MAX,
		    "drop items with fewer rows"),
		OPT_BYTES(0, "memory", "SIZE", &w->memory, 0, 1e15, "hold "
		    "rows in at most this much memory, as 2G, and others in a "
		    "file in TMPDIR; 0: no limit"),
		OPT_END
	});
}

static void
add_values(struct opt_table *t, struct cleanwant *w)
{
	struct opt_list *spec = w->spec;

	opt_table_add(t, (const struct opt[]){
		OPT_LIST(0, "number", "COLUMN=STYLE,...",
		    &spec[CLEANSPEC_NUMBER], "how numbers are spelled: plain, "
		    "point ($1,299.00), comma (1.299,00 EUR)"),
		OPT_LIST(0, "fill", "COLUMN=WHAT,...", &spec[CLEANSPEC_FILL],
		    "what to do with empty fields: keep, drop, refuse, a value "
		    "to fill in, or mean, median, user-mean, item-mean"),
		OPT_LIST(0, "range", "COLUMN=LOW..HIGH[:WHAT],...",
		    &spec[CLEANSPEC_RANGE], "drop rows with numbers outside, "
		    "or clip or refuse them; an end may be left out"),
		OPT_LIST(0, "scale", "COLUMN=LOW..HIGH:LOW..HIGH,...",
		    &spec[CLEANSPEC_SCALE], "change a scale, as in "
		    "rating=1..5:0..1"),
		OPT_LIST(0, "outliers", "COLUMN=HOW:LIMIT[:WHAT],...",
		    &spec[CLEANSPEC_OUTLIERS], "drop rows with numbers that "
		    "far from the others, or clip them: zscore:3, iqr:1.5, "
		    "mad:3.5"),
		OPT_LIST(0, "normalize", "COLUMN=HOW,...",
		    &spec[CLEANSPEC_NORMALIZE], "make numbers relative: "
		    "center, user-center, item-center, minmax, zscore, "
		    "user-zscore"),
		OPT_LIST(0, "tokenize", "COLUMN,...",
		    &spec[CLEANSPEC_TOKENIZE], "make texts words in small "
		    "letters"),
		OPT_SIZE(0, "min-token", "N", &w->min_token, 1, 1000,
		    "letters of the shortest word for --tokenize"),
		OPT_FILE(0, "stop-words", "FILE", &w->stop_words,
		    "words that --tokenize leaves out"),
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
		OPT_FILE(0, "pseudonymize", "KEYFILE", &w->pseudonymize,
		    "replace the ids of users (with --table: the key) by "
		    "HMAC-SHA-256 with the key in this file"),
		OPT_FLAG(0, "pseudonymize-items", &w->pseudonymize_items,
		    "the ids of items too"),
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
	add_times(&table, want);
	add_rules(&table, want);
	add_values(&table, want);
	add_results(&table, want);
	add_gates(&table, &want->limits);
	cli_begin(cli, tool, table.option, argc, argv);
	want->output = cli->output;
	want->gzip = cli->gzip;
	want->seed = cli->seed;
	want->note = cli_note_text;
	want->note_arg = cli;
}

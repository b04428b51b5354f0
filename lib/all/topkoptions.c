#include <math.h>
#include <stdlib.h>

#include "all/topkoptions.h"
#include "base/mem.h"
#include "cli/opttable.h"

/* What is not stored in a struct serve_input as it stands. */
struct texts {
	const char *part, *range, *active_since;
	struct opt_list models, history, where, rerank, per;
	int wide, trec, jsonl, items, similar;
};

static void
set_defaults(struct serve_input *in, struct texts *texts)
{
	*in = (struct serve_input){ .k = 10, .min_score = NAN,
	    .rerank = { .pool = OPT_UNSET } };
	*texts = (struct texts){ .wide = 0 };
}

static void
add_input(struct opt_table *t, struct serve_input *in, struct texts *texts)
{
	opt_table_add(t, (const struct opt[]){
		OPT_FILES('m', "model", "MODEL", &texts->models,
		    "the model that scores; given several times, as "
		    "ials.st:0.6 and ease.st:0.4: the weighted sum of the "
		    "models' scores, each normalised over the user's items; "
		    "without a weight it is 1"),
		OPT_FLAG(0, "partial", &in->models.partial,
		    "several models may have different items: where one lacks "
		    "an item, it counts as average there"),
		OPT_FILE(0, "fallback", "MODEL", &in->fallback,
		    "the model for users whom these do not know, as of "
		    "srs-knn-train --method popular"),
		OPT_FILES('i', "interactions", "FILE", &texts->history,
		    "what users have had, and what models of histories score "
		    "from; given several times: all, in this order"),
		OPT_SIZE('k', "top", "N", &in->k, 1, 1e9,
		    "items of a user's list"),
		OPT_CHOICE(0, "approximate", "METHOD", &in->approximate,
		    approximate_choice, "do not score all items"),
		OPT_BYTES(0, "memory", "SIZE", &in->memory, 0, 1e15,
		    "refuse what needs more than this, as 2G; 0: no limit"),
		OPT_SIZE(0, "recall-check", "N", &in->recall_check, 0, 1e9,
		    "say how much of the exact lists --approximate finds, for "
		    "N users, evenly spread"),
		OPT_FLAG(0, "items", &texts->items,
		    "list for each item those related to it"),
		OPT_TEXT(0, "other", "COLUMN", &in->other,
		    "with --items: only items that differ in this column of "
		    "the item table, as category"),
		OPT_FLAG(0, "similar-users", &texts->similar,
		    "list for each user those like him"),
		OPT_FLAG(0, "dot", &in->by_dot, "products of vectors for "
		    "--items and --similar-users, not cosines"),
		OPT_END
	});
}

static void
add_who(struct opt_table *t, struct serve_input *in, struct texts *texts)
{
	opt_table_add(t, (const struct opt[]){
		OPT_FILE(0, "users", "FILE", &in->who.users,
		    "only the users in this table, in its order (with "
		    "--items: the items in its column item_id)"),
		OPT_TEXT(0, "part", "I/N", &texts->part,
		    "only one of N parts of the users, by a hash of their "
		    "ids: for N machines"),
		OPT_TEXT(0, "user-range", "A:B", &texts->range,
		    "only the users at places A to B, from 1 on; without B, "
		    "to the end"),
		OPT_TEXT(0, "active-since", "TIME", &texts->active_since,
		    "only users with an interaction (-i) at or after TIME, a "
		    "number in the unit of the timestamps or, for seconds, a "
		    "date such as 2014-04-07"),
		OPT_FILE(0, "since", "FILE", &in->since,
		    "write only lists whose items or order are not as in "
		    "this file of lists, rows that an earlier run wrote"),
		OPT_END
	});
}

static void
add_rules(struct opt_table *t, struct serve_input *in, struct texts *texts)
{
	opt_table_add(t, (const struct opt[]){
		OPT_FLAG(0, "keep-seen", &in->keep_seen,
		    "list also what the user has had"),
		OPT_FILE(0, "candidates", "FILE", &in->candidates,
		    "list only the items in this table; with a column "
		    "user_id, a user's own"),
		OPT_FILE(0, "exclude", "FILE", &in->exclude,
		    "do not list the items in this table; with a column "
		    "user_id, not to that user"),
		OPT_FILE(0, "boost", "FILE", &in->boost,
		    "add the column boost of this table of items to their "
		    "scores"),
		OPT_FILE(0, "item-table", "FILE", &in->item_table,
		    "a table of items with a header, for --where, --per and "
		    "--rerank"),
		OPT_LIST(0, "where", "RULE", &texts->where,
		    "list only items that pass a comparison of a column of "
		    "the item table, as stock>0 or category!=gift; given "
		    "several times: all of them"),
		OPT_REAL(0, "min-score", "X", &in->min_score, -1e30, 1e30,
		    "list only what has at least this score"),
		OPT_END
	});
}

static void
add_reranking(struct opt_table *t, struct serve_input *in,
    struct texts *texts)
{
	opt_table_add(t, (const struct opt[]){
		OPT_NAMES(0, "rerank", "NAME[=COLUMN][:X]", &texts->rerank,
		    rerank_choice, "order lists otherwise than by score, by "
		    "these names, perhaps a column of the item table, and "
		    "how much, as mmr:0.8 or calibrate=genre; given several "
		    "times: one after the other"),
		OPT_LIST(0, "per", "COLUMN=N", &texts->per,
		    "at most N items of a list have the same token in this "
		    "column of the item table; given several times: all hold"),
		OPT_SIZE(0, "pool", "N", &in->rerank.pool, 1, 1e9,
		    "lists are made of a user's N best items; otherwise of 5 "
		    "times --top, 200 at least"),
		OPT_FILE(0, "vectors", "FILE", &in->rerank.vectors,
		    "vectors of items, by which mmr and dpp tell what is "
		    "alike; otherwise the model's"),
		OPT_END
	});
}

static void
add_output(struct opt_table *t, struct serve_input *in, struct texts *texts)
{
	opt_table_add(t, (const struct opt[]){
		OPT_FILE(0, "titles", "FILE", &in->titles,
		    "add the titles of an item table, for people to read"),
		OPT_TEXT(0, "title-column", "COLUMN", &in->title_column,
		    "the column that has them"),
		OPT_FLAG(0, "wide", &texts->wide, "write a row for each user: "
		    "user_id, item_ids, scores"),
		OPT_FLAG(0, "trec", &texts->trec,
		    "write a TREC run: user Q0 item rank score srs-topk"),
		OPT_FLAG(0, "jsonl", &texts->jsonl, "write JSON Lines"),
		OPT_FLAG('H', "no-header", &in->no_header, "write no header"),
		OPT_END
	});
}

static void
read_where(struct cli *cli, struct serve_input *in, const struct opt_list *l)
{
	in->where = mem_array("--where", l->n, sizeof *in->where);
	for (; in->n_where < l->n; in->n_where++)
		if (itemwhere_read(&in->where[in->n_where],
		    l->text[in->n_where]) != 0)
			cli_usage(cli, NULL);
	if (l->n > 0 && in->item_table == NULL)
		cli_usage(cli, "--where needs an --item-table");
	if (l->n == 0 && in->item_table != NULL && in->other == NULL &&
	    !rerankspec_needs_table(&in->rerank))
		cli_usage(cli, "--item-table is for --where, --per, --other "
		    "and a --rerank of a column");
}

static void
read_reranking(struct cli *cli, struct serve_input *in,
    const struct texts *texts)
{
	struct rerankspec *spec = &in->rerank;
	int status = 0;

	for (size_t i = 0; i < texts->rerank.n && status == 0; i++)
		status = rerankspec_add_step(spec, texts->rerank.text[i]);
	for (size_t i = 0; i < texts->per.n && status == 0; i++)
		status = rerankspec_add_quota(spec, texts->per.text[i]);
	if (status != 0 || rerankspec_check(spec, in->k, texts->history.n > 0,
	    in->item_table != NULL) != 0)
		cli_usage(cli, NULL);
	in->seed = cli->seed;
}

static void
settle_who(struct cli *cli, struct serve_input *in, const struct texts *texts)
{
	struct servewho_options *who = &in->who;

	if ((texts->part != NULL && servewho_read_part(who, texts->part) != 0)
	    || (texts->range != NULL &&
	    servewho_read_range(who, texts->range) != 0) ||
	    (texts->active_since != NULL &&
	    servewho_read_since(who, texts->active_since) != 0))
		cli_usage(cli, NULL);
	who->column = listabout_column(in->about);
	if (who->has_since && texts->history.n == 0)
		cli_usage(cli, "--active-since needs interactions: -i");
	if (who->has_since && in->about != LISTABOUT_USERS)
		cli_usage(cli, "--active-since is for lists of users");
	if (in->fallback != NULL && (in->about != LISTABOUT_USERS ||
	    in->approximate != NULL))
		cli_usage(cli, "--fallback is for exact lists of users");
	if (in->since != NULL && in->about != LISTABOUT_USERS)
		cli_usage(cli, "--since is for lists of users");
}

static void
settle_about(struct cli *cli, struct serve_input *in,
    const struct texts *texts)
{
	if (texts->items && texts->similar)
		cli_usage(cli, "give one of --items, --similar-users");
	if (texts->models.n > 1 && (texts->items || texts->similar))
		cli_usage(cli, texts->items ? "--items is for one model" :
		    "--similar-users is for one model");
	if (in->recall_check > 0 && in->approximate == NULL)
		cli_usage(cli, "--recall-check is for --approximate");
	if (in->other != NULL && (!texts->items || in->item_table == NULL))
		cli_usage(cli, texts->items ? "--other needs an --item-table" :
		    "--other is for --items");
	if (in->by_dot && !texts->items && !texts->similar)
		cli_usage(cli, "--dot is for --items and --similar-users");
	if (texts->similar && (in->candidates != NULL || in->boost != NULL ||
	    in->exclude != NULL || in->titles != NULL || in->n_where > 0 ||
	    rerankspec_is_used(&in->rerank)))
		cli_usage(cli, "--similar-users lists no items: there are no "
		    "rules for them");
	if (texts->items && rerankspec_needs_history(&in->rerank))
		cli_usage(cli, "--rerank calibrate and discount go by what "
		    "users have had: not with --items");
	in->about = texts->items ? LISTABOUT_ITEMS : texts->similar ?
	    LISTABOUT_SIMILAR : LISTABOUT_USERS;
}

/* What the table of options cannot see. */
static void
settle(struct cli *cli, struct serve_input *in, const struct texts *texts)
{
	if (texts->models.n == 0)
		cli_usage(cli, "give a model with -m");
	if (in->models.partial && texts->models.n == 1)
		cli_usage(cli, "--partial is for several models");
	if (cli->files[0] != cli->dash)
		cli_usage(cli, "'%s': interactions are given with -i",
		    cli->files[0]);
	if (texts->wide + texts->trec + texts->jsonl > 1)
		cli_usage(cli, "give one of --wide, --trec, --jsonl");
	in->format = texts->wide ? LISTFORMAT_WIDE :
	    texts->trec ? LISTFORMAT_TREC :
	    texts->jsonl ? LISTFORMAT_JSONL : LISTFORMAT_ROWS;
	if (in->titles != NULL && !listformat_has_titles(in->format))
		cli_usage(cli, "--titles is for rows and --jsonl");
	read_reranking(cli, in, texts);
	read_where(cli, in, &texts->where);
	settle_about(cli, in, texts);
	settle_who(cli, in, texts);
	in->models.name = texts->models.text;
	in->models.n = texts->models.n;
	in->history = texts->history.text;
	in->n_history = texts->history.n;
}

void
topkoptions_begin(struct cli *cli, const struct cli_tool *tool,
    struct serve_input *in, int argc, char **argv)
{
	struct opt_table table = { .n = 0 };
	struct texts texts;

	set_defaults(in, &texts);
	add_input(&table, in, &texts);
	add_who(&table, in, &texts);
	add_rules(&table, in, &texts);
	add_reranking(&table, in, &texts);
	add_output(&table, in, &texts);
	opt_table_add(&table, (const struct opt[]){ CLI_DRY_RUN(cli),
	    OPT_END });
	cli_begin(cli, tool, table.option, argc, argv);
	settle(cli, in, &texts);
}

void
topkoptions_release(struct serve_input *in)
{
	for (size_t i = 0; i < in->n_where; i++)
		itemwhere_release(&in->where[i]);
	free(in->where);
	rerankspec_release(&in->rerank);
}

/* srs-topk -- the best items for each user, with any model. */

#include <math.h>

#include "all/serve.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-topk", "list the k best items for each user with any model",
	"-m MODEL",
	"Scores all items of a model for each user and writes the best as "
	"rows user_id, item_id, score, rank.  What a user has had (-i) is not "
	"listed again.  Equal scores are ordered by the item id that sorts "
	"last."
};

struct args {
	struct cli cli;
	struct serve_input in;
	struct opt_list models, history;
	size_t k;
	int no_header, wide, trec, jsonl;
};

static void
read_options(struct args *a, int argc, char **argv)
{
	struct serve_input *in = &a->in;
	const struct opt options[] = {
		OPT_FILES('m', "model", "MODEL", &a->models,
		    "the model that scores"),
		OPT_FILES('i', "interactions", "FILE", &a->history,
		    "what users have had, and what models of histories score "
		    "from; given several times: all, in this order"),
		OPT_SIZE('k', "top", "N", &a->k, 1, 1e9,
		    "items of a user's list"),
		OPT_FLAG(0, "keep-seen", &in->keep_seen,
		    "list also what the user has had"),
		OPT_FILE(0, "users", "FILE", &in->users,
		    "only the users in this table, in its order"),
		OPT_FILE(0, "candidates", "FILE", &in->candidates,
		    "list only the items in this table; with a column "
		    "user_id, a user's own"),
		OPT_FILE(0, "exclude", "FILE", &in->exclude,
		    "do not list the items in this table; with a column "
		    "user_id, not to that user"),
		OPT_FILE(0, "boost", "FILE", &in->boost,
		    "add the column boost of this table of items to their "
		    "scores"),
		OPT_REAL(0, "min-score", "X", &in->min_score, -1e30, 1e30,
		    "list only what has at least this score"),
		OPT_FILE(0, "titles", "FILE", &in->titles,
		    "add the titles of an item table, for people to read"),
		OPT_TEXT(0, "title-column", "COLUMN", &in->title_column,
		    "the column that has them"),
		OPT_FLAG(0, "wide", &a->wide, "write a row for each user: "
		    "user_id, item_ids, scores"),
		OPT_FLAG(0, "trec", &a->trec,
		    "write a TREC run: user Q0 item rank score srs-topk"),
		OPT_FLAG(0, "jsonl", &a->jsonl, "write JSON Lines"),
		OPT_FLAG('H', "no-header", &a->no_header, "write no header"),
		OPT_END
	};

	cli_begin(&a->cli, &tool, options, argc, argv);
	if (a->models.n != 1)
		cli_usage(&a->cli, a->models.n == 0 ? "give a model with -m" :
		    "give one model; srs-fuse combines several");
	if (a->cli.files[0] != a->cli.dash)
		cli_usage(&a->cli, "'%s': interactions are given with -i",
		    a->cli.files[0]);
	if (a->wide + a->trec + a->jsonl > 1)
		cli_usage(&a->cli, "give one of --wide, --trec, --jsonl");
	in->format = a->wide ? LISTFORMAT_WIDE : a->trec ? LISTFORMAT_TREC :
	    a->jsonl ? LISTFORMAT_JSONL : LISTFORMAT_ROWS;
	if (in->titles != NULL && !listformat_has_titles(in->format))
		cli_usage(&a->cli, "--titles is for rows and --jsonl");
	in->model = a->models.text[0];
	in->history = a->history.text;
	in->n_history = a->history.n;
}

static int
run(struct args *a)
{
	struct cli *cli = &a->cli;
	struct put *put = put_open(cli->output, cli->gzip);
	struct tick *tick = NULL;
	struct serve s = { .scorer = NULL };
	int status = -1;

	if (put == NULL)
		return -1;
	a->in.tick = cli_progress(cli, "reading", "bytes");
	status = serve_open(&a->in, &s);
	cli_progress_end(a->in.tick);
	if (status == 0) {
		if (!a->no_header && serve_header(&s) != NULL)
			put_header(put, serve_header(&s));
		tick = cli_progress(cli, "lists", "users");
		/* What stops it is a failed write, of which this tells. */
		(void)!serve_lists(&s, a->k, put, tick);
		cli_progress_end(tick);
		status = put_commit(put);
	}
	if (status == 0)
		serve_say(&s, &a->in, a->k, cli);
	serve_close(&s);
	put_free(put);
	return status;
}

int
main(int argc, char *argv[])
{
	struct args a = { .cli = CLI_DEFAULTS, .k = 10,
	    .in = { .min_score = NAN } };

	read_options(&a, argc, argv);
	return cli_end(&a.cli, run(&a) == 0 ? CLI_DONE : CLI_FAILED);
}

/* srs-topk -- the best items for each user, with any model. */

#include "all/serve.h"
#include "base/buf.h"
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
	int no_header;
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
		    "list only the items in this table"),
		OPT_FILE(0, "titles", "FILE", &in->titles,
		    "add the titles of an item table, for people to read"),
		OPT_TEXT(0, "title-column", "COLUMN", &in->title_column,
		    "the column that has them"),
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
	in->model = a->models.text[0];
	in->history = a->history.text;
	in->n_history = a->history.n;
}

/* Who got a list, and who did not. */
static void
say(const struct args *a, const struct serve *s)
{
	const struct cli *cli = &a->cli;
	const size_t n_items = scorer_items(s->scorer);
	struct buf names = BUF_EMPTY;

	if (a->k > n_items)
		cli_note(cli, "the model has only %zu items", n_items);
	if (s->n_new_candidates > 0)
		cli_note(cli, "%s: %zu items are not known to the model",
		    a->in.candidates, s->n_new_candidates);
	if (s->titles != NULL && titles_missing(s->titles) > 0)
		cli_note(cli, "%s: no title for %zu of %zu items",
		    a->in.titles, titles_missing(s->titles), n_items);
	for (size_t i = 0; i < s->n_unknown && i < SERVE_EXAMPLES; i++)
		buf_format(&names, "%s'%.*s'", i > 0 ? ", " : "",
		    SPAN_ARGS(idmap_name(s->scorer->users, s->unknown[i])));
	if (s->n_unknown > 0)
		cli_note(cli, "%zu users are not known to the model: %s%s",
		    s->n_unknown, buf_cstr(&names),
		    s->n_unknown > SERVE_EXAMPLES ? ", ..." : "");
	if (s->n_empty > 0)
		cli_note(cli, "%zu users have no item left to list",
		    s->n_empty);
	if (s->n_general > 0)
		cli_note(cli, "%zu users have no segment in the model: they "
		    "are given what is popular with all", s->n_general);
	cli_note(cli, "%zu lists", s->n_lists);
	buf_release(&names);
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
		if (!a->no_header)
			put_header(put, serve_header(&s));
		tick = cli_progress(cli, "lists", "users");
		/* What stops it is a failed write, of which this tells. */
		(void)!serve_lists(&s, a->k, put, tick);
		cli_progress_end(tick);
		status = put_commit(put);
	}
	if (status == 0)
		say(a, &s);
	serve_close(&s);
	put_free(put);
	return status;
}

int
main(int argc, char *argv[])
{
	struct args a = { .cli = CLI_DEFAULTS, .k = 10 };

	read_options(&a, argc, argv);
	return cli_end(&a.cli, run(&a) == 0 ? CLI_DONE : CLI_FAILED);
}

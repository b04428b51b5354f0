/* servesay.c -- what srs-topk says of its lists when they are written. */

#include "all/serve.h"
#include "base/buf.h"
#include "base/num.h"
#include "model/standin.h"

static void
say_unknown_ids(const struct itemrules *rules, int kind, const char *path,
    const struct cli *cli)
{
	if (rules->n_unknown[kind] > 0)
		cli_note(cli, rules->is_pairs[kind] ? "%s: %zu rows have a "
		    "user or item that the model does not know" :
		    "%s: %zu items are not known to the model", path,
		    rules->n_unknown[kind]);
}

/* What the item table says nothing of, and what it leaves out. */
static void
say_item_table(const struct serve *s, const struct serve_input *in,
    const struct cli *cli)
{
	const size_t n = s->table->n_items;

	if (s->table->n_has < n)
		cli_note(cli, "%s: %zu of the model's %zu items are not in it",
		    in->item_table, n - s->table->n_has, n);
	for (size_t i = 0; i < in->n_where; i++) {
		const struct itemwhere *w = &in->where[i];

		if (w->n_missing > 0)
			cli_note(cli, "--where '%s': %zu of %zu items are left "
			    "out, %zu of them have no %s", w->text, w->n_out,
			    n, w->n_missing, w->column);
		else
			cli_note(cli, "--where '%s': %zu of %zu items are left "
			    "out", w->text, w->n_out, n);
	}
}

static const char *
who(const struct serve *s)
{
	return s->about == LISTABOUT_ITEMS ? "items" : "users";
}

static void
say_unknown_users(const struct serve *s, const struct cli *cli)
{
	struct buf names = BUF_EMPTY;

	for (size_t i = 0; i < s->n_unknown && i < SERVE_EXAMPLES; i++)
		buf_format(&names, "%s'%.*s'", i > 0 ? ", " : "",
		    SPAN_ARGS(idmap_name(s->scorer->users, s->unknown[i])));
	if (s->n_unknown > 0)
		cli_note(cli, "%zu %s are not known to the model: %s%s",
		    s->n_unknown, who(s), buf_cstr(&names),
		    s->n_unknown > SERVE_EXAMPLES ? ", ..." : "");
	buf_release(&names);
}

static void
say_old_lists(const struct oldlists *o, const char *path,
    const struct cli *cli)
{
	if (o->n_strange > 0)
		cli_note(cli, "%s: %zu rows of users who are not known any "
		    "more", path, o->n_strange);
	if (o->n_gone > 0)
		cli_note(cli, "%s: %zu users with a list there have none now",
		    path, o->n_gone);
	cli_note(cli, "%zu changed and %zu new lists are written, %zu "
	    "unchanged are not", o->n_changed, o->n_new, o->n_same);
}

/* Whose lists they are. */
static void
say_lists(const struct serve *s, const struct cli *cli)
{
	if (s->about != LISTABOUT_USERS || s->n_folded + s->n_fallback == 0)
		cli_note(cli, "%zu lists", s->n_lists);
	else
		cli_note(cli, "%zu lists: %zu of users that the model has, "
		    "%zu of new ones by their history, %zu by the fallback",
		    s->n_lists, s->n_lists - s->n_folded - s->n_fallback,
		    s->n_folded, s->n_fallback);
}

static void
say_memory(const struct serve_memory *m, const struct cli *cli)
{
	char model[NUM_TEXT_MAX], history[NUM_TEXT_MAX], lists[NUM_TEXT_MAX];

	num_say_bytes(model, (double)m->model);
	num_say_bytes(history, (double)m->history);
	num_say_bytes(lists, (double)m->lists);
	cli_note(cli, "memory: %s for the model, %s for interactions, %s for "
	    "lists", model, history, lists);
}

void
serve_foresee(const struct serve *s, struct forecast *f)
{
	forecast_memory(f, (double)s->memory.model, "the model: %zu items",
	    scorer_items(s->scorer));
	forecast_memory(f, (double)s->memory.history, "interactions");
	forecast_memory(f, (double)s->memory.lists, "lists while they are "
	    "made%s", s->index != NULL ? ", and the index" : "");
	forecast_step(f, "the best %zu of %zu %s for each of %zu %s", s->k,
	    scorer_items(s->scorer), s->about == LISTABOUT_SIMILAR ? "users" :
	    "items", s->who.n, who(s));
}

void
serve_say(const struct serve *s, const struct serve_input *in,
    const struct cli *cli)
{
	const size_t n_items = scorer_items(s->scorer);

	if (s->k > n_items)
		cli_note(cli, "the model has only %zu %s", n_items,
		    s->about == LISTABOUT_SIMILAR ? "users" : "items");
	say_unknown_ids(&s->rules, ITEMRULES_CANDIDATES, in->candidates, cli);
	say_unknown_ids(&s->rules, ITEMRULES_BOOST, in->boost, cli);
	say_unknown_ids(&s->rules, ITEMRULES_EXCLUDE, in->exclude, cli);
	if (s->table != NULL)
		say_item_table(s, in, cli);
	if (s->titles != NULL && titles_missing(s->titles) > 0)
		cli_note(cli, "%s: no title for %zu of %zu items",
		    in->titles, titles_missing(s->titles), n_items);
	if (in->who.has_since)
		cli_note(cli, "--active-since: %zu of %zu users", s->who.n,
		    s->who.n_active_of);
	say_unknown_users(s, cli);
	if (s->n_empty > 0)
		cli_note(cli, "%zu %s have no %s left to list", s->n_empty,
		    who(s), s->about == LISTABOUT_SIMILAR ? "user" : "item");
	if (s->n_general > 0)
		cli_note(cli, "%zu users have no segment in the model: they "
		    "are given what is popular with all", s->n_general);
	if (s->n_partly > 0)
		cli_note(cli, "%zu users are known to some of the models only: "
		    "their lists are made by these", s->n_partly);
	if (s->n_ungrouped > 0)
		cli_note(cli, "%s: %zu of %zu items have no %s: they are "
		    "related to nothing", in->item_table, s->n_ungrouped,
		    n_items, in->other);
	reranking_say(&s->reranking, cli);
	if (s->old != NULL)
		say_old_lists(s->old, in->since, cli);
	if (s->recall_check > 0)
		cli_note(cli, "recall@%zu of %zu %s: %.4f of what exact "
		    "search lists", s->k, s->recall.n_users, who(s),
		    s->recall.recall);
	if (in->fallback != NULL && standin_lacks(s->scorer) > 0)
		cli_note(cli, "%s: %zu of the model's %zu items are not in it",
		    in->fallback, standin_lacks(s->scorer), n_items);
	if (in->memory > 0 || cli->verbose)
		say_memory(&s->memory, cli);
	say_lists(s, cli);
}

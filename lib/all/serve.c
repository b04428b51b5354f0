#include <math.h>
#include <stdlib.h>

#include "all/families.h"
#include "all/relate.h"
#include "all/serve.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/readitemtable.h"
#include "model/standin.h"
#include "rank/lists.h"

/* --- users and items that are asked for ----------------------------------- */

/* Without a table of them, somebody must be known. */
static int
check_users(const struct serve *s, const struct serve_input *in)
{
	if (in->who.users != NULL || idmap_count(s->scorer->users) > 0)
		return 0;
	return err_msg("%s: %s no users: give their interactions with -i",
	    models_name(&in->models), in->models.n == 1 ? "the model stores" :
	    "they store");
}

static int
read_rules(struct serve *s, const struct serve_input *in)
{
	const char *const files[] = {
		[ITEMRULES_CANDIDATES] = in->candidates,
		[ITEMRULES_BOOST] = in->boost,
		[ITEMRULES_EXCLUDE] = in->exclude,
	};

	for (int kind = 0; kind < ITEMRULES_KINDS; kind++)
		if (files[kind] != NULL && itemrules_read(&s->rules, kind,
		    files[kind], s->scorer->users, s->scorer->items) != 0)
			return -1;
	if (s->rules.candidates != NULL)
		inter_matrix(s->rules.candidates, CSR_MAX, &s->candidates);
	s->has_min_score = !isnan(in->min_score);
	s->min_score = (float)in->min_score;
	return 0;
}

/* The columns of the item table that somebody asks for. */
static struct itemtable *
read_columns(const struct serve_input *in, const struct idmap *items)
{
	const char **names = mem_array("columns", 1 + in->n_where +
	    in->rerank.n_steps + in->rerank.n_quotas, sizeof *names);
	struct itemtable *t;
	size_t n = rerankspec_columns(&in->rerank, names);

	for (size_t i = 0; i < in->n_where; i++)
		names[n++] = in->where[i].column;
	if (in->other != NULL)
		names[n++] = in->other;
	t = readitemtable(in->item_table, names, n, items);
	free(names);
	return t;
}

/* After the rules of files, of which candidates begin with none. */
static int
read_item_table(struct serve *s, const struct serve_input *in)
{
	const size_t n = scorer_items(s->scorer);
	float *adjust;
	size_t i = 0;

	s->table = read_columns(in, s->scorer->items);
	if (s->table == NULL)
		return -1;
	adjust = itemrules_adjust(&s->rules, n);
	for (size_t r = 0; r < in->n_where; r++)
		if (itemwhere_apply(&in->where[r], s->table, in->item_table,
		    adjust) != 0)
			return -1;
	while (i < n && adjust[i] == -INFINITY)
		i++;
	return i < n ? 0 : err_msg("%s: --where leaves none of the model's "
	    "%zu items", in->item_table, n);
}

/* Those who have no group get no lists. */
static void
drop_ungrouped(struct serve *s)
{
	const size_t n = s->who.n;

	s->who.n = 0;
	for (size_t i = 0; i < n; i++)
		if (s->who.user[i] >= scorer_items(s->scorer) ||
		    s->group[s->who.user[i]] != UINT32_MAX)
			s->who.user[s->who.n++] = s->who.user[i];
}

/* The tokens of --other.  What has none differs from nothing that is known: it
 * is not listed, and its own group is that of all such items. */
static int
read_groups(struct serve *s, const struct serve_input *in)
{
	const struct itemtable_column *c = itemtable_find(s->table, in->other);
	const size_t n = scorer_items(s->scorer);
	float *adjust = itemrules_adjust(&s->rules, n);

	if (c->kind != ITEMTABLE_TOKEN)
		return err_msg("%s: --other '%s': not a column of single "
		    "tokens", in->item_table, in->other);
	s->group = mem_array("groups of items", n, sizeof *s->group);
	for (size_t i = 0; i < n; i++) {
		s->group[i] = c->n_tokens[i] > 0 ? c->token[c->first[i]] :
		    UINT32_MAX;
		if (c->n_tokens[i] > 0)
			continue;
		adjust[i] = -INFINITY;
		s->n_ungrouped++;
	}
	drop_ungrouped(s);
	return 0;
}

static int
open_reranking(struct serve *s, const struct serve_input *in)
{
	return reranking_open(&s->reranking, &(struct reranking_input){
	    .spec = &in->rerank, .k = in->k, .scorer = s->scorer,
	    .model = models_name(&in->models), .history = s->history,
	    .table = s->table, .table_path = in->item_table,
	    .seed = in->seed });
}

static struct listnames
names_of(const struct serve *s)
{
	return (struct listnames){ s->scorer->users, s->scorer->items,
		s->titles, s->about };
}

static int
read_old_lists(struct serve *s, const struct serve_input *in)
{
	s->old = mem_array("old lists", 1, sizeof *s->old);
	return oldlists_read(s->old, in->since, s->scorer->users,
	    s->scorer->items, in->tick);
}

static void
free_old_lists(struct oldlists *o)
{
	if (o != NULL)
		oldlists_release(o);
	free(o);
}

/* The model, and what was had; before anybody is chosen. */
static int
open_model(struct serve *s, const struct serve_input *in)
{
	s->scorer = models_open(&in->models);
	if (s->scorer == NULL)
		return -1;
	if (s->about != LISTABOUT_USERS)
		s->scorer = relate(s->scorer, &(struct relate){
		    s->about == LISTABOUT_ITEMS ? RELATED_ITEMS :
		    RELATED_USERS, in->by_dot, models_name(&in->models),
		    in->history, in->n_history, in->tick }, &s->history);
	else if (scorer_is_of_rows(s->scorer))
		return err_msg("%s: a model of features has no items to list: "
		    "see srs-score", models_name(&in->models));
	return s->scorer != NULL ? 0 : -1;
}

/* A table whose users are all strangers is not one of users, as a rule. */
static int
check_strangers(const struct serve *s, const char *path)
{
	size_t i = 0;

	while (i < s->who.n && !scorer_knows_user(s->scorer, s->who.user[i]))
		i++;
	return i < s->who.n || s->who.n == 0 ? 0 : err_msg("%s: none of the "
	    "%zu users is known to the model", path, s->who.n);
}

/* When the model has read its history. */
static int
add_fallback(struct serve *s, const char *path)
{
	struct scorer *other = scorer_open(all_families, path);

	if (other == NULL)
		return -1;
	s->scorer = standin_new(s->scorer, other);
	return s->scorer != NULL ? 0 : -1;
}

/* How the lists are made. */
static struct lists_options
options_of(const struct serve *s, struct tick *tick)
{
	const struct itemrules *rules = &s->rules;

	return (struct lists_options){
		.k = s->k,
		.left_out = { s->keep_seen || s->history == NULL ? NULL :
		    &s->history->by_user, rules->excluded == NULL ? NULL :
		    &rules->excluded->by_user },
		.candidates = rules->candidates == NULL ? NULL :
		    &s->candidates,
		.group = s->group,
		.adjust = rules->adjust,
		.min_score = s->has_min_score ? &s->min_score : NULL,
		.index = s->index,
		.rerank = s->reranking.rerank,
		.pool = s->reranking.pool,
		.tick = tick,
	};
}

/* --- memory --------------------------------------------------------------- */

/* With --part, --users or --user-range, nobody else's interactions matter,
 * unless something is learnt from all. */
static struct scorer_reading
what_to_read(const struct serve *s, const struct serve_input *in)
{
	const int by_user = !s->scorer->folds_items &&
	    !rerankspec_needs_popularity(&in->rerank);
	const int is_some = servewho_is_some(&in->who);

	return (struct scorer_reading){
		.paths = in->history, .n_paths = in->n_history,
		.wants = by_user && is_some ? servewho_wants : NULL,
		.arg = &s->who,
		.instead = by_user ? "give more, or list parts of the users "
		    "(--part)" : "give more",
		.tick = in->tick };
}

static int
too_much(const struct serve_input *in, const char *what, size_t bytes)
{
	char need[NUM_TEXT_MAX], memory[NUM_TEXT_MAX];

	num_say_bytes(need, (double)bytes);
	num_say_bytes(memory, (double)in->memory);
	return err_msg("%s: %s %s of memory, and --memory is %s",
	    models_name(&in->models), what, need, memory);
}

static int
read_history(struct serve *s, const struct serve_input *in)
{
	struct scorer_reading reading = what_to_read(s, in);
	const size_t model = scorer_bytes(s->scorer);

	if (in->memory > 0 && model >= in->memory)
		return too_much(in, "the model alone takes", model);
	if (in->memory > 0)
		reading.memory = in->memory - model +
		    idmap_bytes(s->scorer->users);
	s->history = scorer_history(s->scorer, &reading);
	return s->history != NULL ? 0 : -1;
}

static int
check_memory(struct serve *s, const struct serve_input *in)
{
	const struct lists_options options = options_of(s, NULL);
	struct serve_memory *m = &s->memory;

	m->model = scorer_bytes(s->scorer);
	m->history = s->history != NULL ? inter_bytes(s->history) : 0;
	m->lists = lists_bytes(s->scorer, &options) + (s->index != NULL ?
	    coarse_bytes(s->index) : 0);
	return in->memory == 0 ||
	    m->model + m->history + m->lists <= in->memory ? 0 :
	    too_much(in, "the model, the interactions and the lists take",
	    m->model + m->history + m->lists);
}

int
serve_open(const struct serve_input *in, struct serve *s)
{
	struct listnames names;

	*s = (struct serve){ .k = in->k, .keep_seen = in->keep_seen,
	    .format = in->format, .about = in->about,
	    .recall_check = in->recall_check };
	if (open_model(s, in) != 0)
		return -1;
	/* Before the model prepares itself for all users that there are. */
	if (servewho_name(&s->who, &in->who, s->scorer) != 0)
		return -1;
	if (s->history == NULL && in->n_history > 0 &&
	    read_history(s, in) != 0)
		return -1;
	if (check_users(s, in) != 0 || servewho_choose(&s->who, &in->who,
	    s->scorer, s->history) != 0)
		return -1;
	if (read_rules(s, in) != 0 ||
	    (in->item_table != NULL && read_item_table(s, in) != 0) ||
	    (in->other != NULL && read_groups(s, in) != 0))
		return -1;
	if (in->titles != NULL && (s->titles = readtitles(in->titles,
	    in->title_column, s->scorer->items)) == NULL)
		return -1;
	if (in->since != NULL && read_old_lists(s, in) != 0)
		return -1;
	names = names_of(s);
	if (listformat_check(s->format, &names) != 0)
		return -1;
	if (in->fallback != NULL && add_fallback(s, in->fallback) != 0)
		return -1;
	if (scorer_prepare(s->scorer) != 0)
		return -1;
	if (in->who.users != NULL && s->about == LISTABOUT_USERS &&
	    check_strangers(s, in->who.users) != 0)
		return -1;
	if (in->approximate != NULL && (s->index = approximate_open(s->scorer,
	    s->rules.adjust, models_name(&in->models))) == NULL)
		return -1;
	if (rerankspec_is_used(&in->rerank) && open_reranking(s, in) != 0)
		return -1;
	return check_memory(s, in);
}

void
serve_close(struct serve *s)
{
	free_old_lists(s->old);
	titles_free(s->titles);
	reranking_close(&s->reranking);
	coarse_free(s->index);
	free(s->group);
	itemtable_free(s->table);
	itemrules_release(&s->rules);
	csr_release(&s->candidates);
	servewho_release(&s->who);
	scorer_free(s->scorer);
	inter_free(s->history);
	*s = (struct serve){ .scorer = NULL };
}

/* --- lists ---------------------------------------------------------------- */

struct serving {
	struct serve *serve;
	struct listnames names;
	struct put *put;
};

/* The only one of these that is called from several threads. */
static void
format_list(void *arg, uint32_t user, const struct topk_item *best, size_t n,
    struct buf *out)
{
	const struct serving *job = arg;
	struct oldlists *old = job->serve->old;

	if (old != NULL && oldlists_is_same(old, user, best, n))
		return;
	listformat_add(job->serve->format, &job->names, user, best, n, out);
}

static void
count_kind(struct serve *s, uint32_t user)
{
	const struct scorer *m = s->scorer;

	s->n_lists++;
	s->n_general += !scorer_knows_segment(m, user);
	s->n_partly += !scorer_knows_all(m, user);
	if (scorer_stands_in(m, user))
		s->n_fallback++;
	else
		s->n_folded += m->n_model_users > 0 &&
		    user >= m->n_model_users;
}

static void
count_list(void *arg, uint32_t user, size_t n)
{
	const struct serving *job = arg;
	struct serve *s = job->serve;

	reranking_count(&s->reranking, user, n);
	if (s->old != NULL)
		oldlists_count(s->old, user, n);
	if (n > 0)
		count_kind(s, user);
	else if (scorer_knows_user(s->scorer, user))
		s->n_empty++;
	else if (s->n_unknown++ < SERVE_EXAMPLES)
		s->unknown[s->n_unknown - 1] = user;
}

static int
write_rows(void *arg, struct span rows)
{
	const struct serving *job = arg;

	put_rows(job->put, rows);
	return put_failed(job->put) ? -1 : 0;
}

int
serve_lists(struct serve *s, struct put *put, struct tick *tick)
{
	struct serving job = { s, names_of(s), put };
	const struct lists_options options = options_of(s, tick);
	const struct lists_text text = { format_list, write_rows, count_list,
	    &job };
	const int status = lists_write(s->scorer, s->who.user, s->who.n,
	    &options, &text);

	if (status == 0 && s->recall_check > 0)
		s->recall = approximate_recall(s->scorer, s->who.user,
		    s->who.n, &options, s->recall_check);
	return status;
}

const char *
serve_header(const struct serve *s)
{
	return listformat_header(s->format, s->about, s->titles != NULL);
}

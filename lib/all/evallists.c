#include <stdlib.h>

#include "all/evaluate.h"
#include "base/buf.h"
#include "base/mem.h"
#include "eval/ranking.h"
#include "io/ids.h"
#include "io/readscores.h"
#include "io/rows.h"

enum { EXAMPLES = 3 };		/* ids shown of each side */

/* What is known of all systems: ids, truth, and who showed which items. */
struct state {
	const struct evaluate *how;
	struct put *per_user;	/* or NULL */
	struct evaltable *out;
	struct idmap *users, *items;
	struct scored *truth;
	unsigned char *listed;	/* (n_listed) the catalogue; or NULL: all */
	size_t n_listed;
	struct ranking *result;	/* (systems) */
	size_t *n_items;	/* (systems) of the maps, then */
};

static void
note(const struct state *s, struct buf *text)
{
	s->how->note(s->how->note_arg, buf_cstr(text));
	text->n = 0;
}

/* --- the truth ------------------------------------------------------------ */

static size_t
count_relevant(const struct state *s)
{
	size_t n_relevant = 0;

	for (size_t u = 0; u < scored_users(s->truth); u++) {
		size_t n;
		const struct scored_item *x = scored_of(s->truth, (uint32_t)u,
		    &n);

		for (size_t i = 0; i < n; i++)
			n_relevant += x[i].value >= s->how->min_relevance;
	}
	return n_relevant;
}

static int
read_truth(struct state *s)
{
	const struct evaluate *how = s->how;
	struct buf text = BUF_EMPTY;
	uint64_t dropped;

	s->truth = readscores(how->truth, &(struct readscores){
	    .judgments = 1, .column = how->relevance, .trec = how->trec,
	    .tick = how->tick }, s->users, s->items);
	if (s->truth == NULL)
		return -1;
	dropped = scored_unique(s->truth);
	if (count_relevant(s) == 0)
		return err_msg("%s: no row is relevant", how->truth);
	if (dropped > 0) {
		buf_format(&text, "%s: %ju rows repeat a user and item: the "
		    "largest relevance counts", how->truth,
		    (uintmax_t)dropped);
		note(s, &text);
	}
	buf_release(&text);
	return 0;
}

/* The catalogue: column item_id, or the first one without a header. */
static int
read_catalogue(struct state *s)
{
	static const char *const order[] = { "item_id", NULL };
	struct rows *rows = rows_open(s->how->items, &(struct rows_format){
	    .positional = order, .kind = ROWS_TSV });
	size_t cap = 0;
	int got = -1, column = -1;

	if (rows != NULL)
		column = rows_column(rows, "item_id");
	while (column >= 0 && (got = rows_next(rows)) > 0) {
		struct span name;
		uint32_t item;

		if ((got = ids_text(rows, column, &name)) != 0)
			break;
		item = idmap_add(s->items, name);
		s->listed = mem_grow("items", s->listed, &cap,
		    (size_t)item + 1, 1);
		while (s->n_listed <= item)
			s->listed[s->n_listed++] = 0;
		s->listed[item] = 1;
	}
	rows_close(rows);
	return got;
}

/* --- a system ---------------------------------------------------------- */

/* "'i1', 'i2', 'i3'" of what the rows of users name. */
static void
show_items(struct buf *text, const struct scored *s, const struct idmap *items)
{
	size_t shown = 0, n;

	for (size_t u = 0; u < scored_users(s) && shown < EXAMPLES; u++) {
		const struct scored_item *x = scored_of(s, (uint32_t)u, &n);

		for (size_t i = 0; i < n && shown < EXAMPLES; i++)
			buf_format(text, "%s'%.*s'", shown++ ? ", " : "",
			    SPAN_ARGS(idmap_name(items, x[i].item)));
	}
}

static void
show_users(struct buf *text, const struct scored *s, const struct idmap *users)
{
	size_t shown = 0, n;

	for (size_t u = 0; u < scored_users(s) && shown < EXAMPLES; u++) {
		scored_of(s, (uint32_t)u, &n);
		if (n > 0)
			buf_format(text, "%s'%.*s'", shown++ ? ", " : "",
			    SPAN_ARGS(idmap_name(users, (uint32_t)u)));
	}
}

/* Lists and truth that share no ids come from different maps of ids. */
static int
no_overlap(const struct state *s, const struct scored *lists,
    const char *path, const char *what,
    void (*show)(struct buf *, const struct scored *, const struct idmap *),
    const struct idmap *map)
{
	struct buf here = BUF_EMPTY, there = BUF_EMPTY;

	show(&here, lists, map);
	show(&there, s->truth, map);
	err_msg("%s: none of its %s is in the truth: it has %s, and %s has "
	    "%s", path, what, buf_cstr(&here), s->how->truth,
	    buf_cstr(&there));
	buf_release(&here);
	buf_release(&there);
	return -1;
}

/* An item that a user has twice is one if its scores agree (sampled candidates
 * may repeat themselves); else there is no telling where it belongs. */
static int
check_repeats(const struct state *s, struct scored *lists, const char *path)
{
	struct buf text = BUF_EMPTY;
	uint64_t dropped;
	uint32_t user, item;

	if (scored_once(lists, &dropped, &user, &item) != 0)
		return err_msg("%s: user '%.*s' has item '%.*s' twice, with "
		    "different scores", path,
		    SPAN_ARGS(idmap_name(s->users, user)),
		    SPAN_ARGS(idmap_name(s->items, item)));
	if (dropped > 0) {
		buf_format(&text, "%s: %ju rows repeat a user, item and score: "
		    "they count once", path, (uintmax_t)dropped);
		note(s, &text);
	}
	buf_release(&text);
	return 0;
}

static int
check_lists(const struct state *s, const struct scored *lists,
    const char *path, const struct ranking *r)
{
	const size_t n_both = r->n_counted -
	    (s->how->all_users ? r->n_missing : 0);

	if (n_both == 0)
		return no_overlap(s, lists, path, "users", show_users,
		    s->users);
	/* One user may well have been recommended nothing of use. */
	if (n_both > 1 && !ranking_overlap(s->truth, lists,
	    idmap_count(s->items)))
		return no_overlap(s, lists, path, "items", show_items,
		    s->items);
	return 0;
}

static void
say_counts(const struct state *s, const char *path, const struct ranking *r)
{
	struct buf text = BUF_EMPTY;

	buf_format(&text, "%s: %zu users", path, r->n_counted);
	if (r->n_missing > 0)
		buf_format(&text, "; %zu of the truth have no list and %s",
		    r->n_missing, s->how->all_users ? "count 0" :
		    "are skipped");
	if (r->n_strangers > 0)
		buf_format(&text, "; %zu have a list but no truth",
		    r->n_strangers);
	note(s, &text);
	buf_release(&text);
}

static void
put_users(const struct state *s, const char *path, const struct ranking *r)
{
	const size_t n = s->out->measures->n;

	for (size_t u = 0; u < r->n_users; u++) {
		if (!r->counted[u])
			continue;
		put_text(s->per_user, path);
		put_span(s->per_user, idmap_name(s->users, (uint32_t)u));
		for (size_t j = 0; j < n; j++)
			if (r->shown[j] == NULL)
				put_double(s->per_user,
				    r->value[u * n + j]);
		put_end(s->per_user);
	}
}

static int
evaluate_file(struct state *s, size_t i)
{
	const char *path = s->how->files[i];
	const struct ranking_options options = { s->out->measures,
	    s->how->min_relevance, s->how->all_users };
	struct ranking *r = &s->result[i];
	struct scored *lists = readscores(path, &(struct readscores){
	    .column = s->how->score, .trec = s->how->trec,
	    .tick = s->how->tick }, s->users, s->items);
	int status = -1;

	if (lists == NULL)
		return -1;
	scored_sort_best(lists, s->items);
	if (check_repeats(s, lists, path) != 0)
		goto done;
	s->n_items[i] = idmap_count(s->items);
	ranking_eval(s->truth, lists, s->n_items[i], &options, r);
	if (check_lists(s, lists, path, r) != 0)
		goto done;
	say_counts(s, path, r);
	if (s->per_user != NULL)
		put_users(s, path, r);
	status = 0;
done:
	scored_free(lists);
	return status;
}

/* --- all systems ------------------------------------------------------- */

/* The items of the catalogue, now that all lists have been read. */
static double
over_catalogue(const struct state *s, const struct metric *metric,
    const uint64_t *shown, size_t n_shown)
{
	const size_t n_items = idmap_count(s->items);
	uint64_t *count = mem_array("items", n_items, sizeof *count);
	struct metric_exposure e = { count, 0 };
	double value;

	for (size_t i = 0; i < n_items; i++) {
		if (s->listed != NULL && (i >= s->n_listed || !s->listed[i]))
			continue;
		count[e.n_items++] = i < n_shown ? shown[i] : 0;
	}
	value = metric->all(&e);
	free(count);
	return value;
}

static void
fill_table(struct state *s)
{
	const struct measures *m = s->out->measures;

	for (size_t i = 0; i < s->how->n_files; i++) {
		double *value = evaltable_add(s->out, s->how->files[i]);

		for (size_t j = 0; j < m->n; j++)
			value[j] = s->result[i].shown[j] == NULL ?
			    s->result[i].mean[j] : over_catalogue(s,
			    m->at[j].metric, s->result[i].shown[j],
			    s->n_items[i]);
	}
}

static void
say_catalogue(const struct state *s)
{
	struct buf text = BUF_EMPTY;
	int is_used = 0;

	for (size_t j = 0; j < s->out->measures->n; j++)
		is_used |= s->out->measures->at[j].metric->kind ==
		    METRIC_CATALOGUE;
	if (is_used && s->listed == NULL) {
		buf_format(&text, "the catalogue is the %zu items of the "
		    "truth and all lists: see --items",
		    idmap_count(s->items));
		note(s, &text);
	}
	buf_release(&text);
}

static void
put_user_header(struct put *put, const struct measures *m)
{
	struct buf header = BUF_EMPTY;

	buf_text(&header, "system:token\tuser_id:token");
	for (size_t j = 0; j < m->n; j++)
		if (m->at[j].metric->kind == METRIC_LIST)
			buf_format(&header, "\t%s:float", m->at[j].name);
	put_header(put, buf_cstr(&header));
	buf_release(&header);
}

int
evaluate_lists(const struct evaluate *how, struct put *per_user,
    struct evaltable *out)
{
	struct state s = { .how = how, .per_user = per_user, .out = out };
	int status = -1;

	s.users = idmap_new();
	s.items = idmap_new();
	s.result = mem_array("results", how->n_files, sizeof *s.result);
	s.n_items = mem_array("results", how->n_files, sizeof *s.n_items);
	if (read_truth(&s) != 0)
		goto done;
	if (how->items != NULL && read_catalogue(&s) != 0)
		goto done;
	if (per_user != NULL)
		put_user_header(per_user, out->measures);
	for (size_t i = 0; i < how->n_files; i++)
		if (evaluate_file(&s, i) != 0)
			goto done;
	fill_table(&s);
	say_catalogue(&s);
	status = 0;
done:
	for (size_t i = 0; i < how->n_files; i++)
		ranking_release(&s.result[i], out->measures->n);
	free(s.result);
	free(s.n_items);
	free(s.listed);
	scored_free(s.truth);
	idmap_free(s.items);
	idmap_free(s.users);
	return status;
}

#include <math.h>
#include <stdlib.h>

#include "all/evalcertain.h"
#include "all/evalgroup.h"
#include "all/evaluate.h"
#include "all/evalworld.h"
#include "base/buf.h"
#include "base/mem.h"
#include "eval/ranking.h"
#include "io/ids.h"
#include "io/readscores.h"
#include "io/rows.h"

enum { EXAMPLES = 3 };		/* ids shown of each side */

/* A value that has to wait until all items of the catalogue are known. */
struct pending {
	size_t row, measure;
	struct ranking_shown shown;
	const struct evalgroup *group;	/* of the row's segment, or NULL */
	size_t part;
	size_t n_users, n_listed;
};

/* What is known of all systems: ids, truth, and who showed which items. */
struct state {
	const struct evaluate *how;
	struct put *per_user;	/* or NULL */
	struct evaltable *out;
	struct idmap *users, *items;
	struct scored *truth;
	unsigned char *listed;	/* (n_listed) the catalogue; or NULL: all */
	size_t n_listed;
	struct evalworld *world;
	struct evalgroup **group;	/* (how->n_by) */
	struct ranking *result;	/* (systems) */
	size_t *row;		/* (systems) of the table */
	struct pending *pending;	/* (n_pending of cap_pending) */
	size_t n_pending, cap_pending;
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
	    .positional = order, .kind = ROWS_GUESS });
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

	buf_format(&text, "%s: %zu user%s", path, r->n_counted,
	    r->n_counted == 1 ? "" : "s");
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

/* A list that has no value has an empty field. */
static void
put_value(struct put *put, double x)
{
	if (isnan(x))
		put_text(put, "");
	else
		put_double(put, x);
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
			if (s->out->measures->at[j].metric->kind ==
			    METRIC_LIST)
				put_value(s->per_user, r->value[u * n + j]);
		put_end(s->per_user);
	}
}

/* --- segments ------------------------------------------------------------- */

/* Adds a value that waits, of the lists of the ranking's users in `users`. */
static void
add_pending(struct state *s, const struct scored *lists,
    const struct ranking *r, const unsigned char *users, struct pending p)
{
	for (size_t u = 0; u < r->n_users; u++) {
		size_t judged, listed;

		scored_of(s->truth, (uint32_t)u, &judged);
		scored_of(lists, (uint32_t)u, &listed);
		if (judged == 0 || (users != NULL && !users[u]))
			continue;
		p.n_users++;
		p.n_listed += listed > 0;
	}
	ranking_show(lists, r, users, s->out->measures->at[p.measure].k,
	    idmap_count(s->items), &p.shown);
	s->pending = mem_grow("results", s->pending, &s->cap_pending,
	    s->n_pending + 1, sizeof *s->pending);
	s->pending[s->n_pending++] = p;
}

/* A row of the table: of a part of a group, or of everything (NULL).  The
 * means are those of r, the lists shown those of `all`. */
static size_t
add_row(struct state *s, const char *path, const struct scored *lists,
    const struct ranking *r, const struct ranking *all,
    const unsigned char *users, const struct evalgroup *group, size_t part)
{
	const struct measures *m = s->out->measures;
	const size_t row = evaltable_add(s->out, path,
	    group != NULL ? group->label[part] : NULL);

	s->out->row[row].n = ranking_count(r, users);
	for (size_t j = 0; j < m->n; j++) {
		const struct metric *metric = m->at[j].metric;
		const int is_of_items = group != NULL && !group->of_users;

		if (metric->kind == METRIC_LIST)
			s->out->row[row].value[j] = ranking_mean(r, m->n, j,
			    users);
		else if (is_of_items ||
		    (metric->needs & METRIC_NEEDS_PART) == 0)
			add_pending(s, lists, all, users, (struct pending){
			    .row = row, .measure = j, .group = group,
			    .part = part });
	}
	return row;
}

/* The rows of a group's segments, the worst of them, and the gap. */
static void
add_segments(struct state *s, const char *path, const struct scored *lists,
    const struct ranking_options *options, const struct ranking *r,
    const struct evalgroup *group)
{
	for (size_t p = 0; p < group->n; p++) {
		struct scored *truth;
		unsigned char *users;
		struct ranking of_items;

		if (group->of_users) {
			users = evalgroup_mask(group, p, s->users);
			add_row(s, path, lists, r, r, users, group, p);
			free(users);
			continue;
		}
		truth = evalgroup_truth(group, p, s->truth, s->items,
		    s->how->min_relevance);
		ranking_eval(truth, lists, options, &of_items);
		add_row(s, path, lists, &of_items, r, NULL, group, p);
		ranking_release(&of_items);
		scored_free(truth);
	}
	evaltable_add_gaps(s->out, path, group->name);
}

/* --- a system, to the end ------------------------------------------------- */

/* Lists of candidates among which all that is relevant always is. */
static void
warn_sampled(const struct state *s, const char *path,
    const struct scored *lists, const struct ranking *r)
{
	struct buf text = BUF_EMPTY;

	if (!ranking_lists_all(s->truth, lists, s->how->min_relevance, r))
		return;
	buf_format(&text, "%s: each list has all that is relevant: if these "
	    "are sampled candidates, the whole catalogue may rank systems "
	    "differently (Krichene and Rendle 2020)", path);
	note(s, &text);
	buf_release(&text);
}

static int
add_system(struct state *s, size_t i, const struct scored *lists)
{
	const char *path = s->how->files[i];
	struct ranking *r = &s->result[i];
	const struct ranking_options options = { s->out->measures,
	    s->how->min_relevance, s->how->all_users,
	    evalworld_metric(s->world) };

	evalworld_grow(s->world);
	ranking_eval(s->truth, lists, &options, r);
	if (check_lists(s, lists, path, r) != 0)
		return -1;
	say_counts(s, path, r);
	warn_sampled(s, path, lists, r);
	if (s->per_user != NULL)
		put_users(s, path, r);
	if (s->how->plot != NULL)
		evalplot_lists(s->how->plot, path, s->truth, lists, &options,
		    r);
	s->row[i] = add_row(s, path, lists, r, r, NULL, NULL, 0);
	if (s->how->intervals)
		evalcertain_intervals(s->how, r, s->users, s->row[i], s->out);
	for (size_t g = 0; g < s->how->n_by; g++)
		add_segments(s, path, lists, &options, r, s->group[g]);
	return 0;
}

static int
evaluate_file(struct state *s, size_t i)
{
	const char *path = s->how->files[i];
	struct scored *lists = readscores(path, &(struct readscores){
	    .column = s->how->score, .trec = s->how->trec,
	    .tick = s->how->tick }, s->users, s->items);
	int status = -1;

	if (lists == NULL)
		return -1;
	scored_sort_best(lists, s->items);
	if (check_repeats(s, lists, path) == 0)
		status = add_system(s, i, lists);
	scored_free(lists);
	return status;
}

/* --- all systems ------------------------------------------------------- */

/* What is relevant in the truth, by item (items). */
static double *
merits(const struct state *s)
{
	double *merit = mem_array("items", idmap_count(s->items),
	    sizeof *merit);

	for (size_t u = 0; u < scored_users(s->truth); u++) {
		size_t n;
		const struct scored_item *x = scored_of(s->truth, (uint32_t)u,
		    &n);

		for (size_t i = 0; i < n; i++)
			merit[x[i].item] += fmax(x[i].value, 0);
	}
	return merit;
}

/* The value that p waits for, now that all lists have been read. */
static double
over_catalogue(const struct state *s, const struct pending *p,
    const double *merit)
{
	const size_t n_items = idmap_count(s->items);
	uint64_t *count = mem_array("items", n_items, sizeof *count);
	double *light = mem_array("items", n_items, sizeof *light);
	double *worth = mem_array("items", n_items, sizeof *worth);
	unsigned char *part = mem_array("items", n_items, 1);
	unsigned char *mask = p->group != NULL && !p->group->of_users ?
	    evalgroup_mask(p->group, p->part, s->items) : NULL;
	struct metric_exposure e = { count, light, worth,
	    mask != NULL ? part : NULL, 0, p->n_users, p->n_listed };
	double value;

	for (size_t i = 0; i < n_items; i++) {
		if (s->listed != NULL && (i >= s->n_listed || !s->listed[i]))
			continue;
		if (i < p->shown.n_items) {
			count[e.n_items] = p->shown.count[i];
			light[e.n_items] = sum_value(p->shown.light[i]);
		}
		worth[e.n_items] = merit[i];
		part[e.n_items++] = mask != NULL && mask[i];
	}
	value = s->out->measures->at[p->measure].metric->all(&e);
	free(count);
	free(light);
	free(worth);
	free(part);
	free(mask);
	return value;
}

static void
finish_table(struct state *s)
{
	double *merit = s->n_pending > 0 ? merits(s) : NULL;

	for (size_t i = 0; i < s->n_pending; i++) {
		const struct pending *p = &s->pending[i];

		s->out->row[p->row].value[p->measure] = over_catalogue(s, p,
		    merit);
	}
	free(merit);
	evaltable_set_gaps(s->out);
	s->out->test = s->how->test;
	if (s->how->compare) {
		evalcertain_compare(s->how, s->result, s->row,
		    s->how->n_files, s->users, s->out);
		evaltable_correct(s->out);
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

/* The truth, the catalogue, what is known of users and items, segments. */
static int
read_all_but_lists(struct state *s)
{
	const struct evaluate *how = s->how;
	unsigned needs = measures_needs(s->out->measures) | how->plot_needs;

	for (size_t g = 0; g < how->n_by; g++)
		if (evalgroup_needs_train(how->by[g]))
			needs |= METRIC_NEEDS_POPULARITY;
	if (read_truth(s) != 0 ||
	    (how->items != NULL && read_catalogue(s) != 0))
		return -1;
	s->world = evalworld_new(how, needs, s->users, s->items);
	if (s->world == NULL)
		return -1;
	for (size_t g = 0; g < how->n_by; g++) {
		s->group[g] = evalgroup_new(how->by[g], how, s->world);
		if (s->group[g] == NULL)
			return -1;
	}
	return 0;
}

static int
evaluate_files(struct state *s)
{
	if (read_all_but_lists(s) != 0)
		return -1;
	if (s->per_user != NULL)
		put_user_header(s->per_user, s->out->measures);
	for (size_t i = 0; i < s->how->n_files; i++)
		if (evaluate_file(s, i) != 0)
			return -1;
	finish_table(s);
	say_catalogue(s);
	return 0;
}

static void
release(struct state *s)
{
	for (size_t i = 0; i < s->how->n_files; i++)
		ranking_release(&s->result[i]);
	for (size_t g = 0; g < s->how->n_by; g++)
		evalgroup_free(s->group[g]);
	for (size_t i = 0; i < s->n_pending; i++)
		ranking_shown_release(&s->pending[i].shown);
	free(s->pending);
	free(s->group);
	free(s->result);
	free(s->row);
	free(s->listed);
	evalworld_free(s->world);
	scored_free(s->truth);
	idmap_free(s->items);
	idmap_free(s->users);
}

int
evaluate_lists(const struct evaluate *how, struct put *per_user,
    struct evaltable *out)
{
	struct state s = { .how = how, .per_user = per_user, .out = out };
	int status;

	s.users = idmap_new();
	s.items = idmap_new();
	s.result = mem_array("results", how->n_files, sizeof *s.result);
	s.row = mem_array("results", how->n_files, sizeof *s.row);
	s.group = mem_array("segments", how->n_by, sizeof *s.group);
	status = evaluate_files(&s);
	release(&s);
	return status;
}

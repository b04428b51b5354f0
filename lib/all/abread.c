/* Who was in which group, and what they did. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/abtest.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/ids.h"
#include "io/rows.h"

struct reading {
	const struct abtest *how;
	struct abusers *out;
	size_t cap_group, cap_x, cap_y;
	int64_t *since;		/* (users) when they came in; or NULL */
	size_t cap_since;
	size_t n_crossed, n_strangers, n_before;
};

static void
note(const struct abtest *how, const char *format, size_t n)
{
	struct buf text = BUF_EMPTY;

	buf_format(&text, "%s: %zu %s", how->file, n, format);
	if (n > 0)
		how->note(how->note_arg, buf_cstr(&text));
	buf_release(&text);
}

/* --- users ---------------------------------------------------------------- */

/* The user and group of the row: *user, and *is_new if he was not seen yet. */
static int
take_user(struct reading *r, const struct rows *rows, int user_column,
    int group_column, uint32_t *user, int *is_new)
{
	struct abusers *out = r->out;
	struct span name;
	uint32_t group;

	if (ids_text(rows, user_column, &name) != 0)
		return -1;
	*user = idmap_find(out->users, name);
	*is_new = *user == IDMAP_NONE;
	if (*is_new)
		*user = idmap_add(out->users, name);
	if (ids_text(rows, group_column, &name) != 0)
		return -1;
	group = idmap_add(out->groups, name);
	out->group = mem_grow("users", out->group, &r->cap_group,
	    (size_t)*user + 1, sizeof *out->group);
	if (*is_new) {
		out->group[*user] = group;
	} else if (out->group[*user] != group) {
		if (!r->how->drop_crossed && out->group[*user] != IDMAP_NONE)
			return rows_error(rows, user_column, "user '%.*s' is "
			    "in two groups, '%.*s' and '%.*s': see "
			    "--drop-crossed",
			    SPAN_ARGS(idmap_name(out->users, *user)),
			    SPAN_ARGS(idmap_name(out->groups,
			    out->group[*user])), SPAN_ARGS(name));
		r->n_crossed += out->group[*user] != IDMAP_NONE;
		out->group[*user] = IDMAP_NONE;
	}
	return 0;
}

static void
make_values(struct abusers *out, int has_before)
{
	const size_t n = idmap_count(out->users), m = out->n_metrics;

	out->x = mem_array("values", n, m * sizeof *out->x);
	out->y = mem_array("values", n, m * sizeof *out->y);
	if (!has_before)
		return;
	out->before_x = mem_array("values", n, m * sizeof *out->before_x);
	out->before_y = mem_array("values", n, m * sizeof *out->before_y);
}

/* --- a table of users ----------------------------------------------------- */

/* 1, 0, true, false, yes, no; in any case of letters. */
static int
read_yes(const struct rows *rows, int column, double *out)
{
	static const char *const words[][2] = { { "false", "true" },
	    { "no", "yes" }, { "0", "1" } };
	const struct span text = rows_text(rows, column);

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		for (int yes = 0; yes < 2; yes++)
			if (strlen(words[i][yes]) == text.n &&
			    strncasecmp(words[i][yes], text.p, text.n) == 0) {
				*out = yes;
				return 0;
			}
	return rows_error(rows, column, "'%.*s' is neither yes nor no",
	    SPAN_ARGS(text));
}

/* Columns of a table: of each metric, and from before. */
struct columns {
	int user, group, before;	/* before may be -1 */
	int *first, *second;		/* (metrics) second may be -1 */
};

static int
find_columns(const struct rows *rows, const struct abtest *how,
    struct columns *c)
{
	const struct abmetrics *m = &how->metrics;

	c->user = rows_column(rows, how->user);
	if (c->user < 0 || (c->group = rows_column(rows, how->group)) < 0)
		return -1;
	c->before = -1;
	if (how->covariate != NULL &&
	    (c->before = rows_column(rows, how->covariate)) < 0)
		return -1;
	for (size_t j = 0; j < m->n; j++) {
		c->first[j] = rows_column(rows, m->at[j].first);
		c->second[j] = m->at[j].second != NULL ?
		    rows_column(rows, m->at[j].second) : -1;
		if (c->first[j] < 0 || (m->at[j].second != NULL &&
		    c->second[j] < 0))
			return -1;
	}
	return 0;
}

/* The row's values, into value (metrics, 3): x, y, before. */
static int
take_values(const struct rows *rows, const struct abmetrics *m,
    const struct columns *c, double *value)
{
	double before = 0;

	if (c->before >= 0 && rows_real(rows, c->before, &before) != 0)
		return -1;
	for (size_t j = 0; j < m->n; j++, value += 3) {
		value[1] = 1;
		value[2] = before;
		if (m->at[j].kind->how == ABTEST_SHARE ?
		    read_yes(rows, c->first[j], &value[0]) != 0 :
		    rows_real(rows, c->first[j], &value[0]) != 0)
			return -1;
		if (c->second[j] >= 0 &&
		    rows_real(rows, c->second[j], &value[1]) != 0)
			return -1;
	}
	return 0;
}

static int
read_table(struct reading *r, struct rows *rows, const struct columns *c)
{
	const size_t m = r->how->metrics.n;
	struct abusers *out = r->out;
	double *value = NULL;
	size_t cap = 0;
	int got;

	while ((got = rows_next(rows)) > 0) {
		uint32_t user;
		int is_new;

		if (take_user(r, rows, c->user, c->group, &user, &is_new) != 0)
			goto failed;
		if (!is_new && out->group[user] != IDMAP_NONE) {
			rows_error(rows, c->user, "user '%.*s' stands twice",
			    SPAN_ARGS(idmap_name(out->users, user)));
			goto failed;
		}
		value = mem_grow("values", value, &cap,
		    ((size_t)user + 1) * m * 3, sizeof *value);
		if (take_values(rows, &r->how->metrics, c,
		    value + user * m * 3) != 0)
			goto failed;
	}
	make_values(out, c->before >= 0);
	for (size_t i = 0; i < idmap_count(out->users) * m; i++) {
		out->x[i] = value[3 * i];
		out->y[i] = value[3 * i + 1];
		if (out->before_x != NULL) {
			out->before_x[i] = value[3 * i + 2];
			out->before_y[i] = 1;
		}
	}
	free(value);
	return got;
failed:
	free(value);
	return -1;
}

static int
read_users(struct reading *r)
{
	const struct abtest *how = r->how;
	struct rows *rows = rows_open(how->file, &(struct rows_format){
	    .kind = ROWS_GUESS, .tick = how->tick });
	struct columns c = {
		.first = mem_array("columns", how->metrics.n, sizeof(int)),
		.second = mem_array("columns", how->metrics.n, sizeof(int)),
	};
	int status = -1;

	if (rows != NULL && find_columns(rows, how, &c) == 0)
		status = read_table(r, rows, &c);
	rows_close(rows);
	free(c.first);
	free(c.second);
	return status;
}

/* --- who, and a log of events --------------------------------------------- */

static int
read_assignment(struct reading *r)
{
	const struct abtest *how = r->how;
	struct rows *rows = rows_open(how->assignment, &(struct rows_format){
	    .kind = ROWS_GUESS, .tick = how->tick });
	int user = -1, group = -1, time = -1, got = -1;

	if (rows != NULL && (user = rows_column(rows, how->user)) >= 0)
		group = rows_column(rows, how->group);
	if (group >= 0)
		time = rows_find(rows, "timestamp");
	while (group >= 0 && (got = rows_next(rows)) > 0) {
		uint32_t u;
		int is_new;
		int64_t at;

		if (take_user(r, rows, user, group, &u, &is_new) != 0 ||
		    (time >= 0 && rows_time(rows, time, &at) != 0)) {
			got = -1;
			break;
		}
		if (time < 0)
			continue;
		r->since = mem_grow("users", r->since, &r->cap_since,
		    (size_t)u + 1, sizeof *r->since);
		if (is_new || at < r->since[u])
			r->since[u] = at;
	}
	rows_close(rows);
	return got;
}

/* Columns of the log; those of metrics -1 where they are not needed. */
struct log {
	int user, event, time, rank;
	int *field;			/* (metrics) */
	int64_t *first;			/* (users) first event, for return: */
	unsigned char *seen;		/* (users) has he any? */
};

static int
find_log_columns(const struct rows *rows, const struct abtest *how,
    const struct reading *r, struct log *l)
{
	const struct abmetrics *m = &how->metrics;
	int needs_time = r->since != NULL, needs_event = 0;

	l->user = rows_column(rows, how->user);
	if (l->user < 0)
		return -1;
	l->event = l->time = l->rank = -1;
	for (size_t j = 0; j < m->n; j++) {
		const struct abkind *k = m->at[j].kind;

		l->field[j] = -1;
		needs_time |= k->about == ABKIND_DAYS;
		needs_event |= k->about != ABKIND_DAYS;
		if (k->about == ABKIND_FIELD &&
		    (l->field[j] = rows_column(rows, m->at[j].second)) < 0)
			return -1;
		if (strcmp(k->what.name, "mrr") == 0 &&
		    (l->field[j] = rows_column(rows, "rank")) < 0)
			return -1;
	}
	if (needs_event && (l->event = rows_column(rows, how->event)) < 0)
		return -1;
	if (needs_time && (l->time = rows_column(rows, "timestamp")) < 0)
		return -1;
	return 0;
}

/* What an event adds to metric j: x and y. */
static int
add_event(const struct rows *rows, const struct log *l,
    const struct abmetric *m, size_t j, double *x, double *y)
{
	const struct span event = rows_text(rows, l->event);
	double value = 1;

	if (m->kind->about == ABKIND_PAIR) {
		*x += span_is(event, m->first);
		*y += span_is(event, m->second);
		return 0;
	}
	if (!span_is(event, m->first))
		return 0;
	if (l->field[j] >= 0 && rows_real(rows, l->field[j], &value) != 0)
		return -1;
	if (strcmp(m->kind->what.name, "mrr") == 0) {
		if (!(value >= 1))
			return rows_error(rows, l->field[j], "'%g' is not a "
			    "rank: the first is 1", value);
		value = 1 / value;
	}
	if (m->kind->how == ABTEST_SHARE)
		*x = 1;
	else
		*x += value;
	*y += m->kind->how == ABTEST_RATIO;
	return 0;
}

/* Days since `from`, in units of the timestamps' thousandths. */
static double
days_between(const struct abtest *how, int64_t from, int64_t to)
{
	return ((double)to - (double)from) / (how->day * 1000);
}

static int
take_event(struct reading *r, const struct rows *rows, struct log *l)
{
	const struct abmetrics *m = &r->how->metrics;
	struct abusers *out = r->out;
	struct span name;
	int64_t at = 0;
	uint32_t u;
	size_t is_before = 0;

	if (ids_text(rows, l->user, &name) != 0 ||
	    (l->time >= 0 && rows_time(rows, l->time, &at) != 0))
		return -1;
	u = idmap_find(out->users, name);
	if (u == IDMAP_NONE) {
		r->n_strangers++;
		return 0;
	}
	if (r->since != NULL)
		is_before = at < r->since[u];
	r->n_before += is_before;
	if (!is_before && (!l->seen[u] || at < l->first[u])) {
		l->first[u] = at;
		l->seen[u] = 1;
	}
	for (size_t j = 0; j < m->n; j++) {
		const size_t i = u * m->n + j;

		if (m->at[j].kind->about != ABKIND_DAYS &&
		    add_event(rows, l, &m->at[j], j,
		    is_before ? &out->before_x[i] : &out->x[i],
		    is_before ? &out->before_y[i] : &out->y[i]) != 0)
			return -1;
	}
	return 0;
}

/* Who comes back is known when the first event of everybody is. */
static int
take_returns(struct reading *r, const struct rows *rows, const struct log *l)
{
	const struct abmetrics *m = &r->how->metrics;
	struct span name;
	int64_t at, from;
	uint32_t u;

	if (ids_text(rows, l->user, &name) != 0 ||
	    rows_time(rows, l->time, &at) != 0)
		return -1;
	u = idmap_find(r->out->users, name);
	if (u == IDMAP_NONE)
		return 0;
	from = r->since != NULL ? r->since[u] : l->first[u];
	for (size_t j = 0; j < m->n; j++) {
		const double days = days_between(r->how, from, at);

		if (m->at[j].kind->about == ABKIND_DAYS && days >= 1 &&
		    days <= (double)m->at[j].days)
			r->out->x[u * m->n + j] = 1;
	}
	return 0;
}

static int
scan_events(struct reading *r, struct log *l, int returns)
{
	const struct abtest *how = r->how;
	struct rows *rows = rows_open(how->file, &(struct rows_format){
	    .kind = ROWS_GUESS, .tick = how->tick });
	int got = -1;

	if (rows != NULL && find_log_columns(rows, how, r, l) == 0)
		while ((got = rows_next(rows)) > 0)
			if ((returns ? take_returns(r, rows, l) :
			    take_event(r, rows, l)) != 0) {
				got = -1;
				break;
			}
	rows_close(rows);
	return got;
}

static int
read_events(struct reading *r)
{
	const struct abmetrics *m = &r->how->metrics;
	const size_t n = idmap_count(r->out->users);
	struct log l = {
		.field = mem_array("columns", m->n, sizeof *l.field),
		.first = mem_array("users", n, sizeof *l.first),
		.seen = mem_array("users", n, 1),
	};
	int has_returns = 0, status;

	make_values(r->out, r->since != NULL);
	for (size_t j = 0; j < m->n; j++) {
		const enum abtest_how how = m->at[j].kind->how;

		has_returns |= m->at[j].kind->about == ABKIND_DAYS;
		for (size_t u = 0; u < n && how != ABTEST_RATIO; u++)
			r->out->y[u * m->n + j] = 1;
	}
	status = scan_events(r, &l, 0);
	if (status == 0 && has_returns)
		status = scan_events(r, &l, 1);
	free(l.field);
	free(l.first);
	free(l.seen);
	return status;
}

/* -------------------------------------------------------------------------- */

int
abusers_read(const struct abtest *how, struct abusers *out)
{
	struct reading r = { .how = how, .out = out };
	int status;

	*out = (struct abusers){ .users = idmap_new(), .groups = idmap_new(),
	    .n_metrics = how->metrics.n };
	if (how->assignment == NULL)
		status = read_users(&r);
	else if ((status = read_assignment(&r)) == 0)
		status = read_events(&r);
	free(r.since);
	if (status == 0 && idmap_count(out->users) == 0)
		status = err_msg("%s: no users", how->assignment != NULL ?
		    how->assignment : how->file);
	if (status == 0 && how->assignment != NULL &&
	    r.n_strangers > 0)
		note(how, "events are of users in no group", r.n_strangers);
	if (status == 0) {
		note(how, "events are from before their user came in",
		    r.n_before);
		note(how, "users are in two groups and left out",
		    r.n_crossed);
		return 0;
	}
	abusers_release(out);
	return -1;
}

void
abusers_release(struct abusers *a)
{
	idmap_free(a->users);
	idmap_free(a->groups);
	free(a->group);
	free(a->x);
	free(a->y);
	free(a->before_x);
	free(a->before_y);
	*a = (struct abusers){ .users = NULL };
}

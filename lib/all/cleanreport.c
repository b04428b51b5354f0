#include <stdlib.h>
#include <string.h>

#include "all/cleanreport.h"
#include "prep/cleantime.h"

/* Times later than this are likely to be in another unit: the year 5138. */
static const int64_t far_future = INT64_C(100000000000000);

/* "     12 refused: the rating is not a number" */
static void
add_line(struct buf *b, uint64_t n, const char *kind, const char *what)
{
	buf_format(b, "%11llu %s%s\n", (unsigned long long)n, kind, what);
}

/* The same of a number that may be estimated. */
static void
add_about(struct buf *b, double n, int estimated, const char *what)
{
	if (estimated)
		buf_format(b, "%11s about %.3g %s\n", "", n, what);
	else
		buf_format(b, "%11.0f %s\n", n, what);
}

static const char *
kind_of(size_t what)
{
	if (what == CLEAN_DUPLICATE)
		return "";
	return what < CLEAN_FIRST_DROPPED ? "refused: " :
	    what < CLEAN_FIRST_REPAIRED ? "dropped: " : "repaired: ";
}

static void
add_whats(const struct cleancount *c, size_t from, size_t to, struct buf *b)
{
	for (size_t i = from; i < to; i++)
		if (c->users[i] > 0)
			buf_format(b, "%11llu %s%s (%llu)\n",
			    (unsigned long long)c->what[i], kind_of(i),
			    clean_what(i)->purpose,
			    (unsigned long long)c->users[i]);
		else if (c->what[i] > 0)
			add_line(b, c->what[i], kind_of(i),
			    clean_what(i)->purpose);
}

static int
compare_names(const void *a, const void *b)
{
	const struct nametally_name *x = a, *y = b;

	if (x->rows != y->rows)
		return x->rows < y->rows ? 1 : -1;
	return strcmp(x->text, y->text);
}

/* The most frequent first. */
static void
add_events(const struct nametally *t, struct buf *b)
{
	struct nametally_name name[NAMETALLY_MAX];
	const uint64_t more = nametally_unlisted(t);

	memcpy(name, t->name, sizeof name);
	qsort(name, t->n, sizeof *name, compare_names);
	for (size_t i = 0; i < t->n; i++)
		buf_format(b, "%11llu with event '%.200s'\n",
		    (unsigned long long)name[i].rows, name[i].text);
	if (more > 0)
		add_line(b, more, "", "with yet other events");
}

static void
add_missing(const struct cleanrun *r, struct buf *b)
{
	const struct profile *p = cleanquality_input(r->quality);

	for (size_t i = 0; i < p->n; i++) {
		const uint64_t n = cleanquality_is_read(r->quality, i)
		    ? cleanquality_missing(r->quality, i) : 0;

		if (n > 0)
			add_line(b, n, "missing: ", p->column[i].name);
	}
}

/* Those that stay; merged ones were counted with what rules did. */
static void
add_duplicates(const struct cleanrun *r, struct buf *b)
{
	int estimated;
	const double n = cleanquality_duplicates(r->quality, &estimated);

	if (r->plan->how == CLEANMERGE_KEEP && n > 0)
		add_about(b, n, estimated, "duplicates kept");
}

static void
add_range(struct buf *b, const struct profile_column *c)
{
	const struct profile_range r = profile_range(c);

	if (c->rows > 0)
		buf_format(b, "%11s %s from %g to %g, mean %.4g\n", "",
		    c->name, r.min, r.max, r.mean);
}

static void
add_times(struct buf *b, const struct profile_column *c)
{
	struct daybins_sums s;

	daybins_sums(c->times, &s);
	if (s.rows == 0)
		return;
	buf_format(b, "%11s timestamp from ", "");
	cleantime_put_date(b, s.min);
	buf_text(b, " to ");
	cleantime_put_date(b, s.max);
	if (s.max > far_future)
		buf_text(b, "; is it in a finer unit (--time-unit)?");
	buf_char(b, '\n');
	if (s.before_1990 > 0)
		add_line(b, s.before_1990, "", "before 1990: a wrong clock?");
}

static void
add_ids(const struct cleanrun *r, enum clean_field f, const char *name,
    struct buf *b)
{
	struct popularity p;

	if (cleanquality_column(r->quality, f) < 0)
		return;
	p = cleanquality_popularity(r->quality, f);
	add_about(b, p.ids, p.estimated, name);
}

static void
add_result(const struct cleanrun *r, struct buf *b)
{
	const struct profile *p = cleanquality_output(r->quality);

	add_line(b, p->rows, "", "rows written");
	if (r->plan->key_name != NULL)
		return;
	add_ids(r, CLEAN_USER, "users", b);
	add_ids(r, CLEAN_ITEM, "items", b);
	if (p->rows == 0)
		return;
	buf_format(b, "%10.4g%% density\n",
	    100 * cleanquality_density(r->quality));
	for (int f = CLEAN_RATING; f < CLEAN_FIELDS; f++) {
		const int c = cleanquality_column(r->quality,
		    (enum clean_field)f);

		if (c >= 0 && p->column[c].kind == PROFILE_NUMBER)
			add_range(b, &p->column[c]);
		else if (c >= 0 && p->column[c].kind == PROFILE_TIME)
			add_times(b, &p->column[c]);
	}
}

void
cleanreport_text(const struct cleanrun *r, struct buf *b)
{
	const struct cleancount *c;

	if (r->quality == NULL)
		return;
	c = &cleanquality_sum(r->quality)->count;
	add_line(b, c->rows, "", "rows read");
	add_whats(c, 0, CLEAN_FIRST_REPAIRED, b);
	add_events(&c->others, b);
	add_whats(c, CLEAN_FIRST_REPAIRED, CLEAN_WHATS, b);
	add_missing(r, b);
	add_duplicates(r, b);
	add_result(r, b);
	cleangates_text(r->gates, b);
	if (r->plan->left_out.n > 0)
		buf_format(b, "%11s columns left out: %.*s\n", "",
		    (int)r->plan->left_out.n, r->plan->left_out.p);
}

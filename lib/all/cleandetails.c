#include <stdio.h>

#include "all/cleandetails.h"
#include "prep/cleantime.h"

enum { BAR = 40 };	/* characters of the longest bar */

/* --- the table ---------------------------------------------------------- */

static void
add_numbers(struct buf *b, const struct profile_column *c)
{
	const struct profile_range r = profile_range(c);

	if (c->rows > 0)
		buf_format(b, " %10.6g %10.6g %10.6g %10.6g", r.min, r.mean,
		    r.sd, r.max);
}

static void
add_dates(struct buf *b, const struct profile_column *c)
{
	struct daybins_sums s;

	daybins_sums(c->times, &s);
	if (s.rows == 0)
		return;
	buf_char(b, ' ');
	cleantime_put_date(b, s.min);
	buf_text(b, " .. ");
	cleantime_put_date(b, s.max);
}

static void
add_column(const struct cleanrun *r, size_t i, struct buf *b)
{
	const struct profile_column *c =
	    &cleanquality_input(r->quality)->column[i];
	char distinct[32] = "";
	uint64_t missing = 0;
	int estimated;

	if (cleanquality_is_read(r->quality, i))
		missing = cleanquality_missing(r->quality, i);
	if (c->kind != PROFILE_TIME) {
		const double n = profile_distinct(c, &estimated);

		snprintf(distinct, sizeof distinct, estimated ? "~%.0f"
		    : "%.0f", n);
	}
	buf_format(b, "%-16.40s %-7s %10llu %10s", c->name,
	    profile_kind_name(c->kind), (unsigned long long)missing, distinct);
	if (c->kind == PROFILE_NUMBER)
		add_numbers(b, c);
	else if (c->kind == PROFILE_TIME)
		add_dates(b, c);
	buf_char(b, '\n');
}

static void
add_ids(const struct cleanrun *r, enum clean_field f, const char *name,
    struct buf *b)
{
	struct popularity p;

	if (cleanquality_column(r->quality, f) < 0)
		return;
	p = cleanquality_popularity(r->quality, f);
	buf_format(b, "%s: %.4g%% have one row, Gini index %.4f%s\n", name,
	    p.ids > 0 ? 100 * p.once / p.ids : 0, p.gini,
	    p.estimated ? " (estimated)" : "");
}

/* --- histograms --------------------------------------------------------- */

/* "2014-04              5 ########" */
static void
add_bar(struct buf *b, const char *name, uint64_t rows, uint64_t most)
{
	static const char bar[BAR + 1] =
	    "########################################";
	const int n = most == 0 ? 0
	    : (int)((double)rows / (double)most * BAR + 0.5);

	buf_format(b, "  %-20.40s %12llu%s%.*s\n", name,
	    (unsigned long long)rows, n > 0 ? " " : "", n, bar);
}

static void
add_values(const struct profile_value *value, int n, struct buf *b)
{
	uint64_t most = 0;
	char name[32];

	for (int i = 0; i < n; i++)
		most = value[i].rows > most ? value[i].rows : most;
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%g", value[i].number);
		add_bar(b, value[i].text != NULL ? value[i].text : name,
		    value[i].rows, most);
	}
}

/* The rows of the bins of a power of two, the first of which is `bin`. */
static uint64_t
octave(const struct profile_column *c, size_t bin)
{
	uint64_t rows = 0;

	for (size_t i = bin; i < bin + LOGBINS_PARTS && i < LOGBINS_N; i++)
		rows += c->bin[i];
	return rows;
}

static void
add_octaves(const struct profile_column *c, struct buf *b)
{
	uint64_t most = 0;
	char name[48];

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < LOGBINS_N;) {
			const int alone = i == 0 || i == LOGBINS_ZERO ||
			    i == LOGBINS_N - 1;
			const size_t next = i + (alone ? 1 : LOGBINS_PARTS);
			const uint64_t rows = alone ? c->bin[i]
			    : octave(c, i);

			most = rows > most ? rows : most;
			snprintf(name, sizeof name, i == LOGBINS_ZERO ? "0"
			    : "%g .. %g", logbins_start(i),
			    logbins_start(next));
			if (pass > 0 && rows > 0)
				add_bar(b, name, rows, most);
			i = next;
		}
}

struct months {
	struct buf *b;
	uint64_t most;
	int pass;
};

static void
take_month(void *arg, int year, int month, uint64_t rows)
{
	struct months *m = arg;
	char name[16];

	snprintf(name, sizeof name, "%04d-%02d", year, month);
	m->most = rows > m->most ? rows : m->most;
	if (m->pass > 0)
		add_bar(m->b, name, rows, m->most);
}

static void
add_times(const struct profile_column *c, struct buf *b)
{
	static const char *const days[] = { "Monday", "Tuesday", "Wednesday",
		"Thursday", "Friday", "Saturday", "Sunday" };
	struct months m = { b, 0, 0 };
	struct daybins_sums s;
	uint64_t most = 0;

	for (; m.pass < 2; m.pass++)
		daybins_months(c->times, take_month, &m);
	daybins_sums(c->times, &s);
	for (int d = 0; d < 7; d++)
		most = s.weekday[d] > most ? s.weekday[d] : most;
	for (int d = 0; d < 7; d++)
		add_bar(b, days[d], s.weekday[d], most);
}

static void
add_histogram(const struct profile_column *c, struct buf *b)
{
	struct profile_value value[FEWVALUES_MAX];
	const int n = c->kind == PROFILE_TIME ? FEWVALUES_NONE
	    : profile_values(c, value);

	if (c->rows == 0 || (n == FEWVALUES_NONE &&
	    c->kind != PROFILE_NUMBER && c->kind != PROFILE_TIME))
		return;
	buf_format(b, "rows by %s\n", c->name);
	if (n != FEWVALUES_NONE)
		add_values(value, n, b);
	else if (c->kind == PROFILE_NUMBER)
		add_octaves(c, b);
	else
		add_times(c, b);
}

void
cleandetails_text(const struct cleanrun *r, struct buf *b)
{
	const struct profile *p;

	if (r->quality == NULL)
		return;
	p = cleanquality_input(r->quality);
	buf_format(b, "%-16s %-7s %10s %10s %10s %10s %10s %10s\n", "column",
	    "kind", "missing", "distinct", "min", "mean", "sd", "max");
	for (size_t i = 0; i < p->n; i++)
		add_column(r, i, b);
	add_ids(r, CLEAN_USER, r->plan->key_name != NULL ? "keys" : "users",
	    b);
	add_ids(r, CLEAN_ITEM, "items", b);
	for (size_t i = 0; i < p->n; i++)
		add_histogram(&p->column[i], b);
}

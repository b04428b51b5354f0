#include "all/cleantimes.h"
#include "prep/timeformat.h"

static int
read_formats(struct cleanplan *p)
{
	const struct opt_list *list = &p->want->time_format;

	for (size_t i = 0; i < list->n; i++)
		if (timeformat_check(list->text[i], "--time-format") != 0)
			return -1;
	if (list->n > 0 && p->want->time_unit != cleantime_unit(0))
		return err_msg("--time-unit is for numbers, --time-format for "
		    "other times");
	p->rules.time.unit = p->want->time_unit;
	p->rules.time.format = list->text;
	p->rules.time.n_formats = list->n;
	return 0;
}

static int
read_zone(struct cleanplan *p)
{
	struct span rest;

	if (p->want->time_zone == NULL)
		return 0;
	rest = span_of(p->want->time_zone);
	if (!span_is(rest, "UTC") &&
	    (calendar_zone(&rest, &p->rules.time.zone) != 0 || rest.n > 0))
		return err_msg("--time-zone: '%s' is neither UTC nor hours and "
		    "minutes from it, as +02:00", p->want->time_zone);
	p->rules.time.has_zone = 1;
	return 0;
}

/* A date, or seconds, whatever the column has. */
static int
read_moment(const struct cleanplan *p, const char *text, const char *option,
    int64_t *out)
{
	struct cleantime_form form = p->rules.time;
	unsigned notes = 0;

	form.unit = cleantime_unit(0);
	form.n_formats = 0;
	if (text == NULL || cleantime_read_form(span_of(text), &form, out,
	    &notes) == 0)
		return 0;
	return err_msg("%s: '%s' is neither a date as 2024-03-31 nor seconds "
	    "since 1970", option, text);
}

int
cleantimes_read(struct cleanplan *p)
{
	const struct cleanwant *w = p->want;
	struct clean_rules *r = &p->rules;
	int64_t half_life = 0;

	if (read_formats(p) != 0 || read_zone(p) != 0 ||
	    read_moment(p, w->since, "--since", &r->since) != 0 ||
	    read_moment(p, w->until, "--until", &r->until) != 0 ||
	    read_moment(p, w->now, "--now", &r->now) != 0)
		return -1;
	if (r->since >= r->until)
		return err_msg("--since %s is not before --until %s", w->since,
		    w->until);
	if (w->half_life != NULL && cleantime_duration(span_of(w->half_life),
	    &half_life) != 0)
		return err_msg("--half-life: '%s' is not a time with a unit "
		    "(s, m, h, d, w), as 30d", w->half_life);
	if (w->now != NULL && w->half_life == NULL)
		return err_msg("--now is for --half-life");
	r->half_life = (double)half_life;
	if (cleantimes_need(p) != NULL)
		r->field[CLEAN_TIME].missing = CLEANVALUE_DROP;
	return 0;
}

const char *
cleantimes_need(const struct cleanplan *p)
{
	const struct cleanwant *w = p->want;

	return w->since != NULL ? "--since" : w->until != NULL ? "--until"
	    : w->half_life != NULL ? "--half-life" : NULL;
}

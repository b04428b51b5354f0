#include <float.h>
#include <math.h>

#include "base/num.h"
#include "base/text.h"
#include "prep/clean.h"
#include "prep/cleantext.h"

/* All of these return -1, like the takers below that call them. */
static int
drop(struct clean_row *row, enum clean_what what, size_t at)
{
	row->verdict = CLEAN_DROPPED;
	row->what = what;
	row->at = at;
	return -1;
}

static int
refuse_missing(struct clean_row *row, enum clean_what what, size_t at)
{
	buf_text(&row->why, "missing");
	drop(row, what, at);
	row->verdict = CLEAN_REFUSED;
	return -1;
}

/* `text` in quotes, and what is wrong with it. */
static int
refuse(struct clean_row *row, enum clean_what what, size_t at, struct span text,
    const char *problem)
{
	buf_format(&row->why, "'%.*s' %s", SPAN_ARGS(text), problem);
	drop(row, what, at);
	row->verdict = CLEAN_REFUSED;
	return -1;
}

static void
repaired(struct clean_row *row, enum clean_what what)
{
	row->repairs |= 1U << (what - CLEAN_FIRST_REPAIRED);
}

static struct span
trim(struct clean_row *row, struct span text)
{
	struct span s;

	/* most fields by far: no blanks, and not empty */
	if (text.n > 0 && text.p[0] > ' ' && text.p[text.n - 1] > ' ')
		return text;
	s = cleantext_trim(text);
	if (s.n != text.n)
		repaired(row, CLEAN_TRIMMED);
	return s;
}

/* A user, an item or an event: bytes that name it, so nothing is guessed. */
static int
take_id(struct span text, size_t at, enum clean_what missing,
    struct span *out, struct clean_row *row)
{
	const struct span id = trim(row, text);

	if (id.n == 0)
		return refuse_missing(row, missing, at);
	if (text_is_plain(id)) {
		*out = id;
		return 0;
	}
	if (text_has_control(id))
		return refuse(row, CLEAN_BAD_ID, at, id,
		    "has a control character");
	if (!text_is_utf8(id))
		return refuse(row, CLEAN_BAD_ID, at, id, "is not UTF-8");
	if (text_has_mark(id))
		return refuse(row, CLEAN_BAD_ID, at, id,
		    "begins with a byte order mark");
	*out = id;
	return 0;
}

/* Is this type of event among those that are wanted, and what does it weigh? */
static int
judge_event(const struct clean_rules *rules, struct clean_row *row)
{
	const int is_wanted = rules->events == NULL ||
	    idmap_find(rules->events, row->event) != IDMAP_NONE;

	if (is_wanted && rules->weights.types == NULL)
		return 0;
	if (is_wanted)
		row->event_type = idmap_find(rules->weights.types, row->event);
	if (row->event_type != IDMAP_NONE) {
		row->weight = rules->weights.weight[row->event_type];
		return 0;
	}
	if (rules->drop_other_events)
		return drop(row, CLEAN_EVENT_DROPPED, CLEAN_EVENT);
	return refuse(row, CLEAN_OTHER_EVENT, CLEAN_EVENT, row->event,
	    is_wanted ? "has no weight" : "is not among --events");
}

static int
take_event(const struct clean_rules *rules, struct span text,
    struct clean_row *row)
{
	const struct cleanvalue *rule = &rules->field[CLEAN_EVENT];
	struct span event = text;

	if (cleantext_trim(text).n == 0 && rule->missing == CLEANVALUE_DROP)
		return drop(row, CLEAN_NO_EVENT_DROPPED, CLEAN_EVENT);
	if (cleantext_trim(text).n == 0 &&
	    rule->missing == CLEANVALUE_CONSTANT) {
		repaired(row, CLEAN_VALUE_FILLED);
		event = rule->fill;
	}
	if (take_id(event, CLEAN_EVENT, CLEAN_NO_EVENT, &row->event, row) != 0)
		return -1;
	return judge_event(rules, row);
}

/* What a column's values are called by. */
struct kind {
	enum clean_what missing, bad, missing_dropped, filled;
};

static const struct kind rating_kind = { CLEAN_NO_RATING, CLEAN_BAD_RATING,
	CLEAN_RATING_DROPPED, CLEAN_FILLED };
static const struct kind weight_kind = { CLEAN_NO_WEIGHT, CLEAN_BAD_WEIGHT,
	CLEAN_VALUE_DROPPED, CLEAN_VALUE_FILLED };
static const struct kind other_kind = { CLEAN_NO_VALUE, CLEAN_BAD_NUMBER,
	CLEAN_VALUE_DROPPED, CLEAN_VALUE_FILLED };

/* An empty field: 0, and is it to be filled? */
static int
take_missing(const struct cleanvalue *rule, const struct kind *kind,
    size_t at, struct clean_row *row, int *fills)
{
	*fills = rule->missing == CLEANVALUE_CONSTANT;
	if (rule->missing == CLEANVALUE_DROP)
		return drop(row, kind->missing_dropped, at);
	if (rule->missing == CLEANVALUE_REFUSE)
		return refuse_missing(row, kind->missing, at);
	if (*fills)
		repaired(row, kind->filled);
	return 0;
}

/* Range and scale of a number. */
static int
fit(const struct cleanvalue *rule, struct span text, size_t at, double *x,
    struct clean_row *row)
{
	const enum cleanvalue_fit f = cleanvalue_fit(rule, x);

	switch (f) {
	case CLEANVALUE_BELOW:
	case CLEANVALUE_ABOVE:
		if (rule->outside == CLEANVALUE_REFUSE_OUTSIDE)
			return refuse(row, CLEAN_OUT_OF_RANGE, at, text,
			    f == CLEANVALUE_BELOW ? "is too low"
			    : "is too high");
		return drop(row, f == CLEANVALUE_BELOW ? CLEAN_BELOW
		    : CLEAN_ABOVE, at);
	case CLEANVALUE_OFF_SCALE:
		return refuse(row, CLEAN_OFF_SCALE, at, text,
		    "is not within the scale");
	case CLEANVALUE_CLIPPED:
		repaired(row, CLEAN_CLIPPED);
		break;
	case CLEANVALUE_CHANGED:
	case CLEANVALUE_FITS:
		break;
	}
	return 0;
}

/* A number that a float can hold, NAN if it is missing: ratings, weights.  A
 * constant that is filled in is taken as it is. */
static int
take_float(const struct cleanvalue *rule, const struct kind *kind,
    struct span text, size_t at, float *out, struct clean_row *row)
{
	const struct span s = trim(row, text);
	double x = NAN;
	int fills = 0;

	if (s.n == 0) {
		if (take_missing(rule, kind, at, row, &fills) != 0)
			return -1;
		*out = fills ? (float)rule->fill_number : NAN;
		return 0;
	}
	if (cleanvalue_number(s, rule->style, &x) != 0)
		return refuse(row, kind->bad, at, s, "is not a number");
	if (fabs(x) > (double)FLT_MAX)
		return refuse(row, kind->bad, at, s, "is too large");
	if (fit(rule, s, at, &x, row) != 0)
		return -1;
	*out = (float)x;
	return 0;
}

/* The weight of an event's type is in its range, like one of a column. */
static int
take_weight(const struct clean_rules *rules, struct span text,
    struct clean_row *row)
{
	const struct cleanvalue *rule = &rules->field[CLEAN_WEIGHT];
	double x = (double)row->weight;

	if (rules->weights.types == NULL)
		return take_float(rule, &weight_kind, text, CLEAN_WEIGHT,
		    &row->weight, row);
	if (fit(rule, row->event, CLEAN_EVENT, &x, row) != 0)
		return -1;
	row->weight = (float)x;
	return 0;
}

/* The window, and what the row weighs by its age. */
static int
judge_time(const struct clean_rules *rules, struct clean_row *row)
{
	if (row->time < rules->since)
		return drop(row, CLEAN_TOO_EARLY, CLEAN_TIME);
	if (row->time >= rules->until)
		return drop(row, CLEAN_TOO_LATE, CLEAN_TIME);
	if (!(rules->half_life > 0) || rules->now == CLEANTIME_NONE)
		return 0;
	if (row->time > rules->now)
		return drop(row, CLEAN_AFTER_NOW, CLEAN_TIME);
	row->weight = clean_decay(row->weight, rules->now - row->time,
	    rules->half_life);
	return 0;
}

static int
take_time(const struct clean_rules *rules, struct span text,
    struct clean_row *row)
{
	const struct span s = trim(row, text);
	unsigned notes = 0;

	if (s.n == 0 && rules->field[CLEAN_TIME].missing == CLEANVALUE_DROP)
		return drop(row, CLEAN_TIME_DROPPED, CLEAN_TIME);
	if (s.n == 0 && rules->field[CLEAN_TIME].missing == CLEANVALUE_REFUSE)
		return refuse_missing(row, CLEAN_NO_TIME, CLEAN_TIME);
	if (s.n == 0)
		return 0;
	if (cleantime_read_form(s, &rules->time, &row->time, &notes) != 0)
		return refuse(row, CLEAN_BAD_TIME, CLEAN_TIME, s,
		    "is not a time");
	if (notes & CLEANTIME_ROUNDED)
		repaired(row, CLEAN_ROUNDED);
	if (notes & CLEANTIME_NO_ZONE)
		repaired(row, CLEAN_NO_ZONE);
	return judge_time(rules, row);
}

/* A number keeps its spelling, unless a rule changes it. */
static int
put_number(const struct cleanvalue *rule, struct span text, size_t at,
    struct clean_row *row)
{
	double was, x;

	if (cleanvalue_number(text, rule->style, &x) != 0)
		return refuse(row, CLEAN_BAD_NUMBER, at, text,
		    "is not a number");
	was = x;
	if (fit(rule, text, at, &x, row) != 0)
		return -1;
	if (rule->style != CLEANVALUE_PLAIN || x < was || x > was)
		buf_double(&row->text, x);
	else
		buf_span(&row->text, text);
	return 0;
}

/* Numbers with blanks between them, checked one by one. */
static int
put_numbers(struct span text, size_t at, struct clean_row *row)
{
	struct span rest = text;
	double x;

	while (rest.p != NULL) {
		const struct span one = span_cut(&rest, ' ');

		if (num_real(one, &x) != 0)
			return refuse(row, CLEAN_BAD_NUMBER, at, one,
			    "is not a number");
	}
	buf_span(&row->text, text);
	return 0;
}

/* A text, repaired, and in words if the rule says so. */
static void
put_text(const struct clean_rules *rules, const struct cleanvalue *rule,
    struct span text, struct clean_row *row)
{
	struct buf *const out = rule->has_tokens ? &row->scratch : &row->text;
	unsigned done;

	row->scratch.n = 0;
	done = cleantext_repair(text, out);
	if (rule->has_tokens)
		tokenize((struct span){ out->p, out->n }, &rules->tokens,
		    &row->text);

	if (done & CLEANTEXT_CONTROL)
		repaired(row, CLEAN_CONTROL);
	if (done & CLEANTEXT_ENCODING)
		repaired(row, CLEAN_ENCODING);
}

static int
take_text(const struct clean_rules *rules, size_t i, struct span text,
    struct clean_row *row)
{
	const struct cleanvalue *rule = &rules->text_rule[i];
	const enum clean_type type = rules->text_type[i];
	const size_t at = CLEAN_FIELDS + i;
	const struct span s = trim(row, text);
	int fills;

	buf_char(&row->text, '\t');
	if (s.n == 0) {
		if (rules->fills_later &&
		    rule->missing == CLEANVALUE_CONSTANT)
			return 0;
		if (take_missing(rule, &other_kind, at, row, &fills) != 0)
			return -1;
		if (fills)
			buf_span(&row->text, rule->fill);
		return 0;
	}
	if (type == CLEAN_FLOAT)
		return put_number(rule, s, at, row);
	if (type == CLEAN_FLOAT_SEQ)
		return put_numbers(s, at, row);
	put_text(rules, rule, s, row);
	return 0;
}

static int
take_texts(const struct clean_rules *rules, const struct span *text,
    struct clean_row *row)
{
	for (size_t i = 0; i < rules->n_text; i++)
		if (take_text(rules, i, text[i], row) != 0)
			return -1;
	return 0;
}

/* The user, or the item: who it is, and is it in the sample? */
static int
take_subject(const struct sample *sample, struct span text, size_t at,
    struct span *out, struct clean_row *row)
{
	if (take_id(text, at, CLEAN_NO_ID, out, row) != 0)
		return -1;
	return sample_has(sample, *out) ? 0 : drop(row, CLEAN_UNSAMPLED, at);
}

static void
hide(const struct clean_rules *rules, struct clean_row *row)
{
	struct span *const id[2] = { &row->user, &row->item };
	const int hides[2] = { rules->hides_users, rules->hides_items };

	for (int i = 0; i < 2; i++) {
		if (!hides[i])
			continue;
		pseudonym_put(rules->pseudonym, *id[i], row->pseudonym[i]);
		*id[i] = (struct span){ row->pseudonym[i], PSEUDONYM_DIGITS };
	}
}

static void
start(struct clean_row *row)
{
	row->user = row->item = row->event = (struct span){ NULL, 0 };
	row->rating = NAN;
	row->weight = 1;
	row->time = CLEANTIME_NONE;
	row->event_type = IDMAP_NONE;
	row->repairs = 0;
	row->verdict = CLEAN_KEPT;
	row->text.n = row->why.n = 0;
}

/* A field of the row; -1 if it keeps the row out. */
static int
take_field(const struct clean_rules *rules, enum clean_field f,
    struct span text, struct clean_row *row)
{
	switch (f) {
	case CLEAN_USER:
		return take_subject(&rules->users, text, CLEAN_USER,
		    &row->user, row);
	case CLEAN_ITEM:
		return take_subject(&rules->items, text, CLEAN_ITEM,
		    &row->item, row);
	case CLEAN_EVENT:
		return take_event(rules, text, row);
	case CLEAN_RATING:
		return take_float(&rules->field[CLEAN_RATING], &rating_kind,
		    text, CLEAN_RATING, &row->rating, row);
	case CLEAN_WEIGHT:
		return take_weight(rules, text, row);
	case CLEAN_TIME:
		return take_time(rules, text, row);
	case CLEAN_FIELDS:
		break;
	}
	return 0;
}

/* The rules in their order; -1 as soon as one keeps the row out. */
static int
take_row(const struct clean_rules *rules, const struct span *field,
    const struct span *text, struct clean_row *row)
{
	static const enum clean_field order[] = { CLEAN_USER, CLEAN_ITEM,
		CLEAN_EVENT, CLEAN_RATING, CLEAN_WEIGHT, CLEAN_TIME };

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if ((rules->has[order[i]] || (order[i] == CLEAN_WEIGHT &&
		    rules->weights.types != NULL)) &&
		    take_field(rules, order[i], field[order[i]], row) != 0)
			return -1;
	return take_texts(rules, text, row);
}

enum clean_verdict
clean_row(const struct clean_rules *rules, const struct span *field,
    const struct span *text, struct clean_row *row)
{
	start(row);
	if (take_row(rules, field, text, row) == 0 && rules->pseudonym != NULL)
		hide(rules, row);
	return row->verdict;
}

enum clean_verdict
clean_one(const struct clean_rules *rules, enum clean_field f,
    struct span text, struct clean_row *row)
{
	start(row);
	if (take_field(rules, f, text, row) == 0 && f == CLEAN_EVENT &&
	    rules->weights.types != NULL)
		take_weight(rules, text, row);
	return row->verdict;
}

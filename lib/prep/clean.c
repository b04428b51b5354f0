#include <float.h>
#include <math.h>

#include "base/num.h"
#include "prep/clean.h"
#include "prep/cleantext.h"

static const struct choice whats[] = {
	{ "bad_record", "the record is broken", NULL },
	{ "missing_id", "an id is missing", NULL },
	{ "bad_id", "an id is not text", NULL },
	{ "missing_event", "the event is missing", NULL },
	{ "other_event", "the event has no weight", NULL },
	{ "missing_rating", "the rating is missing", NULL },
	{ "bad_rating", "the rating is not a number", NULL },
	{ "missing_weight", "the weight is missing", NULL },
	{ "bad_weight", "the weight is not a number", NULL },
	{ "bad_time", "the time is not a time", NULL },
	{ "bad_number", "another column is not a number", NULL },
	{ "other_event", "the event has no weight", NULL },
	{ "missing_rating", "the rating is missing", NULL },
	{ "below_min_rating", "the rating is too low", NULL },
	{ "above_max_rating", "the rating is too high", NULL },
	{ "duplicate", "merged into another row", NULL },
	{ "core", "too few rows of the user or the item", NULL },
	{ "blanks", "blanks around a field", NULL },
	{ "control", "control characters or line ends in a text", NULL },
	{ "encoding", "Latin-1 in place of UTF-8", NULL },
	{ "filled_rating", "a missing rating filled in", NULL },
	{ "rounded_time", "a time finer than thousandths of a second", NULL },
	{ "no_zone", "a date without zone, taken for UTC", NULL }
};

const struct choice *
clean_what(size_t what)
{
	return what < CLEAN_WHATS ? &whats[what] : NULL;
}

const char *
clean_field_name(enum clean_field f)
{
	static const char *const names[CLEAN_FIELDS] = { "user_id", "item_id",
		"rating", "weight", "event", "timestamp" };

	return names[f];
}

const char *
clean_type_name(enum clean_type t)
{
	static const char *const names[CLEAN_TYPES] = { "token", "token_seq",
		"float", "float_seq" };

	return names[t];
}

void
clean_row_release(struct clean_row *row)
{
	buf_release(&row->text);
	buf_release(&row->why);
}

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
	const struct span s = cleantext_trim(text);

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
	if (cleantext_has_control(id))
		return refuse(row, CLEAN_BAD_ID, at, id,
		    "has a control character");
	if (!cleantext_is_utf8(id))
		return refuse(row, CLEAN_BAD_ID, at, id, "is not UTF-8");
	*out = id;
	return 0;
}

static int
take_event(const struct clean_rules *rules, struct span text,
    struct clean_row *row)
{
	if (take_id(text, CLEAN_EVENT, CLEAN_NO_EVENT, &row->event, row) != 0)
		return -1;
	if (rules->weights.types == NULL)
		return 0;
	row->event_type = idmap_find(rules->weights.types, row->event);
	if (row->event_type != IDMAP_NONE) {
		row->weight = rules->weights.weight[row->event_type];
		return 0;
	}
	if (rules->drop_other_events)
		return drop(row, CLEAN_EVENT_DROPPED, CLEAN_EVENT);
	return refuse(row, CLEAN_OTHER_EVENT, CLEAN_EVENT, row->event,
	    "has no weight");
}

/* A number that a float can hold. */
static int
take_float(struct span text, size_t at, enum clean_what bad,
    double *out, struct clean_row *row)
{
	if (num_real(text, out) != 0)
		return refuse(row, bad, at, text, "is not a number");
	if (fabs(*out) > (double)FLT_MAX)
		return refuse(row, bad, at, text, "is too large");
	return 0;
}

static int
take_missing_rating(const struct clean_rules *rules, struct clean_row *row)
{
	switch (rules->missing) {
	case CLEAN_MISSING_DROP:
		return drop(row, CLEAN_RATING_DROPPED, CLEAN_RATING);
	case CLEAN_MISSING_KEEP:
		return 0;
	case CLEAN_MISSING_FILL:
		repaired(row, CLEAN_FILLED);
		row->rating = (float)rules->fill;
		return 0;
	case CLEAN_MISSING_REFUSE:
		break;
	}
	return refuse_missing(row, CLEAN_NO_RATING, CLEAN_RATING);
}

static int
take_rating(const struct clean_rules *rules, struct span text,
    struct clean_row *row)
{
	const struct span s = trim(row, text);
	double x;

	if (s.n == 0)
		return take_missing_rating(rules, row);
	if (take_float(s, CLEAN_RATING, CLEAN_BAD_RATING, &x, row) != 0)
		return -1;
	if (x < rules->min_rating)	/* false without a limit */
		return drop(row, CLEAN_BELOW, CLEAN_RATING);
	if (x > rules->max_rating)
		return drop(row, CLEAN_ABOVE, CLEAN_RATING);
	row->rating = (float)x;
	return 0;
}

static int
take_weight(struct span text, struct clean_row *row)
{
	const struct span s = trim(row, text);
	double x;

	if (s.n == 0)
		return refuse_missing(row, CLEAN_NO_WEIGHT, CLEAN_WEIGHT);
	if (take_float(s, CLEAN_WEIGHT, CLEAN_BAD_WEIGHT, &x, row) != 0)
		return -1;
	row->weight = (float)x;
	return 0;
}

static int
take_time(const struct clean_rules *rules, struct span text,
    struct clean_row *row)
{
	const struct span s = trim(row, text);
	unsigned notes = 0;

	if (s.n == 0)
		return 0;
	if (cleantime_read(s, rules->time_unit, &row->time, &notes) != 0)
		return refuse(row, CLEAN_BAD_TIME, CLEAN_TIME, s,
		    "is not a time");
	if (notes & CLEANTIME_ROUNDED)
		repaired(row, CLEAN_ROUNDED);
	if (notes & CLEANTIME_NO_ZONE)
		repaired(row, CLEAN_NO_ZONE);
	return 0;
}

/* Numbers are checked and keep their spelling; `text` has no blanks around. */
static int
take_numbers(struct span text, enum clean_type type, size_t i,
    struct clean_row *row)
{
	struct span rest = text;
	double x;

	while (rest.p != NULL && text.n > 0) {
		const struct span one = type == CLEAN_FLOAT ? rest
		    : span_cut(&rest, ' ');

		if (num_real(one, &x) != 0)
			return refuse(row, CLEAN_BAD_NUMBER,
			    CLEAN_FIELDS + i, one, "is not a number");
		if (type == CLEAN_FLOAT)
			break;
	}
	buf_span(&row->text, text);
	return 0;
}

static int
take_texts(const struct clean_rules *rules, const struct span *text,
    struct clean_row *row)
{
	for (size_t i = 0; i < rules->n_text; i++) {
		const enum clean_type type = rules->text_type[i];
		const struct span s = trim(row, text[i]);
		unsigned done = 0;

		buf_char(&row->text, '\t');
		if (type == CLEAN_TOKEN || type == CLEAN_TOKEN_SEQ)
			done = cleantext_repair(s, &row->text);
		else if (take_numbers(s, type, i, row) != 0)
			return -1;
		if (done & CLEANTEXT_CONTROL)
			repaired(row, CLEAN_CONTROL);
		if (done & CLEANTEXT_ENCODING)
			repaired(row, CLEAN_ENCODING);
	}
	return 0;
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

enum clean_verdict
clean_row(const struct clean_rules *rules, const struct span *field,
    const struct span *text, struct clean_row *row)
{
	const int *has = rules->has;

	start(row);
	if (take_id(field[CLEAN_USER], CLEAN_USER, CLEAN_NO_ID, &row->user,
	    row) != 0)
		return row->verdict;
	if (has[CLEAN_ITEM] && take_id(field[CLEAN_ITEM], CLEAN_ITEM,
	    CLEAN_NO_ID, &row->item, row) != 0)
		return row->verdict;
	if (has[CLEAN_EVENT] &&
	    take_event(rules, field[CLEAN_EVENT], row) != 0)
		return row->verdict;
	if (has[CLEAN_RATING] &&
	    take_rating(rules, field[CLEAN_RATING], row) != 0)
		return row->verdict;
	if (has[CLEAN_WEIGHT] && rules->weights.types == NULL &&
	    take_weight(field[CLEAN_WEIGHT], row) != 0)
		return row->verdict;
	if (has[CLEAN_TIME] && take_time(rules, field[CLEAN_TIME], row) != 0)
		return row->verdict;
	take_texts(rules, text, row);
	return row->verdict;
}

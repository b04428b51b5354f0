#include <math.h>

#include "prep/clean.h"

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
	{ "missing_time", "the time is missing", NULL },
	{ "bad_time", "the time is not a time", NULL },
	{ "missing_value", "another column is missing", NULL },
	{ "bad_number", "another column is not a number", NULL },
	{ "out_of_range", "a value is out of its range", NULL },
	{ "off_scale", "a value is not within the scale it is on", NULL },
	{ "not_sampled", "the user or the item is not in the sample", NULL },
	{ "other_event", "the event is another, or has no weight", NULL },
	{ "missing_event", "the event is missing", NULL },
	{ "missing_time", "the time is missing", NULL },
	{ "before_since", "the time is before --since", NULL },
	{ "from_until_on", "the time is not before --until", NULL },
	{ "after_now", "the time is after --now", NULL },
	{ "missing_rating", "the rating is missing", NULL },
	{ "missing_value", "a value is missing", NULL },
	{ "below_range", "a value is too low", NULL },
	{ "above_range", "a value is too high", NULL },
	{ "too_many_a_day", "of users with too many rows in a day", NULL },
	{ "burst", "of users with too many rows in a short time", NULL },
	{ "one_item", "of users with little but one item", NULL },
	{ "repeat", "the same as an earlier row", NULL },
	{ "duplicate", "merged into another row", NULL },
	{ "outlier", "a value is too far from the others", NULL },
	{ "not_top_item", "the item is not among the most frequent", NULL },
	{ "core", "too few rows of the user or the item", NULL },
	{ "blanks", "blanks around a field", NULL },
	{ "control", "control characters or line ends in a text", NULL },
	{ "encoding", "Latin-1 in place of UTF-8", NULL },
	{ "filled_rating", "a missing rating filled in", NULL },
	{ "filled_value", "another missing value filled in", NULL },
	{ "clipped", "a value clipped to its range", NULL },
	{ "clipped_outlier", "a value clipped for being far from the others",
	    NULL },
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
clean_rules_init(struct clean_rules *rules)
{
	*rules = (struct clean_rules){ .users = SAMPLE_ALL,
		.items = SAMPLE_ALL, .time = CLEANTIME_FORM_DEFAULTS,
		.since = INT64_MIN, .until = INT64_MAX,
		.now = CLEANTIME_NONE };
	for (int f = 0; f < CLEAN_FIELDS; f++)
		rules->field[f] = CLEANVALUE_DEFAULTS;
	/* what has no value of its own to stay empty */
	rules->field[CLEAN_EVENT].missing = CLEANVALUE_REFUSE;
	rules->field[CLEAN_WEIGHT].missing = CLEANVALUE_REFUSE;
}

void
clean_row_release(struct clean_row *row)
{
	buf_release(&row->text);
	buf_release(&row->scratch);
	buf_release(&row->why);
}

float
clean_decay(float weight, int64_t age, double half_life)
{
	return (float)((double)weight * exp2(-(double)age / half_life));
}

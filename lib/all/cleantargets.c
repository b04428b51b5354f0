#include <string.h>

#include "all/cleancolumns.h"
#include "all/cleanlogs.h"
#include "all/cleantargets.h"
#include "all/cleantimes.h"
#include "base/guess.h"

enum { NOWHERE = -1 };

/* Does the output have this field, or one that is made for it? */
static int
has_field(const struct cleanplan *p, int f)
{
	if (f == CLEAN_WEIGHT && p->rules.weights.types != NULL)
		return 1;
	return p->rules.has[f];
}

/* The field or, from CLEAN_FIELDS on, the other column of that name. */
static int
find(const struct cleanplan *p, const struct rows *rows, const char *name)
{
	const int column = cleancolumns_find(p, rows, name);

	for (int f = 0; f < CLEAN_FIELDS && !p->want->table; f++)
		if (has_field(p, f) && (strcmp(name, clean_field_name(
		    (enum clean_field)f)) == 0 || (column >= 0 &&
		    p->source[f] != NULL && p->rules.has[f] &&
		    cleancolumns_find(p, rows, p->source[f]) == column)))
			return f;
	for (size_t i = 0; i < p->rules.n_text; i++)
		if (column >= 0 && cleancolumns_find(p, rows,
		    p->text[i].asked) == column)
			return CLEAN_FIELDS + (int)i;
	return NOWHERE;
}

/* Names the column that might have been meant. */
static int
unknown(const struct cleanplan *p, const struct rows *rows, const char *option,
    const char *name)
{
	struct guess g = guess_of(span_of(name));

	if (cleancolumns_find(p, rows, name) >= 0)
		return err_msg("%s: column '%s' is not in the output: name it "
		    "in --columns", option, name);
	for (size_t c = 0; c < rows_width(rows); c++)
		guess_offer(&g, span_of(rows_column_name(rows, c)));
	return guess_fail(&g, "%s: there is no column '%s'", option, name);
}

enum { FILL = 1 << CLEANSPEC_FILL, TOKENIZE = 1 << CLEANSPEC_TOKENIZE };

/* Ids must be there, and only some rules suit events and times. */
static int
check_field(const struct cleanplan *p, const struct cleanspec_column *c, int f)
{
	const enum cleanvalue_missing m = c->value.missing;
	const char *option = cleanspec_name(cleanspec_first(c));
	const unsigned others = c->given & ~(unsigned)FILL;

	if (f == CLEAN_WEIGHT && p->rules.weights.types != NULL &&
	    (c->given & (FILL | 1U << CLEANSPEC_NUMBER)))
		return err_msg("%s is not for weights that --weight gives",
		    option);
	if (f == CLEAN_RATING || f == CLEAN_WEIGHT)
		return 0;
	if (f == CLEAN_EVENT && !others && (m == CLEANVALUE_DROP ||
	    m == CLEANVALUE_REFUSE || m == CLEANVALUE_CONSTANT))
		return 0;
	if (f == CLEAN_TIME && !others && (m == CLEANVALUE_DROP ||
	    m == CLEANVALUE_REFUSE || (m == CLEANVALUE_KEEP &&
	    cleantimes_need(p) == NULL)))
		return 0;
	if (f == CLEAN_TIME && !others && m == CLEANVALUE_KEEP)
		return err_msg("%s needs times: --fill %s=keep keeps rows "
		    "without", cleantimes_need(p), c->name);
	return err_msg("%s is not for '%s', which is %s", option, c->name,
	    f == CLEAN_TIME ? "a time" : f == CLEAN_EVENT ? "a type of event"
	    : "an id");
}

static int
settle_field(struct cleanplan *p, struct cleanspec_column *c, int f)
{
	struct cleanvalue *rule = &p->rules.field[f];
	const int has_range = rule->lo > -INFINITY || rule->hi < INFINITY;

	if (check_field(p, c, f) != 0)
		return -1;
	if (c->given & TOKENIZE)
		return err_msg("--tokenize is not for '%s'", c->name);
	if (f == CLEAN_RATING || f == CLEAN_WEIGHT)
		if (cleanspec_settle_number(c) != 0)
			return -1;
	if (f == CLEAN_RATING && has_range) {
		if (c->given >> CLEANSPEC_RANGE & 1)
			return err_msg("--min-rating and --max-rating are "
			    "--range rating=LOW..HIGH: give one of them");
		c->value.lo = rule->lo;
		c->value.hi = rule->hi;
	}
	if (f == CLEAN_WEIGHT && !(c->given & FILL))
		c->value.missing = CLEANVALUE_REFUSE;
	*rule = c->value;
	return 0;
}

static int
settle_text(struct cleanplan *p, struct cleanspec_column *c, size_t i)
{
	enum clean_type *type = &p->text_type[i];
	const char *option = cleanspec_name(cleanspec_first(c));
	const int wants_number = cleanvalue_needs_number(&c->value);

	if (p->want->table && cleanvalue_needs_users(&c->value))
		return err_msg("%s: %s: --table has no users and items to "
		    "average by", option, c->name);
	if (wants_number && (c->given & TOKENIZE))
		return err_msg("--tokenize and %s are both for '%s': is it a "
		    "text or a number?", option, c->name);
	if (wants_number && *type == CLEAN_TOKEN && !p->text[i].has_type)
		*type = CLEAN_FLOAT;
	if (wants_number && *type != CLEAN_FLOAT)
		return err_msg("%s is for numbers: '%s' is a %s", option,
		    c->name, clean_type_name(*type));
	if ((c->given & TOKENIZE) && *type == CLEAN_TOKEN &&
	    !p->text[i].has_type)
		*type = CLEAN_TOKEN_SEQ;
	if ((c->given & TOKENIZE) && *type != CLEAN_TOKEN_SEQ)
		return err_msg("--tokenize makes a token_seq: '%s' is a %s",
		    c->name, clean_type_name(*type));
	if (*type == CLEAN_FLOAT && cleanspec_settle_number(c) != 0)
		return -1;
	p->text_rule[i] = c->value;
	return 0;
}

/* A column that holds the ids as they were must not be in the output. */
static int
check_hidden(const struct cleanplan *p, const struct rows *rows)
{
	const int hides[2] = { p->rules.hides_users, p->rules.hides_items };

	for (int f = CLEAN_USER; f <= CLEAN_ITEM; f++) {
		const char *source = p->source[f];
		const int column = !hides[f] ? -1 : source == NULL ? 0
		    : cleancolumns_find(p, rows, source);

		for (size_t i = 0; i < p->rules.n_text && column >= 0; i++)
			if (cleancolumns_find(p, rows, p->text[i].asked) ==
			    column)
				return err_msg("--columns %s would show the "
				    "ids that --pseudonymize hides",
				    p->text[i].asked);
	}
	return 0;
}

int
cleantargets_settle(struct cleanplan *p, const struct rows *rows)
{
	int at;

	for (size_t i = 0; i < p->spec.n; i++) {
		struct cleanspec_column *c = &p->spec.column[i];

		at = find(p, rows, c->name);
		if (at == NOWHERE)
			return unknown(p, rows,
			    cleanspec_name(cleanspec_first(c)), c->name);
		for (size_t j = 0; j < i; j++)
			if (find(p, rows, p->spec.column[j].name) == at)
				return err_msg("'%s' and '%s' are the same "
				    "column: call it by one name",
				    p->spec.column[j].name, c->name);
		if ((at < CLEAN_FIELDS ? settle_field(p, c, at)
		    : settle_text(p, c, (size_t)at - CLEAN_FIELDS)) != 0)
			return -1;
	}
	if (check_hidden(p, rows) != 0)
		return -1;
	if (p->rules.has[CLEAN_TIME])
		return 0;
	if (cleantimes_need(p) != NULL || cleanlogs_need_times(p) != NULL)
		return err_msg("%s needs times: there is no timestamp",
		    cleantimes_need(p) != NULL ? cleantimes_need(p)
		    : cleanlogs_need_times(p));
	return 0;
}

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "all/cleanspec.h"
#include "base/buf.h"
#include "base/choice.h"
#include "base/guess.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"

void
cleanspec_release(struct cleanspec *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->column[i].name);
	free(s->column);
	*s = CLEANSPEC_EMPTY;
}

/* Where a rule stands: for messages. */
struct place {
	const char *option;
	struct span column;
};

/* "--range: price: 'x' is not LOW..HIGH" */
static int
complain(const struct place *at, struct span text, const char *problem)
{
	return err_msg("%s: %.*s: '%.*s' %s", at->option,
	    SPAN_ARGS(at->column), SPAN_ARGS(text), problem);
}

/* Names what might have been meant. */
static int
unknown(const struct place *at, struct span word,
    const struct choice *(*table)(size_t), const char *or_else)
{
	struct guess g = guess_of(word);
	struct buf b = BUF_EMPTY;
	const struct choice *c;

	for (size_t i = 0; (c = table(i)) != NULL; i++)
		buf_format(&b, "%s%s", i == 0 ? "" : ", ", c->name);
	buf_text(&b, or_else);
	guess_offer_choices(&g, table);
	guess_fail(&g, "%s: %.*s: '%.*s' is none of %s", at->option,
	    SPAN_ARGS(at->column), SPAN_ARGS(word), buf_cstr(&b));
	buf_release(&b);
	return -1;
}

/* A word of a table: its number in *out. */
static int
read_word(const struct place *at, struct span word,
    const struct choice *(*table)(size_t), int *out)
{
	const struct choice *c = choice_find(table, word);

	if (c == NULL)
		return unknown(at, word, table, "");
	*out = (int)(c - table(0));
	return 0;
}

/* "1..5"; where `open` is set, an end may be missing. */
static int
read_range(const struct place *at, struct span text, int open, double *lo,
    double *hi)
{
	const char *dots = text.n < 2 ? NULL : memmem(text.p, text.n, "..", 2);
	struct span low, high;

	if (dots == NULL)
		return complain(at, text, "is not LOW..HIGH");
	low = (struct span){ text.p, (size_t)(dots - text.p) };
	high = (struct span){ dots + 2, text.n - low.n - 2 };
	if ((low.n > 0 || !open) && num_real(low, lo) != 0)
		return complain(at, low, "is not a number");
	if ((high.n > 0 || !open) && num_real(high, hi) != 0)
		return complain(at, high, "is not a number");
	if (fabs(*lo) > (double)FLT_MAX && *lo > -INFINITY)
		return complain(at, low, "is too large");
	if (fabs(*hi) > (double)FLT_MAX && *hi < INFINITY)
		return complain(at, high, "is too large");
	if (!(*lo < *hi) && !(open && *lo <= *hi))
		return complain(at, text, "is empty");
	return 0;
}

/* --- each option: `rule` is what follows the '=' ------------------------ */

static int
read_fill(const struct place *at, struct span rule, struct cleanvalue *v)
{
	const struct choice *c = choice_find(cleanvalue_missing, rule);

	if (rule.n == 0)
		return complain(at, rule, "fills nothing");
	if (text_has_control(rule) || !text_is_utf8(rule))
		return complain(at, rule, "cannot stand in a table");
	v->missing = c == NULL ? CLEANVALUE_CONSTANT
	    : (enum cleanvalue_missing)(c - cleanvalue_missing(0));
	v->fill = rule;
	return 0;
}

static int
read_range_rule(const struct place *at, struct span rule, struct cleanvalue *v)
{
	struct span what = rule;
	const struct span range = span_cut(&what, ':');
	int outside = CLEANVALUE_DROP_OUTSIDE;

	if (read_range(at, range, 1, &v->lo, &v->hi) != 0)
		return -1;
	if (what.p != NULL &&
	    read_word(at, what, cleanvalue_outside, &outside) != 0)
		return -1;
	v->outside = (enum cleanvalue_outside)outside;
	return 0;
}

static int
read_scale(const struct place *at, struct span rule, struct cleanvalue *v)
{
	struct span to = rule;
	const struct span from = span_cut(&to, ':');

	if (to.p == NULL)
		return complain(at, rule, "is not LOW..HIGH:LOW..HIGH");
	v->has_scale = 1;
	if (read_range(at, from, 0, &v->from[0], &v->from[1]) != 0)
		return -1;
	return read_range(at, to, 0, &v->to[0], &v->to[1]);
}

static int
read_outliers(const struct place *at, struct span rule, struct cleanvalue *v)
{
	struct span rest = rule;
	const struct span how = span_cut(&rest, ':');
	struct span limit;
	int outlier = 0, outlying = CLEANVALUE_DROP_OUTSIDE;

	if (read_word(at, how, cleanvalue_outlier, &outlier) != 0)
		return -1;
	if (rest.p == NULL)
		return complain(at, rule, "has no limit, as in mad:3.5");
	limit = span_cut(&rest, ':');
	if (num_real(limit, &v->outlier_limit) != 0 || v->outlier_limit <= 0)
		return complain(at, limit, "is not a number above 0");
	if (rest.p != NULL &&
	    read_word(at, rest, cleanvalue_outside, &outlying) != 0)
		return -1;
	if (outlying == CLEANVALUE_REFUSE_OUTSIDE)
		return complain(at, rest, "is not for outliers: drop and clip "
		    "are");
	v->outlier = (enum cleanvalue_outlier)outlier;
	v->outlying = (enum cleanvalue_outside)outlying;
	return 0;
}

static int
read_normal(const struct place *at, struct span rule, struct cleanvalue *v)
{
	int normal = 0;

	if (read_word(at, rule, cleanvalue_normal, &normal) != 0)
		return -1;
	v->normal = (enum cleanvalue_normal)normal;
	return 0;
}

static int
read_style(const struct place *at, struct span rule, struct cleanvalue *v)
{
	int style = 0;

	if (read_word(at, rule, cleanvalue_style, &style) != 0)
		return -1;
	v->style = (enum cleanvalue_style)style;
	return 0;
}

/* --- lists -------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*read)(const struct place *, struct span, struct cleanvalue *);
	const char *shape;
} options[CLEANSPEC_OPTIONS] = {
	{ "--fill", read_fill, "COLUMN=WHAT" },
	{ "--range", read_range_rule, "COLUMN=LOW..HIGH" },
	{ "--scale", read_scale, "COLUMN=LOW..HIGH:LOW..HIGH" },
	{ "--outliers", read_outliers, "COLUMN=HOW:LIMIT" },
	{ "--normalize", read_normal, "COLUMN=HOW" },
	{ "--number", read_style, "COLUMN=STYLE" },
	{ "--tokenize", NULL, "COLUMN" }
};

const char *
cleanspec_name(enum cleanspec_option o)
{
	return options[o].name;
}

static struct cleanspec_column *
column_of(struct cleanspec *s, struct span name)
{
	struct cleanspec_column *c;

	for (size_t i = 0; i < s->n; i++)
		if (span_is(name, s->column[i].name))
			return &s->column[i];
	s->column = mem_grow("rules", s->column, &s->cap, s->n + 1,
	    sizeof *s->column);
	c = &s->column[s->n++];
	*c = (struct cleanspec_column){ .name = mem_text(name.p, name.n),
	    .value = CLEANVALUE_DEFAULTS };
	return c;
}

static int
read_one(struct cleanspec *s, enum cleanspec_option o, struct span part)
{
	struct span rule = part;
	const struct span name = span_cut(&rule, '=');
	const struct place at = { options[o].name, name };
	struct cleanspec_column *c;

	if (name.n == 0 || (rule.p == NULL) != (options[o].read == NULL))
		return err_msg("%s: '%.*s' is not %s", options[o].name,
		    SPAN_ARGS(part), options[o].shape);
	c = column_of(s, name);
	if (c->given >> o & 1)
		return err_msg("%s: '%.*s' stands twice", options[o].name,
		    SPAN_ARGS(name));
	c->given |= 1U << o;
	if (options[o].read != NULL)
		return options[o].read(&at, rule, &c->value);
	c->value.has_tokens = 1;
	return 0;
}

int
cleanspec_read(struct cleanspec *s, enum cleanspec_option o,
    const struct opt_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct span rest = span_of(list->text[i]);

		while (rest.p != NULL)
			if (read_one(s, o, span_cut(&rest, ',')) != 0)
				return -1;
	}
	return 0;
}

enum cleanspec_option
cleanspec_first(const struct cleanspec_column *c)
{
	int o = 0;

	while (!(c->given >> o & 1))
		o++;
	return (enum cleanspec_option)o;
}

static int
settle_number(const struct place *at, struct cleanvalue *v)
{
	if (v->missing != CLEANVALUE_CONSTANT)
		return 0;
	if (num_real(v->fill, &v->fill_number) != 0 ||
	    fabs(v->fill_number) > (double)FLT_MAX)
		return unknown(at, v->fill, cleanvalue_missing,
		    " and a number");
	return 0;
}

int
cleanspec_settle_number(struct cleanspec_column *c)
{
	const struct place at = { options[CLEANSPEC_FILL].name,
		span_of(c->name) };

	return settle_number(&at, &c->value);
}

int
cleanspec_read_missing(struct cleanspec *s, const char *what)
{
	const struct place at = { "--missing", span_of("rating") };
	struct cleanspec_column *c = column_of(s, at.column);

	if (c->given >> CLEANSPEC_FILL & 1)
		return err_msg("--missing is --fill rating=WHAT: give one of "
		    "them");
	c->given |= 1U << CLEANSPEC_FILL;
	if (read_fill(&at, span_of(what), &c->value) != 0)
		return -1;
	return settle_number(&at, &c->value);
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/itemwhere.h"
#include "base/mem.h"
#include "base/num.h"

/* --- "stock>0" ------------------------------------------------------------ */

static const struct {
	const char *text;
	enum itemwhere_how how;
} signs[] = {		/* the longer ones first */
	{ "!=", ITEMWHERE_NE }, { "<=", ITEMWHERE_LE }, { ">=", ITEMWHERE_GE },
	{ "=", ITEMWHERE_EQ }, { "<", ITEMWHERE_LT }, { ">", ITEMWHERE_GT },
};

static struct span
trimmed(struct span text)
{
	for (; text.n > 0 && text.p[0] == ' '; text.n--)
		text.p++;
	while (text.n > 0 && text.p[text.n - 1] == ' ')
		text.n--;
	return text;
}

int
itemwhere_read(struct itemwhere *w, const char *text)
{
	const size_t at = strcspn(text, "!=<>");
	const struct span column = trimmed((struct span){ text, at });
	size_t i = 0, n = 0;

	*w = (struct itemwhere){ .text = text };
	for (; i < sizeof signs / sizeof *signs; i++) {
		n = strlen(signs[i].text);
		if (strncmp(text + at, signs[i].text, n) == 0)
			break;
	}
	if (column.n == 0 || i == sizeof signs / sizeof *signs ||
	    text[at + n] == '=')
		return err_msg("--where: '%s' is not a column, one of = != < "
		    "<= > >= and a value", text);
	w->value = trimmed(span_of(text + at + n));
	if (w->value.n == 0)
		return err_msg("--where: '%s' has no value to compare with",
		    text);
	w->column = mem_text(column.p, column.n);
	w->how = signs[i].how;
	return 0;
}

void
itemwhere_release(struct itemwhere *w)
{
	free(w->column);
}

/* --- items ---------------------------------------------------------------- */

static int
passes(enum itemwhere_how how, int order)
{
	switch (how) {
	case ITEMWHERE_EQ:
		return order == 0;
	case ITEMWHERE_NE:
		return order != 0;
	case ITEMWHERE_LT:
		return order < 0;
	case ITEMWHERE_LE:
		return order <= 0;
	case ITEMWHERE_GT:
		return order > 0;
	case ITEMWHERE_GE:
		break;
	}
	return order >= 0;
}

static int
token_passes(const struct itemwhere *w, const struct itemtable_column *c,
    size_t item)
{
	const uint32_t *token = c->token + c->first[item];
	size_t n_equal = 0;

	if (c->kind == ITEMTABLE_TOKEN)
		return passes(w->how, span_compare(idmap_name(c->names,
		    *token), w->value));
	for (size_t j = 0; j < c->n_tokens[item]; j++)
		n_equal += (size_t)span_equal(idmap_name(c->names,
		    token[j]), w->value);
	return (n_equal > 0) == (w->how == ITEMWHERE_EQ);
}

/* What is asked must have an answer: *number <- the value, if it is one. */
static int
check(const struct itemwhere *w, const struct itemtable_column *c,
    const char *path, double *number)
{
	const int is_number = num_real(w->value, number) == 0;
	const int is_order = w->how != ITEMWHERE_EQ && w->how != ITEMWHERE_NE;

	if (c->kind == ITEMTABLE_NUMBER && !is_number)
		return err_msg("--where: '%s': %s has numbers in column '%s', "
		    "and '%.*s' is not one", w->text, path, c->name,
		    SPAN_ARGS(w->value));
	if (c->kind == ITEMTABLE_TOKEN && is_order && is_number)
		return err_msg("--where: '%s': column '%s' of %s is of type "
		    "token: to compare numbers, give it the type float",
		    w->text, c->name, path);
	if (c->kind == ITEMTABLE_TOKENS && (is_order ||
	    memchr(w->value.p, ' ', w->value.n) != NULL))
		return err_msg("--where: '%s': column '%s' of %s is of words "
		    "(token_seq): = and != ask for one of them", w->text,
		    c->name, path);
	return 0;
}

int
itemwhere_apply(struct itemwhere *w, const struct itemtable *t,
    const char *path, float *adjust)
{
	const struct itemtable_column *c = itemtable_find(t, w->column);
	double number = 0;

	w->n_out = w->n_missing = 0;
	if (check(w, c, path, &number) != 0)
		return -1;
	for (size_t i = 0; i < t->n_items; i++) {
		const double x = c->number != NULL ? c->number[i] : NAN;
		const int missing = c->number != NULL ? isnan(x) :
		    c->n_tokens[i] == 0;

		if (!missing && (c->number != NULL ?
		    passes(w->how, (x > number) - (x < number)) :
		    token_passes(w, c, i)))
			continue;
		w->n_out++;
		w->n_missing += (size_t)missing;
		adjust[i] = -INFINITY;
	}
	return 0;
}

#include "all/cleanvalues.h"
#include "prep/cleanstats.h"

/* The rule of field or other column `at`; NULL: it has no numbers. */
static const struct cleanvalue *
rule_at(const struct cleanplan *p, size_t at)
{
	if (at == CLEAN_RATING)
		return p->rules.has[at] ? &p->rules.field[at] : NULL;
	if (at == CLEAN_WEIGHT)
		return p->puts_weight ? &p->rules.field[at] : NULL;
	if (at < CLEAN_FIELDS || p->text_type[at - CLEAN_FIELDS] !=
	    CLEAN_FLOAT)
		return NULL;
	return &p->text_rule[at - CLEAN_FIELDS];
}

static int
has_outliers(const struct cleanvalue *v)
{
	return v->outlier != CLEANVALUE_NO_OUTLIERS;
}

static int
has_fill(const struct cleanvalue *v)
{
	return v->missing >= CLEANVALUE_MEAN && v->missing <=
	    CLEANVALUE_ITEM_MEAN;
}

static int
has_normal(const struct cleanvalue *v)
{
	return v->normal != CLEANVALUE_AS_IT_IS;
}

static int
wants(const struct cleanplan *p, int (*has)(const struct cleanvalue *))
{
	for (size_t at = 0; at < CLEAN_FIELDS + p->rules.n_text; at++)
		if (rule_at(p, at) != NULL && has(rule_at(p, at)))
			return 1;
	return 0;
}

/* The numbers of column `at` go through `run`, if their rule has it. */
static int
for_columns(struct cleanstore *s, const struct cleanplan *p,
    struct cleancount *c, int (*has)(const struct cleanvalue *),
    int (*run)(const struct cleanseries *, const struct cleanplan *,
    const struct cleanvalue *, struct cleancount *))
{
	for (size_t at = 0; at < CLEAN_FIELDS + p->rules.n_text; at++) {
		const struct cleanseries series = { s, at };
		const struct cleanvalue *v = rule_at(p, at);

		if (v != NULL && has(v) && run(&series, p, v, c) != 0)
			return -1;
	}
	return 0;
}

/* --- outliers ------------------------------------------------------------ */

static void
note_no_spread(const struct cleanplan *p, size_t at)
{
	struct buf b = BUF_EMPTY;

	buf_format(&b, "--outliers: %s: the numbers have no spread, so none "
	    "is far from the others", at < CLEAN_FIELDS
	    ? clean_field_name((enum clean_field)at)
	    : p->text[at - CLEAN_FIELDS].name);
	if (p->want->note != NULL)
		p->want->note(p->want->note_arg, buf_cstr(&b));
	buf_release(&b);
}

static int
bound(const struct cleanseries *s, const struct cleanplan *p,
    const struct cleanvalue *v, struct cleancount *c)
{
	const int clips = v->outlying == CLEANVALUE_CLIP;
	uint64_t outside = 0;
	double lo, hi;

	if (cleanstats_bounds(s, v->outlier, v->outlier_limit, &lo, &hi) != 0)
		return -1;
	if (isinf(lo) && isinf(hi)) {
		note_no_spread(p, s->at);
		return 0;
	}
	if (cleanstats_bound(s, lo, hi, clips, &outside) != 0)
		return -1;
	c->what[clips ? CLEAN_OUTLIER_CLIPPED : CLEAN_OUTLIER] += outside;
	return 0;
}

int
cleanvalues_want_outliers(const struct cleanplan *p)
{
	return wants(p, has_outliers);
}

int
cleanvalues_outliers(struct cleanstore *s, const struct cleanplan *p,
    struct cleancount *c)
{
	return for_columns(s, p, c, has_outliers, bound);
}

/* --- missing numbers ----------------------------------------------------- */

static int
fill(const struct cleanseries *s, const struct cleanplan *p,
    const struct cleanvalue *v, struct cleancount *c)
{
	uint64_t filled;

	(void)p;
	if (cleanstats_fill(s, v->missing, &filled) != 0)
		return -1;
	c->what[s->at == CLEAN_RATING ? CLEAN_FILLED : CLEAN_VALUE_FILLED] +=
	    filled;
	return 0;
}

int
cleanvalues_want_fill(const struct cleanplan *p)
{
	return wants(p, has_fill);
}

int
cleanvalues_fill(struct cleanstore *s, const struct cleanplan *p,
    struct cleancount *c)
{
	return for_columns(s, p, c, has_fill, fill);
}

/* --- normal numbers ------------------------------------------------------ */

static int
normalize(const struct cleanseries *s, const struct cleanplan *p,
    const struct cleanvalue *v, struct cleancount *c)
{
	(void)p;
	(void)c;
	return cleanstats_normalize(s, v->normal);
}

int
cleanvalues_want_normal(const struct cleanplan *p)
{
	return wants(p, has_normal);
}

int
cleanvalues_normal(struct cleanstore *s, const struct cleanplan *p,
    struct cleancount *c)
{
	return for_columns(s, p, c, has_normal, normalize);
}

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/guess.h"
#include "base/mem.h"
#include "base/num.h"
#include "eval/metric.h"

static const struct choice *
choice_of(const struct metric *m)
{
	return m != NULL ? &m->what : NULL;
}

const struct choice *
metric_rating_choice(size_t i)
{
	return choice_of(ratingmetric(i));
}

const struct choice *
metric_label_choice(size_t i)
{
	return choice_of(labelmetric(i));
}

const struct choice *
metric_class_choice(size_t i)
{
	return choice_of(classmetric(i));
}

const struct choice *
metric_list_choice(size_t i)
{
	static const struct metric *(*const tables[])(size_t) = {
	    listmetric, beyondmetric, cataloguemetric };

	for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
		size_t n = 0;

		while (tables[t](n) != NULL)
			n++;
		if (i < n)
			return choice_of(tables[t](i));
		i -= n;
	}
	return NULL;
}

/* By kind; METRIC_CATALOGUE's are asked for as METRIC_LIST's. */
static const struct {
	const char *of;
	const char *usual;
	const struct choice *(*choice)(size_t i);
} kinds[] = {
	[METRIC_RATING] = { "ratings", "rmse,mae", metric_rating_choice },
	[METRIC_LABEL] = { "labels",
	    "auc,logloss,accuracy,precision,recall,f1", metric_label_choice },
	[METRIC_CLASS] = { "classes", "accuracy,f1_macro",
	    metric_class_choice },
	[METRIC_LIST] = { "lists",
	    "ndcg@10,recall@10,hr@10,mrr,map,coverage@10",
	    metric_list_choice },
};

/* Does a kind before this one have the name? */
static int
is_repeated(const char *name, size_t kind)
{
	for (size_t k = 0; k < kind; k++)
		if (choice_find(kinds[k].choice, span_of(name)) != NULL)
			return 1;
	return 0;
}

const struct choice *
metric_choice(size_t i)
{
	const struct choice *c;

	for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
		for (size_t j = 0; (c = kinds[kind].choice(j)) != NULL; j++)
			if (!is_repeated(c->name, kind) && i-- == 0)
				return c;
	return NULL;
}

static int
unknown(struct span name, enum metric_kind kind)
{
	struct guess g = guess_of(name);
	size_t k;

	if (num_size(name, &k) == 0)
		return err_msg("'%.*s' is not a metric: each cut-off goes with "
		    "its metric, as in ndcg@5,ndcg@10", SPAN_ARGS(name));
	guess_offer_choices(&g, kinds[kind].choice);
	return guess_fail(&g, "'%.*s' is not a metric of %s", SPAN_ARGS(name),
	    kinds[kind].of);
}

static int
parse_one(struct span text, enum metric_kind kind, struct measure *out)
{
	struct span cut = text;
	const struct span name = span_cut(&cut, '@');
	const struct choice *found = choice_find(kinds[kind].choice, name);

	if (found == NULL)
		return unknown(name, kind);
	out->metric = (const struct metric *)found;
	out->k = METRIC_WHOLE;
	if (cut.p == NULL)
		return 0;
	if (kind != METRIC_LIST)
		return err_msg("'%.*s': %s has no cut-off", SPAN_ARGS(text),
		    found->name);
	if (num_size(cut, &out->k) != 0 || out->k == 0)
		return err_msg("'%.*s': a cut-off is a number from 1",
		    SPAN_ARGS(text));
	return 0;
}

int
measures_parse(const char *text, enum metric_kind kind, struct measures *out)
{
	struct span rest = span_of(text);
	size_t cap = 0;

	assert(kind != METRIC_CATALOGUE);
	*out = (struct measures){ NULL, 0 };
	while (rest.p != NULL) {
		const struct span one = span_cut(&rest, ',');
		struct measure m = { NULL, METRIC_WHOLE, NULL };

		if (parse_one(one, kind, &m) != 0)
			goto failed;
		for (size_t i = 0; i < out->n; i++)
			if (span_is(one, out->at[i].name)) {
				err_msg("metric '%.*s' stands twice",
				    SPAN_ARGS(one));
				goto failed;
			}
		m.name = mem_text(one.p, one.n);
		out->at = mem_grow("metrics", out->at, &cap, out->n + 1,
		    sizeof *out->at);
		out->at[out->n++] = m;
	}
	return 0;
failed:
	measures_release(out);
	return -1;
}

void
measures_release(struct measures *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->at[i].name);
	free(m->at);
	*m = (struct measures){ NULL, 0 };
}

const char *
measures_usual(enum metric_kind kind)
{
	return kinds[kind].usual;
}

int
measures_parse_one(const char *text, enum metric_kind kind,
    struct measures *out)
{
	const struct metric *m;

	if (measures_parse(text, kind, out) != 0)
		return -1;
	m = out->at[0].metric;
	if (out->n == 1 && m->kind != METRIC_CATALOGUE &&
	    (m->needs & ~(unsigned)METRIC_NEEDS_PROBABILITY) == 0)
		return 0;
	err_msg("'%s' cannot be validated on: it is %s", text, out->n > 1 ?
	    "more than one metric" : kind == METRIC_LIST ?
	    "not of one list alone" : "not of rows alone");
	measures_release(out);
	return -1;
}

unsigned
measures_needs(const struct measures *m)
{
	unsigned needs = 0;

	for (size_t i = 0; i < m->n; i++)
		needs |= m->at[i].metric->needs;
	return needs;
}

size_t
measures_depth(const struct measures *m)
{
	size_t depth = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (m->at[i].k == METRIC_WHOLE)
			return METRIC_WHOLE;
		if (m->at[i].k > depth)
			depth = m->at[i].k;
	}
	return depth;
}

double
measure_list(const struct measure *m, const struct metric_list *list)
{
	assert(m->metric->kind == METRIC_LIST);
	return m->metric->list(list, m->k);
}

int
measure_pairs(const struct measure *m, const struct metric_pairs *pairs,
    const char *name, double *out)
{
	assert(m->metric->pairs != NULL && pairs->n > 0);
	for (size_t i = 0; i < pairs->n &&
	    (m->metric->needs & METRIC_NEEDS_PROBABILITY) != 0; i++)
		if (!(pairs->score[i] >= 0 && pairs->score[i] <= 1))
			return err_msg("%s: %s: the score %g is not a "
			    "probability", name, m->name, pairs->score[i]);
	if ((m->metric->needs & METRIC_NEEDS_USERS) != 0 &&
	    pairs->user == NULL)
		return err_msg("%s: %s needs the rows' users: see "
		    "--user-column", name, m->name);
	*out = m->metric->pairs(pairs);
	if (isnan(*out))
		return err_msg("%s: %s is not defined: %s", name, m->name,
		    m->metric->undefined != NULL ? m->metric->undefined :
		    "the numbers are too large");
	return 0;
}

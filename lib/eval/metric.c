#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "eval/metric.h"

#define ONE_CLASS "all labels are the same"

static const struct metric rating_table[] = {
	{ .what = { "rmse", "root of the mean squared error", NULL },
	  .kind = METRIC_RATING, .smaller_is_better = 1, .pairs = rating_rmse },
	{ .what = { "mse", "mean squared error", NULL },
	  .kind = METRIC_RATING, .smaller_is_better = 1, .pairs = rating_mse },
	{ .what = { "mae", "mean absolute error", NULL },
	  .kind = METRIC_RATING, .smaller_is_better = 1, .pairs = rating_mae },
	{ .what = { "r2", "share of the variance that is explained", NULL },
	  .kind = METRIC_RATING, .pairs = rating_r2,
	  .undefined = "all ratings are the same" },
};

static const struct metric label_table[] = {
	{ .what = { "accuracy", "share of right answers", NULL },
	  .kind = METRIC_LABEL, .pairs = label_accuracy },
	{ .what = { "precision", "share of the yeses that are right", NULL },
	  .citation = "van Rijsbergen 1979",
	  .kind = METRIC_LABEL, .pairs = label_precision },
	{ .what = { "recall", "share of the positives that are found", NULL },
	  .citation = "van Rijsbergen 1979",
	  .kind = METRIC_LABEL, .pairs = label_recall },
	{ .what = { "f1", "harmonic mean of precision and recall", NULL },
	  .citation = "van Rijsbergen 1979",
	  .kind = METRIC_LABEL, .pairs = label_f1 },
	{ .what = { "auc", "chance that a positive scores above a negative",
	    NULL }, .citation = "Hanley & McNeil 1982",
	  .kind = METRIC_LABEL, .undefined = ONE_CLASS, .pairs = label_auc },
	{ .what = { "pr_auc", "average precision over recall", NULL },
	  .citation = "Davis & Goadrich 2006",
	  .kind = METRIC_LABEL, .undefined = "no label is 1",
	  .pairs = label_pr_auc },
	{ .what = { "logloss", "mean negative log-likelihood", NULL },
	  .citation = "Good 1952",
	  .kind = METRIC_LABEL, .smaller_is_better = 1,
	  .wants_probability = 1, .pairs = label_logloss },
	{ .what = { "brier", "mean squared error of probabilities", NULL },
	  .citation = "Brier 1950",
	  .kind = METRIC_LABEL, .smaller_is_better = 1,
	  .wants_probability = 1, .pairs = label_brier },
};

static const struct metric list_table[] = {
	{ .what = { "ndcg", "discounted gain, the ideal list has 1", NULL },
	  .citation = "Jarvelin & Kekalainen 2002",
	  .kind = METRIC_LIST, .list = list_ndcg },
	{ .what = { "ndcg_exp", "ndcg with gains 2^g - 1", NULL },
	  .citation = "Burges et al. 2005",
	  .kind = METRIC_LIST, .list = list_ndcg_exp },
	{ .what = { "precision", "share of the list that is relevant", NULL },
	  .citation = "Buckley & Voorhees 2005",
	  .kind = METRIC_LIST, .list = list_precision },
	{ .what = { "recall", "share of the relevant that is listed", NULL },
	  .citation = "Buckley & Voorhees 2005",
	  .kind = METRIC_LIST, .list = list_recall },
	{ .what = { "recall_min", "hits divided by min(k, relevant)", NULL },
	  .citation = "Liang et al. 2018",
	  .kind = METRIC_LIST, .list = list_recall_min },
	{ .what = { "hr", "hit rate: is anything relevant listed?", NULL },
	  .citation = "Deshpande & Karypis 2004",
	  .kind = METRIC_LIST, .list = list_hr },
	{ .what = { "mrr", "1 / rank of the first relevant item", NULL },
	  .citation = "Voorhees 1999",
	  .kind = METRIC_LIST, .list = list_mrr },
	{ .what = { "map", "precision at the hits, summed, / relevant", NULL },
	  .citation = "Buckley & Voorhees 2005",
	  .kind = METRIC_LIST, .list = list_map },
	{ .what = { "map_min", "map divided by min(k, relevant)", NULL },
	  .citation = "Aiolli 2013",
	  .kind = METRIC_LIST, .list = list_map_min },
	{ .what = { "coverage", "share of the catalogue that is in a list",
	    NULL }, .citation = "Herlocker et al. 2004",
	  .kind = METRIC_CATALOGUE, .all = all_coverage },
};

#define LENGTH(table) (sizeof table / sizeof table[0])

const struct choice *
metric_rating_choice(size_t i)
{
	return i < LENGTH(rating_table) ? &rating_table[i].what : NULL;
}

const struct choice *
metric_label_choice(size_t i)
{
	return i < LENGTH(label_table) ? &label_table[i].what : NULL;
}

const struct choice *
metric_list_choice(size_t i)
{
	return i < LENGTH(list_table) ? &list_table[i].what : NULL;
}

static int
unknown(struct span name, enum metric_kind kind,
    const struct choice *(*table)(size_t i))
{
	static const char *const kinds[] = { "ratings", "labels", "lists" };
	const struct choice *near = choice_nearest(table, name);

	if (near != NULL)
		return err_msg("'%.*s' is not a metric of %s: "
		    "did you mean '%s'?", SPAN_ARGS(name), kinds[kind],
		    near->name);
	return err_msg("'%.*s' is not a metric of %s", SPAN_ARGS(name),
	    kinds[kind]);
}

static int
parse_one(struct span text, enum metric_kind kind, struct measure *out)
{
	const struct choice *(*table)(size_t i) =
	    kind == METRIC_RATING ? metric_rating_choice :
	    kind == METRIC_LABEL ? metric_label_choice : metric_list_choice;
	struct span cut = text;
	const struct span name = span_cut(&cut, '@');
	const struct choice *found = choice_find(table, name);

	if (found == NULL)
		return unknown(name, kind, table);
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
	switch (kind) {
	case METRIC_RATING:
		return "rmse,mae";
	case METRIC_LABEL:
		return "auc,logloss,accuracy,precision,recall,f1";
	default:
		return "ndcg@10,recall@10,hr@10,mrr,map,coverage@10";
	}
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
	for (size_t i = 0; m->metric->wants_probability && i < pairs->n; i++)
		if (!(pairs->score[i] >= 0 && pairs->score[i] <= 1))
			return err_msg("%s: %s: the score %g is not a "
			    "probability", name, m->name, pairs->score[i]);
	*out = m->metric->pairs(pairs);
	if (isnan(*out))
		return err_msg("%s: %s is not defined: %s", name, m->name,
		    m->metric->undefined != NULL ? m->metric->undefined :
		    "the numbers are too large");
	return 0;
}

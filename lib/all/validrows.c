#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "all/validrows.h"
#include "base/mem.h"
#include "base/par.h"
#include "eval/metric.h"

enum { ROWS_PER_PIECE = 4096 };

struct valid {
	struct validation base;		/* first: it is what callers have */
	struct measures measures;	/* one */
	struct features *f;		/* of a model of features, or NULL */
	struct examples *x;		/* of a model of examples, or NULL */
	size_t n;			/* rows */
	size_t outputs;			/* scores of a row */
	const float *label;		/* (n) */
	char *path;
	float *scores;			/* (n, outputs) */
	double *truth, *score;		/* (n) */
};

static void
valid_free(struct validation *base)
{
	struct valid *v = (struct valid *)base;

	if (v == NULL)
		return;
	measures_release(&v->measures);
	features_free(v->f);
	examples_free(v->x);
	free(v->path);
	free(v->scores);
	free(v->truth);
	free(v->score);
	free(v);
}

struct job {
	struct valid *v;
	const struct scorer *scorer;
};

/* Of a row whose truth is 1: the probability of its class, or whether that is
 * the first of the likeliest. */
static double
score_of_class(const struct valid *v, size_t r)
{
	const float *p = v->scores + r * v->outputs;
	const size_t class = (size_t)v->label[r];
	size_t best = 0;

	if (v->measures.at[0].metric->needs & METRIC_NEEDS_PROBABILITY)
		return (double)p[class];
	for (size_t k = 1; k < v->outputs; k++)
		if (p[k] > p[best])
			best = k;
	return best == class;
}

static void
score_piece(void *arg, size_t i, size_t worker)
{
	const struct job *job = arg;
	struct valid *v = job->v;
	const size_t at = i * ROWS_PER_PIECE, left = v->n - at;
	const size_t n = left < ROWS_PER_PIECE ? left : ROWS_PER_PIECE;
	float *scores = v->scores + at * v->outputs;

	if (v->f != NULL)
		scorer_rows(job->scorer, v->f, at, n, scores, worker);
	else
		scorer_examples(job->scorer, v->x, at, n, scores, worker);
	for (size_t r = at; r < at + n; r++)
		v->score[r] = v->outputs == 1 ? (double)v->scores[r] :
		    score_of_class(v, r);
}

static int
measure(struct validation *base, const struct scorer *scorer, double *out)
{
	struct valid *v = (struct valid *)base;
	struct job job = { v, scorer };
	const struct metric_pairs pairs = { .truth = v->truth,
	    .score = v->score, .n = v->n, .threshold = 0.5 };

	assert(scorer_outputs(scorer) == v->outputs);
	par_for(par_pieces(v->n, ROWS_PER_PIECE), score_piece, &job);
	return measure_pairs(&v->measures.at[0], &pairs, v->path, out);
}

static int
find_metric(const char *text, enum metric_kind kind, struct valid *v)
{
	if (measures_parse_one(text, kind, &v->measures) != 0)
		return -1;
	v->base.metric = v->measures.at[0].name;
	v->base.smaller_is_better =
	    v->measures.at[0].metric->smaller_is_better;
	return 0;
}

/* NULL after a message. */
static struct valid *
valid_new(const char *path, const char *metric, enum metric_kind kind)
{
	struct valid *v = mem_array("validation", 1, sizeof *v);

	v->base.measure = measure;
	v->base.free = valid_free;
	v->path = mem_text(path, strlen(path));
	if (find_metric(metric, kind, v) == 0)
		return v;
	valid_free(&v->base);
	return NULL;
}

/* Labels of so many classes; 1: they are 0 or 1. */
static struct validation *
take_labels(struct valid *v, const float *label, size_t n, size_t classes)
{
	v->n = n;
	v->label = label;
	v->outputs = classes;
	v->scores = mem_array("validation", n, classes * sizeof *v->scores);
	v->truth = mem_array("validation", n, sizeof *v->truth);
	v->score = mem_array("validation", n, sizeof *v->score);
	for (size_t r = 0; r < n; r++)
		v->truth[r] = classes > 1 ? 1 : (double)label[r];
	return &v->base;
}

/* Is the metric one of any number of classes? */
static int
check_classes(const struct valid *v)
{
	const char *name = v->measures.at[0].metric->what.name;

	if (strcmp(name, "accuracy") == 0 || strcmp(name, "logloss") == 0)
		return 0;
	return err_msg("'%s' is of two classes, 0 and 1: of others there are "
	    "accuracy and logloss", name);
}

struct validation *
validrows_new(const char *path, const char *metric,
    const struct readfeatures *want)
{
	struct valid *v = valid_new(path, metric, want->labels ==
	    READFEATURES_NUMBER ? METRIC_RATING : METRIC_LABEL);

	if (v == NULL)
		return NULL;
	if (want->classes != NULL && check_classes(v) != 0)
		goto failed;
	v->f = readfeatures((const char *const[]){ path }, 1, want);
	if (v->f != NULL)
		return take_labels(v, v->f->label, v->f->n,
		    want->classes != NULL ? idmap_count(want->classes) : 1);
failed:
	valid_free(&v->base);
	return NULL;
}

struct validation *
validrows_examples(const char *path, const char *metric,
    const struct readexamples *want, uint64_t *unknown)
{
	struct valid *v = valid_new(path, metric, METRIC_LABEL);
	size_t classes = want->vocabulary->classes != NULL ?
	    idmap_count(want->vocabulary->classes) : 1;

	if (v == NULL)
		return NULL;
	if (vocabulary_is_binary(want->vocabulary))
		classes = 1;
	else if (check_classes(v) != 0)
		goto failed;
	v->x = readexamples((const char *const[]){ path }, 1, want);
	if (v->x != NULL) {
		*unknown = v->x->n_unknown;
		return take_labels(v, v->x->label, v->x->n, classes);
	}
failed:
	valid_free(&v->base);
	return NULL;
}

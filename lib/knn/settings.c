/* The settings of all methods: what a user may leave out, and what a model
 * tells. */

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "knn/knn.h"
#include "knn/past.h"
#include "knn/similarity.h"
#include "knn/weighting.h"
#include "model/model.h"

enum { IMPLICIT, RATINGS };

static const struct choice feedback_table[] = {
	[IMPLICIT] = { "implicit", "what users had, whatever they say of it",
	    NULL },
	[RATINGS] = { "ratings", "what users say of what they had", NULL },
};

const struct choice *
knn_feedback_choice(size_t i)
{
	return i < sizeof feedback_table / sizeof *feedback_table ?
	    &feedback_table[i] : NULL;
}

int
knn_is_explicit(const struct knn_options *o)
{
	return o->feedback == &feedback_table[RATINGS];
}

/* --- what was not set ----------------------------------------------------- */

static void
fill_real(double *x, double value)
{
	if (isnan(*x))
		*x = value;
}

static int
settle_ratings(struct knn_options *o)
{
	if (o->weighting != NULL)
		return err_msg("--weighting is for --feedback implicit");
	if (o->values != NULL)
		return err_msg("--values is for --feedback implicit");
	if (o->value == NULL)
		o->value = "rating";
	if (o->similarity == NULL)
		o->similarity = choice_find(similarity_choice,
		    span_of("adjusted"));
	fill_real(&o->damping, 0.2);
	fill_real(&o->lambda_user, 5);
	fill_real(&o->lambda_item, 2);
	if (o->top == SIZE_MAX)
		o->top = 500;
	return 0;
}

static int
settle_implicit(struct knn_options *o)
{
	if (!isnan(o->damping))
		return err_msg("--damping is for --feedback ratings");
	if (!isnan(o->lambda_user))
		return err_msg("--lambda-user is for --feedback ratings");
	if (!isnan(o->lambda_item))
		return err_msg("--lambda-item is for --feedback ratings");
	if (o->segment != NULL)
		fill_real(&o->shrink, 100);
	if (o->feedback != NULL && o->top != SIZE_MAX)
		return err_msg("--top is for --feedback ratings");
	if (o->feedback != NULL && o->weighting == NULL)
		o->weighting = choice_find(weighting_choice,
		    span_of("tfidf"));
	if (o->feedback != NULL && o->similarity == NULL)
		o->similarity = choice_find(similarity_choice,
		    span_of("cosine"));
	if (o->similarity != NULL && similarity_needs_ratings(o->similarity))
		return err_msg("--similarity %s is for --feedback ratings",
		    o->similarity->name);
	if (o->values == NULL && isnan(o->decay) && o->sample == SIZE_MAX)
		o->values = choice_find(past_values_choice, span_of("one"));
	return 0;
}

static int
settle_asymmetry(struct knn_options *o)
{
	if (o->similarity == choice_find(similarity_choice,
	    span_of("asymmetric")))
		fill_real(&o->asymmetry, 0.5);
	else if (!isnan(o->asymmetry))
		return err_msg("--asymmetry is for --similarity asymmetric");
	return 0;
}

int
knn_settle(struct knn_options *o)
{
	if (settle_asymmetry(o) != 0)
		return -1;
	return knn_is_explicit(o) ? settle_ratings(o) : settle_implicit(o);
}

/* --- what a model tells --------------------------------------------------- */

enum type { SIZE, REAL, CHOICE, TEXT };

/* What a model file tells; how much memory it took is nothing of it. */
static const struct setting {
	const char *name;
	enum type type;
	size_t at;			/* in struct knn_options */
} settings[] = {
	{ "feedback", CHOICE, offsetof(struct knn_options, feedback) },
	{ "values", CHOICE, offsetof(struct knn_options, values) },
	{ "weighting", CHOICE, offsetof(struct knn_options, weighting) },
	{ "similarity", CHOICE, offsetof(struct knn_options, similarity) },
	{ "asymmetry", REAL, offsetof(struct knn_options, asymmetry) },
	{ "neighbours", SIZE, offsetof(struct knn_options, neighbours) },
	{ "shrink", REAL, offsetof(struct knn_options, shrink) },
	{ "alpha", REAL, offsetof(struct knn_options, alpha) },
	{ "beta", REAL, offsetof(struct knn_options, beta) },
	{ "top", SIZE, offsetof(struct knn_options, top) },
	{ "damping", REAL, offsetof(struct knn_options, damping) },
	{ "lambda", REAL, offsetof(struct knn_options, lambda) },
	{ "l1", REAL, offsetof(struct knn_options, l1) },
	{ "dropout", REAL, offsetof(struct knn_options, dropout) },
	{ "activity", REAL, offsetof(struct knn_options, activity) },
	{ "factors", SIZE, offsetof(struct knn_options, factors) },
	{ "weight", REAL, offsetof(struct knn_options, weight) },
	{ "sharpen", REAL, offsetof(struct knn_options, sharpen) },
	{ "steps", SIZE, offsetof(struct knn_options, steps) },
	{ "sample", SIZE, offsetof(struct knn_options, sample) },
	{ "position", REAL, offsetof(struct knn_options, position) },
	{ "recency", REAL, offsetof(struct knn_options, recency) },
	{ "distance", REAL, offsetof(struct knn_options, distance) },
	{ "matched", REAL, offsetof(struct knn_options, matched) },
	{ "idf", REAL, offsetof(struct knn_options, idf) },
	{ "window", REAL, offsetof(struct knn_options, window) },
	{ "decay", REAL, offsetof(struct knn_options, decay) },
	{ "lambda-user", REAL, offsetof(struct knn_options, lambda_user) },
	{ "lambda-item", REAL, offsetof(struct knn_options, lambda_item) },
	{ "value", TEXT, offsetof(struct knn_options, value) },
	{ "segment", TEXT, offsetof(struct knn_options, segment) },
	{ "content-neighbours", SIZE, offsetof(struct knn_options,
	    content_neighbours) },
	{ "mix", REAL, offsetof(struct knn_options, mix) },
};

enum { N_SETTINGS = sizeof settings / sizeof *settings };

static void
put_setting(struct st_writer *w, const struct setting *s, const void *at)
{
	const struct choice *choice;
	const char *text;
	double x;
	size_t n;

	switch (s->type) {
	case SIZE:
		memcpy(&n, at, sizeof n);
		if (n != SIZE_MAX)
			model_put_size(w, s->name, n);
		break;
	case REAL:
		memcpy(&x, at, sizeof x);
		if (!isnan(x))
			model_put_real(w, s->name, x);
		break;
	case CHOICE:
		memcpy(&choice, at, sizeof choice);
		if (choice != NULL)
			st_put_meta(w, s->name, choice->name);
		break;
	case TEXT:
		memcpy(&text, at, sizeof text);
		if (text != NULL)
			st_put_meta(w, s->name, text);
		break;
	}
}

void
knn_put_settings(struct st_writer *w, const struct knn_options *o)
{
	for (size_t i = 0; i < N_SETTINGS; i++)
		put_setting(w, &settings[i],
		    (const char *)o + settings[i].at);
}

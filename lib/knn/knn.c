#include <assert.h>

#include "knn/ease.h"
#include "knn/itemitem.h"
#include "knn/itemknn.h"
#include "knn/knn.h"
#include "knn/past.h"
#include "knn/popular.h"
#include "knn/userknn.h"
#include "knn/weighting.h"

struct method {
	struct choice what;
	int (*train)(const struct knn_task *, struct knn_result *);
	int (*load)(struct scorer *);
};

/* Settings without a value here depend on the feedback: knn_settle(). */
static const struct method methods[] = {
	{ { "ease", "item-item weights by ridge regression (Steck 2019)",
	    "lambda top=0 memory=8G values" },
	    ease_train, itemitem_load },
	{ { "item", "the nearest items of what the user had",
	    "feedback=implicit neighbours=50 shrink=10 weighting values top "
	    "damping lambda-user lambda-item" },
	    itemknn_train, itemknn_load },
	{ { "user", "what the nearest users had",
	    "feedback=implicit neighbours=50 shrink=10 weighting values "
	    "damping lambda-user lambda-item" },
	    userknn_train, userknn_load },
	{ { "popular", "what most users had", "values" },
	    popular_train, popular_load },
};

enum { N_METHODS = sizeof methods / sizeof *methods };

enum { IMPLICIT, RATINGS };

static const struct choice feedback_table[] = {
	[IMPLICIT] = { "implicit", "what users had, whatever they say of it",
	    NULL },
	[RATINGS] = { "ratings", "what users say of what they had", NULL },
};

const struct choice *
knn_choice(size_t i)
{
	return i < N_METHODS ? &methods[i].what : NULL;
}

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
	if (o->feedback != NULL && o->top != SIZE_MAX)
		return err_msg("--top is for --feedback ratings");
	if (o->weighting == NULL)
		o->weighting = choice_find(weighting_choice,
		    span_of("tfidf"));
	if (o->values == NULL)
		o->values = choice_find(past_values_choice, span_of("one"));
	return 0;
}

int
knn_settle(struct knn_options *o)
{
	return knn_is_explicit(o) ? settle_ratings(o) : settle_implicit(o);
}

/* c is one of knn_choice(). */
static const struct method *
line_of(const struct choice *c)
{
	size_t i = 0;

	while (i < N_METHODS && c != &methods[i].what)
		i++;
	assert(i < N_METHODS);
	return &methods[i];
}

int
knn_train(const struct choice *method, const struct knn_task *task,
    struct knn_result *result)
{
	*result = (struct knn_result){ 0 };
	return line_of(method)->train(task, result);
}

static int
load(const char *name, struct scorer *s)
{
	return line_of(choice_find(knn_choice, span_of(name)))->load(s);
}

const struct family knn_family = { "srs-knn-train", knn_choice, load };

#include <assert.h>

#include "mf/ials.h"
#include "mf/mf.h"
#include "mf/sgd.h"

struct method {
	struct choice what;
	int is_explicit;
	int (*train)(const struct mf_task *, struct mf_result *);
	int (*load)(struct scorer *);
};

static const struct method methods[] = {
	{ { "ials", "implicit feedback: alternating least squares",
	    "factors=64 epochs=12 lambda=0.008 nu=1 unobserved=5 alpha0 "
	    "stdev=0.1" },
	    0, ials_train, ials_load },
	{ { "sgd", "ratings: biased factors by stochastic gradient descent",
	    "factors=128 epochs=45 lambda=0.25 lambda-bias=0.3 nu=0.7 "
	    "rate=0.02 stdev=0.05" },
	    1, sgd_train, sgd_load },
};

enum { N_METHODS = sizeof methods / sizeof *methods };

const struct choice *
mf_choice(size_t i)
{
	return i < N_METHODS ? &methods[i].what : NULL;
}

/* c is one of mf_choice(). */
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
mf_is_explicit(const struct choice *method)
{
	return line_of(method)->is_explicit;
}

int
mf_train(const struct choice *method, const struct mf_task *task,
    struct mf_result *result)
{
	return line_of(method)->train(task, result);
}

static int
load(const char *name, struct scorer *s)
{
	const struct choice *c = choice_find(mf_choice, span_of(name));

	return line_of(c)->load(s);
}

const struct family mf_family = { "srs-mf-train", mf_choice, load };

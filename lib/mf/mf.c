#include <assert.h>

#include "mf/als.h"
#include "mf/bfm.h"
#include "mf/bpr.h"
#include "mf/ccl.h"
#include "mf/ials.h"
#include "mf/mf.h"
#include "mf/nmf.h"
#include "mf/puresvd.h"
#include "mf/ratingrow.h"
#include "mf/sgd.h"
#include "mf/ssm.h"
#include "mf/warp.h"

struct method {
	struct choice what;
	int is_explicit;
	int (*train)(const struct mf_task *, struct mf_result *);
	int (*load)(struct scorer *);
};

static const struct method methods[] = {
	{ { "als", "ratings: biased factors by alternating least squares",
	    "factors=64 epochs=8 lambda=0.12 lambda-bias=0.1 nu=1 stdev=0.1 "
	    "solver=cholesky steps=3 init checkpoint resume" },
	    1, als_train, rating_load },
	{ { "bpr", "implicit feedback: pairs in order (BPR)",
	    "factors=64 epochs=20 lambda=0.03 rate=0.1 stdev=0.1 init "
	    "checkpoint resume" },
	    0, bpr_train, bpr_load },
	{ { "ials", "implicit feedback: alternating least squares",
	    "factors=64 epochs=12 lambda=0.008 nu=1 unobserved=5 alpha0 "
	    "stdev=0.1 solver=cg block=32 steps=2 init checkpoint "
	    "resume "
	    "user-features item-features" },
	    0, ials_train, ials_load },
	{ { "nmf", "ratings: biased factors that are not negative",
	    "factors=32 epochs=30 lambda=0.07 lambda-bias=0.1 nu=1 stdev=0.1 "
	    "steps=2 init checkpoint resume" },
	    1, nmf_train, rating_load_nonnegative },
	{ { "bfm", "ratings: Bayesian factorization machine by Gibbs sampling",
	    "factors=16 samples=512 burn-in=24 chains=4 keep=512 moment=3600 "
	    "implicit=both likelihood=normal user-features item-features "
	    "init checkpoint resume" },
	    1, bfm_train, bfm_load },
	{ { "sgd", "ratings: biased factors by stochastic gradient descent",
	    "factors=128 epochs=18 lambda=0.25 lambda-bias=0.3 nu=0.7 "
	    "rate=0.05 stdev=0.05 init checkpoint resume" },
	    1, sgd_train, rating_load },
	{ { "ssm", "implicit feedback: sampled softmax",
	    "factors=64 epochs=10 rate=0.007 lambda=0 stdev=0.1 negatives=1024 "
	    "popularity=0.5 temperature=0.15 similarity=cosine pooling=0 "
	    "pooled=64 init "
	    "checkpoint resume" },
	    0, ssm_train, ssm_load },
	{ { "ccl", "implicit feedback: cosine contrastive loss (SimpleX)",
	    "factors=64 epochs=10 rate=0.007 stdev=0.1 negatives=1024 "
	    "margin=0.4 negative-weight=10 pooling=0 pooled=64 init "
	    "checkpoint resume" },
	    0, ccl_train, ccl_load },
	{ { "warp", "implicit feedback: pairs, by rank (WARP)",
	    "factors=64 epochs=10 rate=0.01 lambda=0.3 stdev=0.1 "
	    "negatives=512 margin=1 init checkpoint resume" },
	    0, warp_train, warp_load },
	{ { "svd", "implicit feedback: singular value decomposition (PureSVD)",
	    "factors=64" },
	    0, puresvd_train, puresvd_load },
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

void
mf_matrix(const struct mf_task *task, struct csr *had)
{
	inter_matrix(task->data, CSR_SUM, had);
	if (task->spare != NULL)
		csr_drop_values(task->spare);
}

void
mf_foresee(const struct mf_task *task)
{
	const struct inter *in = task->data;

	forecast_memory(task->train->forecast, (double)(idmap_bytes(in->users) +
	    idmap_bytes(in->items)), "ids of %zu users and %zu items",
	    idmap_count(in->users), idmap_count(in->items));
	forecast_memory(task->train->forecast, (double)inter_bytes(in),
	    "%ju interactions", (uintmax_t)csr_count(&in->by_user));
}

void
mf_put_summary(struct st_writer *w, const struct mf_task *task,
    const struct mf_result *result)
{
	const struct validation *valid = task->train->valid;

	if (task->options->value != NULL)
		st_put_meta(w, "value", task->options->value);
	model_put_size(w, "seed", task->train->seed);
	model_put_size(w, "summary.epochs", result->epochs);
	model_put_size(w, "summary.best_epoch", result->best_epoch);
	if (!isnan(result->loss))
		model_put_real(w, "summary.loss", result->loss);
	if (valid != NULL && result->epochs > 0) {
		st_put_meta(w, "summary.metric", valid->metric);
		model_put_real(w, "summary.best_value", result->best_value);
	}
}

static int
load(const char *name, struct scorer *s)
{
	const struct choice *c = choice_find(mf_choice, span_of(name));

	return line_of(c)->load(s);
}

const struct family mf_family = { "srs-mf-train", mf_choice, load };

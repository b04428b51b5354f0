#include <assert.h>
#include <stdlib.h>

#include "knn/content.h"
#include "knn/contentscore.h"
#include "knn/ease.h"
#include "knn/graphfilter.h"
#include "knn/itemitem.h"
#include "knn/itemknn.h"
#include "knn/knn.h"
#include "knn/need.h"
#include "knn/popular.h"
#include "knn/rp3beta.h"
#include "knn/random.h"
#include "knn/rules.h"
#include "knn/sansa.h"
#include "knn/sessionknn.h"
#include "knn/slim.h"
#include "knn/userknn.h"
#include "model/model.h"

struct method {
	struct choice what;
	int learns;		/* else what was read is put in order */
	int (*train)(const struct knn_task *, struct knn_result *);
	int (*load)(struct scorer *);
};

/* What those take that may need much memory, and those that item features
 * help. */
#define MEMORY "memory=8G"
#define ITEMS MEMORY " item-features vector-ids content-neighbours mix"

/* Settings without a value here are knn_settle()'s. */
static const struct method methods[] = {
	{ { "ease", "item-item weights by ridge regression (Steck 2019)",
	    "lambda dropout=0.1 activity=0 top=0 values " ITEMS },
	    1, ease_train, itemitem_load },
	{ { "sansa", "EASE by a sparse inverse, for many items (Spisak et al. "
	    "2023)",
	    "lambda dropout=0.1 activity=0 top=100 values " ITEMS },
	    1, sansa_train, sansa_load },
	{ { "slim", "few item-item weights, none negative (Ning & Karypis "
	    "2011)", "lambda=100 l1=1 activity=0 top=0 values " ITEMS },
	    1, slim_train, itemitem_load },
	{ { "gfcf", "a graph filter (Shen et al. 2021)",
	    "factors=256 weight=0.3 values " ITEMS },
	    1, gfcf_train, graphfilter_load },
	{ { "bspm", "a graph filter, sharpened (Choi et al. 2023)",
	    "factors=128 weight=0.2 sharpen=1 steps=1 values " ITEMS },
	    1, bspm_train, graphfilter_load },
	{ { "rp3beta", "walks of three steps, popular items held back (Paudel "
	    "et al. 2017)",
	    "alpha=0.55 beta=0.6 activity=0 top=30 values " ITEMS },
	    1, rp3beta_train, itemitem_load },
	{ { "p3alpha", "walks of three steps (Cooper et al. 2014)",
	    "alpha=0.7 activity=0 top=50 values " ITEMS },
	    1, p3alpha_train, itemitem_load },
	{ { "item", "the nearest items of what the user had",
	    "feedback=implicit neighbours=50 similarity asymmetry shrink=10 "
	    "weighting values top damping lambda-user lambda-item "
	    ITEMS },
	    1, itemknn_train, itemknn_load },
	{ { "user", "what the nearest users had",
	    "feedback=implicit neighbours=50 similarity asymmetry shrink=10 "
	    "weighting values damping lambda-user lambda-item "
	    ITEMS },
	    0, userknn_train, userknn_load },
	{ { "vsknn", "sessions like this one, late items first (Ludewig & "
	    "Jannach 2018)", "neighbours=100 sample=1000 idf=0" },
	    0, vsknn_train, sessionknn_load },
	{ { "stan", "sessions like this one in items and time (Garg et al. "
	    "2019)", "neighbours=500 sample=5000 position=1 recency=10 "
	    "distance=2" },
	    0, stan_train, sessionknn_load },
	{ { "vstan", "both of these together (Ludewig et al. 2021)",
	    "neighbours=500 sample=5000 position=1 recency=10 distance=4 "
	    "matched=1 idf=0.3" },
	    0, vstan_train, sessionknn_load },
	{ { "markov", "what came next", "top=0 decay=0 " MEMORY },
	    1, markov_train, itemitem_load },
	{ { "rules", "what came soon after (Kamehkhosh et al. 2017)",
	    "steps=10 top=0 decay=0 " MEMORY },
	    1, rules_train, itemitem_load },
	{ { "popular", "what most users had", "values window=0 "
	    "user-features segment shrink" },
	    0, popular_train, popular_load },
	{ { "random", "any item, the floor of every table", NULL },
	    0, random_train, random_load },
};

enum { N_METHODS = sizeof methods / sizeof *methods };

const struct choice *
knn_choice(size_t i)
{
	return i < N_METHODS ? &methods[i].what : NULL;
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

void
knn_put_items(struct st_writer *w, const struct knn_task *task)
{
	model_put_ids(w, "item_ids", task->near != NULL ?
	    task->features->items : task->data->items);
	if (task->near != NULL)
		model_put_csr(w, "content", task->near);
}

/* near <- the items that are most like each by their features: 0, or -1 after a
 * message */
static int
find_near(const struct knn_task *task, struct csr *near)
{
	const struct knn_features *f = task->features;
	const struct knn_options *o = task->options;
	const size_t n = idmap_count(f->items);
	const double kept = (double)n * (double)o->content_neighbours;
	uint32_t *ranks;
	struct csr vectors;

	if (need_check(&(struct need){ need_sparse(kept), o->memory,
	    "take fewer --content-neighbours", NULL }, "%zu neighbours by "
	    "features of each of %zu items", o->content_neighbours, n) != 0)
		return -1;
	tick_step(task->tick, "features", "items");
	ranks = idmap_ranks(task->data->items);
	content_vectors(f->tables, f->n, &vectors);
	content_near(&vectors, idmap_count(task->data->items),
	    o->content_neighbours, ranks, task->tick, near);
	csr_release(&vectors);
	free(ranks);
	return 0;
}

/* What a training takes, but for what its need.h says of it. */
static void
foresee(const struct choice *method, const struct knn_task *task)
{
	struct forecast *f = task->forecast;
	const struct inter *in = task->data;
	const size_t n_items = idmap_count(in->items);

	forecast_memory(f, (double)(idmap_bytes(in->users) +
	    idmap_bytes(in->items)), "ids of %zu users and %zu items",
	    idmap_count(in->users), n_items);
	forecast_memory(f, (double)inter_bytes(in), "%ju interactions",
	    (uintmax_t)csr_count(&in->by_user));
	forecast_memory(f, 2 * csr_bytes(&in->by_user),
	    "their matrix and its transpose");
	if (task->features != NULL) {
		const size_t n = idmap_count(task->features->items);
		const size_t keep = task->options->content_neighbours;

		forecast_memory(f, need_sparse((double)n * (double)keep),
		    "%zu neighbours by features of each of %zu items", keep, n);
		forecast_step(f, "neighbours by features of %zu items", n);
	}
	forecast_step(f, "%s: %s of %zu items", method->name,
	    line_of(method)->learns ? "the weights" : "no training, a table",
	    n_items);
}

int
knn_train(const struct choice *method, const struct knn_task *task,
    struct knn_result *result)
{
	struct knn_task whole = *task;
	struct csr near = { 0 };
	int status;

	*result = (struct knn_result){ 0 };
	foresee(method, task);
	if (!line_of(method)->learns && forecast_stop(task->forecast) != 0)
		return -1;
	if (task->features != NULL && task->forecast == NULL) {
		if (find_near(task, &near) != 0)
			return -1;
		whole.near = &near;
	}
	tick_step(task->tick, "training", "items");
	status = line_of(method)->train(&whole, result);
	result->n_weights += whole.near != NULL ? csr_count(&near) : 0;
	csr_release(&near);
	return status;
}

static int
load(const char *name, struct scorer *s)
{
	const struct method *m = line_of(choice_find(knn_choice,
	    span_of(name)));

	return contentscore_is_in(s) ? contentscore_load(s, m->load) :
	    m->load(s);
}

const struct family knn_family = { "srs-knn-train", knn_choice, load };

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "rank/reranker.h"

static const struct rerank_method methods[] = {
	{ { "mmr", "maximal marginal relevance: less of what is like an item "
	    "listed before", "lambda=0.8" }, 0, 1,
	    RERANK_LIKENESS, &mmr_ops },
	{ { "dpp", "determinantal point process: items that are diverse "
	    "together", "theta=0.95" }, 0, 1,
	    RERANK_LIKENESS, &dpp_ops },
	{ { "calibrate", "tokens of the column in the proportions of the "
	    "user's history", "lambda=0.2" }, 0, 1,
	    RERANK_KINDS | RERANK_HISTORY, &calibrate_ops },
	{ { "discount", "less of what is popular", "beta=0.2" }, 0, 100,
	    RERANK_POPULARITY, &discount_ops },
	{ { "noise", "random numbers are added: what is nearly as good takes "
	    "turns", "sigma=0.02" }, 0, 100, 0, &noise_ops },
	{ { "explore", "some places have any item of the pool",
	    "epsilon=0.05" }, 0, 1, 0, &explore_ops },
};

/* What quotas alone go by. */
static const struct rerank_ops by_value_ops;

enum { N_METHODS = sizeof methods / sizeof *methods };

const struct choice *
rerank_choice(size_t i)
{
	return i < N_METHODS ? &methods[i].what : NULL;
}

const struct rerank_method *
rerank_method(const struct choice *c)
{
	size_t i = 0;

	while (&methods[i].what != c)
		i++;
	return &methods[i];
}

struct span
rerank_number(const struct rerank_method *m, double *usual)
{
	struct span number = span_of(m->what.defaults);
	const struct span name = span_cut(&number, '=');
	const int status = num_real(number, usual);

	assert(status == 0);
	(void)status;
	return name;
}

/* --- memory --------------------------------------------------------------- */

/* One user's pool at a time, its places being those of before the step. */
struct bench {
	struct topk_item *before, *chosen;	/* (cap, cap_chosen) */
	uint32_t *item;				/* (cap_item) */
	double *value, *gain;			/* (cap_value, cap_gain) */
	unsigned char *out;		/* (cap_out) taken, or not allowed */
	size_t cap, cap_chosen, cap_item, cap_value, cap_gain, cap_out;
	void **state;			/* (n_steps) */
	size_t **count;			/* (n_quotas, kinds) */
};

struct rerank {
	struct rerank_plan plan;
	struct rerank_step *step;	/* (n_steps) */
	struct quota *quota;		/* (n_quotas) */
	struct bench *bench;		/* (n_workers) */
	size_t n_workers;
};

static void *
copy(const void *from, size_t n, size_t size)
{
	void *to = mem_array("re-ranking", n, size);

	if (n > 0)
		memcpy(to, from, n * size);
	return to;
}

static void
bench_init(struct bench *b, const struct rerank *r)
{
	b->state = mem_array("re-ranking", r->plan.n_steps, sizeof *b->state);
	for (size_t i = 0; i < r->plan.n_steps; i++)
		b->state[i] = mem_array("re-ranking", 1,
		    r->step[i].method->ops->size);
	b->count = mem_array("quotas", r->plan.n_quotas, sizeof *b->count);
	for (size_t i = 0; i < r->plan.n_quotas; i++)
		b->count[i] = mem_array("quotas", r->quota[i].kinds->cols,
		    sizeof **b->count);
}

static void
bench_release(struct bench *b, const struct rerank *r)
{
	for (size_t i = 0; i < r->plan.n_steps; i++) {
		const struct rerank_ops *ops = r->step[i].method->ops;

		if (ops->release != NULL)
			ops->release(b->state[i]);
		free(b->state[i]);
	}
	for (size_t i = 0; i < r->plan.n_quotas; i++)
		free(b->count[i]);
	free(b->state);
	free(b->count);
	free(b->before);
	free(b->chosen);
	free(b->item);
	free(b->value);
	free(b->gain);
	free(b->out);
}

struct rerank *
rerank_new(const struct rerank_plan *plan)
{
	static const struct rerank_method by_value = { .ops = &by_value_ops };
	static const struct rerank_step only = { .method = &by_value };
	struct rerank *r = mem_array("re-ranking", 1, sizeof *r);

	r->plan = *plan;
	if (plan->n_steps == 0) {
		r->plan.step = &only;
		r->plan.n_steps = 1;
	}
	r->step = copy(r->plan.step, r->plan.n_steps, sizeof *r->step);
	r->quota = copy(plan->quota, plan->n_quotas, sizeof *r->quota);
	r->plan.step = r->step;
	r->plan.quota = r->quota;
	r->n_workers = par_threads();
	r->bench = mem_array("re-ranking", r->n_workers, sizeof *r->bench);
	for (size_t w = 0; w < r->n_workers; w++)
		bench_init(&r->bench[w], r);
	return r;
}

void
rerank_free(struct rerank *r)
{
	if (r == NULL)
		return;
	for (size_t w = 0; w < r->n_workers; w++)
		bench_release(&r->bench[w], r);
	free(r->bench);
	free(r->step);
	free(r->quota);
	free(r);
}

int
rerank_knows_user(const struct rerank *r, uint32_t user)
{
	for (size_t i = 0; i < r->plan.n_steps; i++) {
		const struct rerank_ops *ops = r->step[i].method->ops;

		if (ops->knows != NULL &&
		    !ops->knows(&r->plan, &r->step[i], user))
			return 0;
	}
	return 1;
}

/* --- one step ------------------------------------------------------------- */

static int
is_allowed(const struct rerank *r, const struct bench *b, uint32_t item)
{
	size_t q = 0;

	while (q < r->plan.n_quotas &&
	    quota_allows(&r->quota[q], b->count[q], item))
		q++;
	return q == r->plan.n_quotas;
}

/* The place of the largest gain, of equal ones the first; p->n: all are out. */
static size_t
largest_gain(const struct bench *b, const struct rerank_pool *p)
{
	size_t best = p->n;

	for (size_t i = 0; i < p->n; i++)
		if (!b->out[i] && (best == p->n ||
		    p->gain[i] > p->gain[best]))
			best = i;
	return best;
}

/* The same of those that are allowed.  Quotas only get tighter: what is not
 * allowed now stays out. */
static size_t
next_place(const struct rerank *r, struct bench *b,
    const struct rerank_pool *p)
{
	size_t best = largest_gain(b, p);

	if (best == p->n || is_allowed(r, b, p->item[best]))
		return best;
	for (size_t i = 0; i < p->n; i++)
		b->out[i] |= !is_allowed(r, b, p->item[i]);
	return largest_gain(b, p);
}

/* b->chosen <- the items taken, at most k.  Returns how many. */
static size_t
take_items(const struct rerank *r, struct bench *b, size_t step,
    struct rerank_pool *p)
{
	const struct rerank_step *s = &r->step[step];
	const struct rerank_ops *ops = s->method->ops;
	size_t place;

	memset(b->out, 0, p->n);
	if (ops->begin != NULL)
		ops->begin(&r->plan, s, p, b->state[step]);
	else
		reranker_by_value(p);
	while (p->n_taken < p->k && (place = next_place(r, b, p)) < p->n) {
		for (size_t q = 0; q < r->plan.n_quotas; q++)
			quota_take(&r->quota[q], b->count[q], p->item[place]);
		b->chosen[p->n_taken++] = b->before[place];
		b->before[place].item = IDMAP_NONE;
		b->out[place] = 1;
		if (ops->took != NULL && p->n_taken < p->k)
			ops->took(&r->plan, s, p, b->state[step], place);
	}
	for (size_t i = 0; i < p->n_taken; i++)
		for (size_t q = 0; q < r->plan.n_quotas; q++)
			quota_return(&r->quota[q], b->count[q],
			    b->chosen[i].item);
	return p->n_taken;
}

/* pool (n) <- what was taken, then the others as they were. */
static void
reorder(const struct bench *b, size_t n_taken, struct topk_item *pool,
    size_t n)
{
	size_t to = n_taken;

	memcpy(pool, b->chosen, n_taken * sizeof *pool);
	for (size_t i = 0; i < n; i++)
		if (b->before[i].item != IDMAP_NONE)
			pool[to++] = b->before[i];
	assert(to == n);
}

/* --- one list ------------------------------------------------------------- */

/* The scores of pool (n), best first, brought to [0, 1]; if all are the same,
 * or one is infinite, to 1. */
static void
set_values(const struct topk_item *pool, size_t n, double *value)
{
	const double low = (double)pool[n - 1].score;
	const double width = (double)pool[0].score - low;
	const int is_flat = !(width > 0) || !isfinite(width);

	for (size_t i = 0; i < n; i++)
		value[i] = is_flat ? 1 : ((double)pool[i].score - low) / width;
}

static int
falling(const void *va, const void *vb)
{
	const struct topk_item *a = va, *b = vb;

	return (a->score < b->score) - (a->score > b->score);
}

/*
 * list (n): its scores are given out anew so that they fall, and lowered as
 * little as is needed where equal ones would order two items the other way.
 */
static void
set_scores(struct topk_item *list, size_t n, struct topk_item *sorted,
    const uint32_t *ranks)
{
	memcpy(sorted, list, n * sizeof *list);
	qsort(sorted, n, sizeof *sorted, falling);
	for (size_t i = 0; i < n; i++) {
		list[i].score = sorted[i].score;
		if (i > 0 && topk_compare(list[i - 1], list[i], ranks) > 0)
			list[i].score = nextafterf(list[i - 1].score,
			    -INFINITY);
	}
}

static void
make_room(struct bench *b, size_t n)
{
	static const char what[] = "re-ranking";

	b->before = mem_grow(what, b->before, &b->cap, n, sizeof *b->before);
	b->chosen = mem_grow(what, b->chosen, &b->cap_chosen, n,
	    sizeof *b->chosen);
	b->item = mem_grow(what, b->item, &b->cap_item, n, sizeof *b->item);
	b->value = mem_grow(what, b->value, &b->cap_value, n,
	    sizeof *b->value);
	b->gain = mem_grow(what, b->gain, &b->cap_gain, n, sizeof *b->gain);
	b->out = mem_grow(what, b->out, &b->cap_out, n, 1);
}

size_t
rerank_list(struct rerank *r, size_t worker, uint32_t user,
    struct topk_item *pool, size_t n, size_t k, const uint32_t *ranks)
{
	struct bench *b = &r->bench[worker];
	size_t n_taken = 0;

	if (n == 0)
		return 0;
	make_room(b, n);
	set_values(pool, n, b->value);
	for (size_t step = 0; step < r->plan.n_steps; step++) {
		struct rerank_pool p = { user, b->item, b->value, b->gain, n,
			k < n ? k : n, 0 };

		for (size_t i = 0; i < n; i++) {
			b->before[i] = pool[i];
			b->item[i] = pool[i].item;
		}
		n_taken = take_items(r, b, step, &p);
		reorder(b, n_taken, pool, n);
	}
	set_scores(pool, n_taken, b->before, ranks);
	return n_taken;
}

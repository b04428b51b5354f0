#include <math.h>
#include <stdlib.h>

#include "all/approximate.h"
#include "base/mem.h"
#include "model/model.h"

static const struct choice choices[] = {
	{ "int8", "all items in 8-bit numbers, longest vectors first; scored "
	    "is what may be among the best", NULL },
};

const struct choice *
approximate_choice(size_t i)
{
	return i < sizeof choices / sizeof *choices ? &choices[i] : NULL;
}

struct coarse *
approximate_open(const struct scorer *s, const float *adjust,
    const char *path)
{
	if (s->ops->vectors != NULL)
		return coarse_new(s, adjust);
	err_msg("%s: the model has no vectors: --approximate is for models "
	    "of factors", path);
	return NULL;
}

/* --- recall --------------------------------------------------------------- */

/* Lists, one after the other. */
struct kept {
	struct topk_item *best;		/* (n of cap) */
	size_t n, cap;
	size_t *end;			/* (users) */
	size_t n_users;
};

static int
keep(void *arg, uint32_t user, const struct topk_item *best, size_t n)
{
	struct kept *k = arg;

	(void)user;
	k->best = mem_grow("lists", k->best, &k->cap, k->n + n,
	    sizeof *k->best);
	for (size_t i = 0; i < n; i++)
		k->best[k->n++] = best[i];
	k->end[k->n_users++] = k->n;
	return 0;
}

static int
by_item(const void *a, const void *b)
{
	const uint32_t x = ((const struct topk_item *)a)->item;
	const uint32_t y = ((const struct topk_item *)b)->item;

	return (x > y) - (x < y);
}

/* How many items two lists share, which are sorted by this. */
static size_t
count_shared(struct topk_item *a, size_t n_a, struct topk_item *b, size_t n_b)
{
	size_t shared = 0, j = 0;

	qsort(a, n_a, sizeof *a, by_item);
	qsort(b, n_b, sizeof *b, by_item);
	for (size_t i = 0; i < n_a; i++) {
		while (j < n_b && b[j].item < a[i].item)
			j++;
		shared += j < n_b && b[j].item == a[i].item;
	}
	return shared;
}

static struct approximate_recall
compare(struct kept *exact, struct kept *found)
{
	struct approximate_recall r = { 0, 0 };
	size_t shared = 0, a = 0, b = 0;

	for (size_t u = 0; u < exact->n_users; u++) {
		shared += count_shared(exact->best + a, exact->end[u] - a,
		    found->best + b, found->end[u] - b);
		r.n_users += exact->end[u] > a;
		a = exact->end[u];
		b = found->end[u];
	}
	r.recall = (double)shared / (double)exact->n;
	return r;
}

struct approximate_recall
approximate_recall(const struct scorer *s, const uint32_t *users,
    size_t n_users, const struct lists_options *options, size_t n)
{
	const size_t take = n < n_users ? n : n_users;
	uint32_t *sample = mem_array("users", take, sizeof *sample);
	struct kept exact = { .end = mem_array("lists", take, sizeof(size_t)) };
	struct kept found = { .end = mem_array("lists", take, sizeof(size_t)) };
	struct lists_options how = *options;
	struct approximate_recall r;

	for (size_t i = 0; i < take; i++)
		sample[i] = users[i * n_users / take];
	how.tick = NULL;
	/* keep() stops nothing */
	(void)!lists_make(s, sample, take, &how, keep, &found);
	how.index = NULL;
	(void)!lists_make(s, sample, take, &how, keep, &exact);
	r = compare(&exact, &found);
	free(sample);
	free(exact.best);
	free(exact.end);
	free(found.best);
	free(found.end);
	return r;
}

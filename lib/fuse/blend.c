#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/blend.h"
#include "fuse/blendfwls.h"
#include "fuse/blendlinear.h"
#include "fuse/blendtrees.h"
#include "fuse/fusecv.h"
#include "fuse/fusefold.h"

/* What a method does with ratings. */
struct way {
	const char *method;
	/* Learns; held (pairs) <- what is learned from the other folds says of
	 * each pair with a rating.  0, or -1 after a message. */
	int (*fit)(struct fusion *, const struct blendrows *, double *held);
	void (*predict)(const struct fusion *, const struct fusepairs *,
	    float *out);
};

static const struct way ways[] = {
	{ "weighted", blendlinear_fit, blendlinear_predict },
	{ "boost", blendtrees_fit, blendtrees_predict },
	{ "fwls", blendfwls_fit, blendfwls_predict },
};

static const struct way *
way_of(const struct fusion *f)
{
	const struct way *w = ways;

	while (strcmp(w->method, f->method->what.name) != 0)
		w++;
	return w;
}

/* --- ratings and folds ---------------------------------------------------- */

/* The user's rating of the item, or NAN. */
static double
rating_of(const struct scored *truth, uint32_t user, uint32_t item)
{
	const struct scored_item *x = scored_find(truth, user, item);

	return x != NULL ? x->value : (double)NAN;
}

/* Deals the users with ratings into folds; returns how many they are. */
static size_t
deal(struct blendrows *r)
{
	const struct fusepairs *p = r->pairs;
	const size_t n = idmap_count(p->users);
	uint32_t *user = mem_array("users", n, sizeof *user);
	uint32_t *fold = mem_array("folds", n, sizeof *fold);
	size_t count = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!isnan(r->y[i]))
			r->fold[p->user[i]] = 1;
	for (uint32_t u = 0; u < n; u++)
		if (r->fold[u])
			user[count++] = u;
	fusefold_deal(p->users, user, count, count, r->n_folds, r->seed, fold);
	for (size_t i = 0; i < count; i++)
		r->fold[user[i]] = fold[i];
	free(user);
	free(fold);
	return count;
}

/* Finds the ratings; returns the number of users with any. */
static size_t
rows_init(struct blendrows *r, const struct fusepairs *p,
    const struct scored *truth, struct blend *how)
{
	*r = (struct blendrows){ .pairs = p, .n_folds = how->n_folds,
	    .seed = how->seed };
	r->y = mem_array("ratings", p->n, sizeof *r->y);
	r->fold = mem_array("folds", idmap_count(p->users), sizeof *r->fold);
	how->n_unknown = 0;
	for (size_t i = 0; i < p->n; i++) {
		r->y[i] = rating_of(truth, p->user[i], p->item[i]);
		how->n_unknown += isnan(r->y[i]) ? 1 : 0;
	}
	how->n_fitted = p->n - how->n_unknown;
	return deal(r);
}

/* --- measuring ------------------------------------------------------------ */

/* error (pairs) <- the squared errors of what is said, 0 without a rating;
 * returns the root of their mean. */
static double
measure(const struct blendrows *r, const double *said, double *error)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < r->pairs->n; i++) {
		const double e = isnan(r->y[i]) ? 0 : r->y[i] - said[i];

		error[i] = e * e;
		sum += error[i];
		n += isnan(r->y[i]) ? 0 : 1;
	}
	return sqrt(sum / (double)n);
}

/* said (pairs) <- the predictions of system s; of f->n their mean. */
static void
take_system(const struct fusepairs *p, size_t s, double *said)
{
	const size_t S = p->n_systems;

	for (size_t i = 0; i < p->n; i++) {
		const float *x = p->x + i * S;
		double sum = 0;

		for (size_t t = 0; t < S && s == S; t++)
			sum += (double)x[t] / (double)S;
		said[i] = s < S ? (double)x[s] : sum;
	}
}

/*
 * How much larger the RMSE with squared errors a (pairs) is than that with b:
 * the difference of their means over the sum of their roots.  The standard
 * error is that of the difference, a ratio of sums over users.
 */
static struct fusegap
gap_of(const struct blendrows *r, const double *a, const double *b)
{
	const size_t users = idmap_count(r->pairs->users);
	double *d = mem_array("users", 2 * users, sizeof *d), *n = d + users;
	double sum[2] = { 0, 0 }, all = 0, many = 0, square = 0, mean, by;

	for (size_t i = 0; i < r->pairs->n; i++) {
		if (isnan(r->y[i]))
			continue;
		d[r->pairs->user[i]] += a[i] - b[i];
		n[r->pairs->user[i]]++;
		sum[0] += a[i];
		sum[1] += b[i];
		all++;
	}
	mean = (sum[0] - sum[1]) / all;
	for (size_t u = 0; u < users; u++) {
		const double e = d[u] - n[u] * mean;

		square += e * e;
		many += n[u] > 0;
	}
	by = sqrt(sum[0] / all) + sqrt(sum[1] / all);
	free(d);
	return by > 0 ? fusecv_gap_of(mean / by, sqrt(square * many /
	    (many - 1)) / all / by) : fusecv_gap_of(0, 0);
}

/* The fusion's value, the systems', and the gaps to the best of these. */
static void
summarise(struct fusion *f, const struct blendrows *r, const double *held)
{
	const size_t n = r->pairs->n;
	double *said = mem_array("predictions", n, sizeof *said);
	double *best = mem_array("errors", n, sizeof *best);
	double *error = mem_array("errors", n, sizeof *error);

	take_system(r->pairs, f->n, said);
	f->equal = measure(r, said, error);
	f->best = 0;
	for (size_t s = 0; s < f->n; s++) {
		take_system(r->pairs, s, said);
		f->alone[s] = measure(r, said, error);
		if (f->alone[s] < f->alone[f->best])
			f->best = s;
	}
	take_system(r->pairs, f->best, said);
	measure(r, said, best);
	for (size_t s = 0; s < f->n; s++) {
		take_system(r->pairs, s, said);
		measure(r, said, error);
		f->gap_alone[s] = gap_of(r, error, best);
	}
	f->value = measure(r, held, error);
	f->gap = gap_of(r, error, best);
	free(said);
	free(best);
	free(error);
}

/* --- all ------------------------------------------------------------------ */

int
blend_fit(struct fusion *f, const struct fusepairs *p,
    const struct scored *truth, struct blend *how)
{
	struct blendrows r;
	double *held = NULL;
	int status;

	assert(f->n == p->n_systems && how->n_folds >= 2);
	f->n_users = rows_init(&r, p, truth, how);
	if (f->n_users < 2) {
		status = err_msg("fewer than two users have both predictions "
		    "and ratings: nothing to fit weights to");
	} else {
		held = mem_array("predictions", p->n, sizeof *held);
		status = way_of(f)->fit(f, &r, held);
	}
	if (status == 0) {
		summarise(f, &r, held);
		f->metric = mem_text("rmse", 4);
		f->n_folds = how->n_folds;
		f->seed = how->seed;
	}
	free(held);
	free(r.y);
	free(r.fold);
	return status;
}

void
blend_predict(const struct fusion *f, const struct fusepairs *p, float *out)
{
	way_of(f)->predict(f, p, out);
}

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuse/blend.h"
#include "fuse/blendtrees.h"
#include "fuse/fusefold.h"
#include "linalg/blas.h"

/* Sums over the pairs of a fold.  S systems. */
struct moments {
	size_t n;
	double *x;		/* (S) */
	double *xx;		/* (S, S) */
	double *xy;		/* (S) */
	double y;
};

struct job {
	const struct fusepairs *pairs;
	size_t S, n_folds;
	double *y;		/* (pairs) the rating, or NAN */
	uint32_t *fold;		/* (users) */
	struct moments *of;	/* (folds) */
	double *memory;		/* what the moments point into */
	double *w, b;		/* (S) the solution */
	double *A;		/* (S, S) scratch */
	double *c;		/* (S) scratch */
};

/* The user's rating of the item, or NAN. */
static double
rating_of(const struct scored *truth, uint32_t user, uint32_t item)
{
	size_t n, low = 0;
	const struct scored_item *x = scored_of(truth, user, &n);

	while (low < n) {
		const size_t mid = low + (n - low) / 2;

		if (x[mid].item == item)
			return x[mid].value;
		if (x[mid].item < item)
			low = mid + 1;
		else
			n = mid;
	}
	return (double)NAN;
}

static void
add_pair(struct moments *m, const float *x, double y, size_t S)
{
	m->n++;
	m->y += y;
	for (size_t s = 0; s < S; s++) {
		m->x[s] += (double)x[s];
		m->xy[s] += (double)x[s] * y;
		for (size_t t = 0; t <= s; t++)
			m->xx[s * S + t] += (double)x[s] * (double)x[t];
	}
}

static void
alloc(struct job *j, size_t S)
{
	const size_t each = S * S + 2 * S;

	/* One more for the sums over several folds. */
	j->of = mem_array("moments", j->n_folds + 1, sizeof *j->of);
	j->memory = mem_array("moments", (j->n_folds + 1) * each,
	    sizeof *j->memory);
	j->w = mem_array("weights", S, sizeof *j->w);
	j->c = mem_array("weights", S, sizeof *j->c);
	j->A = mem_array("moments", S * S, sizeof *j->A);
	for (size_t f = 0; f <= j->n_folds; f++) {
		j->of[f].x = j->memory + f * each;
		j->of[f].xy = j->of[f].x + S;
		j->of[f].xx = j->of[f].xy + S;
	}
}

/* Deals the users with ratings into folds; returns how many they are. */
static size_t
deal(struct job *j, uint64_t seed)
{
	const struct fusepairs *p = j->pairs;
	const size_t n = idmap_count(p->users);
	uint32_t *user = mem_array("users", n, sizeof *user);
	uint32_t *fold = mem_array("folds", n, sizeof *fold);
	size_t count = 0;

	j->fold = mem_array("folds", n, sizeof *j->fold);
	for (size_t i = 0; i < p->n; i++)
		if (!isnan(j->y[i]))
			j->fold[p->user[i]] = 1;
	for (uint32_t u = 0; u < n; u++)
		if (j->fold[u])
			user[count++] = u;
	fusefold_deal(p->users, user, count, count, j->n_folds, seed, fold);
	for (size_t i = 0; i < count; i++)
		j->fold[user[i]] = fold[i];
	free(user);
	free(fold);
	return count;
}

/* Finds the ratings and sums over each fold; returns the number of users. */
static size_t
job_init(struct job *j, const struct fusepairs *p, const struct scored *truth,
    struct blend *how)
{
	const size_t S = p->n_systems;
	size_t n_users;

	*j = (struct job){ .pairs = p, .S = S, .n_folds = how->n_folds };
	alloc(j, S);
	j->y = mem_array("ratings", p->n, sizeof *j->y);
	for (size_t i = 0; i < p->n; i++)
		j->y[i] = rating_of(truth, p->user[i], p->item[i]);
	n_users = deal(j, how->seed);
	for (size_t i = 0; i < p->n; i++) {
		if (isnan(j->y[i])) {
			how->n_unknown++;
			continue;
		}
		how->n_fitted++;
		add_pair(&j->of[j->fold[p->user[i]]], p->x + i * S, j->y[i],
		    S);
	}
	return n_users;
}

static void
job_release(struct job *j)
{
	free(j->y);
	free(j->fold);
	free(j->of);
	free(j->memory);
	free(j->w);
	free(j->c);
	free(j->A);
}

/* The sums over all folds but one (SIZE_MAX: all). */
static const struct moments *
sum_folds(struct job *j, size_t without)
{
	const size_t S = j->S;
	struct moments *sum = &j->of[j->n_folds];

	sum->n = 0;
	sum->y = 0;
	memset(sum->x, 0, (S * S + 2 * S) * sizeof *sum->x);
	for (size_t f = 0; f < j->n_folds; f++) {
		if (f == without)
			continue;
		sum->n += j->of[f].n;
		sum->y += j->of[f].y;
		for (size_t s = 0; s < S * S + 2 * S; s++)
			sum->x[s] += j->of[f].x[s];
	}
	return sum;
}

/*
 * w, b <- the minimum.  With C the covariance of the predictions, d theirs
 * with the rating and l = ridge mean(diag C):
 *	(C + l I) w = d + l / S,   b = mean y - w' mean x
 * With no variance at all that is the plain average.
 */
static void
solve(struct job *j, const struct moments *m, double ridge)
{
	const size_t S = j->S;
	const double n = (double)m->n;
	double l = 0;

	for (size_t s = 0; s < S; s++) {
		for (size_t t = 0; t <= s; t++)
			j->A[s * S + t] = m->xx[s * S + t] / n -
			    m->x[s] / n * (m->x[t] / n);
		j->c[s] = m->xy[s] / n - m->x[s] / n * (m->y / n);
		l += ridge * fmax(j->A[s * S + s], 0) / (double)S;
	}
	l = fmax(l, 1e-12);
	for (size_t s = 0; s < S; s++) {
		j->A[s * S + s] += l;
		j->c[s] += l / (double)S;
		j->w[s] = 1 / (double)S;
	}
	if (blas_potrf_double(S, j->A, S) == 0 &&
	    blas_potri_double(S, j->A, S) == 0)
		for (size_t s = 0; s < S; s++) {
			j->w[s] = 0;
			for (size_t t = 0; t < S; t++)
				j->w[s] += j->A[s * S + t] * j->c[t];
		}
	j->b = m->y / n;
	for (size_t s = 0; s < S; s++)
		j->b -= j->w[s] * m->x[s] / n;
}

static double
predict(const float *x, const double *w, double b, size_t S)
{
	for (size_t s = 0; s < S; s++)
		b += w[s] * (double)x[s];
	return b;
}

/* The sum of squared errors over the pairs of a fold. */
static double
held_out(const struct job *j, size_t fold)
{
	const struct fusepairs *p = j->pairs;
	double sum = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!isnan(j->y[i]) && j->fold[p->user[i]] == fold) {
			const double e = j->y[i] - predict(p->x + i * j->S,
			    j->w, j->b, j->S);

			sum += e * e;
		}
	return sum;
}

/* RMSE over all pairs, each predicted from the other folds. */
static double
cross_validate(struct job *j, size_t n, double ridge)
{
	double sum = 0;

	for (size_t f = 0; f < j->n_folds; f++) {
		const struct moments *m = sum_folds(j, f);

		if (j->of[f].n == 0)
			continue;
		if (m->n == 0)
			return INFINITY;
		solve(j, m, ridge);
		sum += held_out(j, f);
	}
	return sqrt(sum / (double)n);
}

/* RMSE of predictions w' x as they are. */
static double
rmse_of(const struct job *j, const double *w, size_t n)
{
	const struct fusepairs *p = j->pairs;
	double sum = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!isnan(j->y[i])) {
			const double e = j->y[i] - predict(p->x + i * j->S, w,
			    0, j->S);

			sum += e * e;
		}
	return sqrt(sum / (double)n);
}

static void
measure_members(struct fusion *f, struct job *j, size_t n)
{
	for (size_t s = 0; s < f->n; s++) {
		memset(j->c, 0, f->n * sizeof *j->c);
		j->c[s] = 1;
		f->alone[s] = rmse_of(j, j->c, n);
	}
	for (size_t s = 0; s < f->n; s++)
		j->c[s] = 1 / (double)f->n;
	f->equal = rmse_of(j, j->c, n);
}

/* Weights with the ridge that is best by cross-validation. */
static void
fit_linear(struct fusion *f, struct job *j, size_t n)
{
	static const double ridges[] = { 10, 1, 0.1, 1e-2, 1e-3, 1e-4, 1e-6 };

	f->value = INFINITY;
	for (size_t i = 0; i < sizeof ridges / sizeof ridges[0]; i++) {
		const double rmse = cross_validate(j, n, ridges[i]);

		if (rmse < f->value) {
			f->value = rmse;
			f->shrinkage = ridges[i];
		}
	}
	solve(j, sum_folds(j, SIZE_MAX), f->shrinkage);
	memcpy(f->weight, j->w, f->n * sizeof *f->weight);
	f->bias = j->b;
}

int
blend_fit(struct fusion *f, const struct fusepairs *p,
    const struct scored *truth, struct blend *how)
{
	struct job j;
	int status = 0;

	assert(f->n == p->n_systems && how->n_folds >= 2);
	how->n_fitted = how->n_unknown = 0;
	f->n_users = job_init(&j, p, truth, how);
	if (f->n_users < 2) {
		job_release(&j);
		return err_msg("fewer than two users have both predictions "
		    "and ratings: nothing to fit weights to");
	}
	if (f->method->learner == &fuse_boost) {
		f->shrinkage = 0;
		status = blendtrees_fit(f, p, j.y, j.fold, how->n_folds,
		    how->seed);
	} else {
		fit_linear(f, &j, how->n_fitted);
	}
	measure_members(f, &j, how->n_fitted);
	f->metric = mem_text("rmse", 4);
	f->n_folds = how->n_folds;
	f->seed = how->seed;
	job_release(&j);
	return status;
}

void
blend_predict(const struct fusion *f, const struct fusepairs *p, float *out)
{
	if (f->state != NULL) {
		blendtrees_predict(f, p, out);
		return;
	}
	for (size_t i = 0; i < p->n; i++)
		out[i] = (float)predict(p->x + i * f->n, f->weight, f->bias,
		    f->n);
}

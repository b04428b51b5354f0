#include <math.h>

#include "fuse/comb.h"

void
comb_sum(const struct fusion *f, struct fuseunion *u, float *scores)
{
	const size_t S = u->n_systems;
	double *factor = fuseunion_scratch(u, S);
	const float *x = u->x;

	for (size_t s = 0; s < S; s++)
		factor[s] = fusion_factor(f, s);
	for (size_t p = 0; p < u->n; p++, x += S) {
		double sum = f->bias;

		for (size_t s = 0; s < S; s++)
			sum += factor[s] * (double)x[s];
		scores[p] = (float)sum;
	}
}

void
comb_sum_parts(const struct fusion *f, struct fuseunion *u, double *part)
{
	const size_t S = u->n_systems;

	for (size_t i = 0; i < u->n * S; i++)
		part[i] = fusion_factor(f, i % S) * (double)u->x[i];
}

/* y (at most S) <- of the systems that list item p; returns how many. */
static size_t
listed(const struct fusion *f, const struct fuseunion *u, size_t p, double *y)
{
	const size_t S = u->n_systems;
	size_t m = 0;

	for (size_t s = 0; s < S; s++)
		if (u->place[p * S + s] > 0)
			y[m++] = fusion_factor(f, s) *
			    (double)u->x[p * S + s];
	return m;
}

static double
total(const double *y, size_t m)
{
	double sum = 0;

	for (size_t i = 0; i < m; i++)
		sum += y[i];
	return sum;
}

static double
mnz(double *y, size_t m)
{
	return (double)m * total(y, m);
}

static double
anz(double *y, size_t m)
{
	return total(y, m) / (double)m;
}

static double
largest(double *y, size_t m)
{
	double max = y[0];

	for (size_t i = 1; i < m; i++)
		max = fmax(max, y[i]);
	return max;
}

static double
smallest(double *y, size_t m)
{
	double min = y[0];

	for (size_t i = 1; i < m; i++)
		min = fmin(min, y[i]);
	return min;
}

/* Sorts y; of an even number the mean of the two in the middle. */
static double
median(double *y, size_t m)
{
	for (size_t i = 1; i < m; i++)
		for (size_t j = i; j > 0 && y[j] < y[j - 1]; j--) {
			const double t = y[j];

			y[j] = y[j - 1];
			y[j - 1] = t;
		}
	return (y[m / 2] + y[(m - 1) / 2]) / 2;
}

static void
combine(const struct fusion *f, struct fuseunion *u, float *scores,
    double (*of)(double *y, size_t m))
{
	double *y = fuseunion_scratch(u, u->n_systems);

	for (size_t p = 0; p < u->n; p++) {
		const size_t m = listed(f, u, p, y);

		scores[p] = (float)of(y, m);
	}
}

void
comb_mnz(const struct fusion *f, struct fuseunion *u, float *scores)
{
	combine(f, u, scores, mnz);
}

void
comb_anz(const struct fusion *f, struct fuseunion *u, float *scores)
{
	combine(f, u, scores, anz);
}

void
comb_max(const struct fusion *f, struct fuseunion *u, float *scores)
{
	combine(f, u, scores, largest);
}

void
comb_min(const struct fusion *f, struct fuseunion *u, float *scores)
{
	combine(f, u, scores, smallest);
}

void
comb_med(const struct fusion *f, struct fuseunion *u, float *scores)
{
	combine(f, u, scores, median);
}

/* y times m to the power of `power`, of the systems that list the item. */
static void
parts(const struct fusion *f, const struct fuseunion *u, double *part,
    double power)
{
	const size_t S = u->n_systems;

	for (size_t p = 0; p < u->n; p++) {
		double m = 0;

		for (size_t s = 0; s < S; s++)
			m += u->place[p * S + s] > 0;
		for (size_t s = 0; s < S; s++)
			part[p * S + s] = u->place[p * S + s] == 0 ? 0 :
			    pow(m, power) * fusion_factor(f, s) *
			    (double)u->x[p * S + s];
	}
}

void
comb_mnz_parts(const struct fusion *f, struct fuseunion *u, double *part)
{
	parts(f, u, part, 1);
}

void
comb_anz_parts(const struct fusion *f, struct fuseunion *u, double *part)
{
	parts(f, u, part, -1);
}

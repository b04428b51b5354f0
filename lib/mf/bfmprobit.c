#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/blas.h"
#include "mf/bfmprobit.h"

enum {
	BINS = 2048,		/* of predictions, for the likelihood */
	PER_UNIT = 64,		/* the error of a bin is 1/128, of unit noise */
	STEPS = 20,		/* of Newton, at most; 2 are usual */
	CUTS_MAX = BFM_LEVELS_MAX - 1
};

static const double LEAST = 1e-300;	/* of a probability */

struct bfm_probit {
	const struct bfm_levels *levels;
	size_t n;			/* ratings */
	double cut[CUTS_MAX];		/* (levels - 1) */
	float *z;			/* (n) */
	uint64_t *count;		/* (BINS, levels) ratings of a level
					 * with predictions in a bin */
	double loss;
};

/* --- the normal distribution -------------------------------------------- */

static double
density(double x)
{
	return 0.3989422804014327 * exp(-x * x / 2);
}

static double
below(double x)
{
	return erfc(-x * 0.7071067811865476) / 2;
}

/* P(a < z < b), without loss of digits in the upper tail. */
static double
between(double a, double b)
{
	const double p = a > 0 ? below(-a) - below(-b) : below(b) - below(a);

	return p > LEAST ? p : LEAST;
}

/*
 * x with below(x) = p, to 7 digits: Wichura 1988, algorithm AS 241, PPND7.
 */
static double
quantile(double p)
{
	const double q = p - 0.5;
	double r, x;

	if (fabs(q) <= 0.425) {
		r = 0.180625 - q * q;
		return q * (((59.109374720 * r + 159.29113202) * r +
		    50.434271938) * r + 3.3871327179) /
		    (((67.187563600 * r + 78.757757664) * r +
		    17.895169469) * r + 1);
	}
	r = sqrt(-log(q < 0 ? p : 1 - p));
	if (r <= 5) {
		r -= 1.6;
		x = (((0.17023821103 * r + 1.3067284816) * r +
		    2.7568153900) * r + 1.4234372777) /
		    ((0.12021132975 * r + 0.73700164250) * r + 1);
	} else {
		r -= 5;
		x = (((0.017337203997 * r + 0.42868294337) * r +
		    3.0812263860) * r + 6.6579051150) /
		    ((0.012258202635 * r + 0.24197894225) * r + 1);
	}
	return q < 0 ? -x : x;
}

/* A normal number between a and b; u is uniform in [0, 1). */
static double
truncated(double a, double b, double u)
{
	double low, p;

	if (a > 0)
		return -truncated(-b, -a, u);
	low = below(a);
	p = low + u * (below(b) - low);
	if (p < LEAST)
		return b;	/* so far out that all of it is at b */
	return fmin(fmax(quantile(p), a), b);
}

/* --- levels ------------------------------------------------------------- */

/* Puts x into its place among the values; -1 when they are too many. */
static int
add_level(struct bfm_levels *l, float x)
{
	size_t i = 0;

	while (i < l->n && l->value[i] < x)
		i++;
	if (i < l->n && l->value[i] <= x)
		return 0;
	if (l->n == BFM_LEVELS_MAX)
		return -1;
	memmove(l->value + i + 1, l->value + i, (l->n - i) *
	    sizeof *l->value);
	l->value[i] = x;
	l->n++;
	return 0;
}

int
bfm_levels_init(struct bfm_levels *l, const float *ratings, size_t n)
{
	*l = (struct bfm_levels){ .n = 0 };
	for (size_t i = 0; i < n; i++)
		if (add_level(l, ratings[i]) != 0)
			return err_msg("an ordered probit is for at most %d "
			    "different ratings: give --likelihood normal",
			    BFM_LEVELS_MAX);
	if (l->n < 2)
		return err_msg("an ordered probit is for two or more different"
		    " ratings, and all are %g: give --likelihood normal",
		    (double)ratings[0]);
	l->of = mem_array("levels", n, 1);
	for (size_t i = 0; i < n; i++)
		while (l->value[l->of[i]] < ratings[i])
			l->of[i]++;
	return 0;
}

void
bfm_levels_release(struct bfm_levels *l)
{
	free(l->of);
	l->of = NULL;
}

/* --- cuts --------------------------------------------------------------- */

/* log P of all ratings, its gradient g (m) by the cuts and H (m, m), lower
 * triangle, the second derivative's negative; g and H may be NULL. */
static double
likelihood(const struct bfm_probit *p, const double *cut, double *g, double *H)
{
	const size_t n = p->levels->n, m = n - 1;
	double sum = 0;

	if (g != NULL) {
		memset(g, 0, m * sizeof *g);
		memset(H, 0, m * m * sizeof *H);
	}
	for (size_t i = 0; i < BINS * n; i++) {
		const size_t l = i % n;
		const double x = ((double)(i / n) - BINS / 2 + 0.5) / PER_UNIT;
		const double a = l > 0 ? cut[l - 1] - x : -INFINITY;
		const double b = l < m ? cut[l] - x : INFINITY;
		const double weight = (double)p->count[i];
		double P, ga, gb;

		if (p->count[i] == 0)
			continue;
		P = between(a, b);
		sum += weight * log(P);
		if (g == NULL)
			continue;
		ga = l > 0 ? density(a) / P : 0;
		gb = l < m ? density(b) / P : 0;
		if (l > 0) {
			g[l - 1] -= weight * ga;
			H[(l - 1) * m + l - 1] += weight * ga * (ga - a);
		}
		if (l < m) {
			g[l] += weight * gb;
			H[l * m + l] += weight * gb * (gb + b);
		}
		if (l > 0 && l < m)
			H[l * m + l - 1] -= weight * ga * gb;
	}
	return sum;
}

static int
ascend(const double *cut, size_t m)
{
	for (size_t i = 1; i < m; i++)
		if (!(cut[i - 1] < cut[i]))
			return 0;
	return 1;
}

/* x (m) <- L'^-1 x, or with `both` (L L')^-1 x. */
static void
solve(const double *L, size_t m, double *x, int both)
{
	for (size_t i = 0; both && i < m; i++) {
		for (size_t j = 0; j < i; j++)
			x[i] -= L[i * m + j] * x[j];
		x[i] /= L[i * m + i];
	}
	for (size_t i = m; i-- > 0;) {
		for (size_t j = i + 1; j < m; j++)
			x[i] -= L[j * m + i] * x[j];
		x[i] /= L[i * m + i];
	}
}

/*
 * cut (m) <- the maximum of the likelihood, which is concave, and L (m, m) <-
 * the factor of the second derivative there, by Newton's method.  -1 when the
 * ratings do not determine it (yet).
 */
static int
maximize(const struct bfm_probit *p, double *cut, double *L)
{
	const size_t m = p->levels->n - 1;
	double step[CUTS_MAX], size = INFINITY;

	for (size_t i = 0; i < STEPS && size > 1e-4; i++) {
		double scale = 1, next[CUTS_MAX];

		likelihood(p, cut, step, L);
		if (blas_potrf_double(m, L, m) != 0)
			return -1;
		solve(L, m, step, 1);
		do {
			size = 0;
			for (size_t j = 0; j < m; j++) {
				next[j] = cut[j] + scale * step[j];
				size = fmax(size, fabs(scale * step[j]));
			}
			scale /= 2;
		} while (!ascend(next, m) && scale > 1e-9);
		if (!ascend(next, m))
			return -1;
		memcpy(cut, next, m * sizeof *cut);
	}
	return 0;
}

static double
distance(const double *cut, const double *mode, const double *L, size_t m)
{
	double sum = 0;

	for (size_t j = 0; j < m; j++) {
		double y = 0;

		for (size_t i = j; i < m; i++)
			y += L[i * m + j] * (cut[i] - mode[i]);
		sum += y * y;
	}
	return sum / 2;
}

/*
 * A step of Metropolis and Hastings that proposes from the normal distribution
 * at the maximum: with many ratings nearly the posterior itself.
 */
static void
draw_cuts(struct bfm_probit *p, struct rng *r)
{
	const size_t m = p->levels->n - 1;
	double mode[CUTS_MAX], new[CUTS_MAX] = { 0 };
	double L[CUTS_MAX * CUTS_MAX];
	double gain;

	memcpy(mode, p->cut, m * sizeof *mode);
	p->loss = -likelihood(p, p->cut, NULL, NULL) / (double)p->n;
	if (maximize(p, mode, L) != 0)
		return;
	for (size_t i = 0; i < m; i++)
		new[i] = rng_normal(r);
	solve(L, m, new, 0);
	for (size_t i = 0; i < m; i++)
		new[i] += mode[i];
	if (!ascend(new, m))
		return;
	gain = likelihood(p, new, NULL, NULL) + p->loss * (double)p->n +
	    distance(new, mode, L, m) - distance(p->cut, mode, L, m);
	if (log(1 - rng_real(r)) < gain)
		memcpy(p->cut, new, m * sizeof *new);
}

/* --- draws -------------------------------------------------------------- */

struct bfm_probit *
bfm_probit_new(const struct bfm_levels *levels, size_t n)
{
	struct bfm_probit *p = mem_array("levels", 1, sizeof *p);
	double seen = 0;

	p->levels = levels;
	p->n = n;
	p->z = mem_array("levels", n, sizeof *p->z);
	p->count = mem_array("levels", BINS * levels->n, sizeof *p->count);
	for (size_t i = 0; i < n; i++)
		p->count[levels->of[i]]++;
	for (size_t l = 0; l + 1 < levels->n; l++) {
		seen += (double)p->count[l];
		p->cut[l] = quantile(seen / (double)n);
	}
	return p;
}

void
bfm_probit_free(struct bfm_probit *p)
{
	if (p == NULL)
		return;
	free(p->z);
	free(p->count);
	free(p);
}

void
bfm_probit_renew(struct bfm_probit *p)
{
	memset(p->z, 0, p->n * sizeof *p->z);
}

static void
count_predictions(struct bfm_probit *p, const float *e)
{
	const size_t n = p->levels->n;

	memset(p->count, 0, BINS * n * sizeof *p->count);
	for (size_t i = 0; i < p->n; i++) {
		const float x = (p->z[i] - e[i]) * PER_UNIT + BINS / 2;
		const size_t bin = x < 0 ? 0 : x >= BINS ? BINS - 1 :
		    (size_t)x;

		p->count[bin * n + p->levels->of[i]]++;
	}
}

void
bfm_probit_draw(struct bfm_probit *p, float *e, uint64_t seed,
    uint64_t stream)
{
	const size_t m = p->levels->n - 1;
	struct rng r;

	rng_init(&r, seed, rng_stream("bfm.latents", stream));
	count_predictions(p, e);
	draw_cuts(p, &r);
	for (size_t i = 0; i < p->n; i++) {
		const size_t l = p->levels->of[i];
		const double x = (double)(p->z[i] - e[i]);
		const double a = l > 0 ? p->cut[l - 1] - x : -INFINITY;
		const double b = l < m ? p->cut[l] - x : INFINITY;

		e[i] = (float)truncated(a, b, ((double)rng_u32(&r) + 0.5) *
		    0x1p-32);
		p->z[i] = (float)x + e[i];
	}
}

double *
bfm_probit_cuts(struct bfm_probit *p)
{
	return p->cut;
}

const float *
bfm_probit_z(const struct bfm_probit *p)
{
	return p->z;
}

double
bfm_probit_loss(const struct bfm_probit *p)
{
	return p->loss;
}

float
bfm_probit_expect(const float *cuts, size_t n, size_t level, float x)
{
	const double a = level > 0 ? (double)(cuts[level - 1] - x) : -INFINITY;
	const double b = level + 1 < n ? (double)(cuts[level] - x) : INFINITY;
	const double z = (density(a) - density(b)) / between(a, b);

	return x + (float)fmin(fmax(z, a), b);
}

/* --- the curve ---------------------------------------------------------- */

/* Beyond 5 standard deviations of the noise from all cuts it is flat. */
void
bfm_curve_init(struct bfm_curve *c, const float *value, size_t n,
    const float *cuts)
{
	const double from = (double)cuts[0] - 5;
	const double to = (double)cuts[n - 2] + 5;

	c->from = (float)from;
	c->per_unit = (float)((BFM_CURVE - 1) / (to - from));
	for (size_t i = 0; i < BFM_CURVE; i++) {
		const double x = from + (to - from) * (double)i /
		    (BFM_CURVE - 1);
		double y = (double)value[0];

		for (size_t l = 0; l + 1 < n; l++)
			y += (double)(value[l + 1] - value[l]) *
			    below(x - (double)cuts[l]);
		c->at[i] = (float)y;
	}
}

float
bfm_curve_at(const struct bfm_curve *c, float prediction)
{
	const float x = (prediction - c->from) * c->per_unit;
	size_t i;

	if (!(x > 0))
		return c->at[0];
	if (x >= BFM_CURVE - 1)
		return c->at[BFM_CURVE - 1];
	i = (size_t)x;
	return c->at[i] + (x - (float)i) * (c->at[i + 1] - c->at[i]);
}

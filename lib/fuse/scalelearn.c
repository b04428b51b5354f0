#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuse/scalelearn.h"

enum { STEPS_MAX = 100 };

/* --- Platt ---------------------------------------------------------------- */

/* z (n) are values of mean 0 and deviation 1; p = 1 / (1 + exp(-a z - b)). */
struct curve {
	const double *z;
	const unsigned char *hit;
	size_t n;
	double high, low;	/* targets of hits and others */
};

/* -log likelihood at a, b */
static double
loss(const struct curve *c, double a, double b)
{
	double sum = 0;

	for (size_t i = 0; i < c->n; i++) {
		const double y = a * c->z[i] + b;
		const double t = c->hit[i] ? c->high : c->low;

		sum += (y > 0 ? y + log1p(exp(-y)) : log1p(exp(y))) - t * y;
	}
	return sum;
}

/* One step of Newton; 0 when it is no longer one. */
static int
improve(const struct curve *c, double *a, double *b)
{
	double ga = 0, gb = 0, haa = 1e-9, hab = 0, hbb = 1e-9, det, da, db;
	const double here = loss(c, *a, *b);

	for (size_t i = 0; i < c->n; i++) {
		const double p = 1 / (1 + exp(-*a * c->z[i] - *b));
		const double d = p - (c->hit[i] ? c->high : c->low);
		const double w = p * (1 - p);

		ga += d * c->z[i];
		gb += d;
		haa += w * c->z[i] * c->z[i];
		hab += w * c->z[i];
		hbb += w;
	}
	det = haa * hbb - hab * hab;
	da = -(hbb * ga - hab * gb) / det;
	db = -(haa * gb - hab * ga) / det;
	for (double step = 1; step > 1e-9; step /= 2)
		if (loss(c, *a + step * da, *b + step * db) < here - 1e-10) {
			*a += step * da;
			*b += step * db;
			return 1;
		}
	return 0;
}

void
scalelearn_platt(struct scale_map *m, const double *value,
    const unsigned char *hit, size_t n)
{
	double *z = mem_array("scores", n, sizeof *z);
	struct curve c = { z, hit, n, 0, 0 };
	double mean = 0, square = 0, hits = 0, a = 0, b;

	for (size_t i = 0; i < n; i++) {
		mean += value[i] / (double)n;
		hits += hit[i];
	}
	for (size_t i = 0; i < n; i++)
		square += (value[i] - mean) * (value[i] - mean) / (double)n;
	square = square > 0 ? sqrt(square) : 1;
	for (size_t i = 0; i < n; i++)
		z[i] = (value[i] - mean) / square;
	c.high = (hits + 1) / (hits + 2);
	c.low = 1 / ((double)n - hits + 2);
	b = log((hits + 1) / ((double)n - hits + 1));
	for (int i = 0; i < STEPS_MAX && improve(&c, &a, &b); i++)
		continue;
	m->squashes = 1;
	m->factor = a > 0 ? a / square : 0;
	m->shift = a > 0 ? mean - b / m->factor : 0;
	free(z);
}

/* --- isotonic ------------------------------------------------------------- */

struct step {
	double at, hits, n;	/* sums of values, of hits, count */
};

struct point {
	double value;
	size_t place;
};

static int
by_value(const void *va, const void *vb)
{
	const struct point *a = va, *b = vb;

	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

/* Does step a lie above step b, which follows it? */
static int
falls(const struct step *a, const struct step *b)
{
	return a->hits * b->n >= b->hits * a->n;
}

void
scalelearn_isotonic(struct scale_map *m, const double *value,
    const unsigned char *hit, size_t n)
{
	struct point *p = mem_array("scores", n, sizeof *p);
	struct step *s = mem_array("steps", n, sizeof *s);
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		p[i] = (struct point){ value[i], i };
	qsort(p, n, sizeof *p, by_value);
	for (size_t i = 0; i < n; k++) {
		s[k] = (struct step){ 0, 0, 0 };
		do {		/* equal scores are one step */
			s[k].at += p[i].value;
			s[k].hits += hit[p[i].place];
			s[k].n++;
		} while (++i < n && p[i].value == p[i - 1].value);
		while (k > 0 && falls(&s[k - 1], &s[k])) {
			s[k - 1].at += s[k].at;
			s[k - 1].hits += s[k].hits;
			s[k - 1].n += s[k].n;
			k--;
		}
	}
	m->n = k;
	m->at = mem_array("a scale", k, sizeof *m->at);
	m->value = mem_array("a scale", k, sizeof *m->value);
	for (size_t i = 0; i < k; i++) {
		m->at[i] = s[i].at / s[i].n;
		m->value[i] = s[i].hits / s[i].n;
	}
	free(p);
	free(s);
}

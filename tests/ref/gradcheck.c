#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/ref/gradcheck.h"

/* Differences between quotients that roundings do not make. */
#define KINK 3e-4

static double
run(struct gradcheck *gc, struct work *w, struct shard *shard)
{
	work_begin(w, &(struct work_place){ shard, 1, 7, 0 });
	work_rows(w, 0, gc->examples);
	gc->fill(gc->arg, w);
	work_forward(w);
	work_backward(w, 1);
	return shard->loss;
}

/* f(x - 2h), f(x - h), f(x), f(x + h), f(x + 2h) */
static void
losses(struct gradcheck *gc, struct work *w, struct shard *s, float *x,
    double h, double f[5])
{
	const float x0 = *x;

	for (int i = 0; i < 5; i++) {
		*x = (float)((double)x0 + (i - 2) * h);
		f[i] = run(gc, w, s);
	}
	*x = x0;
}

static double
quotient(const double f[5], double h)
{
	return (8 * (f[3] - f[1]) - (f[4] - f[0])) / (12 * h);
}

/* The slope to the right less the slope to the left: with half of h it is
 * half as large, unless there is a kink in between. */
static double
bend(const double f[5], double h)
{
	return (f[3] - 2 * f[2] + f[1]) / h;
}

/* The gradient of all elements of p, from a shard. */
static void
gradient(const struct param *p, const struct shard *s, double *g)
{
	const size_t n = p->rows * p->cols;
	const struct touches *t;

	memset(g, 0, n * sizeof *g);
	if (!p->spec.sparse) {
		for (size_t i = 0; i < n; i++)
			g[i] = (double)s->grad[p->offset + i];
		return;
	}
	t = &s->touches[p->number_sparse];
	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < p->cols; j++)
			g[t->row[i] * p->cols + j] += (double)t->scale[i] *
			    (double)t->g[i][j];
}

static void
check_element(struct gradcheck *gc, struct work *w, struct shard *s,
    const struct param *p, size_t i, double g)
{
	const double h = 0.0078125;		/* 2^-7: x + h is exact */
	double far[5], near[5], q, error;

	losses(gc, w, s, p->x + i, h, far);
	losses(gc, w, s, p->x + i, h / 2, near);
	q = quotient(near, h / 2);
	error = fabs(q - g) / (1 + fabs(q));
	if (fabs(q - quotient(far, h)) > KINK * (1 + fabs(q)) ||
	    (fabs(bend(far, h)) > KINK * (1 + fabs(q)) &&
	    fabs(bend(near, h / 2)) > 0.75 * fabs(bend(far, h)))) {
		gc->kinks++;
		return;
	}
	gc->checked++;
	if (!(error <= gc->worst)) {	/* NaN too */
		gc->worst = isnan(error) ? HUGE_VAL : error;
		snprintf(gc->where, sizeof gc->where,
		    "%s[%zu]: gradient %.6g, quotient %.6g", p->name, i, g, q);
	}
}

void
gradcheck(struct gradcheck *gc)
{
	const struct params *ps = gc->plan->params;
	struct work *w = work_new(gc->plan);
	struct shard *s = shard_new(gc->plan);

	gc->checked = gc->kinks = 0;
	gc->worst = 0;
	gc->where[0] = '\0';
	for (size_t i = 0; i < ps->n; i++) {
		const struct param *p = ps->p[i];
		double *g;

		if (!param_learns(p))
			continue;
		g = mem_array("test", p->rows * p->cols, sizeof *g);
		run(gc, w, s);
		gradient(p, s, g);
		for (size_t j = 0; j < p->rows * p->cols; j++)
			check_element(gc, w, s, p, j, g[j]);
		free(g);
	}
	work_free(w);
	shard_free(s);
}

void
gradcheck_params(struct params *ps)
{
	for (size_t i = 0; i < ps->n; i++) {
		const struct param *p = ps->p[i];

		if (p->spec.statistic != PARAM_NO_STATISTIC)
			continue;
		for (size_t k = 0; k < p->rows * p->cols; k++)
			p->x[k] = (float)(0.5 * sin(0.7 * (double)k + 1.3 *
			    (double)i + 0.1));
	}
}

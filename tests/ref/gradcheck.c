#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/ref/gradcheck.h"

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

static double
quotient(struct gradcheck *gc, struct work *w, struct shard *s, float *x,
    double h)
{
	const float x0 = *x;
	double f[4];
	static const int step[4] = { -2, -1, 1, 2 };
	double far, near;

	for (int i = 0; i < 4; i++) {
		*x = (float)((double)x0 + step[i] * h);
		f[i] = run(gc, w, s);
	}
	near = (double)((float)((double)x0 + h) - (float)((double)x0 - h));
	far = (double)((float)((double)x0 + 2 * h) -
	    (float)((double)x0 - 2 * h));
	*x = x0;
	return 4.0 / 3 * (f[2] - f[1]) / near - (f[3] - f[0]) / far / 3;
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
			g[t->row[i] * p->cols + j] += (double)t->g[i][j];
}

static void
check_element(struct gradcheck *gc, struct work *w, struct shard *s,
    const struct param *p, size_t i, double g)
{
	const double q = quotient(gc, w, s, p->x + i, 0.01);
	const double half = quotient(gc, w, s, p->x + i, 0.005);
	const double error = fabs(q - g) / (1 + fabs(q));

	if (fabs(q - half) > 1e-3 * (1 + fabs(q))) {
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

		if (p->spec.frozen)
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

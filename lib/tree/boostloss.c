#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/exp.h"
#include "tree/boostloss.h"

/* A loop over rows, in pieces that do not depend on the threads. */
struct loop {
	const struct boost_view *v;
	float *g, *h;		/* (classes, n) */
	double *sum;		/* (pieces) */
	void (*rows)(struct loop *, size_t from, size_t to, double *sum);
};

static void
loop_piece(void *arg, size_t piece, size_t worker)
{
	struct loop *l = arg;
	const size_t n = l->v->data->n, from = piece * BOOST_ROWS_PER_PIECE;
	const size_t to = from + BOOST_ROWS_PER_PIECE;

	(void)worker;
	l->rows(l, from, to < n ? to : n, l->sum != NULL ? &l->sum[piece] :
	    NULL);
}

/* The sum of what rows() gives for pieces. */
static double
run(const struct boost_view *v, float *g, float *h,
    void (*rows)(struct loop *, size_t from, size_t to, double *sum))
{
	const size_t n = par_pieces(v->data->n, BOOST_ROWS_PER_PIECE);
	struct loop l = { v, g, h, mem_array("sums", n, sizeof(double)),
	    rows };
	double sum = 0;

	par_for(n, loop_piece, &l);
	for (size_t i = 0; i < n; i++)
		sum += l.sum[i];
	free(l.sum);
	return sum;
}

static void
sum_y(struct loop *l, size_t from, size_t to, double *sum)
{
	for (size_t i = from; i < to; i++)
		*sum += (double)l->v->data->y[i];
}

static double
mean_y(const struct boost_view *v)
{
	return run(v, NULL, NULL, sum_y) / (double)v->data->n;
}

/* --- squared: (s - y)^2 / 2 ----------------------------------------------- */

static void
squared_start(const struct boost_view *v, double *start)
{
	*start = mean_y(v);
}

static void
squared_rows(struct loop *l, size_t from, size_t to, double *sum)
{
	(void)sum;
	for (size_t i = from; i < to; i++) {
		l->g[i] = l->v->score[i] - l->v->data->y[i];
		l->h[i] = 1;
	}
}

static void
squared_slope(const struct boost_view *v, float *g, float *h)
{
	run(v, g, h, squared_rows);
}

static void
squared_sum(struct loop *l, size_t from, size_t to, double *sum)
{
	for (size_t i = from; i < to; i++) {
		const double e = (double)(l->v->score[i] - l->v->data->y[i]);

		*sum += e * e;
	}
}

static double
squared_value(const struct boost_view *v)
{
	return sqrt(run(v, NULL, NULL, squared_sum) / (double)v->data->n);
}

/* --- logistic: log(1 + exp(s)) - y s -------------------------------------- */

static void
logistic_start(const struct boost_view *v, double *start)
{
	const double p = fmin(fmax(mean_y(v), 1e-9), 1 - 1e-9);

	*start = log(p / (1 - p));
}

static void
logistic_rows(struct loop *l, size_t from, size_t to, double *sum)
{
	const float *s = l->v->score, *y = l->v->data->y;

	(void)sum;
	for (size_t i = from; i < to; i++) {
		const float p = sigmoid_of(s[i]);

		l->g[i] = p - y[i];
		l->h[i] = p * (1 - p);
	}
}

static void
logistic_slope(const struct boost_view *v, float *g, float *h)
{
	run(v, g, h, logistic_rows);
}

static void
logistic_sum(struct loop *l, size_t from, size_t to, double *sum)
{
	for (size_t i = from; i < to; i++) {
		const double s = (double)l->v->score[i];

		*sum += (s > 0 ? s : 0) + log1p(exp(-fabs(s))) -
		    (double)l->v->data->y[i] * s;
	}
}

static double
logistic_value(const struct boost_view *v)
{
	return run(v, NULL, NULL, logistic_sum) / (double)v->data->n;
}

static int
logistic_takes(const struct boost *how, float y)
{
	(void)how;
	return y >= 0 && y <= 1;
}

/* --- softmax: log sum exp(s_c) - s_y -------------------------------------- */

static void
softmax_start(const struct boost_view *v, double *start)
{
	const size_t K = v->how->n_classes;

	for (size_t c = 0; c < K; c++)
		start[c] = 1;
	for (size_t i = 0; i < v->data->n; i++)
		start[(size_t)v->data->y[i]]++;
	for (size_t c = 0; c < K; c++)
		start[c] = log(start[c] / (double)(v->data->n + K));
}

/* exp(x - most), x <= most. */
static inline float
exp_below(float x, float most)
{
	return x - most < -87 ? 0 : exp_of(x - most);
}

/* The largest score of row i, and the sum of exp(s - that). */
static float
largest(const struct boost_view *v, size_t i, float *sum)
{
	const size_t n = v->data->n, K = v->how->n_classes;
	float most = v->score[i];

	for (size_t c = 1; c < K; c++)
		most = fmaxf(most, v->score[c * n + i]);
	*sum = 0;
	for (size_t c = 0; c < K; c++)
		*sum += exp_below(v->score[c * n + i], most);
	return most;
}

static void
softmax_rows(struct loop *l, size_t from, size_t to, double *sum)
{
	const size_t n = l->v->data->n, K = l->v->how->n_classes;

	(void)sum;
	for (size_t i = from; i < to; i++) {
		float total;
		const float most = largest(l->v, i, &total);

		for (size_t c = 0; c < K; c++) {
			const float p = exp_below(l->v->score[c * n + i],
			    most) / total;

			l->g[c * n + i] = p - (l->v->data->y[i] == (float)c);
			l->h[c * n + i] = 2 * p * (1 - p);
		}
	}
}

static void
softmax_slope(const struct boost_view *v, float *g, float *h)
{
	run(v, g, h, softmax_rows);
}

static void
softmax_sum(struct loop *l, size_t from, size_t to, double *sum)
{
	const struct boost_view *v = l->v;

	for (size_t i = from; i < to; i++) {
		float total;
		const float most = largest(v, i, &total);
		const size_t y = (size_t)v->data->y[i];

		*sum += log((double)total) +
		    (double)(most - v->score[y * v->data->n + i]);
	}
}

static double
softmax_value(const struct boost_view *v)
{
	return run(v, NULL, NULL, softmax_sum) / (double)v->data->n;
}

static int
softmax_takes(const struct boost *how, float y)
{
	return y >= 0 && y < (float)how->n_classes && y == floorf(y);
}

/* --- the table ------------------------------------------------------------ */

static void
zero_start(const struct boost_view *v, double *start)
{
	(void)v;
	*start = 0;
}

static int
gain_takes(const struct boost *how, float y)
{
	(void)how;
	return y >= 0 && isfinite(y);
}

static const struct boost_objective objectives[] = {
	{ { "squared", "squared error", NULL }, 0, 0,
	    squared_start, squared_slope, squared_value, NULL, NULL },
	{ { "logistic", "log loss of labels 0 and 1", NULL }, 0, 0,
	    logistic_start, logistic_slope, logistic_value, logistic_takes,
	    "from 0 to 1" },
	{ { "softmax", "log loss of classes", NULL }, 0, 1,
	    softmax_start, softmax_slope, softmax_value, softmax_takes,
	    "a class" },
	{ { "pairwise", "pairs of a list in the right order", NULL }, 1, 0,
	    zero_start, boostlists_pairwise, boostlists_ndcg, gain_takes,
	    "a number >= 0" },
	{ { "lambdamart", "NDCG of lists", NULL }, 1, 0,
	    zero_start, boostlists_lambda, boostlists_ndcg, gain_takes,
	    "a number >= 0" },
};

const struct choice *
boost_choice(size_t i)
{
	return i < sizeof objectives / sizeof objectives[0] ?
	    &objectives[i].what : NULL;
}

const struct boost_objective *
boost_objective(const char *name)
{
	for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++)
		if (strcmp(objectives[i].what.name, name) == 0)
			return &objectives[i];
	return NULL;
}

int
boost_is_of_lists(const struct boost_objective *o)
{
	return o->is_of_lists;
}

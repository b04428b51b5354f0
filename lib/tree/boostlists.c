/*
 * boostlists.c -- objectives of lists, see boostloss.h.
 *
 * Of a pair (i, j) of a query with gains y_i > y_j and d = s_i - s_j the loss
 * is D log(1 + exp(-d)), with the slope -D p and the curvature D p (1 - p),
 * p = 1 / (1 + exp(d)).  pairwise: D = 1 (Burges et al. 2005).  lambdamart
 * (Burges 2010): D is how much NDCG changes if the two are swapped, and pairs
 * count of which one is among the first `truncation`.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/exp.h"
#include "linalg/vec.h"
#include "tree/boostloss.h"

enum {
	QUERIES_PER_PIECE = 16,
	COUNTED = 256		/* rows; of more, sorting is faster */
};

/* A query's rows, best first, and what is made of them: (longest) each. */
struct worker {
	uint32_t *row, *place;	/* of the query, and the other way round */
	float *score, *gain, *g, *h, *slope, *curve, *one;
	float *memory;		/* that the floats point into */
	const float *discount;	/* that of the loop */
};

struct loop {
	const struct boost_view *v;
	float *g, *h;		/* (n) */
	double *sum;		/* (pieces) */
	/* (longest) 1 / log2(place + 1), and 0 behind `truncation` */
	const float *discount;
	struct worker *worker;	/* (threads) */
	size_t truncation;
	int by_ndcg;
	void (*query)(struct loop *, struct worker *, size_t q, double *sum);
};

/* --- order ---------------------------------------------------------------- */

/* place (n) <- how many of score (n) are before each: larger, or equal and
 * earlier.  For short lists counting them all is faster than sorting. */
VEC_CLONES static void
count_places(const float *score, size_t n, uint32_t *place)
{
	for (size_t i = 0; i < n; i++) {
		const float x = score[i];
		uint32_t before = 0;

		for (size_t j = 0; j < i; j++)
			before += score[j] >= x;
		for (size_t j = i + 1; j < n; j++)
			before += score[j] > x;
		place[i] = before;
	}
}

/* row (n) <- best first; of equal scores the earlier row: a merge sort from
 * the bottom.  spare (n) is overwritten. */
static void
sort_rows(const float *score, size_t n, uint32_t *row, uint32_t *spare)
{
	uint32_t *a = row, *b = spare;

	for (size_t i = 0; i < n; i++)
		a[i] = (uint32_t)i;
	for (size_t width = 1; width < n; width *= 2) {
		uint32_t *t = a;

		for (size_t from = 0; from < n; from += 2 * width) {
			const size_t mid = from + width < n ? from + width : n;
			const size_t end = mid + width < n ? mid + width : n;
			size_t i = from, j = mid;

			for (size_t k = from; k < end; k++)
				b[k] = i < mid && (j == end ||
				    !(score[a[j]] > score[a[i]])) ? a[i++] :
				    a[j++];
		}
		a = b;
		b = t;
	}
	if (a != row)
		memcpy(row, a, n * sizeof *row);
}

/* w->row <- the order of these scores (n). */
static void
order_rows(struct worker *w, const float *score, size_t n)
{
	if (n > COUNTED) {
		sort_rows(score, n, w->row, w->place);
		return;
	}
	count_places(score, n, w->place);
	for (size_t i = 0; i < n; i++)
		w->row[w->place[i]] = (uint32_t)i;
}

/* The largest DCG of the first `truncation` that query q can have. */
static double
ideal_dcg(const struct loop *l, struct worker *w, size_t q)
{
	const struct boost_data *d = l->v->data;
	const float *y = d->y + d->query[q];
	const size_t n = d->query[q + 1] - d->query[q];
	double sum = 0;
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (y[i] > 0)
			w->gain[m++] = y[i];
	order_rows(w, w->gain, m);
	for (size_t i = 0; i < m && i < l->truncation; i++)
		sum += (double)(w->gain[w->row[i]] * l->discount[i]);
	return sum;
}

/* The rows of query q, best first: row, score, gain. */
static void
rank_query(const struct loop *l, struct worker *w, size_t q)
{
	const struct boost_data *d = l->v->data;
	const size_t from = d->query[q], n = d->query[q + 1] - from;

	order_rows(w, l->v->score + from, n);
	for (size_t i = 0; i < n; i++) {
		w->score[i] = l->v->score[from + w->row[i]];
		w->gain[i] = d->y[from + w->row[i]];
	}
}

/* --- slopes --------------------------------------------------------------- */

/*
 * slope, curve (n) <- of the pairs of one row with `score`, `gain` and
 * `discount` and each of those of *w from `from`: what its own are less, and
 * theirs more, by.  Pairs with a gain above `most` are left out.  D is
 * |gap| by |difference of discounts|, or 1 if by is 0.
 */
VEC_CLONES static void
pair_slopes(const struct worker *w, size_t from, size_t n, float score,
    float gain, float discount, float most, float by)
{
	const float *restrict s = w->score + from, *restrict y = w->gain +
	    from, *restrict d = w->discount + from;
	float *restrict slope = w->slope, *restrict curve = w->curve;

	for (size_t j = 0; j < n; j++) {
		const float gap = gain - y[j];
		const float sign = gap > 0 ? 1.0f : -1.0f;
		const float any = gap != 0 && y[j] <= most ? 1.0f : 0.0f;
		const float delta = by > 0 ? fabsf(gap * (discount - d[j])) *
		    by : 1;
		const float p = sigmoid_of(sign * (s[j] - score));

		slope[j] = any * sign * delta * p;
		curve[j] = any * delta * p * (1 - p);
	}
}

/* The pairs of the row at place i with n others from `from` on. */
static void
add_pairs(struct worker *w, size_t i, size_t from, size_t n, float most,
    float by)
{
	pair_slopes(w, from, n, w->score[i], w->gain[i], w->discount[i], most,
	    by);
	vec_axpy(1, w->slope, w->g + from, n);
	vec_axpy(1, w->curve, w->h + from, n);
	w->g[i] -= vec_dot(w->slope, w->one, n);
	w->h[i] += vec_dot(w->curve, w->one, n);
}

/*
 * Each row with a gain has pairs with those without among the first before it,
 * and, if it is among them itself, with all behind it.
 */
static void
slope_query(struct loop *l, struct worker *w, size_t q, double *sum)
{
	const struct boost_data *d = l->v->data;
	const size_t from = d->query[q], n = d->query[q + 1] - from;
	const size_t first = n < l->truncation ? n : l->truncation;
	const double ideal = ideal_dcg(l, w, q);
	const float by = l->by_ndcg && ideal > 0 ? (float)(1 / ideal) : 0;

	(void)sum;
	memset(w->g, 0, n * sizeof *w->g);
	memset(w->h, 0, n * sizeof *w->h);
	rank_query(l, w, q);
	for (size_t i = 0; i < n && ideal > 0; i++) {
		if (!(w->gain[i] > 0))
			continue;
		add_pairs(w, i, 0, i < first ? i : first, 0, by);
		if (i < first)
			add_pairs(w, i, i + 1, n - i - 1, INFINITY, by);
	}
	for (size_t i = 0; i < n; i++) {
		l->g[from + w->row[i]] = w->g[i];
		l->h[from + w->row[i]] = w->h[i];
	}
}

/* --- all queries ---------------------------------------------------------- */

static void
ndcg_query(struct loop *l, struct worker *w, size_t q, double *sum)
{
	const size_t *query = l->v->data->query;
	const size_t n = query[q + 1] - query[q];
	const double ideal = ideal_dcg(l, w, q);
	double dcg = 0;

	if (!(ideal > 0))
		return;
	rank_query(l, w, q);
	for (size_t i = 0; i < n && i < l->truncation; i++)
		dcg += (double)(w->gain[i] * l->discount[i]);
	*sum += dcg / ideal;
}

static void
loop_piece(void *arg, size_t piece, size_t worker)
{
	struct loop *l = arg;
	const size_t from = piece * QUERIES_PER_PIECE;

	for (size_t q = from; q < from + QUERIES_PER_PIECE &&
	    q < l->v->data->n_queries; q++)
		l->query(l, &l->worker[worker], q, &l->sum[piece]);
}

static void
worker_init(struct worker *w, size_t n, const float *discount)
{
	float **const part[] = { &w->score, &w->gain, &w->g, &w->h, &w->slope,
		&w->curve, &w->one };
	const size_t n_parts = sizeof part / sizeof *part;

	w->row = mem_array("lists", n, sizeof *w->row);
	w->place = mem_array("lists", n, sizeof *w->place);
	w->memory = mem_array("lists", n * n_parts, sizeof *w->memory);
	for (size_t i = 0; i < n_parts; i++)
		*part[i] = w->memory + i * n;
	for (size_t i = 0; i < n; i++)
		w->one[i] = 1;
	w->discount = discount;
}

static double
run(struct loop *l)
{
	const struct boost_data *d = l->v->data;
	const size_t pieces = par_pieces(d->n_queries, QUERIES_PER_PIECE);
	size_t longest = 1;
	float *discount;
	double sum = 0;

	for (size_t q = 0; q < d->n_queries; q++)
		if (d->query[q + 1] - d->query[q] > longest)
			longest = d->query[q + 1] - d->query[q];
	discount = mem_array("places", longest, sizeof *discount);
	for (size_t i = 0; i < longest && i < l->truncation; i++)
		discount[i] = (float)(1 / log2((double)i + 2));
	l->discount = discount;
	l->worker = mem_array("lists", par_threads(), sizeof *l->worker);
	for (size_t i = 0; i < par_threads(); i++)
		worker_init(&l->worker[i], longest, discount);
	l->sum = mem_array("sums", pieces, sizeof *l->sum);
	par_for(pieces, loop_piece, l);
	for (size_t i = 0; i < pieces; i++)
		sum += l->sum[i];
	for (size_t i = 0; i < par_threads(); i++) {
		free(l->worker[i].row);
		free(l->worker[i].place);
		free(l->worker[i].memory);
	}
	free(l->worker);
	free(l->sum);
	free(discount);
	return sum;
}

void
boostlists_pairwise(const struct boost_view *v, float *g, float *h)
{
	run(&(struct loop){ .v = v, .g = g, .h = h, .truncation = SIZE_MAX,
	    .query = slope_query });
}

void
boostlists_lambda(const struct boost_view *v, float *g, float *h)
{
	run(&(struct loop){ .v = v, .g = g, .h = h, .by_ndcg = 1,
	    .truncation = v->how->truncation, .query = slope_query });
}

/* 1 - the mean over the queries that have any gain. */
double
boostlists_ndcg(const struct boost_view *v)
{
	const struct boost_data *d = v->data;
	size_t n = 0;
	double sum;

	for (size_t q = 0; q < d->n_queries; q++)
		for (size_t i = d->query[q]; i < d->query[q + 1]; i++)
			if (d->y[i] > 0) {
				n++;
				break;
			}
	sum = run(&(struct loop){ .v = v, .truncation = v->how->truncation,
	    .query = ndcg_query });
	return n > 0 ? 1 - sum / (double)n : 0;
}

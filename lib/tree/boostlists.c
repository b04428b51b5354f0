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
#include "tree/boostloss.h"

enum { QUERIES_PER_PIECE = 16 };

struct place {
	float score;
	uint32_t row;		/* of the query */
};

struct worker {
	struct place *place;	/* (longest) */
	struct place *spare;
	float *ideal;
};

struct loop {
	const struct boost_view *v;
	float *g, *h;		/* (n) */
	double *sum;		/* (pieces) */
	const float *discount;	/* (longest) 1 / log2(place + 1) */
	struct worker *worker;	/* (threads) */
	size_t truncation;
	int by_ndcg;
	void (*query)(struct loop *, struct worker *, size_t q, double *sum);
};

/* Best first; of equal scores the earlier row: a merge sort from the bottom. */
static struct place *
sort_places(struct place *a, struct place *b, size_t n)
{
	for (size_t width = 1; width < n; width *= 2) {
		struct place *t = a;

		for (size_t from = 0; from < n; from += 2 * width) {
			const size_t mid = from + width < n ? from + width : n;
			const size_t end = mid + width < n ? mid + width : n;
			size_t i = from, j = mid;

			for (size_t k = from; k < end; k++)
				b[k] = i < mid && (j == end || !(a[j].score >
				    a[i].score)) ? a[i++] : a[j++];
		}
		a = b;
		b = t;
	}
	return a;
}

/* The rows of query q in the order of their scores. */
static const struct place *
rank_query(const struct loop *l, struct worker *w, size_t q)
{
	const size_t *query = l->v->data->query;
	const size_t n = query[q + 1] - query[q];

	for (size_t i = 0; i < n; i++)
		w->place[i] = (struct place){ l->v->score[query[q] + i],
		    (uint32_t)i };
	return sort_places(w->place, w->spare, n);
}

static int
by_gain(const void *va, const void *vb)
{
	const float a = *(const float *)va, b = *(const float *)vb;

	return (a < b) - (a > b);
}

/* The largest DCG of the first `depth` that query q can have. */
static double
ideal_dcg(const struct loop *l, struct worker *w, size_t q, size_t depth)
{
	const struct boost_data *d = l->v->data;
	const float *y = d->y + d->query[q];
	const size_t n = d->query[q + 1] - d->query[q];
	double sum = 0;
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (y[i] > 0)
			w->ideal[m++] = y[i];
	qsort(w->ideal, m, sizeof *w->ideal, by_gain);
	for (size_t i = 0; i < m && i < depth; i++)
		sum += (double)(w->ideal[i] * l->discount[i]);
	return sum;
}

/* Adds pair (a, b) of rows with y_a > y_b and D = delta. */
static inline void
add_pair(float *g, float *h, const float *s, size_t a, size_t b, float delta)
{
	const float p = sigmoid_of(s[b] - s[a]);
	const float slope = delta * p, curve = slope * (1 - p);

	g[a] -= slope;
	g[b] += slope;
	h[a] += curve;
	h[b] += curve;
}

static void
slope_query(struct loop *l, struct worker *w, size_t q, double *sum)
{
	const struct boost_data *d = l->v->data;
	const size_t from = d->query[q], n = d->query[q + 1] - from;
	const float *y = d->y + from, *s = l->v->score + from;
	float *g = l->g + from, *h = l->h + from;
	const double ideal = ideal_dcg(l, w, q, l->truncation);
	const float by = ideal > 0 ? (float)(1 / ideal) : 0;
	const struct place *at;

	(void)sum;
	memset(g, 0, n * sizeof *g);
	memset(h, 0, n * sizeof *h);
	if (!(ideal > 0))
		return;
	at = rank_query(l, w, q);
	for (size_t i = 0; i < n && i < l->truncation; i++)
		for (size_t j = i + 1; j < n; j++) {
			const size_t a = at[i].row, b = at[j].row;
			const float gap = y[a] - y[b];
			const float delta = l->by_ndcg ? fabsf(gap) * by *
			    (l->discount[i] - (j < l->truncation ?
			    l->discount[j] : 0)) : 1;

			if (gap > 0)
				add_pair(g, h, s, a, b, delta);
			else if (gap < 0)
				add_pair(g, h, s, b, a, delta);
		}
}

static void
ndcg_query(struct loop *l, struct worker *w, size_t q, double *sum)
{
	const struct boost_data *d = l->v->data;
	const size_t from = d->query[q], n = d->query[q + 1] - from;
	const double ideal = ideal_dcg(l, w, q, l->truncation);
	const struct place *at;
	double dcg = 0;

	if (!(ideal > 0))
		return;
	at = rank_query(l, w, q);
	for (size_t i = 0; i < n && i < l->truncation; i++)
		dcg += (double)(d->y[from + at[i].row] * l->discount[i]);
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
	for (size_t i = 0; i < longest; i++)
		discount[i] = (float)(1 / log2((double)i + 2));
	l->discount = discount;
	l->worker = mem_array("lists", par_threads(), sizeof *l->worker);
	for (size_t i = 0; i < par_threads(); i++) {
		struct worker *w = &l->worker[i];

		w->place = mem_array("lists", longest, sizeof *w->place);
		w->spare = mem_array("lists", longest, sizeof *w->spare);
		w->ideal = mem_array("lists", longest, sizeof *w->ideal);
	}
	l->sum = mem_array("sums", pieces, sizeof *l->sum);
	par_for(pieces, loop_piece, l);
	for (size_t i = 0; i < pieces; i++)
		sum += l->sum[i];
	for (size_t i = 0; i < par_threads(); i++) {
		free(l->worker[i].place);
		free(l->worker[i].spare);
		free(l->worker[i].ideal);
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

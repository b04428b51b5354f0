#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "fuse/fusenet.h"
#include "linalg/exp.h"

enum { USERS_PER_PIECE = 16 };

void
fusenet_init(struct fusenet *net, size_t S, size_t D, size_t H, int gates)
{
	const size_t O = gates ? S : 1;

	*net = (struct fusenet){ .S = S, .D = D, .H = H, .gates = gates,
	    .O = O, .n = S + H * (D + 1) + O * H };
	net->p = mem_array("a network", net->n, sizeof *net->p);
}

void
fusenet_release(struct fusenet *net)
{
	free(net->p);
}

double *
fusenet_in(const struct fusenet *net)
{
	return net->p + net->S;
}

double *
fusenet_out(const struct fusenet *net)
{
	return net->p + net->S + net->H * (net->D + 1);
}

/* --- forward and backward ------------------------------------------------- */

double
fusenet_weights(const struct fusenet *net, const float *z, double *h,
    double *w)
{
	const size_t D = net->D, H = net->H;
	const double *W = fusenet_in(net), *V = fusenet_out(net);
	double more = 0;

	for (size_t j = 0; j < H; j++, W += D + 1) {
		h[j] = W[D];
		for (size_t i = 0; i < D; i++)
			h[j] += W[i] * (double)z[i];
		h[j] = (double)tanh_of((float)h[j]);
	}
	memcpy(w, net->p, net->S * sizeof *w);
	for (size_t j = 0; j < H && !net->gates; j++)
		more += V[j] * h[j];
	for (size_t s = 0; s < net->S && net->gates; s++)
		for (size_t j = 0; j < H; j++)
			w[s] += V[s * H + j] * h[j];
	return more;
}

/* Adds d, the slope at a row's score, to g; dh (H) is scratch. */
static void
add_slope(const struct fusenet *net, const float *x, const float *z,
    const double *h, double d, double *dh, double *g)
{
	const size_t S = net->S, D = net->D, H = net->H;
	const double *V = fusenet_out(net);
	double *gW = g + S, *gV = gW + H * (D + 1);

	memset(dh, 0, H * sizeof *dh);
	for (size_t s = 0; s < S; s++)
		g[s] += d * (double)x[s];
	for (size_t o = 0; o < net->O; o++) {
		const double by = net->gates ? d * (double)x[o] : d;

		for (size_t j = 0; j < H; j++) {
			gV[o * H + j] += by * h[j];
			dh[j] += by * V[o * H + j];
		}
	}
	for (size_t j = 0; j < H; j++, gW += D + 1) {
		const double t = dh[j] * (1 - h[j] * h[j]);

		for (size_t i = 0; i < D; i++)
			gW[i] += t * (double)z[i];
		gW[D] += t;
	}
}

struct loss {
	const struct fusenet *net;
	const struct fuserowset *rows;
	const uint32_t *query;
	size_t n, each, longest;
	double *sum;			/* (pieces, each) slope, loss */
	int slopes;
};

/* Memory of a piece: w (S), dh (H), s (longest), h (longest, H). */
static double
add_user(const struct loss *l, size_t q, double *memory, double *g)
{
	const struct fusenet *net = l->net;
	const struct fuserowset *r = l->rows;
	const size_t from = r->query[q], n = r->query[q + 1] - from;
	const size_t S = net->S, width = S + net->D;
	const float *x = r->x + from * width, *gain = r->gain + from;
	double *w = memory, *dh = w + S, *s = dh + net->H;
	double *h = s + l->longest, most = -INFINITY, total = 0, sum = 0;
	double loss = 0;

	for (size_t i = 0; i < n; i++) {
		s[i] = fusenet_weights(net, x + i * width + S, h + i * net->H,
		    w);
		for (size_t k = 0; k < S; k++)
			s[i] += w[k] * (double)x[i * width + k];
		most = fmax(most, s[i]);
		total += (double)gain[i];
	}
	for (size_t i = 0; i < n; i++)
		sum += exp(s[i] - most);
	loss = most + log(sum);
	for (size_t i = 0; i < n; i++) {
		const double t = (double)gain[i] / total;

		loss -= t * s[i];
		if (g != NULL)
			add_slope(net, x + i * width, x + i * width + S,
			    h + i * net->H, exp(s[i] - most) / sum - t, dh,
			    g);
	}
	return loss;
}

static void
loss_piece(void *arg, size_t piece, size_t worker)
{
	const struct loss *l = arg;
	const size_t from = piece * USERS_PER_PIECE;
	double *g = l->sum + piece * l->each, *loss = g + l->net->n;
	double *memory = mem_array("a network", l->net->S + l->net->H +
	    l->longest * (1 + l->net->H), sizeof *memory);

	(void)worker;
	for (size_t i = from; i < from + USERS_PER_PIECE && i < l->n; i++)
		*loss += add_user(l, l->query[i], memory, l->slopes ? g :
		    NULL);
	free(memory);
}

double
fusenet_loss(const struct fusenet *net, const struct fuserowset *rows,
    const uint32_t *query, size_t n, double *g)
{
	struct loss l = { .net = net, .rows = rows, .query = query, .n = n,
		.each = net->n + 1, .slopes = g != NULL };
	const size_t pieces = par_pieces(n, USERS_PER_PIECE);
	double loss = 0;

	for (size_t i = 0; i < n; i++) {
		const size_t *at = rows->query + query[i];

		if (at[1] - at[0] > l.longest)
			l.longest = at[1] - at[0];
	}
	l.sum = mem_array("a network", pieces * l.each, sizeof *l.sum);
	par_for(pieces, loss_piece, &l);
	if (g != NULL)
		memset(g, 0, net->n * sizeof *g);
	for (size_t i = 0; i < pieces; i++) {
		const double *part = l.sum + i * l.each;

		for (size_t k = 0; k < net->n && g != NULL; k++)
			g[k] += part[k] / (double)n;
		loss += part[net->n] / (double)n;
	}
	free(l.sum);
	return loss;
}

/* --- training ------------------------------------------------------------- */

struct adam {
	double *g, *m, *v;		/* (parameters) */
	size_t step;
};

static void
adam_step(struct adam *a, struct fusenet *net, const struct fusenet_fit *how)
{
	const double c1 = 1 - pow(0.9, (double)++a->step);
	const double c2 = 1 - pow(0.999, (double)a->step);

	for (size_t i = 0; i < net->n; i++) {
		const double decay = i < net->S ? 0 : how->decay;

		a->m[i] += 0.1 * (a->g[i] - a->m[i]);
		a->v[i] += 0.001 * (a->g[i] * a->g[i] - a->v[i]);
		net->p[i] -= how->rate * (a->m[i] / c1 / (sqrt(a->v[i] / c2) +
		    1e-8) + decay * net->p[i]);
	}
}

static void
epoch(struct adam *a, struct fusenet *net, const struct fuserowset *rows,
    const uint32_t *train, size_t n, const struct fusenet_fit *how)
{
	for (size_t at = 0; at < n; at += how->batch) {
		const size_t m = n - at < how->batch ? n - at : how->batch;

		fusenet_loss(net, rows, train + at, m, a->g);
		adam_step(a, net, how);
	}
}

double
fusenet_train(struct fusenet *net, const struct fuserowset *rows,
    uint32_t *train, size_t n_train, const uint32_t *held, size_t n_held,
    const struct fusenet_fit *how)
{
	double *memory = mem_array("a network", 4 * net->n, sizeof *memory);
	double *best = memory + 3 * net->n, least;
	struct adam a = { memory, memory + net->n, memory + 2 * net->n, 0 };
	size_t last = 0;

	memcpy(best, net->p, net->n * sizeof *best);
	least = fusenet_loss(net, rows, held, n_held, NULL);
	for (size_t e = 0; e < how->epochs && e < last + how->patience; e++) {
		struct rng r;
		double loss;

		rng_init(&r, how->seed, rng_stream("fuse.net.order", e));
		rng_shuffle(&r, train, (uint32_t)n_train);
		epoch(&a, net, rows, train, n_train, how);
		loss = fusenet_loss(net, rows, held, n_held, NULL);
		if (loss < least) {
			least = loss;
			last = e + 1;
			memcpy(best, net->p, net->n * sizeof *best);
		}
	}
	memcpy(net->p, best, net->n * sizeof *best);
	free(memory);
	return least;
}

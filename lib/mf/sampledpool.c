/* sampledpool.c -- see sampledpool.h. */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "mf/sampled.h"
#include "mf/sampledpool.h"

enum { ROWS = 64 };		/* of a piece */

void
sampled_pool_init(struct sampled_pool *p, const struct mf_options *o,
    int is_unit, struct mat *V, size_t n_rows)
{
	const size_t k = o->factors;

	*p = (struct sampled_pool){ .share = (float)o->pooling,
		.most = o->pooled, .is_unit = is_unit, .V = V };
	mat_init(V, "factors", k, k);
	for (size_t i = 0; i < k; i++)
		mat_row(V, i)[i] = 1;
	mat_init(&p->first, "slopes", k, k);
	mat_init(&p->second, "slopes", k, k);
	mat_init(&p->slope, "slopes", k, k);
	mat_init(&p->mean, "a batch", n_rows, k);
	p->length = mem_array("a batch", n_rows, sizeof *p->length);
}

void
sampled_pool_release(struct sampled_pool *p)
{
	mat_release(&p->first);
	mat_release(&p->second);
	mat_release(&p->slope);
	mat_release(&p->mean);
	free(p->length);
}

/* --- rows of a batch ---------------------------------------------------- */

size_t
sampled_pool_count(const struct sampled_pool *p, const struct sampled_rows *b,
    size_t r)
{
	const size_t others = csr_row_count(b->had, b->row[r].user) -
	    b->row[r].n;

	return others < p->most ? others : p->most;
}

/* The user's items go round: after the last comes the first. */
uint32_t
sampled_pool_item(const struct sampled_rows *b, size_t r, size_t i)
{
	const struct sampled_chunk *row = &b->row[r];
	const uint64_t begin = b->had->indptr[row->user];
	const uint64_t end = b->had->indptr[row->user + 1];
	uint64_t at = row->from + row->n + i;

	if (at >= end)
		at -= end - begin;
	return b->item[at];
}

void
sampled_pool_rows(const struct sampled_pool *p, const struct sampled_rows *b,
    size_t first, size_t n, struct mat *X)
{
	const size_t k = X->cols;

	for (size_t r = first; r < first + n; r++) {
		const size_t count = sampled_pool_count(p, b, r);
		float *mean = mat_row(&p->mean, r);

		memset(mean, 0, k * sizeof *mean);
		for (size_t i = 0; i < count; i++)
			vec_axpy(1 / (float)count, mat_row(b->factors,
			    sampled_pool_item(b, r, i)), mean, k);
		memcpy(mat_row(X, r), mat_row(b->own, b->row[r].user),
		    k * sizeof *X->x);
	}
	blas_gemm(0, 1, n, k, k, p->share, mat_row(&p->mean, first), k,
	    p->V->x, k, 1 - p->share, mat_row(X, first), k);
	for (size_t r = first; r < first + n && p->is_unit; r++)
		p->length[r] = (float)sampled_unit(mat_row(X, r), k);
}

/* dL/dh = (g - (g.x) x) / |h|, with x = h / |h| */
void
sampled_pool_slopes(const struct sampled_pool *p, size_t first, size_t n,
    const struct mat *X, struct mat *g)
{
	const size_t k = X->cols;

	for (size_t r = first; r < first + n && p->is_unit; r++) {
		const float *x = mat_row(X, r);
		float *by = mat_row(g, r);

		vec_axpy(-vec_dot(by, x, k), x, by, k);
		vec_scale(1 / p->length[r], by, k);
	}
}

/* --- the way back ------------------------------------------------------- */

struct back {
	struct sampled_pool *pool;
	const struct mat *g;
	size_t n;
	double rate;
};

/* dL/dV = c g' M, some rows of it */
static void
matrix_piece(void *arg, size_t piece, size_t worker)
{
	const struct back *job = arg;
	struct sampled_pool *p = job->pool;
	const size_t k = p->V->cols, first = piece * ROWS;
	const size_t left = k - first;

	(void)worker;
	blas_gemm(1, 0, left < ROWS ? left : ROWS, k, job->n, p->share,
	    job->g->x + first, k, p->mean.x, k, 0, mat_row(&p->slope, first),
	    k);
}

/* dL/dm = c V' dL/dh */
static void
mean_piece(void *arg, size_t piece, size_t worker)
{
	const struct back *job = arg;
	struct sampled_pool *p = job->pool;
	const size_t k = p->V->cols, first = piece * ROWS;
	const size_t left = job->n - first;

	(void)worker;
	blas_gemm(0, 0, left < ROWS ? left : ROWS, k, k, p->share,
	    mat_row(job->g, first), k, p->V->x, k, 0,
	    mat_row(&p->mean, first), k);
}

static void
step_piece(void *arg, size_t piece, size_t worker)
{
	const struct back *job = arg;
	struct sampled_pool *p = job->pool;
	const size_t k = p->V->cols;

	(void)worker;
	for (size_t i = piece * ROWS; i < (piece + 1) * ROWS && i < k; i++)
		sampled_adam(mat_row(p->V, i), mat_row(&p->first, i),
		    mat_row(&p->second, i), mat_row(&p->slope, i), k,
		    p->steps, job->rate);
}

void
sampled_pool_back(struct sampled_pool *p, size_t n, const struct mat *g,
    double rate)
{
	const size_t k = p->V->cols;
	struct back job = { p, g, n, rate };

	par_for(par_pieces(k, ROWS), matrix_piece, &job);
	par_for(par_pieces(n, ROWS), mean_piece, &job);
	if (!(rate > 0))
		return;
	p->steps++;
	par_for(par_pieces(k, ROWS), step_piece, &job);
}

/* --- users by all that they had ----------------------------------------- */

/* x (k) <- the mean of these rows (n) */
static void
mean_of(const struct mat *item, const uint32_t *items, size_t n, float *x)
{
	memset(x, 0, item->cols * sizeof *x);
	for (size_t i = 0; i < n; i++)
		vec_axpy(1 / (float)n, mat_row(item, items[i]), x, item->cols);
}

struct users {
	const struct csr *had;
	const struct mat *item;
	struct mat *to;			/* (users, k) */
	const struct mat *V;
	float by_mean, by_own;
	float *mean;			/* (workers, ROWS, k) */
};

/* to <- by_own to + by_mean V m */
static void
users_piece(void *arg, size_t piece, size_t worker)
{
	const struct users *job = arg;
	const size_t k = job->to->cols, first = piece * ROWS;
	const size_t left = job->to->rows - first;
	const size_t n = left < ROWS ? left : ROWS;
	float *mean = job->mean + worker * ROWS * k;

	for (size_t i = 0; i < n; i++)
		mean_of(job->item, job->had->indices +
		    job->had->indptr[first + i], csr_row_count(job->had,
		    first + i), mean + i * k);
	blas_gemm(0, 1, n, k, k, job->by_mean, mean, k, job->V->x, k,
	    job->by_own, mat_row(job->to, first), k);
}

static void
add_means(const struct sampled_pool *p, const struct csr *had,
    const struct mat *item, struct mat *to, float by_own, float by_mean)
{
	struct users job = { had, item, to, p->V, by_mean, by_own,
		mem_array("users", par_threads() * ROWS,
		item->cols * sizeof(float)) };

	par_for(par_pieces(to->rows, ROWS), users_piece, &job);
	free(job.mean);
}

void
sampled_pool_users(const struct sampled_pool *p, const struct csr *had,
    const struct mat *own, const struct mat *item, struct mat *user)
{
	memcpy(user->x, own->x, own->rows * own->cols * sizeof *user->x);
	add_means(p, had, item, user, 1 - p->share, p->share);
	for (size_t u = 0; u < user->rows && p->is_unit; u++)
		sampled_unit(mat_row(user, u), user->cols);
}

void
sampled_pool_own(const struct sampled_pool *p, const struct csr *had,
    const struct mat *user, const struct mat *item, struct mat *own)
{
	const size_t k = user->cols;
	struct mat e;

	if (!(p->share < 1))
		return;
	mat_init(&e, "factors", user->rows, k);
	memcpy(e.x, user->x, user->rows * k * sizeof *e.x);
	add_means(p, had, item, &e, 1 / (1 - p->share),
	    -p->share / (1 - p->share));
	for (size_t u = 0; u < user->rows; u++)
		if (vec_square_sum(mat_row(user, u), k) > 0)
			memcpy(mat_row(own, u), mat_row(&e, u),
			    k * sizeof *e.x);
	mat_release(&e);
}

void
sampled_pool_new_user(const struct mat *V, double share,
    const struct mat *item, const uint32_t *items, size_t n, float *x,
    float *scratch)
{
	mean_of(item, items, n, scratch);
	blas_gemv(0, V->rows, V->cols, (float)share, V->x, V->cols, scratch,
	    0, x);
}

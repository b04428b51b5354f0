#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/gauss.h"
#include "linalg/vec.h"
#include "mf/bfmparams.h"

static const double PRIOR_SHAPE = 0.5, PRIOR_RATE = 0.5, START_STDEV = 0.1;

/* --- priors ------------------------------------------------------------- */

/* Given the group's values x (n). */
static void
draw_prior(struct bfm_prior *p, const float *x, size_t n, struct rng *r)
{
	const double count = (double)n;
	double sum = 0, squares;

	for (size_t j = 0; j < n; j++)
		sum += (double)x[j];
	/* of x - mu, and of mu */
	squares = vec_square_sum(x, n) - 2 * p->mu * sum +
	    (count + 1) * p->mu * p->mu;
	p->lambda = rng_gamma(r, PRIOR_SHAPE + (count + 1) / 2) /
	    (PRIOR_RATE + fmax(squares, 0) / 2);
	p->mu = sum / (count + 1) + rng_normal(r) /
	    sqrt((count + 1) * p->lambda);
}

/* The noise's alpha and the prior of a parameter. */
struct given {
	float alpha, lambda, mu;
};

/* v with h = dy/dv, hh = sum h^2 and eh = sum e h; z is standard normal. */
static inline __attribute__((always_inline)) float
draw(const struct given *g, float hh, float eh, float v, float z)
{
	const float r = 1 / sqrtf(g->alpha * hh + g->lambda);

	return ((g->alpha * (eh + v * hh) + g->lambda * g->mu) * r + z) * r;
}

/*
 * The sums become those of o_d less its mean, which o becomes: with w = q - v
 * x + o,
 *
 *	sum h^2 = x^2 (n w^2 + oo)	sum e h = x (w e + eo)
 *
 * for a row, and neither is lost between numbers that are large.
 */
static void
center(struct bfm_params *p)
{
	for (size_t r = 0; r < p->block->rows; r++) {
		const float mean = p->n[r] > 0 ? p->o[r] / p->n[r] : 0;
		const float rest = p->oo[r] - mean * p->o[r];

		p->oo[r] = rest > 0 ? rest : 0;
		p->eo[r] -= mean * p->e[r];
		p->o[r] = mean;
	}
}

/* --- one feature for each row ------------------------------------------- */

/* All at once, since no row has another's. */
VEC_CLONES static void
draw_identity(struct bfm_params *p, size_t f, const struct given *given)
{
	const size_t rows = p->block->rows;
	float *restrict v = p->V + f * p->block->features;
	float *restrict q = p->q + f * rows, *restrict s = p->s + f * rows;
	float *restrict e = p->e, *restrict eo = p->eo;
	const float *restrict n = p->n, *restrict o = p->o;
	const float *restrict oo = p->oo, *restrict z = p->z;

	for (size_t r = 0; r < rows; r++) {
		const float w = q[r] - v[r] + o[r], nw = n[r] * w;
		const float now = draw(given, nw * w + oo[r], w * e[r] +
		    eo[r], v[r], z[r]);
		const float t = now - v[r];

		e[r] -= t * nw;
		eo[r] -= t * oo[r];
		q[r] += t;
		s[r] += t * (now + v[r]);
		v[r] = now;
	}
}

/* --- a set -------------------------------------------------------------- */

/*
 * A row while a set is drawn whose features have the value x there.  With
 *
 *	N = x^4 n	R = x^2 oo	m = (q + o) / x
 *	E = x^2 e	G = x eo
 *
 * and u = m - v, of the row's ratings and a feature with factor v
 *
 *	sum h^2 = N u^2 + R		sum e h = E u + G
 *
 * and when v becomes v + t, so that q grows by t x and each e_d falls by
 * t h_d, m grows by t, E falls by t N u and G by t R.
 */
enum { N, E, G, R };

typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

struct bfm_row {
	float x[4];		/* N, E, G, R */
	float m[4];		/* m twice, by how much the sum of v^2 has
				 * grown, and nothing */
};

static void
begin_set(struct bfm_params *p, size_t f, const float *value)
{
	const float *q = p->q + f * p->block->rows;

	for (size_t r = 0; r < p->block->rows; r++) {
		const float x = value[r], xx = x * x;
		const float m = xx > 0 ? (q[r] + p->o[r]) / x : 0;

		p->row[r] = (struct bfm_row){ { xx * xx * p->n[r],
		    xx * p->e[r], x * p->eo[r], xx * p->oo[r] }, { m, m } };
	}
}

static void
end_set(struct bfm_params *p, size_t f, const float *value)
{
	float *q = p->q + f * p->block->rows, *s = p->s + f * p->block->rows;

	for (size_t r = 0; r < p->block->rows; r++) {
		const struct bfm_row *w = &p->row[r];
		const float x = value[r];

		if (!(x * x > 0))
			continue;
		q[r] = x * w->m[0] - p->o[r];
		s[r] += x * x * w->m[2];
		p->e[r] = w->x[E] / (x * x);
		p->eo[r] = w->x[G] / x;
	}
}

/* u, u, 1, 1 of a row */
static inline __attribute__((always_inline)) void
set_u(const struct bfm_row *w, float v, four *u)
{
	*u = *(const four *)w->m * (four){ 1, 1 } + (four){ -v, -v, 1, 1 };
}

struct sums {
	four by_u, by_uu;	/* N u, E u, G, R; and N u u first */
};

static inline __attribute__((always_inline)) void
add_row(struct sums *sums, const struct bfm_row *w, float v)
{
	four u, x;

	set_u(w, v, &u);
	x = *(const four *)w->x * u;
	sums->by_u += x;
	sums->by_uu += x * u;
}

/* *hh <- sum h^2 and *eh <- sum e h over the rows (n) of these numbers. */
static inline __attribute__((always_inline)) void
sum_rows(const struct bfm_row *rows, const uint32_t *at, size_t n, float v,
    float *hh, float *eh)
{
	struct sums even = { { 0 }, { 0 } }, odd = { { 0 }, { 0 } };
	size_t i;

	for (i = 0; i + 2 <= n; i += 2) {
		add_row(&even, &rows[at[i]], v);
		add_row(&odd, &rows[at[i + 1]], v);
	}
	if (i < n)
		add_row(&even, &rows[at[i]], v);
	even.by_u += odd.by_u;
	even.by_uu += odd.by_uu;
	*hh = even.by_uu[N] + even.by_u[R];
	*eh = even.by_u[E] + even.by_u[G];
}

/* Of the rows' feature v becomes v + t. */
static inline __attribute__((always_inline)) void
move_rows(struct bfm_row *rows, const uint32_t *at, size_t n, float v, float t)
{
	const four up = { t, t, t * (2 * v + t) }, down = { 0, -t, -t };

	for (size_t i = 0; i < n; i++) {
		struct bfm_row *w = &rows[at[i]];
		four u, x;

		set_u(w, v, &u);
		x = *(const four *)w->x * u;
		*(four *)w->x += down * __builtin_shufflevector(x, x, N, N,
		    R, R);
		*(four *)w->m += up;
	}
}

VEC_CLONES static void
draw_set(struct bfm_row *rows, float *v, const struct bfm_group *g,
    const struct given *given, const float *z)
{
	for (size_t j = 0; j < g->n; j++) {
		const uint32_t *at = g->row + g->indptr[j];
		const size_t n = (size_t)(g->indptr[j + 1] - g->indptr[j]);
		const float old = v[j];
		float hh, eh;

		sum_rows(rows, at, n, old, &hh, &eh);
		v[j] = draw(given, hh, eh, old, z[j]);
		move_rows(rows, at, n, old, v[j] - old);
	}
}

/* --- draws -------------------------------------------------------------- */

void
bfm_params_draw(struct bfm_params *p, size_t f, double alpha, struct rng *rng)
{
	const struct bfm_block *b = p->block;
	const float *q = p->q + f * b->rows, *s = p->s + f * b->rows;
	float *v = p->V + f * b->features;

	for (size_t r = 0; r < b->rows; r++) {
		p->dq[r] = q[r];
		p->change[r] = q[r] * q[r] - s[r];
	}
	center(p);
	for (size_t g = 0; g < b->n_groups; g++) {
		const struct bfm_group *group = &b->group[g];
		struct bfm_prior *prior = &p->prior[f * BFM_GROUPS + g];
		struct given given;

		draw_prior(prior, v, group->n, rng);
		given = (struct given){ (float)alpha, (float)prior->lambda,
			(float)prior->mu };
		gauss_fill(rng, p->z, group->n);
		if (group->indptr == NULL) {
			draw_identity(p, f, &given);
		} else {
			begin_set(p, f, group->value);
			draw_set(p->row, v, group, &given, p->z);
			end_set(p, f, group->value);
		}
		v += group->n;
	}
	for (size_t r = 0; r < b->rows; r++) {
		p->dq[r] = q[r] - p->dq[r];
		p->change[r] = (q[r] * q[r] - s[r] - p->change[r]) / 2;
	}
}

/* q and s of the rows grow by what a set's factors v say. */
static void
add_set(const struct bfm_group *g, const float *v, float *restrict q,
    float *restrict s)
{
	const float *value = g->value;
	const uint32_t *row = g->row;

	for (size_t j = 0; j < g->n; j++)
		for (uint64_t i = g->indptr[j]; i < g->indptr[j + 1]; i++) {
			const float vx = v[j] * value[row[i]];

			q[row[i]] += vx;
			s[row[i]] += vx * vx;
		}
}

void
bfm_params_sum(struct bfm_params *p, size_t f)
{
	const struct bfm_block *b = p->block;
	const float *v = p->V + f * b->features;
	float *q = p->q + f * b->rows, *s = p->s + f * b->rows;

	for (size_t r = 0; r < b->rows; r++) {
		q[r] = v[r];
		s[r] = v[r] * v[r];
	}
	v += b->rows;
	for (size_t g = 1; g < b->n_groups; g++) {
		add_set(&b->group[g], v, q, s);
		v += b->group[g].n;
	}
}

/* --- begin and end ------------------------------------------------------ */

void
bfm_params_init(struct bfm_params *p, const struct bfm_block *b, size_t k,
    struct rng *rng)
{
	float **const by_row[] = { &p->n, &p->o, &p->oo, &p->e, &p->eo,
		&p->dq, &p->change };

	*p = (struct bfm_params){ .block = b, .k = k };
	p->V = mem_array("factors", k + 1, b->features * sizeof *p->V);
	p->prior = mem_array("priors", (k + 1) * BFM_GROUPS,
	    sizeof *p->prior);
	p->q = mem_array("rows", k + 1, b->rows * sizeof *p->q);
	p->s = mem_array("rows", k + 1, b->rows * sizeof *p->s);
	for (size_t i = 0; i < sizeof by_row / sizeof *by_row; i++)
		*by_row[i] = mem_array("rows", b->rows, sizeof **by_row[i]);
	p->z = mem_array("factors", b->features, sizeof *p->z);
	p->row = mem_array("rows", b->rows, sizeof *p->row);
	gauss_fill(rng, p->V, k * b->features);
	for (size_t i = 0; i < k * b->features; i++)
		p->V[i] *= (float)START_STDEV;
	for (size_t i = 0; i < (k + 1) * BFM_GROUPS; i++)
		p->prior[i] = (struct bfm_prior){ 0, 1 };
	for (size_t f = 0; f <= k; f++)
		bfm_params_sum(p, f);
}

void
bfm_params_release(struct bfm_params *p)
{
	float *const all[] = { p->V, p->q, p->s, p->n, p->o, p->oo, p->e,
		p->eo, p->dq, p->change, p->z };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		free(all[i]);
	free(p->prior);
	free(p->row);
	*p = (struct bfm_params){ .V = NULL };
}

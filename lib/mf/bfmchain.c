#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/vec.h"
#include "mf/bfmchain.h"
#include "mf/bfmrow.h"

enum { REFRESH = 64 };	/* sweeps */

static const double PRIOR_SHAPE = 0.5, PRIOR_RATE = 0.5, START_STDEV = 0.1;

/* A stream of numbers; normal ones come in pairs. */
struct draws {
	struct rng rng;
	double z[2];
	int left;
};

/* The prior of a group's parameters of one kind: a factor, or the weights. */
struct prior {
	double mu, lambda;
};

/* The parameters of a block. */
struct part {
	const struct bfm_block *block;
	float *w;		/* (features) */
	float *V;		/* (k, features) */
	struct prior prior[BFM_GROUPS];	/* of w */
	struct prior *priors;	/* (k, BFM_GROUPS) */
	struct bfm_row *row;	/* (rows) */
	float *kept;		/* (k, rows, 2) q and s between sweeps */
	float *q;		/* (rows) Q_f, for the other block */
	float *change;		/* (rows) of a part of the prediction */
	struct mat sample;	/* (rows, k + 1) */
};

struct bfm_chain {
	const struct bfm_design *design;
	size_t k;
	int draws_noise;
	double w0, alpha;
	float *e;		/* (ratings) */
	struct part part[BFM_BLOCKS];
	uint64_t seed, number;
	uint64_t draws;		/* streams used */
	uint64_t sweeps;
};

static void
next_stream(struct bfm_chain *c, struct draws *r)
{
	rng_init(&r->rng, c->seed, rng_stream("bfm.draws", c->number << 40 |
	    c->draws++));
	r->left = 0;
}

static double
normal(struct draws *r)
{
	if (r->left == 0) {
		rng_normal_pair(&r->rng, r->z);
		r->left = 2;
	}
	return r->z[--r->left];
}

/* --- priors ------------------------------------------------------------- */

/* Given the group's values x (n). */
static void
draw_prior(struct prior *p, const float *x, size_t n, struct draws *r)
{
	const double count = (double)n;
	double sum = 0, squares = p->mu * p->mu;

	for (size_t j = 0; j < n; j++) {
		sum += (double)x[j];
		squares += pow((double)x[j] - p->mu, 2);
	}
	p->lambda = rng_gamma(&r->rng, PRIOR_SHAPE + (count + 1) / 2) /
	    (PRIOR_RATE + squares / 2);
	p->mu = sum / (count + 1) + normal(r) /
	    sqrt((count + 1) * p->lambda);
}

/* A parameter with likelihood exp(-a v^2 / 2 + b v). */
static float
draw(const struct prior *p, double a, double b, struct draws *r)
{
	const double precision = a + p->lambda;

	return (float)((b + p->lambda * p->mu) / precision +
	    normal(r) / sqrt(precision));
}

/* --- a factor ----------------------------------------------------------- */

static float
draw_v(const struct prior *p, const struct bfm_sums *sums, double alpha,
    float v, struct draws *r)
{
	const double hh = bfm_sum_hh(sums);

	return draw(p, alpha * hh, alpha * (bfm_sum_eh(sums) + (double)v * hh),
	    r);
}

/* One feature for each row. */
static void
draw_identity(struct bfm_row *rows, float *v, size_t n, const struct prior *p,
    double alpha, struct draws *r)
{
	for (size_t j = 0; j < n; j++) {
		struct bfm_sums sums = { { 0 }, { 0 }, { 0 } };
		float now;

		bfm_row_add(&rows[j], 1, v[j], &sums);
		now = draw_v(p, &sums, alpha, v[j], r);
		bfm_row_move(&rows[j], 1, v[j], now - v[j]);
		v[j] = now;
	}
}

VEC_CLONES static void
draw_set(struct bfm_row *rows, float *v, const struct csr *m,
    const struct prior *p, double alpha, struct draws *r)
{
	for (size_t j = 0; j < m->rows; j++) {
		const uint64_t from = m->indptr[j], to = m->indptr[j + 1];
		struct bfm_sums sums = { { 0 }, { 0 }, { 0 } };
		float now;

		for (uint64_t i = from; i < to; i++)
			bfm_row_add(&rows[m->indices[i]], m->values[i], v[j],
			    &sums);
		now = draw_v(p, &sums, alpha, v[j], r);
		for (uint64_t i = from; i < to; i++)
			bfm_row_move(&rows[m->indices[i]], m->values[i], v[j],
			    now - v[j]);
		v[j] = now;
	}
}

/* q and s of all rows, from the factors v (features). */
static void
sum_rows(struct part *p, const float *v)
{
	const struct bfm_block *b = p->block;

	for (size_t r = 0; r < b->rows; r++) {
		p->row[r].q = v[r];
		p->row[r].s = v[r] * v[r];
	}
	v += b->rows;
	for (size_t g = 1; g < b->n_groups; g++) {
		const struct csr *m = &b->group[g].rows;

		for (size_t j = 0; j < m->rows; j++)
			for (uint64_t i = m->indptr[j]; i < m->indptr[j + 1];
			    i++) {
				struct bfm_row *w = &p->row[m->indices[i]];
				const float vx = v[j] * m->values[i];

				w->q += vx;
				w->s += vx * vx;
			}
		v += m->rows;
	}
	for (size_t r = 0; r < b->rows; r++)
		p->q[r] = p->row[r].q;
}

/* q and s of factor f as the last sweep left them; now and then from the
 * factors, before their rounding errors add up. */
static void
take_rows(const struct bfm_chain *c, struct part *p, size_t f)
{
	const float *kept = p->kept + f * p->block->rows * 2;

	if (c->sweeps % REFRESH == 0) {
		sum_rows(p, p->V + f * p->block->features);
		return;
	}
	for (size_t r = 0; r < p->block->rows; r++) {
		p->row[r].q = p->q[r] = kept[2 * r];
		p->row[r].s = kept[2 * r + 1];
	}
}

/* Q_f of what a rating has besides a row of the part, summed. */
struct rest {
	const float *q[BFM_BLOCKS - 1];
	const uint32_t *row_of[BFM_BLOCKS - 1];
	int has_two;
};

static struct rest
rest_of(const struct bfm_chain *c, const struct part *p)
{
	struct rest rest = { .has_two = 0 };
	size_t n = 0;

	for (size_t b = 0; b < c->design->n_blocks; b++)
		if (&c->part[b] != p) {
			rest.q[n] = c->part[b].q;
			rest.row_of[n++] = c->part[b].block->row_of;
		}
	rest.has_two = n == 2;
	return rest;
}

static inline __attribute__((always_inline)) float
rest_at(const struct rest *r, size_t d, int has_two)
{
	const float q = r->q[0][r->row_of[0][d]];

	return has_two ? q + r->q[1][r->row_of[1][d]] : q;
}

static inline __attribute__((always_inline)) void
sum_some(struct part *p, const struct rest *rest, const float *all_e, size_t n,
    int has_two)
{
	const uint32_t *mine = p->block->row_of;

	for (size_t d = 0; d < n;) {
		struct bfm_row *w = &p->row[mine[d]];
		const uint32_t same = mine[d];
		float so = 0, soo = 0, se = 0, seo = 0;

		do {
			const float o = rest_at(rest, d, has_two);
			const float e = all_e[d];

			so += o;
			soo += o * o;
			se += e;
			seo += e * o;
		} while (++d < n && mine[d] == same);
		w->o = w->same_o += so;
		w->oo += soo;
		w->e += se;
		w->eo += seo;
	}
}

/* o, oo, e and eo of all rows of a block, from the ratings. */
VEC_CLONES static void
sum_ratings(const struct bfm_chain *c, struct part *p)
{
	const struct rest rest = rest_of(c, p);

	for (size_t r = 0; r < p->block->rows; r++)
		p->row[r].o = p->row[r].same_o = p->row[r].oo = p->row[r].e =
		    p->row[r].eo = 0;
	if (rest.has_two)
		sum_some(p, &rest, c->e, c->design->n, 1);
	else
		sum_some(p, &rest, c->e, c->design->n, 0);
}

static inline __attribute__((always_inline)) void
move_some(const struct part *p, const struct rest *rest, float *e, size_t n,
    int has_two)
{
	const uint32_t *mine = p->block->row_of;

	for (size_t d = 0; d < n; d++)
		e[d] -= p->q[mine[d]] * rest_at(rest, d, has_two) +
		    p->change[mine[d]];
}

/* The errors, after a block's draws. */
VEC_CLONES static void
move_errors(struct bfm_chain *c, struct part *p)
{
	const struct rest rest = rest_of(c, p);

	for (size_t r = 0; r < p->block->rows; r++)
		p->q[r] = p->row[r].q - p->q[r];
	if (rest.has_two)
		move_some(p, &rest, c->e, c->design->n, 1);
	else
		move_some(p, &rest, c->e, c->design->n, 0);
	for (size_t r = 0; r < p->block->rows; r++)
		p->q[r] = p->row[r].q;
}

static void
draw_factor(struct bfm_chain *c, struct part *p, size_t f)
{
	const struct bfm_block *b = p->block;
	float *v = p->V + f * b->features;
	float *kept = p->kept + f * b->rows * 2;
	struct prior *prior = p->priors + f * BFM_GROUPS;
	struct draws r;

	next_stream(c, &r);
	sum_ratings(c, p);
	for (size_t i = 0; i < b->rows; i++)
		p->change[i] = p->row[i].q * p->row[i].q - p->row[i].s;
	for (size_t g = 0; g < b->n_groups; g++) {
		const struct bfm_group *group = &b->group[g];

		draw_prior(&prior[g], v, group->n, &r);
		if (group->rows.indptr == NULL)
			draw_identity(p->row, v, group->n, &prior[g],
			    c->alpha, &r);
		else
			draw_set(p->row, v, &group->rows, &prior[g], c->alpha,
			    &r);
		v += group->n;
	}
	for (size_t i = 0; i < b->rows; i++) {
		const float pairs = p->row[i].q * p->row[i].q - p->row[i].s;

		p->change[i] = (pairs - p->change[i]) / 2;
		kept[2 * i] = p->row[i].q;
		kept[2 * i + 1] = p->row[i].s;
		mat_row(&p->sample, i)[f] = p->row[i].q;
		mat_row(&p->sample, i)[c->k] += pairs / 2;
	}
	move_errors(c, p);
}

/* --- weights ------------------------------------------------------------ */

/* Of row w with n ratings: h_d = x; q is the sum of w x. */
static void
draw_weight(struct bfm_row *rows, float *v, const uint32_t *at, const float *x,
    size_t n, const struct prior *p, double alpha, struct draws *r)
{
	float hh = 0, eh = 0, now;

	for (size_t i = 0; i < n; i++) {
		hh += x[i] * x[i] * rows[at[i]].n;
		eh += x[i] * rows[at[i]].e;
	}
	now = draw(p, alpha * (double)hh, alpha * ((double)eh + (double)*v *
	    (double)hh), r);
	for (size_t i = 0; i < n; i++) {
		struct bfm_row *w = &rows[at[i]];
		const float dx = (now - *v) * x[i];

		w->e -= dx * w->n;
		w->q += dx;
	}
	*v = now;
}

static void
draw_weights(struct bfm_chain *c, struct part *p)
{
	const struct bfm_block *b = p->block;
	float *v = p->w;
	struct draws r;

	next_stream(c, &r);
	sum_rows(p, p->w);
	for (size_t i = 0; i < b->rows; i++)
		p->row[i].e = 0;
	for (size_t d = 0; d < c->design->n; d++)
		p->row[b->row_of[d]].e += c->e[d];
	for (size_t g = 0; g < b->n_groups; g++) {
		const struct csr *m = &b->group[g].rows;

		draw_prior(&p->prior[g], v, b->group[g].n, &r);
		for (uint32_t j = 0; j < b->group[g].n; j++, v++)
			if (m->indptr == NULL)
				draw_weight(p->row, v, &j,
				    &(const float){ 1 }, 1, &p->prior[g],
				    c->alpha, &r);
			else
				draw_weight(p->row, v, m->indices +
				    m->indptr[j], m->values + m->indptr[j],
				    csr_row_count(m, j), &p->prior[g],
				    c->alpha, &r);
	}
	for (size_t i = 0; i < b->rows; i++) {
		p->change[i] = p->row[i].q - p->q[i];
		mat_row(&p->sample, i)[c->k] = p->row[i].q;
	}
	for (size_t d = 0; d < c->design->n; d++)
		c->e[d] -= p->change[b->row_of[d]];
}

/* w_0, with a flat prior. */
static void
draw_level(struct bfm_chain *c)
{
	const size_t n = c->design->n;
	struct draws r;
	double sum = 0;
	float change;

	next_stream(c, &r);
	for (size_t d = 0; d < n; d++)
		sum += (double)c->e[d];
	change = (float)(sum / (double)n + normal(&r) /
	    sqrt(c->alpha * (double)n));
	c->w0 += (double)change;
	for (size_t d = 0; d < n; d++)
		c->e[d] -= change;
}

static void
draw_noise(struct bfm_chain *c)
{
	struct draws r;

	next_stream(c, &r);
	c->alpha = rng_gamma(&r.rng, PRIOR_SHAPE + (double)c->design->n / 2) /
	    (PRIOR_RATE + vec_square_sum(c->e, c->design->n) / 2);
}

/* --- the chain ---------------------------------------------------------- */

void
bfm_chain_sweep(struct bfm_chain *c)
{
	const size_t n = c->design->n_blocks;
	const struct mat *users = &c->part[BFM_USER].sample;

	if (c->draws_noise)
		draw_noise(c);
	draw_level(c);
	for (size_t b = 0; b < n; b++)
		draw_weights(c, &c->part[b]);
	for (size_t f = 0; f < c->k; f++) {
		for (size_t b = 0; b < n; b++)
			take_rows(c, &c->part[b], f);
		for (size_t b = 0; b < n; b++)
			draw_factor(c, &c->part[b], f);
	}
	for (size_t r = 0; r < users->rows; r++)
		mat_row(users, r)[c->k] += (float)c->w0;
	c->sweeps++;
}

/* Factors start small and at random, weights as 0. */
static void
start(struct bfm_chain *c, struct part *p)
{
	const size_t n = c->k * p->block->features;
	struct draws r;

	next_stream(c, &r);
	for (size_t i = 0; i < n; i++)
		p->V[i] = (float)(START_STDEV * normal(&r));
	for (size_t g = 0; g < BFM_GROUPS; g++) {
		p->prior[g] = (struct prior){ 0, 1 };
		for (size_t f = 0; f < c->k; f++)
			p->priors[f * BFM_GROUPS + g] = p->prior[g];
	}
	for (size_t i = 0; i < p->block->rows; i++)
		p->row[i].n = p->block->count[i];
}

/* e <- e less what the factors predict, as if all had been 0 before. */
static void
subtract_factors(struct bfm_chain *c)
{
	const size_t n = c->design->n_blocks;

	for (size_t f = 0; f < c->k; f++) {
		for (size_t b = 0; b < n; b++) {
			struct part *p = &c->part[b];

			memset(p->q, 0, p->block->rows * sizeof *p->q);
		}
		for (size_t b = 0; b < n; b++) {
			struct part *p = &c->part[b];

			sum_rows(p, p->V + f * p->block->features);
			for (size_t r = 0; r < p->block->rows; r++) {
				p->change[r] = (p->q[r] * p->q[r] -
				    p->row[r].s) / 2;
				p->q[r] = 0;	/* as it was */
			}
			move_errors(c, p);
		}
	}
}

struct bfm_chain *
bfm_chain_new(const struct bfm_design *design, const float *y, size_t k,
    int draws_noise, uint64_t seed, size_t number)
{
	struct bfm_chain *c = mem_array("a chain", 1, sizeof *c);

	*c = (struct bfm_chain){ .design = design, .k = k, .alpha = 1,
		.draws_noise = draws_noise, .seed = seed, .number = number };
	c->e = mem_array("errors", design->n, sizeof *c->e);
	if (design->n > 0)
		memcpy(c->e, y, design->n * sizeof *c->e);
	for (size_t b = 0; b < design->n_blocks; b++) {
		struct part *p = &c->part[b];

		p->block = &design->block[b];
		p->w = mem_array("weights", p->block->features, sizeof *p->w);
		p->V = mem_array("factors", k * p->block->features,
		    sizeof *p->V);
		p->priors = mem_array("priors", k * BFM_GROUPS,
		    sizeof *p->priors);
		p->row = mem_array("rows", p->block->rows, sizeof *p->row);
		p->kept = mem_array("rows", p->block->rows, k * 2 *
		    sizeof *p->kept);
		p->q = mem_array("rows", p->block->rows, sizeof *p->q);
		p->change = mem_array("rows", p->block->rows,
		    sizeof *p->change);
		mat_init(&p->sample, "a sample", p->block->rows, k + 1);
		start(c, p);
	}
	subtract_factors(c);
	return c;
}

void
bfm_chain_free(struct bfm_chain *c)
{
	if (c == NULL)
		return;
	for (size_t b = 0; b < BFM_BLOCKS; b++) {
		struct part *p = &c->part[b];

		free(p->w);
		free(p->V);
		free(p->priors);
		free(p->row);
		free(p->kept);
		free(p->q);
		free(p->change);
		mat_release(&p->sample);
	}
	free(c->e);
	free(c);
}

const struct mat *
bfm_chain_rows(const struct bfm_chain *c, size_t b)
{
	return &c->part[b].sample;
}

double
bfm_chain_alpha(const struct bfm_chain *c)
{
	return c->alpha;
}

float *
bfm_chain_error(struct bfm_chain *c)
{
	return c->e;
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/vec.h"
#include "mf/bfmchain.h"
#include "mf/bfmparams.h"

static const double PRIOR_SHAPE = 0.5, PRIOR_RATE = 0.5;

typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

/*
 * An item while ratings are passed over, in the order of runs.  Between its
 * draw and the next pass its e_d are still to fall by dq o_d + change.
 */
struct item {
	float sum[4];		/* of o, o^2, e and e o; in the pass
					 * before 1, q, q^2 */
	float q;		/* of the factor at work */
	float dq, change;
	float unused;		/* rows of 32 bytes */
};

/* A run of ratings: all but the item is the same. */
struct run {
	float sum[4];		/* of q, q^2, e and e q, q the item's */
	float n;		/* ratings */
	float o;		/* Q of its user and moment */
	float slope, shift;	/* its e_d are to fall by slope q + shift */
};

struct bfm_chain {
	const struct bfm_design *design;
	size_t k;
	int draws_noise;
	struct bfm_state state;
	float *e;		/* (ratings) */
	struct bfm_params part[BFM_BLOCKS];
	struct item *item;	/* (items) */
	struct run *run;	/* (runs) */
	float *zero;		/* (the most rows of a block) */
	uint64_t seed, number;
};

static struct rng
next_stream(struct bfm_chain *c)
{
	struct rng r;

	rng_init(&r, c->seed, rng_stream("bfm.draws", c->number << 40 |
	    c->state.draws++));
	return r;
}

static int
has_moments(const struct bfm_chain *c)
{
	return c->design->n_blocks > BFM_MOMENT;
}

/* --- passes over the ratings -------------------------------------------- */

struct sums {
	four of_q, of_e;	/* of 1, q, q^2; and of those times e */
};

/* *e falls, by the item's draw, and is counted. */
static inline __attribute__((always_inline)) void
add_item(struct sums *sums, const struct item *i, float o, float *e)
{
	const four q = *(const four *)i->sum;

	*e -= i->dq * o + i->change;
	sums->of_q += q;
	sums->of_e += q * *e;
}

/*
 * Items were drawn, and users come next, with another factor: e_d falls, and
 * runs are summed with the items' new q.
 */
VEC_CLONES static void
sum_runs(struct bfm_chain *c)
{
	const size_t n = bfm_design_runs(c->design);
	const uint64_t *begin = c->design->begin;

	for (size_t t = 0; t < n; t++) {
		struct run *run = &c->run[t];
		const size_t m = (size_t)(begin[t + 1] - begin[t]);
		const uint32_t *item = c->design->item + begin[t];
		struct sums even = { { 0 }, { 0 } }, odd = { { 0 }, { 0 } };
		float *e = c->e + begin[t];
		size_t d;

		for (d = 0; d + 2 <= m; d += 2) {
			add_item(&even, &c->item[item[d]], run->o, &e[d]);
			add_item(&odd, &c->item[item[d + 1]], run->o,
			    &e[d + 1]);
		}
		if (d < m)
			add_item(&even, &c->item[item[d]], run->o, &e[d]);
		even.of_q += odd.of_q;
		even.of_e += odd.of_e;
		*(four *)run->sum = (four){ even.of_q[1], even.of_q[2],
			even.of_e[0], even.of_e[1] };
	}
}

/* Users and moments were drawn, and items come next. */
VEC_CLONES static void
sum_items(struct bfm_chain *c)
{
	const size_t n = bfm_design_runs(c->design);
	const uint64_t *begin = c->design->begin;
	const uint32_t *number = c->design->item;
	struct item *items = c->item;
	float *error = c->e;

	for (size_t i = 0; i < c->part[BFM_ITEM].block->rows; i++)
		memset(items[i].sum, 0, sizeof items[i].sum);
	for (size_t t = 0; t < n; t++) {
		const struct run *run = &c->run[t];
		const float slope = run->slope, shift = run->shift;
		const four level = { run->o, run->o * run->o, 0, 0 };
		const four by_e = { 0, 0, 1, run->o };

		for (uint64_t d = begin[t]; d < begin[t + 1]; d++) {
			struct item *i = &items[number[d]];
			const float e = error[d] - (slope * i->q + shift);

			error[d] = e;
			*(four *)i->sum += level + by_e * e;
		}
	}
}

/* Falls that are still to be. */
VEC_CLONES static void
settle(struct bfm_chain *c)
{
	const size_t n = bfm_design_runs(c->design);
	const uint64_t *begin = c->design->begin;

	for (size_t t = 0; t < n; t++) {
		const float o = c->run[t].o, shift = c->run[t].shift;

		for (uint64_t d = begin[t]; d < begin[t + 1]; d++) {
			const struct item *i = &c->item[c->design->item[d]];

			c->e[d] -= i->dq * o + i->change + shift;
		}
	}
	for (size_t i = 0; i < c->part[BFM_ITEM].block->rows; i++)
		c->item[i].dq = c->item[i].change = 0;
}

/* --- a factor ----------------------------------------------------------- */

static const float *
factor(const struct bfm_chain *c, size_t b, size_t f)
{
	return c->part[b].q + f * c->part[b].block->rows;
}

static float
moment_factor(const struct bfm_chain *c, size_t f, size_t t)
{
	return has_moments(c) ? factor(c, BFM_MOMENT, f)[t] : 0;
}

/* Of a run's sums to those with o_d = q + of, q being the item's. */
static inline void
add_run(struct bfm_params *p, size_t r, const struct run *run, float of)
{
	const float *sum = run->sum;

	p->o[r] += sum[0] + run->n * of;
	p->oo[r] += sum[1] + of * (2 * sum[0] + run->n * of);
	p->e[r] += sum[2];
	p->eo[r] += sum[3] + of * sum[2];
}

static void
clear_sums(struct bfm_params *p)
{
	const size_t size = p->block->rows * sizeof *p->o;

	memcpy(p->n, p->block->count, size);
	memset(p->o, 0, size);
	memset(p->oo, 0, size);
	memset(p->e, 0, size);
	memset(p->eo, 0, size);
}

static void
draw(struct bfm_chain *c, size_t b, size_t f)
{
	struct rng r = next_stream(c);

	bfm_params_draw(&c->part[b], f, c->state.alpha, &r);
}

static void
draw_users(struct bfm_chain *c, size_t f)
{
	struct bfm_params *p = &c->part[BFM_USER];
	const uint64_t *first = c->design->moments.first;

	clear_sums(p);
	for (size_t u = 0; u < p->block->rows; u++)
		for (uint64_t t = first[u]; t < first[u + 1]; t++)
			add_run(p, u, &c->run[t], moment_factor(c, f, t));
	draw(c, BFM_USER, f);
	for (size_t u = 0; u < p->block->rows; u++)
		for (uint64_t t = first[u]; t < first[u + 1]; t++) {
			const float of = moment_factor(c, f, t);
			struct run *run = &c->run[t];

			run->slope = p->dq[u];
			run->shift = p->dq[u] * of + p->change[u];
			run->o = factor(c, BFM_USER, f)[u] + of;
		}
}

/* Runs are moments; their e_d have not fallen yet. */
static void
draw_moments(struct bfm_chain *c, size_t f)
{
	struct bfm_params *p = &c->part[BFM_MOMENT];
	const float *q = factor(c, BFM_MOMENT, f);

	clear_sums(p);
	for (size_t t = 0; t < p->block->rows; t++) {
		struct run *run = &c->run[t];

		run->sum[3] -= run->slope * run->sum[1] + run->shift *
		    run->sum[0];
		run->sum[2] -= run->slope * run->sum[0] + run->shift * run->n;
		run->o -= q[t];
		add_run(p, t, run, run->o);
	}
	draw(c, BFM_MOMENT, f);
	for (size_t t = 0; t < p->block->rows; t++) {
		struct run *run = &c->run[t];

		run->slope += p->dq[t];
		run->shift += p->dq[t] * run->o + p->change[t];
		run->o += q[t];
	}
}

static void
draw_items(struct bfm_chain *c, size_t f)
{
	struct bfm_params *p = &c->part[BFM_ITEM];

	clear_sums(p);
	for (size_t i = 0; i < p->block->rows; i++) {
		p->o[i] = c->item[i].sum[0];
		p->oo[i] = c->item[i].sum[1];
		p->e[i] = c->item[i].sum[2];
		p->eo[i] = c->item[i].sum[3];
	}
	draw(c, BFM_ITEM, f);
	for (size_t i = 0; i < p->block->rows; i++) {
		c->item[i].dq = p->dq[i];
		c->item[i].change = p->change[i];
	}
}

static void
begin_items(struct bfm_chain *c, const float *q)
{
	for (size_t i = 0; i < c->part[BFM_ITEM].block->rows; i++) {
		c->item[i].q = q[i];
		*(four *)c->item[i].sum = (four){ 1, q[i], q[i] * q[i] };
	}
}

static void
draw_factor(struct bfm_chain *c, size_t f)
{
	begin_items(c, factor(c, BFM_ITEM, f));
	sum_runs(c);
	draw_users(c, f);
	if (has_moments(c))
		draw_moments(c, f);
	sum_items(c);
	draw_items(c, f);
}

/* --- weights ------------------------------------------------------------ */

/* As bfmparams.h has it, of rows with sums e of e_d. */
static void
draw_block_weights(struct bfm_chain *c, size_t b, const float *e)
{
	struct bfm_params *p = &c->part[b];
	const size_t size = p->block->rows * sizeof *p->o;

	memset(p->n, 0, size);
	memset(p->o, 0, size);
	memset(p->e, 0, size);
	memcpy(p->oo, p->block->count, size);
	memmove(p->eo, e, size);
	draw(c, b, c->k);
}

static void
draw_user_weights(struct bfm_chain *c)
{
	struct bfm_params *p = &c->part[BFM_USER];
	const uint64_t *first = c->design->moments.first;

	memset(p->eo, 0, p->block->rows * sizeof *p->eo);
	for (size_t u = 0; u < p->block->rows; u++)
		for (uint64_t t = first[u]; t < first[u + 1]; t++)
			p->eo[u] += c->run[t].sum[2];
	draw_block_weights(c, BFM_USER, p->eo);
	for (size_t u = 0; u < p->block->rows; u++)
		for (uint64_t t = first[u]; t < first[u + 1]; t++) {
			c->run[t].o = c->run[t].slope = 0;
			c->run[t].shift = p->dq[u];
		}
}

static void
draw_moment_weights(struct bfm_chain *c)
{
	struct bfm_params *p = &c->part[BFM_MOMENT];

	for (size_t t = 0; t < p->block->rows; t++)
		p->eo[t] = c->run[t].sum[2] - c->run[t].n * c->run[t].shift;
	draw_block_weights(c, BFM_MOMENT, p->eo);
	for (size_t t = 0; t < p->block->rows; t++)
		c->run[t].shift += p->dq[t];
}

static void
draw_weights(struct bfm_chain *c)
{
	struct bfm_params *items = &c->part[BFM_ITEM];

	begin_items(c, c->zero);
	sum_runs(c);
	draw_user_weights(c);
	if (has_moments(c))
		draw_moment_weights(c);
	sum_items(c);
	for (size_t i = 0; i < items->block->rows; i++)
		items->eo[i] = c->item[i].sum[2];
	draw_block_weights(c, BFM_ITEM, items->eo);
	for (size_t i = 0; i < items->block->rows; i++) {
		c->item[i].dq = 0;
		c->item[i].change = items->dq[i];
	}
}

/* w_0, with a flat prior. */
static void
draw_level(struct bfm_chain *c)
{
	const size_t n = c->design->n;
	struct rng r = next_stream(c);
	double sum = 0;
	float change;

	for (size_t d = 0; d < n; d++)
		sum += (double)c->e[d];
	change = (float)(sum / (double)n + rng_normal(&r) /
	    sqrt(c->state.alpha * (double)n));
	c->state.w0 += (double)change;
	for (size_t d = 0; d < n; d++)
		c->e[d] -= change;
}

static void
draw_noise(struct bfm_chain *c)
{
	struct rng r = next_stream(c);

	c->state.alpha = rng_gamma(&r, PRIOR_SHAPE + (double)c->design->n / 2) /
	    (PRIOR_RATE + vec_square_sum(c->e, c->design->n) / 2);
}

void
bfm_chain_sweep(struct bfm_chain *c)
{
	const size_t runs = bfm_design_runs(c->design);

	if (c->draws_noise)
		draw_noise(c);
	draw_level(c);
	draw_weights(c);
	for (size_t f = 0; f < c->k; f++)
		draw_factor(c, f);
	for (size_t t = 0; t < runs; t++)
		c->run[t].shift = 0;
	settle(c);
}

/* --- the chain ---------------------------------------------------------- */

/* What all blocks say of their rows in factor f, as if it had been 0. */
static void
subtract(struct bfm_chain *c, size_t f)
{
	const int is_weight = f == c->k;
	const struct bfm_params *users = &c->part[BFM_USER];
	const struct bfm_params *items = &c->part[BFM_ITEM];
	const uint64_t *first = c->design->moments.first;
	const float *s = users->s + f * users->block->rows;
	const float *q = factor(c, BFM_USER, f);

	for (size_t u = 0; u < users->block->rows; u++)
		for (uint64_t t = first[u]; t < first[u + 1]; t++) {
			const float of = moment_factor(c, f, t);
			struct run *run = &c->run[t];

			run->o = is_weight ? 0 : q[u] + of;
			run->shift = is_weight ? q[u] + of :
			    (q[u] * q[u] - s[u]) / 2 + q[u] * of;
		}
	q = factor(c, BFM_ITEM, f);
	s = items->s + f * items->block->rows;
	for (size_t i = 0; i < items->block->rows; i++) {
		c->item[i].dq = q[i];
		c->item[i].change = is_weight ? q[i] :
		    (q[i] * q[i] - s[i]) / 2;
	}
	settle(c);
}

void
bfm_chain_renew(struct bfm_chain *c, const float *y)
{
	for (size_t d = 0; d < c->design->n; d++)
		c->e[d] = (y != NULL ? y[d] : 0) - (float)c->state.w0;
	for (size_t f = 0; f <= c->k; f++) {
		for (size_t b = 0; b < c->design->n_blocks; b++)
			bfm_params_sum(&c->part[b], f);
		subtract(c, f);
	}
}

struct bfm_chain *
bfm_chain_new(const struct bfm_design *design, size_t k, int draws_noise,
    uint64_t seed, size_t number)
{
	const size_t runs = bfm_design_runs(design);
	struct bfm_chain *c = mem_array("a chain", 1, sizeof *c);

	*c = (struct bfm_chain){ .design = design, .k = k,
		.draws_noise = draws_noise, .state.alpha = 1, .seed = seed,
		.number = number };
	c->e = mem_array("errors", design->n, sizeof *c->e);
	for (size_t b = 0; b < design->n_blocks; b++) {
		struct rng r = next_stream(c);

		bfm_params_init(&c->part[b], &design->block[b], k, &r);
	}
	c->item = mem_array("items", design->block[BFM_ITEM].rows,
	    sizeof *c->item);
	c->zero = mem_array("items", design->block[BFM_ITEM].rows,
	    sizeof *c->zero);
	c->run = mem_array("moments", runs, sizeof *c->run);
	for (size_t t = 0; t < runs; t++)
		c->run[t].n = (float)(design->begin[t + 1] -
		    design->begin[t]);
	return c;
}

void
bfm_chain_free(struct bfm_chain *c)
{
	if (c == NULL)
		return;
	for (size_t b = 0; b < c->design->n_blocks; b++)
		bfm_params_release(&c->part[b]);
	free(c->e);
	free(c->item);
	free(c->zero);
	free(c->run);
	free(c);
}

void
bfm_chain_rows(const struct bfm_chain *c, size_t b, struct mat *out)
{
	const struct bfm_params *p = &c->part[b];
	const size_t rows = p->block->rows;

	for (size_t r = 0; r < rows; r++) {
		float *x = mat_row(out, r);
		double pairs = 0;

		for (size_t f = 0; f < c->k; f++) {
			x[f] = p->q[f * rows + r];
			pairs += (double)(x[f] * x[f] - p->s[f * rows + r]);
		}
		x[c->k] = p->q[c->k * rows + r] + (float)(pairs / 2 +
		    (b == BFM_USER ? c->state.w0 : 0));
	}
}

struct bfm_state *
bfm_chain_state(struct bfm_chain *c)
{
	return &c->state;
}

struct bfm_params *
bfm_chain_params(struct bfm_chain *c, size_t b)
{
	return &c->part[b];
}

float *
bfm_chain_error(struct bfm_chain *c)
{
	return c->e;
}

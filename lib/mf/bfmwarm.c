/* bfmwarm.c -- bfmrun.h from the samples of an older model. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mf/bfm.h"
#include "mf/bfmrun.h"
#include "mf/warm.h"

/* An older model: its samples, and for each row of a block now the row that
 * the older one has for it. */
struct older {
	struct scorer *scorer;
	const struct bfm_samples *samples;
	const struct bfm_moments *moments;
	uint32_t *row[BFM_BLOCKS];	/* owned; NULL: no such block */
};

/* Of each name now; those that are new have the row after the last. */
static uint32_t *
rows_of(const struct idmap *now, const struct idmap *old, size_t *found)
{
	const size_t n = idmap_count(now);
	uint32_t *row = mem_array("rows", n, sizeof *row);

	for (uint32_t i = 0; i < n; i++) {
		row[i] = idmap_find(old, idmap_name(now, i));
		if (row[i] != IDMAP_NONE)
			++*found;
		else
			row[i] = (uint32_t)idmap_count(old);
	}
	return row;
}

static uint32_t *
moments_of(const struct bfm_moments *now, const struct older *old)
{
	const size_t last = old->samples->part[BFM_MOMENT].rows - 1;
	uint32_t *row = mem_array("rows", now->first[now->users],
	    sizeof *row);

	for (size_t u = 0; u < now->users; u++)
		for (uint64_t t = now->first[u]; t < now->first[u + 1]; t++) {
			row[t] = bfm_moments_find(old->moments,
			    old->row[BFM_USER][u], (int64_t)ceil((double)
			    now->bin[t] * now->width * 1000));
			if (row[t] == UINT32_MAX)
				row[t] = (uint32_t)last;
		}
	return row;
}

/* --- parameters --------------------------------------------------------- */

/* x (k + 1) <- a row of sample i, in the units of the ratings now. */
static void
take_row(const struct bfm_samples *s, size_t b, size_t row, size_t i,
    double scale, float *x)
{
	const int8_t *from = bfm_sample(s, b, row, i);
	const float *unit = s->part[b].unit + i * (s->k + 1);

	for (size_t f = 0; f < s->k; f++)
		x[f] = unit[f] * from[f] * (float)sqrt(scale);
	x[s->k] = unit[s->k] * from[s->k] * (float)scale;
}

/*
 * The row's own feature is what makes its Q and a those of the sample; other
 * features stay as they are.  q and s are not up to date then.
 */
static void
set_row(struct bfm_params *p, size_t r, const float *x)
{
	const size_t rows = p->block->rows, features = p->block->features;
	float a = x[p->k];

	for (size_t f = 0; f < p->k; f++) {
		const float q = p->q[f * rows + r], s = p->s[f * rows + r];
		const float old = p->V[f * features + r];
		const float now = old + x[f] - q;

		p->V[f * features + r] = now;
		a -= (x[f] * x[f] - (s - old * old + now * now)) / 2;
	}
	p->V[p->k * features + r] += a - p->q[p->k * rows + r];
}

static void
set_chain(struct bfm_run *m, const struct older *old, size_t number)
{
	const struct bfm_samples *s = old->samples;
	const size_t i = s->n - 1 - number % s->n;
	const double scale = s->scale / m->samples.scale;
	float *x = mem_array("a row", s->k + 1, sizeof *x);
	struct bfm_state *state = bfm_chain_state(m->chain[number].gibbs);

	take_row(s, BFM_USER, s->part[BFM_USER].rows - 1, i, scale, x);
	state->w0 = (double)x[s->k];
	if (m->y != NULL)
		state->alpha = (double)s->alpha[i] / (scale * scale);
	for (size_t b = 0; b < m->design.n_blocks; b++) {
		struct bfm_params *p = bfm_chain_params(
		    m->chain[number].gibbs, b);

		for (size_t r = 0; old->row[b] != NULL && r < p->block->rows;
		    r++) {
			take_row(s, b, old->row[b][r], i, scale, x);
			if (b == BFM_USER)
				x[s->k] -= (float)state->w0;
			set_row(p, r, x);
		}
	}
	if (m->y != NULL)
		state->w0 += (s->mean - m->samples.mean) / m->samples.scale;
	free(x);
}

/* Grades are cut where they were, if they are the same. */
static void
set_cuts(struct bfm_run *m, const struct bfm_samples *s)
{
	const size_t n = m->levels.n;

	if (n == 0 || s->n_levels != n || memcmp(s->level, m->levels.value,
	    n * sizeof *s->level) != 0)
		return;
	for (size_t c = 0; c < m->n_chains; c++) {
		const float *cut = s->cuts + (s->n - 1 - c % s->n) * (n - 1);

		for (size_t l = 0; l + 1 < n; l++)
			bfm_probit_cuts(m->chain[c].probit)[l] =
			    (double)cut[l];
	}
}

/* --- the file ----------------------------------------------------------- */

static int
start(struct bfm_run *m, const struct mf_task *task, struct older *old,
    struct mf_result *result)
{
	const struct scorer *s = old->scorer;

	if (warm_check_model(s->file, "bfm", m->options->factors) != 0)
		return -1;
	bfm_scorer_samples(s, &old->samples, &old->moments);
	if ((old->samples->n_levels > 0) != (m->levels.n > 0))
		return err_msg("%s: a model of --likelihood %s, not %s",
		    st_path(s->file), old->samples->n_levels > 0 ? "probit" :
		    "normal", m->options->likelihood->name);
	old->row[BFM_USER] = rows_of(task->data->users, s->users,
	    &result->known_users);
	old->row[BFM_ITEM] = rows_of(task->data->items, s->items,
	    &result->known_items);
	if (m->design.n_blocks > BFM_MOMENT &&
	    old->samples->n_blocks > BFM_MOMENT)
		old->row[BFM_MOMENT] = moments_of(&m->design.moments, old);
	for (size_t c = 0; c < m->n_chains; c++)
		set_chain(m, old, c);
	set_cuts(m, old->samples);
	return 0;
}

int
bfm_warm_start(struct bfm_run *m, const struct mf_task *task,
    struct mf_result *result)
{
	static const struct family *const families[] = { &mf_family, NULL };
	struct older old = { .scorer = NULL };
	int status;

	if (task->init == NULL)
		return 0;
	old.scorer = scorer_open(families, task->init);
	if (old.scorer == NULL)
		return -1;
	status = start(m, task, &old, result);
	for (size_t b = 0; b < BFM_BLOCKS; b++)
		free(old.row[b]);
	scorer_free(old.scorer);
	return status;
}

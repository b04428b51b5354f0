/* bfmcheckpoint.c -- bfmrun.h to a checkpoint and back. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mf/bfmrun.h"
#include "mf/warm.h"
#include "model/checkpoint.h"

enum { NAME = 64, PLACES = 3, STATES = 2 };

static const char *const block_names[BFM_BLOCKS] = { "user", "item",
	"moment" };

static const char *
name_of(char *to, const char *what, size_t block, size_t chain)
{
	snprintf(to, NAME, "%s_%s.%zu", block_names[block], what, chain);
	return to;
}

/* --- writing ------------------------------------------------------------ */

static void
put_chain(struct st_writer *w, const struct bfm_run *m, size_t number)
{
	char name[NAME];

	for (size_t b = 0; b < m->design.n_blocks; b++) {
		const struct bfm_params *p = bfm_chain_params(
		    m->chain[number].gibbs, b);

		st_put(w, name_of(name, "params", b, number), ST_F32,
		    (size_t[]){ p->k + 1, p->block->features }, 2, p->V);
		st_put(w, name_of(name, "priors", b, number), ST_F64,
		    (size_t[]){ p->k + 1, BFM_GROUPS, 2 }, 3, p->prior);
	}
}

/* Where each chain is: sweeps, samples and streams; w_0 and alpha; cuts. */
static void
put_states(struct st_writer *w, const struct bfm_run *m)
{
	const size_t n = m->n_chains, cuts = m->levels.n;
	int64_t *place = mem_array("chains", n, PLACES * sizeof *place);
	double *state = mem_array("chains", n, STATES * sizeof *state);
	double *cut = mem_array("chains", n, cuts * sizeof *cut);

	for (size_t i = 0; i < n; i++) {
		const struct bfm_runner *c = &m->chain[i];
		const struct bfm_state *s = bfm_chain_state(c->gibbs);

		place[i * PLACES] = (int64_t)c->sweeps;
		place[i * PLACES + 1] = (int64_t)c->kept;
		place[i * PLACES + 2] = (int64_t)s->draws;
		state[i * STATES] = s->w0;
		state[i * STATES + 1] = s->alpha;
		if (cuts > 0)
			memcpy(cut + i * (cuts - 1), bfm_probit_cuts(
			    c->probit), (cuts - 1) * sizeof *cut);
	}
	st_put_copy(w, "chains", ST_I64, (size_t[]){ n, PLACES }, 2, place);
	st_put_copy(w, "chain_states", ST_F64, (size_t[]){ n, STATES }, 2,
	    state);
	if (cuts > 0)
		st_put_copy(w, "chain_cuts", ST_F64, (size_t[]){ n, cuts - 1 },
		    2, cut);
	free(place);
	free(state);
	free(cut);
}

static void
put_samples(struct st_writer *w, const struct bfm_samples *s)
{
	char name[NAME];

	for (size_t b = 0; b < s->n_blocks; b++) {
		st_put(w, name_of(name, "samples", b, 0), ST_I8, (size_t[]){
		    s->part[b].rows, s->room, s->k + 1 }, 3, s->part[b].x);
		st_put(w, name_of(name, "units", b, 0), ST_F32, (size_t[]){
		    s->room, s->k + 1 }, 2, s->part[b].unit);
	}
	model_put_vec(w, "alpha", s->alpha, s->room);
	if (s->n_levels > 0)
		model_put_vec(w, "cuts", s->cuts, s->room * (s->n_levels - 1));
}

int
bfm_checkpoint(const struct bfm_run *m, const struct mf_task *task,
    const struct stopper *stop)
{
	struct st_writer *w;
	int status;

	if (task->checkpoint == NULL)
		return 0;
	w = warm_writer(task, stop);
	model_put_size(w, "samples", m->options->samples);
	model_put_size(w, "burn-in", m->options->burn_in);
	model_put_size(w, "chains", m->options->chains);
	model_put_size(w, "keep", m->options->keep);
	model_put_size(w, "n_best", m->n_best);
	model_put_real(w, "loss", m->loss);
	put_states(w, m);
	for (size_t i = 0; i < m->n_chains; i++)
		put_chain(w, m, i);
	put_samples(w, &m->samples);
	status = st_write(w, task->checkpoint, 0);
	st_writer_free(w);
	return status;
}

/* --- reading ------------------------------------------------------------ */

/* to <- the tensor of this name, type and shape. */
static int
take(const struct st_file *f, const char *name, enum st_type type,
    const size_t *dims, size_t n_dims, void *to)
{
	const struct st_tensor *t = st_want(f, name, type, dims, n_dims);

	if (t == NULL)
		return -1;
	if (t->count > 0)
		memcpy(to, t->data, t->count * st_type_size(type));
	return 0;
}

static int
take_chain(const struct st_file *f, struct bfm_run *m, size_t number)
{
	char name[NAME];

	for (size_t b = 0; b < m->design.n_blocks; b++) {
		struct bfm_params *p = bfm_chain_params(
		    m->chain[number].gibbs, b);

		if (take(f, name_of(name, "params", b, number), ST_F32,
		    (size_t[]){ p->k + 1, p->block->features }, 2,
		    p->V) != 0 ||
		    take(f, name_of(name, "priors", b, number), ST_F64,
		    (size_t[]){ p->k + 1, BFM_GROUPS, 2 }, 3, p->prior) != 0)
			return -1;
	}
	return 0;
}

static int
take_states(const struct st_file *f, struct bfm_run *m)
{
	const size_t n = m->n_chains, cuts = m->levels.n;
	const struct st_tensor *place = st_want(f, "chains", ST_I64,
	    (size_t[]){ n, PLACES }, 2);
	const struct st_tensor *state = place == NULL ? NULL : st_want(f,
	    "chain_states", ST_F64, (size_t[]){ n, STATES }, 2);
	const struct st_tensor *cut = state == NULL || cuts == 0 ? state :
	    st_want(f, "chain_cuts", ST_F64, (size_t[]){ n, cuts - 1 }, 2);

	if (cut == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const int64_t *at = (const int64_t *)place->data + i * PLACES;
		const double *x = (const double *)state->data + i * STATES;
		struct bfm_runner *c = &m->chain[i];

		if (at[0] < 0 || at[1] < 0 || (uint64_t)at[1] > m->keep ||
		    at[1] != *((const int64_t *)place->data + 1))
			return err_msg("%s: tensor 'chains' is out of range",
			    st_path(f));
		c->sweeps = (size_t)at[0];
		c->kept = (size_t)at[1];
		*bfm_chain_state(c->gibbs) = (struct bfm_state){ x[0], x[1],
			(uint64_t)at[2] };
		if (cuts > 0)
			memcpy(bfm_probit_cuts(c->probit), (const double *)
			    cut->data + i * (cuts - 1), (cuts - 1) *
			    sizeof(double));
	}
	return 0;
}

static int
take_samples(const struct st_file *f, struct bfm_samples *s)
{
	const size_t m = s->n_levels > 0 ? s->n_levels - 1 : 0;
	char name[NAME];

	for (size_t b = 0; b < s->n_blocks; b++)
		if (take(f, name_of(name, "samples", b, 0), ST_I8, (size_t[]){
		    s->part[b].rows, s->room, s->k + 1 }, 3,
		    s->part[b].x) != 0 ||
		    take(f, name_of(name, "units", b, 0), ST_F32, (size_t[]){
		    s->room, s->k + 1 }, 2, s->part[b].unit) != 0)
			return -1;
	if (take(f, "alpha", ST_F32, &s->room, 1, s->alpha) != 0)
		return -1;
	if (m == 0)
		return 0;
	if (take(f, "cuts", ST_F32, (size_t[]){ s->room * m }, 1,
	    s->cuts) != 0)
		return -1;
	for (size_t i = 0; i < s->n; i++)
		bfm_curve_init(&s->curve[i], s->level, s->n_levels, s->cuts +
		    i * m);
	return 0;
}

static int
resume(const struct st_file *f, struct bfm_run *m, const struct mf_task *task,
    struct stopper *stop)
{
	if (warm_check(f, task, stop) != 0 ||
	    checkpoint_check_size(f, "samples", m->options->samples) != 0 ||
	    checkpoint_check_size(f, "burn-in", m->options->burn_in) != 0 ||
	    checkpoint_check_size(f, "chains", m->options->chains) != 0 ||
	    checkpoint_check_size(f, "keep", m->options->keep) != 0 ||
	    model_size(f, "n_best", &m->n_best) != 0 ||
	    model_real(f, "loss", &m->loss) != 0 || take_states(f, m) != 0)
		return -1;
	for (size_t i = 0; i < m->n_chains; i++)
		if (take_chain(f, m, i) != 0)
			return -1;
	m->samples.n = m->chain[0].kept * m->n_chains;
	if (m->n_best > m->samples.n)
		return err_msg("%s: more samples were best than there are",
		    st_path(f));
	return take_samples(f, &m->samples);
}

int
bfm_resume(struct bfm_run *m, const struct mf_task *task,
    struct stopper *stop)
{
	struct st_file *f;
	int status;

	if (task->resume == NULL)
		return 0;
	f = checkpoint_open(task->resume);
	if (f == NULL)
		return -1;
	status = resume(f, m, task, stop);
	st_close(f);
	return status;
}

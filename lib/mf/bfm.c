#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "mf/bfm.h"
#include "mf/bfmrun.h"

enum { ROUNDS = 32 };	/* epochs of the history: parts of the samples */

static const struct choice likelihoods[] = {
	{ "normal", "a rating is a number, off by normal noise", NULL },
	{ "probit", "a rating is one of few grades, in order", NULL },
};

static const struct choice implicits[] = {
	{ "none", "only who rated and what", NULL },
	{ "users", "also what else the user rated (SVD++)", NULL },
	{ "items", "also who else rated the item (flipped)", NULL },
	{ "both", "both of these", NULL },
};

enum {
	N_LIKELIHOODS = sizeof likelihoods / sizeof *likelihoods,
	N_IMPLICITS = sizeof implicits / sizeof *implicits
};

const struct choice *
bfm_likelihood_choice(size_t i)
{
	return i < N_LIKELIHOODS ? &likelihoods[i] : NULL;
}

const struct choice *
bfm_implicit_choice(size_t i)
{
	return i < N_IMPLICITS ? &implicits[i] : NULL;
}

/* --- sampling ----------------------------------------------------------- */

static void
keep_sample(struct bfm_run *m, struct bfm_runner *c, size_t number)
{
	const size_t i = c->kept++ * m->n_chains + number;

	for (size_t b = 0; b < m->design.n_blocks; b++) {
		bfm_chain_rows(c->gibbs, b, &c->rows[b]);
		bfm_samples_set(&m->samples, i, b, &c->rows[b]);
	}
	m->samples.alpha[i] = (float)bfm_chain_state(c->gibbs)->alpha;
	if (c->probit != NULL)
		bfm_samples_set_cuts(&m->samples, i,
		    bfm_probit_cuts(c->probit));
}

/* A chain from the parameters alone until the end of the round; samples that
 * are kept are spread evenly over those that are drawn. */
static void
run_chain(void *arg, size_t number, size_t worker)
{
	struct bfm_run *m = arg;
	struct bfm_runner *c = &m->chain[number];

	(void)worker;
	bfm_chain_renew(c->gibbs, m->y);
	if (c->probit != NULL)
		bfm_probit_renew(c->probit);
	while (c->sweeps < m->until) {
		if (c->probit != NULL)
			bfm_probit_draw(c->probit, bfm_chain_error(c->gibbs),
			    m->seed, number << 40 | c->sweeps);
		bfm_chain_sweep(c->gibbs);
		c->sweeps++;
		if (c->sweeps > m->options->burn_in &&
		    (c->sweeps - m->options->burn_in) * m->keep / m->sweeps >
		    c->kept)
			keep_sample(m, c, number);
	}
	c->loss = c->probit != NULL ? bfm_probit_loss(c->probit) :
	    m->ratings.stdev / sqrt(bfm_chain_state(c->gibbs)->alpha);
}

static int
run(struct bfm_run *m, const struct mf_task *task, struct stopper *stop,
    struct scorer *s)
{
	while (stopper_more(stop)) {
		m->until = m->options->burn_in + par_pieces(m->sweeps *
		    (stop->epoch + 1), stop->epochs);
		par_for(m->n_chains, run_chain, m);
		m->samples.n = m->chain[0].kept * m->n_chains;
		m->loss = 0;
		for (size_t i = 0; i < m->n_chains; i++)
			m->loss += m->chain[i].loss / (double)m->n_chains;
		bfm_scorer_renew(s, m->samples.n);
		if (stopper_epoch(stop, m->loss, s) != 0)
			return -1;
		if (stop->is_best)
			m->n_best = m->samples.n;
		if (bfm_checkpoint(m, task, stop) != 0)
			return -1;
	}
	return 0;
}

/* What the training takes, for a dry run. */
static void
foresee(const struct bfm_run *m, const struct mf_task *task)
{
	struct forecast *to = task->train->forecast;
	const struct bfm_design *d = &m->design;
	const size_t k = m->options->factors + 1;
	size_t rows = 0;

	mf_foresee(task);
	forecast_array(to, m->n_chains, d->n, sizeof(float),
	    "errors of the chains");
	for (size_t b = 0; b < d->n_blocks; b++)
		rows += d->block[b].rows;
	/* rows, what features add to them, and the last sample */
	forecast_array(to, 3 * m->n_chains * rows, k, sizeof(float),
	    "parameters of the chains");
	forecast_array(to, m->samples.room * rows, k, 1, "samples");
	forecast_step(to, "%zu chains of %zu sweeps each over %zu ratings",
	    m->n_chains, m->options->burn_in + m->sweeps, d->n);
	if (task->train->valid != NULL)
		forecast_step(to, "%s of the held-out rows, %d times",
		    task->train->valid->metric, ROUNDS);
}

static int
train(struct bfm_run *m, const struct mf_task *task, struct mf_result *result)
{
	struct stopper stop;
	struct scorer *s;
	int status = -1;

	foresee(m, task);
	if (forecast_stop(task->train->forecast) != 0)
		return -1;
	s = bfm_scorer(&m->samples, &m->design.moments,
	    task->data, (float)m->ratings.min, (float)m->ratings.max);
	if (stopper_begin(&stop, task->train, m->keep < ROUNDS ? m->keep :
	    ROUNDS) == 0 && scorer_prepare(s) == 0 &&
	    bfm_resume(m, task, &stop) == 0)
		status = run(m, task, &stop, s);
	if (stopper_end(&stop, status == 0) != 0)
		status = -1;
	result->loss = m->loss;
	result->epochs = stop.epoch;
	result->best_epoch = stop.best_epoch;
	result->best_value = stop.best_value;
	bfm_scorer_free(s);
	if (status == 0)
		bfm_samples_pack(&m->samples, m->n_best);
	return status;
}

/* --- begin and end ------------------------------------------------------ */

static void
scale_ratings(struct bfm_run *m)
{
	const float *ratings = m->ratings.data->values;

	m->y = mem_array("ratings", m->design.n, sizeof *m->y);
	for (size_t i = 0; i < m->design.n; i++)
		m->y[i] = (float)(((double)ratings[i] - m->ratings.mean) /
		    m->ratings.stdev);
}

static void
start_chain(struct bfm_run *m, size_t number)
{
	const size_t k = m->options->factors;
	struct bfm_runner *c = &m->chain[number];

	c->gibbs = bfm_chain_new(&m->design, k, m->levels.n == 0, m->seed,
	    number);
	if (m->levels.n > 0)
		c->probit = bfm_probit_new(&m->levels, m->design.n);
	for (size_t b = 0; b < m->design.n_blocks; b++)
		mat_init(&c->rows[b], "a sample", m->design.block[b].rows,
		    k + 1);
}

static unsigned
implicit_of(const struct mf_options *o)
{
	return (unsigned)(o->implicit - implicits);
}

/* Each column is a group, with priors of its own. */
static int
add_features(struct bfm_block *b, const char *option,
    const struct attributes *a)
{
	if (a == NULL)
		return 0;
	if (b->n_groups + a->n > BFM_GROUPS)
		return err_msg("%s: %zu columns: at most %zu can be learnt "
		    "from", option, a->n, BFM_GROUPS - b->n_groups);
	for (size_t c = 0; c < a->n; c++)
		if (a->column[c].of.cols > 0)
			bfm_design_add(b, &a->column[c].of);
	return 0;
}

static int
init(struct bfm_run *m, const struct mf_task *task)
{
	const struct mf_options *o = task->options;
	const struct csr *ratings = &task->data->by_user;

	*m = (struct bfm_run){ .options = o, .seed = task->train->seed,
		.loss = NAN };
	measure_ratings(&m->ratings, ratings);
	if (o->likelihood == &likelihoods[1] && bfm_levels_init(&m->levels,
	    ratings->values, (size_t)csr_count(ratings)) != 0)
		return -1;
	m->n_chains = o->chains < o->samples ? o->chains : o->samples;
	m->sweeps = par_pieces(o->samples, m->n_chains);
	m->keep = par_pieces(o->keep, m->n_chains);
	m->keep = m->keep < m->sweeps ? m->keep : m->sweeps;
	bfm_design_init(&m->design, task->data, implicit_of(o), o->moment);
	if (add_features(&m->design.block[BFM_USER], "--user-features",
	    task->user_features) != 0 ||
	    add_features(&m->design.block[BFM_ITEM], "--item-features",
	    task->item_features) != 0)
		return -1;
	if (m->levels.n == 0)
		scale_ratings(m);
	m->chain = mem_array("chains", m->n_chains, sizeof *m->chain);
	for (size_t i = 0; i < m->n_chains; i++)
		start_chain(m, i);
	bfm_samples_init(&m->samples, &m->design, o->factors,
	    m->keep * m->n_chains, &m->levels);
	m->samples.mean = m->ratings.mean;
	m->samples.scale = m->ratings.stdev;
	return 0;
}

static void
release(struct bfm_run *m)
{
	for (size_t i = 0; m->chain != NULL && i < m->n_chains; i++) {
		bfm_chain_free(m->chain[i].gibbs);
		bfm_probit_free(m->chain[i].probit);
		for (size_t b = 0; b < BFM_BLOCKS; b++)
			mat_release(&m->chain[i].rows[b]);
	}
	free(m->chain);
	free(m->y);
	bfm_samples_release(&m->samples);
	bfm_levels_release(&m->levels);
	bfm_design_release(&m->design);
}

static int
write_model(const struct bfm_run *m, const struct mf_task *task,
    const struct mf_result *result)
{
	const struct mf_options *o = task->options;
	struct st_writer *w = model_writer("bfm");
	int status;

	model_put_ids(w, "user_ids", task->data->users);
	model_put_ids(w, "item_ids", task->data->items);
	bfm_put(w, &m->samples, &m->design.moments);
	model_put_real(w, "min", m->ratings.min);
	model_put_real(w, "max", m->ratings.max);
	mf_put_summary(w, task, result);
	model_put_size(w, "factors", o->factors);
	model_put_size(w, "samples", o->samples);
	model_put_size(w, "chains", o->chains);
	model_put_size(w, "burn-in", o->burn_in);
	model_put_size(w, "keep", o->keep);
	model_put_real(w, "moment", o->moment);
	st_put_meta(w, "implicit", o->implicit->name);
	st_put_meta(w, "likelihood", o->likelihood->name);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	return status;
}

int
bfm_train(const struct mf_task *task, struct mf_result *result)
{
	struct bfm_run m;
	int status = -1;

	*result = (struct mf_result){ .loss = NAN, .best_value = NAN };
	if (init(&m, task) == 0 && bfm_warm_start(&m, task, result) == 0 &&
	    train(&m, task, result) == 0)
		status = write_model(&m, task, result);
	release(&m);
	return status;
}

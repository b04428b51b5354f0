/* fitrun.c -- fit.h's whole training: epochs, the best of them, files. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/checkpoint.h"
#include "nn/fit.h"

enum { MIB = 1 << 20 };

struct run {
	struct fit *fit;
	const struct fit_task *task;
	const struct train *train;
	struct scorer *scorer;
	struct stopper stop;
	float *best;		/* (params->size), or NULL without
				 * validation */
	float *mean, *own;	/* (params->size) of the epochs, and those that
				 * learn while it stands in their place; NULL
				 * without task->average */
	struct fit_result *result;
};

/* --- checkpoints ---------------------------------------------------------- */

/* What a checkpoint has of a training, by name; each (params->size), or NULL
 * where this one has none. */
struct block {
	const char *name;
	float *x;
};

enum { BLOCKS = 5 };

static void
blocks_of(const struct run *r, struct block block[BLOCKS])
{
	block[0] = (struct block){ "params", r->task->params->block };
	block[1] = (struct block){ "moment1", fit_m(r->fit) };
	block[2] = (struct block){ "moment2", fit_v(r->fit) };
	block[3] = (struct block){ "best", r->best };
	block[4] = (struct block){ "mean", r->mean };
}

static int
put_checkpoint(const struct run *r)
{
	const struct fit_files *files = &r->task->files;
	struct block block[BLOCKS];
	struct st_writer *w;
	int status;

	if (files->checkpoint == NULL)
		return 0;
	w = checkpoint_writer(&r->stop);
	files->about(files->arg, w);
	model_put_real(w, "summary.loss", r->result->loss);
	blocks_of(r, block);
	for (size_t i = 0; i < BLOCKS; i++)
		if (block[i].x != NULL)
			model_put_vec(w, block[i].name, block[i].x,
			    r->task->params->size);
	status = st_write(w, files->checkpoint, 0);
	st_writer_free(w);
	return status;
}

static int
check_about(const struct run *r, const struct st_file *f)
{
	struct st_writer *now = checkpoint_writer(&r->stop);
	int status;

	r->task->files.about(r->task->files.arg, now);
	status = checkpoint_check_meta(f, now);
	st_writer_free(now);
	return status;
}

static int
take(struct run *r, const struct st_file *f)
{
	struct block block[BLOCKS];

	if (check_about(r, f) != 0 || checkpoint_stopper(f, &r->stop) != 0 ||
	    model_real(f, "summary.loss", &r->result->loss) != 0)
		return -1;
	blocks_of(r, block);
	for (size_t i = 0; i < BLOCKS; i++) {
		const float *x;

		if (block[i].x == NULL)
			continue;
		x = model_vec(f, block[i].name, r->task->params->size);
		if (x == NULL)
			return -1;
		memcpy(block[i].x, x, r->task->params->size * sizeof *x);
	}
	fit_go_on(r->fit, r->stop.epoch);
	return 0;
}

static int
take_checkpoint(struct run *r)
{
	struct st_file *f;
	int status;

	if (r->task->files.resume == NULL)
		return 0;
	f = checkpoint_open(r->task->files.resume);
	if (f == NULL)
		return -1;
	status = take(r, f);
	st_close(f);
	return status;
}

/* --- means of epochs ------------------------------------------------------ */

static int
has_mean(const struct run *r)
{
	return r->mean != NULL && fit_epochs(r->fit) >= r->task->average;
}

/* Takes the epoch into the mean, which then stands in the parameters' place
 * (Izmailov et al. 2018, "Averaging weights leads to wider optima and better
 * generalization", algorithm 1, once an epoch). */
static void
show_mean(struct run *r)
{
	const struct params *ps = r->task->params;
	size_t n;

	if (!has_mean(r))
		return;
	n = fit_epochs(r->fit) - r->task->average + 1;
	params_keep(ps, r->own);
	for (size_t i = 0; i < ps->size; i++)
		r->mean[i] += (r->own[i] - r->mean[i]) / (float)n;
	params_restore(r->task->params, r->mean);
}

static void
show_own(struct run *r)
{
	if (has_mean(r))
		params_restore(r->task->params, r->own);
}

/* --- epochs --------------------------------------------------------------- */

/* 0 if there is a best epoch to end with. */
static int
not_finite(struct run *r)
{
	const int has_best = r->best != NULL && r->stop.best_epoch > 0;

	r->result->stopped = fit_steps(r->fit);
	err_msg("epoch %zu, step %ju: the loss is not finite: lower "
	    "--learning-rate (now %g)%s%s", fit_epochs(r->fit),
	    (uintmax_t)fit_steps(r->fit), r->task->optim.rate,
	    r->task->clip > 0 ? " or --clip" : ", or set --clip",
	    has_best ? "; the best epoch before it is kept" : "");
	return has_best ? 0 : -1;
}

static int
run_epochs(struct run *r)
{
	while (stopper_more(&r->stop)) {
		const double loss = fit_epoch(r->fit);

		if (!isfinite(loss))
			return not_finite(r);
		r->result->loss = loss;
		show_mean(r);
		if (r->train->valid != NULL &&
		    r->scorer->ops->prepare != NULL &&
		    r->scorer->ops->prepare(r->scorer) != 0)
			return -1;
		if (stopper_epoch(&r->stop, loss, r->scorer) != 0)
			return -1;
		if (r->stop.is_best && r->best != NULL)
			params_keep(r->task->params, r->best);
		show_own(r);
		if (put_checkpoint(r) != 0)
			return -1;
	}
	return 0;
}

static void
say_memory(const struct run *r)
{
	const struct fit_memory m = fit_memory(r->fit);
	const size_t size = r->task->params->size;
	const size_t copies = (size_t)(r->best != NULL) +
	    2 * (size_t)(r->mean != NULL);
	const size_t weights = m.weights + copies * size * sizeof(float);

	train_note(r->train, "%zu parameters; training takes %.1f MiB: "
	    "weights and moments %.1f, values %.1f, gradients %.1f",
	    params_count(r->task->params), (double)(weights + m.values +
	    m.gradients) / MIB, (double)weights / MIB, (double)m.values / MIB,
	    (double)m.gradients / MIB);
}

/* The same, and its shapes and steps, for a dry run. */
static void
foresee(const struct run *r)
{
	struct forecast *to = r->train->forecast;
	const struct fit_memory m = fit_memory(r->fit);
	const struct params *ps = r->task->params;
	const size_t n = r->task->n_examples, batch = r->task->batch;

	for (size_t i = 0; i < ps->n; i++)
		forecast_array(to, ps->p[i]->rows, ps->p[i]->cols,
		    sizeof(float), "%s", ps->p[i]->name);
	forecast_memory(to, (double)(m.weights - ps->size * sizeof(float)),
	    "moments of the %zu parameters", params_count(ps));
	forecast_memory(to, (double)m.values, "values, for each thread");
	forecast_memory(to, (double)m.gradients, "gradients of a batch, and "
	    "the order of examples");
	if (r->best != NULL)
		forecast_array(to, ps->size, 1, sizeof(float),
		    "the best parameters so far");
	if (r->mean != NULL)
		forecast_array(to, 2, ps->size, sizeof(float),
		    "their means over epochs");
	forecast_step(to, "%zu epochs of %zu batches of %zu of %zu examples",
	    r->task->epochs, n / batch + (n % batch > 0), batch, n);
	if (r->train->valid != NULL)
		forecast_step(to, "after each, %s of the held-out rows",
		    r->train->valid->metric);
}

/* The parameters that the training ends with. */
static void
end_with(struct run *r)
{
	if (r->best != NULL)
		params_restore(r->task->params, r->best);
	else if (has_mean(r))
		params_restore(r->task->params, r->mean);
}

static float *
copy_of(const struct fit_task *task, int wanted, const char *what)
{
	return wanted ? mem_array(what, task->params->size, sizeof(float)) :
	    NULL;
}

int
fit_run(const struct fit_task *task, const struct train *train,
    struct scorer *scorer, struct fit_result *result)
{
	struct run r = { .fit = fit_new(task), .task = task, .train = train,
		.scorer = scorer, .result = result };
	int status = stopper_begin(&r.stop, train, task->until > 0 ?
	    task->until : task->epochs);

	*result = (struct fit_result){ .loss = NAN };
	r.best = copy_of(task, train->valid != NULL, "best parameters");
	r.mean = copy_of(task, task->average > 0, "mean parameters");
	r.own = copy_of(task, task->average > 0, "mean parameters");
	say_memory(&r);
	foresee(&r);
	if (status == 0)
		status = forecast_stop(train->forecast);
	if (status == 0)
		status = take_checkpoint(&r);
	if (status == 0)
		status = run_epochs(&r);
	if (status == 0)
		end_with(&r);
	if (stopper_end(&r.stop, status == 0) != 0)
		status = -1;
	result->epochs = r.stop.epoch;
	result->best_epoch = r.stop.best_epoch;
	result->best_value = r.stop.best_value;
	free(r.best);
	free(r.mean);
	free(r.own);
	fit_free(r.fit);
	return status;
}

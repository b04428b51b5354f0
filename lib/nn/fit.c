#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "nn/fit.h"
#include "nn/kernel.h"
#include "nn/update.h"

enum { MIB = 1 << 20 };

enum { SHARDS = 4, SHARD_LEAST = 32, SHARD_MOST = 512 };

struct fit {
	struct fit_task task;
	struct plan *plan;
	struct work **work;		/* (n_threads) */
	size_t n_threads;
	struct shard **shard;		/* (n_shards) */
	size_t shard_size, n_shards;
	struct update *update;
	uint32_t *order;		/* (n_examples) */
	double unit;
	size_t epoch;
	uint64_t step, steps;		/* of all epochs */
	/* of the batch at work */
	size_t first, n;		/* in order */
};

size_t
fit_shard(size_t batch)
{
	const size_t n = par_pieces(batch, SHARDS);

	return n < SHARD_LEAST ? SHARD_LEAST : n > SHARD_MOST ? SHARD_MOST :
	    n;
}

struct fit *
fit_new(const struct fit_task *task)
{
	struct fit *f = mem_array("training", 1, sizeof *f);

	assert(task->n_examples >= 1 && task->n_examples <= UINT32_MAX);
	f->task = *task;
	f->unit = task->unit > 0 ? task->unit : 1;
	f->steps = task->epochs * (uint64_t)par_pieces(task->n_examples,
	    task->batch);
	f->plan = plan_new(task->graph, task->params, task->loss, 1);
	f->n_threads = par_threads();
	f->work = mem_array("training", f->n_threads, sizeof(struct work *));
	for (size_t i = 0; i < f->n_threads; i++)
		f->work[i] = work_new(f->plan);
	f->shard_size = fit_shard(task->batch);
	f->n_shards = par_pieces(task->batch, f->shard_size);
	f->shard = mem_array("training", f->n_shards, sizeof(struct shard *));
	for (size_t i = 0; i < f->n_shards; i++)
		f->shard[i] = shard_new(f->plan);
	f->update = update_new(f->plan, task->params, task->optim.rule,
	    f->n_shards);
	f->order = mem_array("order of examples", task->n_examples,
	    sizeof *f->order);
	return f;
}

void
fit_free(struct fit *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n_threads; i++)
		work_free(f->work[i]);
	for (size_t i = 0; i < f->n_shards; i++)
		shard_free(f->shard[i]);
	free(f->work);
	free(f->shard);
	update_free(f->update);
	plan_free(f->plan);
	free(f->order);
	free(f);
}

size_t
fit_bytes(const struct fit *f)
{
	const enum optim_rule rule = f->task.optim.rule;
	const size_t copies = 1 + (size_t)optim_needs_m(rule) +
	    (size_t)optim_needs_v(rule);

	return copies * f->task.params->size * sizeof(float) +
	    f->n_threads * plan_worker_bytes(f->plan) +
	    f->n_shards * plan_shard_bytes(f->plan) +
	    f->task.n_examples * sizeof *f->order;
}

static void
run_shard(void *arg, size_t i, size_t worker)
{
	struct fit *f = arg;
	struct work *w = f->work[worker];
	const size_t at = i * f->shard_size, left = f->n - at;
	const struct fit_piece piece = {
		.example = f->order + f->first + at,
		.n = left < f->shard_size ? left : f->shard_size,
		.epoch = f->epoch,
		.seed = f->task.seed,
	};
	const unsigned mode = kernel_flush_tiny();

	work_begin(w, &(struct work_place){ .shard = f->shard[i],
	    .seed = f->task.seed, .step = f->step, .first = at });
	work_rows(w, 0, piece.n);
	f->task.feed(f->task.arg, w, &piece);
	work_forward(w);
	work_backward(w, (float)(1 / (f->unit * (double)f->n)));
	kernel_flush_end(mode);
}

/* The sum of the batch's losses. */
static double
run_batch(struct fit *f)
{
	const size_t shards = par_pieces(f->n, f->shard_size);
	struct optim_step step;
	double loss = 0;

	f->step++;
	step = optim_step(&f->task.optim, f->step, f->steps);
	par_for(shards, run_shard, f);
	for (size_t i = 0; i < shards; i++)
		loss += f->shard[i]->loss;
	if (isfinite(loss))
		update_step(f->update, f->shard, shards, &step);
	return loss * (double)f->n;
}

double
fit_epoch(struct fit *f)
{
	const size_t n = f->task.n_examples;
	double loss = 0;
	struct rng rng;

	f->epoch++;
	for (size_t i = 0; i < n; i++)
		f->order[i] = (uint32_t)i;
	rng_init(&rng, f->task.seed, rng_stream("nn.order", f->epoch));
	rng_shuffle(&rng, f->order, (uint32_t)n);
	for (f->first = 0; f->first < n && isfinite(loss); f->first += f->n) {
		f->n = n - f->first < f->task.batch ? n - f->first :
		    f->task.batch;
		loss += run_batch(f);
	}
	return loss / (double)n;
}

static int
run_epochs(struct fit *f, struct stopper *stop, struct scorer *scorer,
    float *best, double *last)
{
	while (stopper_more(stop)) {
		const double loss = *last = fit_epoch(f);

		if (!isfinite(loss))
			return err_msg("epoch %zu: the loss is not finite: "
			    "lower --learning-rate (now %g)", f->epoch,
			    f->task.optim.rate);
		if (stop->train->valid != NULL &&
		    scorer->ops->prepare != NULL &&
		    scorer->ops->prepare(scorer) != 0)
			return -1;
		if (stopper_epoch(stop, loss, scorer) != 0)
			return -1;
		if (stop->is_best && best != NULL)
			params_keep(f->task.params, best);
	}
	if (best != NULL)
		params_restore(f->task.params, best);
	return 0;
}

int
fit_run(const struct fit_task *task, const struct train *train,
    struct scorer *scorer, struct fit_result *result)
{
	struct fit *f = fit_new(task);
	struct stopper stop;
	float *best = NULL;
	int status = stopper_begin(&stop, train, task->epochs);

	if (train->valid != NULL)
		best = mem_array("best parameters", task->params->size,
		    sizeof *best);
	if (train->verbose)
		err_msg("%zu parameters; training takes %.1f MiB",
		    task->params->size, (double)fit_bytes(f) / MIB);
	if (status == 0)
		status = run_epochs(f, &stop, scorer, best, &result->loss);
	if (stopper_end(&stop, status == 0) != 0)
		status = -1;
	result->epochs = stop.epoch;
	result->best_epoch = stop.best_epoch;
	result->best_value = stop.best_value;
	free(best);
	fit_free(f);
	return status;
}

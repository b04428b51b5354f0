#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "nn/fit.h"
#include "nn/kernel.h"
#include "nn/update.h"

enum { SHARDS = 4, SHARD_LEAST = 32, SHARD_MOST = 512 };

struct fit {
	struct fit_task task;
	struct plan *plan;
	struct work **work;		/* (n_threads) */
	float **weight;			/* (n_threads) (shard_size) or NULL */
	size_t n_threads;
	struct shard **shard;		/* (n_shards), or twice that */
	size_t shard_size, n_shards;
	struct update *update;
	uint32_t *order;		/* (n_examples) */
	double unit;
	size_t epoch;
	uint64_t step, steps;		/* of all epochs */
	/* of the batch at work */
	size_t first, n;		/* in order */
	struct shard **into;		/* (shards) */
	double scale;			/* of the loss */
};

size_t
fit_shard(size_t batch)
{
	const size_t n = par_pieces(batch, SHARDS);

	return n < SHARD_LEAST ? SHARD_LEAST : n > SHARD_MOST ? SHARD_MOST :
	    n;
}

static size_t
all_shards(const struct fit *f)
{
	return f->task.adversarial > 0 ? 2 * f->n_shards : f->n_shards;
}

static void
make_workers(struct fit *f)
{
	f->n_threads = par_threads();
	f->work = mem_array("training", f->n_threads, sizeof(struct work *));
	f->weight = mem_array("training", f->n_threads, sizeof(float *));
	for (size_t i = 0; i < f->n_threads; i++) {
		f->work[i] = work_new(f->plan);
		if (f->task.weight != NULL)
			f->weight[i] = mem_array("training", f->shard_size,
			    sizeof(float));
	}
}

struct fit *
fit_new(const struct fit_task *task)
{
	const uint64_t per_epoch = par_pieces(task->n_examples, task->batch);
	const struct shape *loss = &task->loss->shape;
	struct fit *f = mem_array("training", 1, sizeof *f);

	assert(task->n_examples >= 1 && task->n_examples <= UINT32_MAX);
	assert(task->weight == NULL || (loss->axis == 0 && loss->per == 1));
	assert(task->step == NULL || !(task->clip > 0 ||
	    task->adversarial > 0));
	f->task = *task;
	f->unit = task->unit > 0 ? task->unit : 1;
	f->steps = task->epochs * per_epoch;
	f->task.optim.warmup = (uint64_t)(task->warmup * (double)per_epoch);
	f->task.optim.fall_every = task->fall_every * per_epoch;
	f->plan = plan_new(task->graph, task->params, task->loss, 1);
	f->shard_size = fit_shard(task->batch);
	f->n_shards = par_pieces(task->batch, f->shard_size);
	make_workers(f);
	f->shard = mem_array("training", all_shards(f),
	    sizeof(struct shard *));
	for (size_t i = 0; i < all_shards(f); i++)
		f->shard[i] = shard_new(f->plan);
	f->update = update_new(f->plan, task->params, &f->task.optim,
	    all_shards(f));
	f->order = mem_array("order of examples", task->n_examples,
	    sizeof *f->order);
	return f;
}

void
fit_free(struct fit *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n_threads; i++) {
		work_free(f->work[i]);
		free(f->weight[i]);
	}
	for (size_t i = 0; i < all_shards(f); i++)
		shard_free(f->shard[i]);
	free(f->work);
	free(f->weight);
	free(f->shard);
	update_free(f->update);
	plan_free(f->plan);
	free(f->order);
	free(f);
}

struct fit_memory
fit_memory(const struct fit *f)
{
	return (struct fit_memory){
		.weights = f->task.params->size * sizeof(float) +
		    update_moments_bytes(f->update),
		.values = f->n_threads * plan_worker_bytes(f->plan),
		.gradients = all_shards(f) * plan_shard_bytes(f->plan) +
		    update_rows_bytes(f->update) + f->task.step_bytes +
		    f->task.n_examples * sizeof *f->order };
}

uint64_t
fit_steps(const struct fit *f)
{
	return f->step;
}

size_t
fit_epochs(const struct fit *f)
{
	return f->epoch;
}

void
fit_go_on(struct fit *f, size_t epochs)
{
	f->epoch = epochs;
	f->step = epochs * (uint64_t)par_pieces(f->task.n_examples,
	    f->task.batch);
}

float *
fit_m(struct fit *f)
{
	return update_m(f->update);
}

float *
fit_v(struct fit *f)
{
	return update_v(f->update);
}

static void
run_shard(void *arg, size_t i, size_t worker)
{
	struct fit *f = arg;
	struct work *w = f->work[worker];
	float *weight = f->weight[worker];
	const size_t at = i * f->shard_size, left = f->n - at;
	const struct fit_piece piece = {
		.example = f->order + f->first + at,
		.n = left < f->shard_size ? left : f->shard_size,
		.epoch = f->epoch,
		.seed = f->task.seed,
	};
	const unsigned mode = kernel_flush_tiny();

	work_begin(w, &(struct work_place){ .shard = f->into[i],
	    .seed = f->task.seed, .step = f->step, .first = at });
	work_rows(w, 0, piece.n);
	for (size_t r = 0; weight != NULL && r < piece.n; r++)
		weight[r] = f->task.weight[piece.example[r]];
	work_weigh(w, weight);
	f->task.feed(f->task.arg, w, &piece);
	work_forward(w);
	work_backward(w, (float)f->scale);
	kernel_flush_end(mode);
}

/* Gradients of scale times the losses of the batch; the sum of these. */
static double
run_shards(struct fit *f, struct shard **into, double scale)
{
	const size_t shards = par_pieces(f->n, f->shard_size);
	double loss = 0;

	f->into = into;
	f->scale = scale;
	par_for(shards, run_shard, f);
	for (size_t i = 0; i < shards; i++)
		loss += into[i]->loss;
	return loss;
}

/* The scaled losses of the batch, whose step is taken by the graph; or without
 * it. */
static double
step_by_graph(struct fit *f, const struct optim_step *step, double scale)
{
	const struct fit_task *t = &f->task;
	size_t shards = par_pieces(f->n, f->shard_size);
	double loss = run_shards(f, f->shard, scale);

	if (t->adversarial > 0 && isfinite(loss)) {
		update_perturb(f->update, f->shard, shards, t->adversarial);
		loss += run_shards(f, f->shard + shards,
		    scale * t->adversarial_weight);
		update_restore(f->update);
		shards *= 2;
	}
	if (isfinite(loss))
		update_step(f->update, f->shard, shards, step, t->clip);
	return loss;
}

static double
step_by_hand(struct fit *f, const struct optim_step *step, double scale)
{
	const struct fit_batch batch = { .example = f->order + f->first,
		.n = f->n, .weight = f->task.weight, .scale = scale,
		.penalty = step->l2 / step->gain, .shards = f->shard,
		.update = f->update };

	update_begin(f->update, step);
	return f->task.step(f->task.step_arg, &batch);
}

/* The sum of the batch's losses. */
static double
run_batch(struct fit *f)
{
	const double scale = 1 / (f->unit * (double)f->n);
	struct optim_step step;

	f->step++;
	step = optim_step(&f->task.optim, f->step, f->steps);
	step.gain = (float)(1 / scale);
	return (f->task.step != NULL ? step_by_hand(f, &step, scale) :
	    step_by_graph(f, &step, scale)) * (double)f->n;
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
		tick_at(f->task.tick, (f->epoch - 1) * (uint64_t)n + f->first +
		    f->n, f->task.epochs * (uint64_t)n);
	}
	return loss / (double)n;
}

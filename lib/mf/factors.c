#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "mf/factors.h"
#include "mf/warm.h"

enum { START_ROWS = 512 };	/* rows of a piece of factors_start() */

void
factors_init(struct factors *f, size_t n_users, size_t n_items, size_t k,
    int has_biases)
{
	*f = (struct factors){ .min = -INFINITY, .max = INFINITY };
	mat_init(&f->user, "user factors", n_users, k);
	mat_init(&f->item, "item factors", n_items, k);
	if (has_biases) {
		f->user_bias = mem_array("user biases", n_users,
		    sizeof *f->user_bias);
		f->item_bias = mem_array("item biases", n_items,
		    sizeof *f->item_bias);
	}
}

void
factors_release(struct factors *f)
{
	mat_release(&f->user);
	mat_release(&f->item);
	mat_release(&f->pooling);
	free(f->user_bias);
	free(f->item_bias);
	f->user_bias = f->item_bias = NULL;
}

struct factors_view
factors_view(const struct factors *f)
{
	return (struct factors_view){ f->user, f->item, f->user_bias,
		f->item_bias, f->pooling, f->mean, f->min, f->max };
}

static void
copy_floats(float *to, const float *from, size_t n)
{
	if (n > 0)
		memcpy(to, from, n * sizeof *to);
}

void
factors_copy(struct factors *to, const struct factors *from)
{
	copy_floats(to->user.x, from->user.x, from->user.rows *
	    from->user.cols);
	copy_floats(to->item.x, from->item.x, from->item.rows *
	    from->item.cols);
	copy_floats(to->pooling.x, from->pooling.x, from->pooling.rows *
	    from->pooling.cols);
	if (from->user_bias != NULL) {
		copy_floats(to->user_bias, from->user_bias, from->user.rows);
		copy_floats(to->item_bias, from->item_bias, from->item.rows);
	}
	to->mean = from->mean;
	to->min = from->min;
	to->max = from->max;
}

/* --- the start ---------------------------------------------------------- */

struct start {
	struct mat *m;
	uint64_t seed;
	const char *purpose;
	double stdev, start;
};

static void
start_rows(void *arg, size_t piece, size_t worker)
{
	const struct start *job = arg;
	const size_t k = job->m->cols;
	struct rng r;

	(void)worker;
	for (size_t i = piece * START_ROWS; i < (piece + 1) * START_ROWS &&
	    i < job->m->rows; i++) {
		float *x = mat_row(job->m, i);

		rng_init(&r, job->seed, rng_stream(job->purpose, i));
		for (size_t p = 0; p < k; p++)
			x[p] = (float)(isnan(job->start) ?
			    job->stdev * rng_normal(&r) : job->start);
	}
}

void
factors_start(struct mat *m, const struct mf_options *o, uint64_t seed,
    const char *purpose)
{
	struct start job = { m, seed, purpose,
		o->stdev / sqrt((double)m->cols), o->start };

	par_for(par_pieces(m->rows, START_ROWS), start_rows, &job);
}

/* --- training ----------------------------------------------------------- */

/* Runs epochs; the best factors are kept in *best if there is validation. */
static int
run(const struct factors *f, struct factors *best, struct stopper *stop,
    const struct mf_task *task, const struct factors_method *m,
    const struct scorer *s, double *loss)
{
	const struct factors *kept = task->train->valid != NULL ? best : NULL;

	/* A training may go on from its last epoch. */
	*loss = stopper_loss(stop);
	while (stopper_more(stop)) {
		if (m->epoch(m->arg, stop->epoch, loss) != 0)
			return -1;
		if (!isfinite(*loss))
			return err_msg("the loss is not finite after epoch "
			    "%zu: %s", stop->epoch + 1, m->advice);
		if (stopper_epoch(stop, *loss, s) != 0)
			return -1;
		if (stop->is_best && kept != NULL)
			factors_copy(best, f);
		if (warm_checkpoint(f, kept, m, task, stop) != 0)
			return -1;
	}
	return 0;
}

/* What the training takes, for a dry run. */
static void
foresee(const struct factors *f, const struct mf_task *task,
    const struct factors_method *m)
{
	struct forecast *to = task->train->forecast;
	const size_t k = f->user.cols, rows = f->user.rows + f->item.rows;
	const size_t width = k + (f->user_bias != NULL);

	mf_foresee(task);
	if (m->bytes > 0)
		forecast_memory(to, m->bytes, "interactions as the method "
		    "needs them");
	forecast_array(to, f->user.rows, k, sizeof(float), "user factors");
	forecast_array(to, f->item.rows, k, sizeof(float), "item factors");
	if (f->user_bias != NULL)
		forecast_array(to, rows, 1, sizeof(float), "biases");
	for (size_t i = 0; i < m->n_state; i++)
		forecast_array(to, m->state[i].n, 1, sizeof(float), "%s",
		    m->state[i].name);
	if (task->train->valid != NULL)
		forecast_array(to, rows, width, sizeof(float),
		    "the best factors so far");
	forecast_step(to, "%zu epochs of %ju interactions",
	    task->options->epochs, (uintmax_t)csr_count(&task->data->by_user));
	if (task->train->valid != NULL)
		forecast_step(to, "after each, %s of the held-out rows",
		    task->train->valid->metric);
}

int
factors_train(struct factors *f, const struct mf_task *task,
    const struct factors_method *m, struct mf_result *result)
{
	struct factors best = { .user_bias = NULL };
	struct stopper stop;
	struct scorer *s;
	int status = -1;

	foresee(f, task, m);
	if (forecast_stop(task->train->forecast) != 0)
		return -1;
	s = factors_scorer(f, task->data, m->predicts_ratings);
	result->loss = result->best_value = NAN;
	if (task->train->valid != NULL) {
		factors_init(&best, f->user.rows, f->item.rows, f->user.cols,
		    f->user_bias != NULL);
		mat_init(&best.pooling, "factors", f->pooling.rows,
		    f->pooling.cols);
	}
	if (stopper_begin(&stop, task->train, task->options->epochs) == 0 &&
	    scorer_prepare(s) == 0 && warm_resume(f, task->train->valid !=
	    NULL ? &best : NULL, m, task, &stop) == 0)
		status = run(f, &best, &stop, task, m, s, &result->loss);
	if (stopper_end(&stop, status == 0) != 0)
		status = -1;
	if (status == 0 && task->train->valid != NULL && stop.epoch > 0)
		factors_copy(f, &best);
	result->epochs = stop.epoch;
	result->best_epoch = stop.best_epoch;
	result->best_value = stop.best_value;
	factors_release(&best);
	factors_scorer_free(s);
	return status;
}

/* --- the file ----------------------------------------------------------- */

/* A setting, if the method takes it. */
static void
put_real(struct st_writer *w, const char *name, double x)
{
	if (!isnan(x))
		model_put_real(w, name, x);
}

void
factors_put(struct st_writer *w, const struct factors *f,
    const struct mf_task *task, const struct mf_result *result)
{
	const struct mf_options *o = task->options;

	model_put_ids(w, "user_ids", task->data->users);
	model_put_ids(w, "item_ids", task->data->items);
	model_put_mat(w, "user_factors", &f->user);
	model_put_mat(w, "item_factors", &f->item);
	if (f->user_bias != NULL) {
		model_put_vec(w, "user_bias", f->user_bias, f->user.rows);
		model_put_vec(w, "item_bias", f->item_bias, f->item.rows);
		model_put_real(w, "mean", (double)f->mean);
		model_put_real(w, "min", (double)f->min);
		model_put_real(w, "max", (double)f->max);
	}
	if (f->pooling.rows > 0)
		model_put_mat(w, "pooling", &f->pooling);
	model_put_size(w, "factors", o->factors);
	if (o->epochs != SIZE_MAX)
		model_put_size(w, "epochs", o->epochs);
	put_real(w, "lambda", o->lambda);
	put_real(w, "nu", o->nu);
	put_real(w, "stdev", o->stdev);
	put_real(w, "start", o->start);
	mf_put_summary(w, task, result);
}

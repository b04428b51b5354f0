#include <math.h>
#include <string.h>

#include "mf/warm.h"
#include "model/checkpoint.h"

/* --- an older model ----------------------------------------------------- */

/* One side of a model: its names, and a row and perhaps a bias for each. */
struct side {
	const char *ids, *factors, *bias;
};

static const struct side users = { "user_ids", "user_factors", "user_bias" };
static const struct side items = { "item_ids", "item_factors", "item_bias" };

/* x and bias (or NULL) are of the names `now`; *found <- how many of them the
 * file has. */
static int
take_side(const struct st_file *file, const struct side *side, struct mat *x,
    float *bias, const struct idmap *now, size_t *found)
{
	struct idmap *old = model_ids(file, side->ids);
	const float *old_bias = NULL;
	struct mat rows;
	int status = -1;

	if (old == NULL || model_mat(file, side->factors, idmap_count(old),
	    x->cols, &rows) != 0)
		goto done;
	if (bias != NULL && (old_bias = model_vec(file, side->bias,
	    rows.rows)) == NULL)
		goto done;
	for (uint32_t i = 0; i < x->rows; i++) {
		const uint32_t at = idmap_find(old, idmap_name(now, i));

		if (at == IDMAP_NONE)
			continue;
		memcpy(mat_row(x, i), mat_row(&rows, at), x->cols *
		    sizeof *x->x);
		if (bias != NULL)
			bias[i] = old_bias[at];
		++*found;
	}
	status = 0;
done:
	idmap_free(old);
	return status;
}

int
warm_check_model(const struct st_file *file, const char *method, size_t k)
{
	size_t factors;

	if (strcmp(model_method(file), method) != 0)
		return err_msg("%s: a model of method '%s', not %s",
		    st_path(file), model_method(file), method);
	if (model_size(file, "factors", &factors) != 0)
		return -1;
	if (factors != k)
		return err_msg("%s: a model of %zu factors cannot start one "
		    "of %zu: give --factors %zu", st_path(file), factors, k,
		    factors);
	return 0;
}

/* An older model has it, or had none. */
static int
take_pooling(const struct st_file *file, struct mat *pooling)
{
	struct mat V;

	if (pooling->rows == 0)
		return 0;
	if (st_find(file, "pooling") == NULL)
		return err_msg("%s: a model without --pooling cannot start "
		    "one with it", st_path(file));
	if (model_mat(file, "pooling", pooling->rows, pooling->cols, &V) != 0)
		return -1;
	memcpy(pooling->x, V.x, V.rows * V.cols * sizeof *V.x);
	return 0;
}

int
warm_start(struct factors *f, const struct mf_task *task, const char *method,
    struct mf_result *result)
{
	struct st_file *file;
	int status = -1;

	result->known_users = result->known_items = 0;
	if (task->init == NULL)
		return 0;
	file = model_open(task->init);
	if (file == NULL)
		return -1;
	if (warm_check_model(file, method, f->user.cols) == 0 &&
	    take_pooling(file, &f->pooling) == 0 &&
	    take_side(file, &users, &f->user, f->user_bias, task->data->users,
	    &result->known_users) == 0)
		status = take_side(file, &items, &f->item, f->item_bias,
		    task->data->items, &result->known_items);
	st_close(file);
	return status;
}

/* --- checkpoints -------------------------------------------------------- */

static void
put_factors(struct st_writer *w, const struct factors *f,
    const char *const names[5])
{
	model_put_mat(w, names[0], &f->user);
	model_put_mat(w, names[1], &f->item);
	if (f->pooling.rows > 0)
		model_put_mat(w, names[4], &f->pooling);
	if (f->user_bias == NULL)
		return;
	model_put_vec(w, names[2], f->user_bias, f->user.rows);
	model_put_vec(w, names[3], f->item_bias, f->item.rows);
}

static const char *const now_names[] = { "user_factors", "item_factors",
	"user_bias", "item_bias", "pooling" };
static const char *const best_names[] = { "best_user_factors",
	"best_item_factors", "best_user_bias", "best_item_bias",
	"best_pooling" };

struct st_writer *
warm_writer(const struct mf_task *task, const struct stopper *stop)
{
	struct st_writer *w = checkpoint_writer(stop);

	model_put_ids(w, "user_ids", task->data->users);
	model_put_ids(w, "item_ids", task->data->items);
	model_put_size(w, "factors", task->options->factors);
	model_put_size(w, "seed", task->train->seed);
	return w;
}

int
warm_checkpoint(const struct factors *f, const struct factors *best,
    const struct factors_method *m, const struct mf_task *task,
    const struct stopper *stop)
{
	struct st_writer *w;
	int status;

	if (task->checkpoint == NULL)
		return 0;
	w = warm_writer(task, stop);
	put_factors(w, f, now_names);
	if (best != NULL)
		put_factors(w, best, best_names);
	for (size_t i = 0; i < m->n_state; i++)
		model_put_vec(w, m->state[i].name, m->state[i].x,
		    m->state[i].n);
	status = st_write(w, task->checkpoint, 0);
	st_writer_free(w);
	return status;
}

static int
get_factors(const struct st_file *file, struct factors *f,
    const char *const names[5])
{
	struct factors_view v = { .user_bias = NULL };

	if (model_mat(file, names[0], f->user.rows, f->user.cols,
	    &v.user) != 0 ||
	    model_mat(file, names[1], f->item.rows, f->item.cols,
	    &v.item) != 0)
		return -1;
	if (f->pooling.rows > 0 && model_mat(file, names[4],
	    f->pooling.rows, f->pooling.cols, &v.pooling) != 0)
		return -1;
	if (f->user_bias != NULL && ((v.user_bias = model_vec(file, names[2],
	    f->user.rows)) == NULL || (v.item_bias = model_vec(file, names[3],
	    f->item.rows)) == NULL))
		return -1;
	memcpy(f->user.x, v.user.x, v.user.rows * v.user.cols *
	    sizeof *f->user.x);
	memcpy(f->item.x, v.item.x, v.item.rows * v.item.cols *
	    sizeof *f->item.x);
	if (f->pooling.rows > 0)
		memcpy(f->pooling.x, v.pooling.x, v.pooling.rows *
		    v.pooling.cols * sizeof *f->pooling.x);
	if (f->user_bias != NULL) {
		memcpy(f->user_bias, v.user_bias, v.user.rows *
		    sizeof *f->user_bias);
		memcpy(f->item_bias, v.item_bias, v.item.rows *
		    sizeof *f->item_bias);
	}
	return 0;
}

static int
get_state(const struct st_file *file, const struct factors_method *m)
{
	for (size_t i = 0; i < m->n_state; i++) {
		const struct factors_state *state = &m->state[i];
		const float *x = model_vec(file, state->name, state->n);

		if (x == NULL)
			return -1;
		memcpy(state->x, x, state->n * sizeof *x);
	}
	return 0;
}

int
warm_check(const struct st_file *file, const struct mf_task *task,
    struct stopper *stop)
{
	if (checkpoint_check_ids(file, "user_ids", task->data->users) != 0 ||
	    checkpoint_check_ids(file, "item_ids", task->data->items) != 0 ||
	    checkpoint_check_size(file, "factors",
	    task->options->factors) != 0 ||
	    checkpoint_check_size(file, "seed", task->train->seed) != 0)
		return -1;
	return checkpoint_stopper(file, stop);
}

static int
resume(const struct st_file *file, struct factors *f, struct factors *best,
    const struct factors_method *m, const struct mf_task *task,
    struct stopper *stop)
{
	if (warm_check(file, task, stop) != 0 ||
	    get_factors(file, f, now_names) != 0 || get_state(file, m) != 0)
		return -1;
	if (best == NULL)
		return 0;
	best->mean = f->mean;
	best->min = f->min;
	best->max = f->max;
	return get_factors(file, best, best_names);
}

int
warm_resume(struct factors *f, struct factors *best,
    const struct factors_method *m, const struct mf_task *task,
    struct stopper *stop)
{
	struct st_file *file;
	int status;

	if (task->resume == NULL)
		return 0;
	file = checkpoint_open(task->resume);
	if (file == NULL)
		return -1;
	status = resume(file, f, best, m, task, stop);
	st_close(file);
	return status;
}

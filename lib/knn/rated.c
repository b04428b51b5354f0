#include <stdlib.h>

#include "base/mem.h"
#include "knn/past.h"
#include "knn/rated.h"
#include "knn/similarity.h"
#include "model/model.h"

void
rated_fit(const struct knn_task *task, struct rated_data *d)
{
	const struct knn_options *o = task->options;
	const size_t n_items = idmap_count(task->data->items);

	d->item = mem_array("biases", n_items, sizeof *d->item);
	past_matrix(task->data, n_items, NULL, &d->x);
	bias_fit(&d->bias, &d->x, o->lambda_user, o->lambda_item, d->item);
}

void
rated_data_release(struct rated_data *d)
{
	csr_release(&d->x);
	free(d->item);
}

void
rated_put(struct st_writer *w, const struct knn_task *task,
    const struct rated_data *d)
{
	const struct bias *b = &d->bias;

	model_put_ids(w, "user_ids", task->data->users);
	knn_put_items(w, task);
	model_put_csr(w, "interactions", &d->x);
	model_put_vec(w, "item_bias", b->item, d->x.cols);
	model_put_real(w, "mean", b->mean);
	model_put_real(w, "min", (double)b->min);
	model_put_real(w, "max", (double)b->max);
	knn_put_settings(w, task->options);
}

void
rated_compare(const struct choice *similarity, const struct bias *b,
    struct csr *x)
{
	float *user;

	switch (similarity_compares(similarity)) {
	case COMPARES_REST:
		user = mem_array("biases", x->rows, sizeof *user);
		bias_take_off(b, x, user);
		free(user);
		break;
	case COMPARES_RATINGS:
		break;
	case COMPARES_ONES:
		for (uint64_t i = 0; i < csr_count(x); i++)
			x->values[i] = 1;
		break;
	}
}

static int
load_bias(const struct st_file *f, size_t n_items, struct bias *b)
{
	double min, max;

	if (model_real(f, "mean", &b->mean) != 0 ||
	    model_real(f, "min", &min) != 0 ||
	    model_real(f, "max", &max) != 0 ||
	    model_real(f, "lambda-user", &b->lambda_user) != 0 ||
	    model_real(f, "lambda-item", &b->lambda_item) != 0)
		return -1;
	b->min = (float)min;
	b->max = (float)max;
	b->item = model_vec(f, "item_bias", n_items);
	return b->item != NULL ? 0 : -1;
}

int
rated_load(struct scorer *s, struct rated *r)
{
	const size_t n_items = idmap_count(s->items);

	if (model_csr(s->file, "interactions", s->n_model_users, n_items,
	    &r->stored) != 0)
		return -1;
	if (load_bias(s->file, n_items, &r->bias) != 0 ||
	    model_size(s->file, "neighbours", &r->neighbours) != 0 ||
	    model_real(s->file, "damping", &r->damping) != 0)
		return -1;
	if (r->neighbours == 0 || r->damping < 0 || r->bias.lambda_user < 0)
		return err_msg("%s: the settings of the model are out of "
		    "range", st_path(s->file));
	s->predicts_ratings = 1;
	s->unknown = (float)r->bias.mean;
	return 0;
}

void
rated_own(const struct scorer *s, const struct rated *r, struct csr *own)
{
	struct csr fresh = { 0 };

	if (s->history != NULL)
		past_matrix(s->history, scorer_items(s), NULL, &fresh);
	past_or(s->history != NULL ? &fresh : NULL, &r->stored,
	    idmap_count(s->users), scorer_items(s), own);
	csr_release(&fresh);
}

void
rated_prepare(const struct scorer *s, struct rated *r)
{
	rated_own(s, r, &r->rest);
	r->user_bias = mem_array("biases", r->rest.rows, sizeof *r->user_bias);
	bias_take_off(&r->bias, &r->rest, r->user_bias);
}

void
rated_release(struct rated *r)
{
	csr_release(&r->rest);
	free(r->user_bias);
}

int
rated_knows(const struct rated *r, uint32_t u)
{
	return u < r->rest.rows && csr_row_count(&r->rest, u) > 0;
}

double
rated_baseline(const struct rated *r, uint32_t u, uint32_t i)
{
	double b = r->bias.mean;

	if (u < r->rest.rows)
		b += (double)r->user_bias[u];
	if (i < r->rest.cols)
		b += (double)r->bias.item[i];
	return b;
}

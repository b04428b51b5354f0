#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/model.h"
#include "nn/fit.h"
#include "nn/mlp.h"
#include "nn/ops.h"

/* --- the network ---------------------------------------------------------- */

void
mlp_init(struct mlp *m, size_t n_features, enum loss loss, size_t outputs,
    const struct tower *tower)
{
	*m = (struct mlp){ .params = params_new(), .tower = *tower,
		.loss = loss, .n_features = n_features, .outputs = outputs,
		.label_deviation = 1 };
	m->mean = mem_array("feature means", n_features, sizeof(float));
	m->scale = mem_array("feature scales", n_features, sizeof(float));
	tower_params_to(&m->tower, m->params, "", n_features, outputs);
	m->tower.W[0]->spec.ids = "feature_names";
}

void
mlp_release(struct mlp *m)
{
	params_free(m->params);
	free(m->mean);
	free(m->scale);
	*m = (struct mlp){ 0 };
}

int
mlp_is_regression(const struct mlp *m)
{
	return m->loss == LOSS_MSE || m->loss == LOSS_MAE;
}

/* The loss of y (n, outputs), and what it says of a row. */
static void
add_loss(const struct mlp *m, struct node *y, struct mlp_net *net)
{
	struct graph *g = net->graph;

	net->score = m->loss == LOSS_SOFTMAX ? op_shares(g, y) :
	    m->loss == LOSS_BCE ? op_sigmoid(g, y) : y;
	if (m->loss == LOSS_SOFTMAX) {
		net->loss = classes_loss(&net->classes, g, y);
		return;
	}
	net->label = op_floats(g, 0, 1, 1);
	net->loss = m->loss == LOSS_MSE ? op_mse(g, y, net->label) :
	    m->loss == LOSS_MAE ? op_mae(g, y, net->label) :
	    m->loss == LOSS_HINGE ? op_hinge(g, y, net->label) :
	    op_bce(g, y, net->label);
}

void
mlp_build(const struct mlp *m, size_t most_examples, double dropout,
    const struct classes *learnt, struct mlp_net *net)
{
	struct graph *g = graph_new(most_examples);

	*net = (struct mlp_net){ .graph = g,
		.x = op_floats(g, 0, 1, m->n_features) };
	if (learnt != NULL)
		net->classes = *learnt;
	net->classes.n = m->outputs;
	add_loss(m, tower_nodes(&m->tower, g, net->x, 0, dropout), net);
}

/* --- standard units ------------------------------------------------------- */

void
mlp_standardise(const struct mlp *m, const float *rows, size_t n, float *out)
{
	const size_t d = m->n_features;

	for (size_t r = 0; r < n; r++)
		for (size_t j = 0; j < d; j++)
			out[r * d + j] = (rows[r * d + j] - m->mean[j]) *
			    m->scale[j];
}

/* Means first, then deviations from them (two passes keep the digits). */
static void
measure_features(struct mlp *m, const struct mat *x)
{
	double *sum = mem_array("feature means", x->cols, sizeof *sum);
	const double n = (double)x->rows;

	for (size_t r = 0; r < x->rows; r++)
		for (size_t j = 0; j < x->cols; j++)
			sum[j] += (double)mat_row(x, r)[j];
	for (size_t j = 0; j < x->cols; j++) {
		m->mean[j] = (float)(sum[j] / n);
		sum[j] = 0;
	}
	for (size_t r = 0; r < x->rows; r++)
		for (size_t j = 0; j < x->cols; j++) {
			const double e = (double)mat_row(x, r)[j] -
			    (double)m->mean[j];

			sum[j] += e * e;
		}
	for (size_t j = 0; j < x->cols; j++) {
		/* a constant's mean may be off by a rounding */
		const double least = 1e-6 * fabs((double)m->mean[j]);
		const double deviation = sqrt(sum[j] / n);

		m->scale[j] = deviation > least ? (float)(1 / deviation) : 0;
	}
	free(sum);
}

static void
measure_labels(struct mlp *m, const float *label, size_t n)
{
	double sum = 0, squares = 0, deviation;

	for (size_t r = 0; r < n; r++)
		sum += (double)label[r];
	m->label_mean = (float)(sum / (double)n);
	for (size_t r = 0; r < n; r++) {
		const double e = (double)label[r] - sum / (double)n;

		squares += e * e;
	}
	deviation = sqrt(squares / (double)n);
	m->label_deviation = deviation > 0 ? (float)deviation : 1;
}

/* --- training ------------------------------------------------------------- */

struct mlp_data {
	const struct mlp *m;
	const struct mlp_net *net;
	const struct features *f;
};

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct mlp_data *d = arg;
	const struct mlp *m = d->m;
	float *x = work_floats(w, d->net->x);

	for (size_t r = 0; r < piece->n; r++) {
		const size_t e = piece->example[r];

		mlp_standardise(m, mat_row(&d->f->x, e), 1,
		    x + r * m->n_features);
		if (m->loss != LOSS_SOFTMAX)
			work_floats(w, d->net->label)[r] = (d->f->label[e] -
			    m->label_mean) / m->label_deviation;
	}
	if (m->loss == LOSS_SOFTMAX)
		classes_feed(&d->net->classes, w, piece);
}

static int
write_model(const struct nn_job *job, const struct mlp *m)
{
	struct st_writer *w = nn_writer("mlp", job);

	model_put_ids(w, "feature_names", job->features->names);
	model_put_vec(w, "feature_mean", m->mean, m->n_features);
	model_put_vec(w, "feature_scale", m->scale, m->n_features);
	if (m->loss == LOSS_SOFTMAX)
		model_put_ids(w, "class_names", job->features->classes);
	if (mlp_is_regression(m)) {
		model_put_real(w, "label_mean", (double)m->label_mean);
		model_put_real(w, "label_deviation",
		    (double)m->label_deviation);
	}
	params_put(m->params, w);
	return nn_write(job, w);
}

static int
fit(struct nn_job *job, struct mlp *m)
{
	const struct nn_options *o = job->options;
	const struct classes learnt = { .label = job->features->label,
		.shares = job->shares };
	struct mlp_net net;
	struct mlp_data d = { m, &net, job->features };
	struct scorer scorer = { .features = job->features->names,
		.classes = job->features->classes };
	struct fit_task task = { .params = m->params,
		.n_examples = job->features->n, .feed = feed, .arg = &d };
	int status;

	mlp_build(m, fit_shard(o->batch), o->dropout, &learnt, &net);
	task.graph = net.graph;
	task.loss = net.loss;
	mlp_serve(m, &scorer);
	status = nn_fit(job, &task, &scorer);
	scorer.ops->free(&scorer);
	graph_free(net.graph);
	return status;
}

int
mlp_train(struct nn_job *job)
{
	const struct features *f = job->features;
	const enum loss loss = loss_of(job->options->loss);
	const size_t outputs = loss == LOSS_SOFTMAX ?
	    idmap_count(f->classes) : 1;
	struct tower tower;
	struct mlp m;
	int status = -1;

	if (tower_parse(job->options->layers, &tower) != 0)
		return -1;
	tower.norm = tower_norm_of(job->options->norm);
	if (f->n > UINT32_MAX)
		return err_msg("%zu rows are more than an epoch can have",
		    f->n);
	if (loss == LOSS_SOFTMAX && outputs < 2)
		return err_msg("all labels are '%.*s': a softmax wants two "
		    "classes", SPAN_ARGS(idmap_name(f->classes, 0)));
	mlp_init(&m, f->x.cols, loss, outputs, &tower);
	measure_features(&m, &f->x);
	if (mlp_is_regression(&m))
		measure_labels(&m, f->label, f->n);
	if (nn_begin(job, m.params) == 0 && fit(job, &m) == 0)
		status = write_model(job, &m);
	mlp_release(&m);
	return status;
}

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/model.h"
#include "nn/mlp.h"
#include "nn/workers.h"

enum { CHUNK = 256 };		/* rows that go through the layers at once */

struct serving {
	const struct mlp *m;
	struct mlp own;			/* a loaded model; else not used */
	struct mlp_net net;
	struct workers workers;
};

static int
prepare(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	if (s->workers.plan != NULL)
		return 0;
	mlp_build(s->m, CHUNK, 0, NULL, &s->net);
	workers_init(&s->workers, s->net.graph, s->m->params, s->net.score);
	return 0;
}

static void
serving_free(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	workers_release(&s->workers);
	graph_free(s->net.graph);
	mlp_release(&s->own);
	free(s);
}

static void
rows(const struct scorer *scorer, const struct features *f, size_t first,
    size_t n, float *scores, size_t worker)
{
	const struct serving *s = scorer->state;
	const struct mlp *m = s->m;
	struct work *w = s->workers.work[worker];

	for (size_t at = 0; at < n; at += CHUNK) {
		const size_t k = n - at < CHUNK ? n - at : CHUNK;
		float *x;

		/* all rows, because products of another size may end in other
		 * bits: a row has one score wherever it stands */
		work_begin(w, &(struct work_place){ .shard = NULL });
		work_rows(w, 0, CHUNK);
		x = work_floats(w, s->net.x);
		mlp_standardise(m, mat_row(&f->x, first + at), k, x);
		memset(x + k * f->x.cols, 0, (CHUNK - k) * f->x.cols *
		    sizeof *x);
		memcpy(scores + at * m->outputs, work_forward(w),
		    k * m->outputs * sizeof *scores);
	}
	for (size_t r = 0; mlp_is_regression(m) && r < n; r++)
		scores[r] = scores[r] * m->label_deviation + m->label_mean;
}

static const struct scorer_ops ops = {
	.prepare = prepare, .rows = rows, .free = serving_free
};

void
mlp_serve(const struct mlp *m, struct scorer *scorer)
{
	struct serving *s = mem_array("a model", 1, sizeof *s);

	s->m = m;
	scorer->state = s;
	scorer->ops = &ops;
	scorer->outputs = m->outputs;
}

/* What the network was trained for; a model without a loss is older. */
static int
load_loss(const struct scorer *scorer, enum loss *loss, size_t *outputs)
{
	const struct st_file *f = scorer->file;
	const char *name = st_meta(f, "loss");
	const struct choice *what = choice_find(loss_choice, span_of(
	    name != NULL ? name : "bce"));

	if (what == NULL)
		return err_msg("%s: no loss is called '%s'", st_path(f), name);
	*loss = loss_of(what);
	if ((*loss == LOSS_SOFTMAX) != (scorer->classes != NULL))
		return err_msg("%s: a model of loss %s %s class_names",
		    st_path(f), what->name, *loss == LOSS_SOFTMAX ?
		    "without" : "with");
	*outputs = scorer->classes != NULL ? idmap_count(scorer->classes) : 1;
	return 0;
}

static int
load_labels(const struct st_file *f, struct mlp *m)
{
	double mean, deviation;

	if (!mlp_is_regression(m))
		return 0;
	if (model_real(f, "label_mean", &mean) != 0 ||
	    model_real(f, "label_deviation", &deviation) != 0)
		return -1;
	m->label_mean = (float)mean;
	m->label_deviation = (float)deviation;
	return 0;
}

static int
load_tensors(const struct st_file *f, struct mlp *m)
{
	const float *mean = model_vec(f, "feature_mean", m->n_features);
	const float *scale = mean == NULL ? NULL :
	    model_vec(f, "feature_scale", m->n_features);

	if (scale == NULL || params_load(m->params, f) != 0)
		return -1;
	memcpy(m->mean, mean, m->n_features * sizeof *mean);
	memcpy(m->scale, scale, m->n_features * sizeof *scale);
	return 0;
}

int
mlp_load(struct scorer *scorer)
{
	const struct st_file *f = scorer->file;
	const char *layers = st_meta(f, "layers");
	const struct choice *norm;
	struct tower tower;
	struct serving *s;
	struct mlp m;
	enum loss loss = LOSS_BCE;
	size_t outputs = 1;

	if (layers == NULL)
		return err_msg("%s: the metadata has no 'layers'", st_path(f));
	if (scorer->features == NULL || idmap_count(scorer->features) == 0)
		return err_msg("%s: the model has no features", st_path(f));
	if (load_loss(scorer, &loss, &outputs) != 0 ||
	    tower_parse(layers, &tower) != 0 ||
	    tower_norm_read(f, &norm) != 0)
		return -1;
	tower.norm = tower_norm_of(norm);
	mlp_init(&m, idmap_count(scorer->features), loss, outputs, &tower);
	if (load_tensors(f, &m) != 0 || load_labels(f, &m) != 0) {
		mlp_release(&m);
		return -1;
	}
	mlp_serve(&m, scorer);
	s = scorer->state;
	s->own = m;
	s->m = &s->own;
	return 0;
}

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/model.h"
#include "nn/deepcf.h"
#include "nn/fit.h"
#include "nn/negatives.h"
#include "nn/ops.h"

/* --- the network ---------------------------------------------------------- */

static const double first_embedding = 0.2;	/* standard deviation */

static struct param *
table(struct params *ps, const char *name, const char *ids, size_t rows,
    size_t cols)
{
	return params_add(ps, &(struct param_spec){ .name = name,
	    .rows = rows, .cols = cols, .init = cols > 1 ? PARAM_NORMAL :
	    PARAM_CONSTANT, .scale = cols > 1 ? first_embedding : 0,
	    .sparse = 1, .ids = ids });
}

void
deepcf_init(struct deepcf *m, size_t n_users, size_t n_items, size_t factors,
    const struct tower *tower)
{
	*m = (struct deepcf){ .params = params_new(), .tower = *tower,
		.factors = factors };
	m->users = table(m->params, "user_embeddings", "user_ids", n_users,
	    factors);
	m->items = table(m->params, "item_embeddings", "item_ids", n_items,
	    factors);
	m->user_bias = table(m->params, "user_bias", "user_ids", n_users, 1);
	m->item_bias = table(m->params, "item_bias", "item_ids", n_items, 1);
	tower_params(&m->tower, m->params, 2 * factors);
}

void
deepcf_release(struct deepcf *m)
{
	params_free(m->params);
	m->params = NULL;
}

void
deepcf_build(const struct deepcf *m, size_t most_examples, double dropout,
    struct deepcf_net *net)
{
	struct graph *g = graph_new(most_examples);
	struct node *x, *y;

	net->graph = g;
	net->ids = op_ids(g, 0, 1, 2);
	net->target = op_floats(g, 0, 1, 1);
	x = op_embed(g, net->ids, (struct param *[]){ m->users, m->items }, 2);
	if (dropout > 0)
		x = op_dropout(g, x, dropout);
	y = op_add(g, tower_nodes(&m->tower, g, x, 0, dropout),
	    op_bias(g, net->ids,
	    (struct param *[]){ m->user_bias, m->item_bias }, 2));
	net->loss = m->ratings ? op_mse(g, y, net->target) :
	    op_bce(g, y, net->target);
}

/* --- settings ------------------------------------------------------------- */

/*
 * Ratings: chosen on held-out parts of the training data of MovieLens 100K
 * and of MovieLens 1M, and between them by the logarithm of the number of
 * ratings; implicit feedback: on those of a made-up shop (srs-synth).
 */
void
deepcf_settle(struct nn_options *o, const struct nn_job *data)
{
	const double n = (double)csr_count(&data->inter->by_user);
	const double more = fmin(fmax(log10(n) - 5, 0), 1);

	if (o->epochs == SIZE_MAX)
		o->epochs = o->ratings ? 25 : 15;
	if (isnan(o->weight_decay))
		o->weight_decay = o->ratings ? 0.001 * pow(0.3, more) : 0.0001;
	if (isnan(o->dropout))
		o->dropout = o->ratings ? 0.3 - 0.2 * more : 0;
}

/* --- training ------------------------------------------------------------- */

/*
 * Examples: first what was observed, user by user; then, for implicit
 * feedback, `negatives` for each observed one of the users that leave items to
 * draw, which come first.
 */
struct deepcf_data {
	const struct deepcf *m;
	const struct deepcf_net *net;
	struct csr had;		/* (users, items) each once, ascending */
	uint32_t *user, *item;	/* (n_observed) */
	float *value;		/* (n_observed) less the mean, or 1 */
	size_t n_observed, n_drawable, negatives;
};

static void
take_row(struct deepcf_data *d, uint32_t u)
{
	for (uint64_t p = d->had.indptr[u]; p < d->had.indptr[u + 1]; p++) {
		d->user[d->n_observed] = u;
		d->item[d->n_observed] = d->had.indices[p];
		d->value[d->n_observed++] = d->m->ratings ?
		    d->had.values[p] - d->m->mean : 1;
	}
}

static void
take_rows(struct deepcf_data *d)
{
	const size_t n = (size_t)csr_count(&d->had);

	d->user = mem_array("examples", n, sizeof *d->user);
	d->item = mem_array("examples", n, sizeof *d->item);
	d->value = mem_array("examples", n, sizeof *d->value);
	for (uint32_t u = 0; u < d->had.rows; u++)
		if (negatives_left(&d->had, u) > 0)
			take_row(d, u);
	d->n_drawable = d->n_observed;
	for (uint32_t u = 0; u < d->had.rows; u++)
		if (negatives_left(&d->had, u) == 0)
			take_row(d, u);
}

static void
data_release(struct deepcf_data *d)
{
	csr_release(&d->had);
	free(d->user);
	free(d->item);
	free(d->value);
}

static size_t
count_examples(const struct deepcf_data *d)
{
	return d->m->ratings ? d->n_observed :
	    d->n_observed + d->n_drawable * d->negatives;
}

/* Negative number e of this epoch: a function of seed, epoch and e. */
static uint32_t
draw(const struct deepcf_data *d, const struct fit_piece *piece,
    uint64_t stream, size_t e, uint32_t user)
{
	struct rng rng = { .seed = piece->seed, .stream = stream };

	rng.index = (uint64_t)e << 16;	/* blocks of its own */
	return negatives_at(&d->had, user, rng_below(&rng,
	    (uint32_t)negatives_left(&d->had, user)));
}

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct deepcf_data *d = arg;
	const uint64_t stream = rng_stream("deepcf.negatives", piece->epoch);
	uint32_t *ids = work_ids(w, d->net->ids);
	float *target = work_floats(w, d->net->target);

	for (size_t r = 0; r < piece->n; r++) {
		const size_t e = piece->example[r];

		if (e < d->n_observed) {
			ids[2 * r] = d->user[e];
			ids[2 * r + 1] = d->item[e];
			target[r] = d->value[e];
		} else {
			const size_t k = e - d->n_observed;

			ids[2 * r] = d->user[k / d->negatives];
			ids[2 * r + 1] = draw(d, piece, stream, k,
			    ids[2 * r]);
			target[r] = 0;
		}
	}
}

static void
measure_ratings(struct deepcf *m, const struct csr *had)
{
	const size_t n = (size_t)csr_count(had);
	double sum = 0;

	m->min = INFINITY;
	m->max = -INFINITY;
	for (size_t p = 0; p < n; p++) {
		sum += (double)had->values[p];
		m->min = fminf(m->min, had->values[p]);
		m->max = fmaxf(m->max, had->values[p]);
	}
	m->mean = (float)(sum / (double)n);
}

static int
write_model(const struct nn_job *job, const struct deepcf *m)
{
	struct st_writer *w = nn_writer("deepcf", job);

	model_put_ids(w, "user_ids", job->inter->users);
	model_put_ids(w, "item_ids", job->inter->items);
	params_put(m->params, w);
	if (m->ratings) {
		model_put_real(w, "mean", (double)m->mean);
		model_put_real(w, "min", (double)m->min);
		model_put_real(w, "max", (double)m->max);
	}
	return nn_write(job, w);
}

static int
fit(struct nn_job *job, struct deepcf *m, struct deepcf_data *d)
{
	const struct nn_options *o = job->options;
	struct deepcf_net net;
	struct scorer scorer = { .users = job->inter->users,
		.items = job->inter->items,
		.n_model_users = d->had.rows };
	struct fit_task task = { .params = m->params,
		.n_examples = count_examples(d), .feed = feed, .arg = d };
	int status;

	deepcf_build(m, fit_shard(o->batch), o->dropout, &net);
	d->net = &net;
	task.graph = net.graph;
	task.loss = net.loss;
	deepcf_serve(m, &scorer);
	status = nn_fit(job, &task, &scorer);
	scorer.ops->free(&scorer);
	graph_free(net.graph);
	return status;
}

int
deepcf_train(struct nn_job *job)
{
	const struct nn_options *o = job->options;
	struct deepcf m;
	struct deepcf_data d = { .m = &m, .negatives = o->negatives };
	struct tower tower;
	int status = -1;

	if (tower_parse(o->layers, &tower) != 0)
		return -1;
	inter_matrix(job->inter, o->ratings ? CSR_LAST : CSR_SUM, &d.had);
	deepcf_init(&m, d.had.rows, d.had.cols, o->factors, &tower);
	m.ratings = o->ratings;
	if (m.ratings)
		measure_ratings(&m, &d.had);
	take_rows(&d);
	if (count_examples(&d) > UINT32_MAX)
		err_msg("%zu examples are more than an epoch can have: lower "
		    "--negatives", count_examples(&d));
	else if (nn_begin(job, m.params) == 0 && fit(job, &m, &d) == 0)
		status = write_model(job, &m);
	data_release(&d);
	deepcf_release(&m);
	return status;
}

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "model/model.h"
#include "nn/fit.h"
#include "nn/multvae.h"
#include "nn/ops.h"

/* --- the network ---------------------------------------------------------- */

static struct param *
weight(struct multvae *m, const char *name, size_t in, size_t out,
    struct param_spec spec)
{
	char full[64];

	snprintf(full, sizeof full, "%s.weight", name);
	spec.name = full;
	spec.init = PARAM_UNIFORM;
	spec.scale = sqrt(6.0 / (double)(in + out));
	return params_add(m->params, &spec);
}

static struct param *
bias(struct multvae *m, const char *name, size_t cols)
{
	char full[64];

	snprintf(full, sizeof full, "%s.bias", name);
	return params_add(m->params, &(struct param_spec){ .name = full,
	    .rows = 1, .cols = cols, .no_decay = 1 });
}

static struct multvae_layer
layer(struct multvae *m, const char *name, size_t number, size_t in,
    size_t out)
{
	char full[32];

	snprintf(full, sizeof full, "%s%.0zu", name, number);
	return (struct multvae_layer){ weight(m, full, in, out,
	    (struct param_spec){ .rows = in, .cols = out }),
	    bias(m, full, out) };
}

int
multvae_init(struct multvae *m, size_t n_items, size_t factors,
    const char *layers)
{
	size_t n;

	*m = (struct multvae){ .params = params_new(), .n_items = n_items,
		.factors = factors };
	if (tower_parse(layers, &m->shape) != 0)
		return -1;
	n = m->shape.n;
	m->first = weight(m, "encoder1", n_items, m->shape.width[0],
	    (struct param_spec){ .rows = n_items, .sparse = 1,
	    .cols = m->shape.width[0], .ids = "item_ids" });
	m->first_b = bias(m, "encoder1", m->shape.width[0]);
	for (size_t i = 1; i < n; i++)
		m->down[i] = layer(m, "encoder", i + 1, m->shape.width[i - 1],
		    m->shape.width[i]);
	m->mean = layer(m, "mean", 0, m->shape.width[n - 1], factors);
	m->log_var = layer(m, "log_var", 0, m->shape.width[n - 1], factors);
	for (size_t i = n; i-- > 0;)
		m->up[i] = layer(m, "decoder", n - i, i + 1 < n ?
		    m->shape.width[i + 1] : factors, m->shape.width[i]);
	m->last = weight(m, "item", n_items, m->shape.width[0],
	    (struct param_spec){ .rows = n_items,
	    .cols = m->shape.width[0], .ids = "item_ids" });
	m->last_b = bias(m, "item", n_items);
	m->last_b->spec.ids = "item_ids";
	return 0;
}

void
multvae_release(struct multvae *m)
{
	params_free(m->params);
	m->params = NULL;
}

static struct node *
dense(struct graph *g, struct node *x, struct multvae_layer l, enum op_act act)
{
	return op_dense(g, x, l.W, l.b, act);
}

void
multvae_build(const struct multvae *m, size_t most_users, size_t most_entries,
    struct multvae_net *net)
{
	struct graph *g = graph_new(most_users);
	const size_t read = graph_axis(g, most_entries);
	const size_t wanted = graph_axis(g, most_entries);
	struct node *x, *mean, *log_var;

	*net = (struct multvae_net){ .graph = g,
		.item = op_ids(g, read, 1, 1),
		.value = op_floats(g, read, 1, 1),
		.row = op_ids(g, read, 1, 1) };
	x = op_tanh(g, op_shift(g, op_sums(g, net->item, net->value, net->row,
	    m->first), m->first_b));
	for (size_t i = 1; i < m->shape.n; i++)
		x = dense(g, x, m->down[i], OP_TANH);
	mean = dense(g, x, m->mean, OP_LINEAR);
	log_var = dense(g, x, m->log_var, OP_LINEAR);
	x = op_gauss(g, mean, log_var);
	for (size_t i = m->shape.n; i-- > 0;)
		x = dense(g, x, m->up[i], OP_TANH);
	net->top = x;
	net->target = op_ids(g, wanted, 1, 1);
	net->target_row = op_ids(g, wanted, 1, 1);
	net->beta = op_floats(g, 0, 1, 1);
	net->loss = op_add(g, op_multinomial(g, op_logits(g, x, m->last,
	    m->last_b), net->target, net->target_row, NULL),
	    op_kl(g, mean, log_var, net->beta));
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

size_t
multvae_items(const struct multvae *m, const struct inter *in, size_t user,
    uint32_t *out)
{
	const struct csr *had = &in->by_user;
	size_t n = 0, k = 0;

	for (uint64_t p = had->indptr[user]; p < had->indptr[user + 1]; p++)
		if (had->indices[p] < m->n_items)
			out[n++] = had->indices[p];
	qsort(out, n, sizeof *out, by_number);
	for (size_t i = 0; i < n; i++)
		if (k == 0 || out[i] != out[k - 1])
			out[k++] = out[i];
	return k;
}

/* --- training ------------------------------------------------------------- */

struct vae_data {
	const struct multvae_net *net;
	const struct nn_options *options;
	struct csr had;			/* (users, items) each once */
	uint32_t *user;			/* (n) who had anything */
	size_t n;
};

/* What is read: each item is left out with probability `dropout`, the others
 * are made up for that. */
static size_t
feed_user(const struct vae_data *d, struct work *w, uint32_t r, uint32_t u,
    struct rng *rng, size_t at)
{
	const double keep = 1 - d->options->dropout;
	const uint32_t *had = d->had.indices + d->had.indptr[u];
	const size_t n = csr_row_count(&d->had, u);
	const float value = (float)(1 / (keep * sqrt((double)n)));

	for (size_t i = 0; i < n; i++) {
		if (rng_real(rng) >= keep)
			continue;
		work_ids(w, d->net->item)[at] = had[i];
		work_floats(w, d->net->value)[at] = value;
		work_ids(w, d->net->row)[at++] = r;
	}
	return at;
}

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct vae_data *d = arg;
	const struct nn_options *o = d->options;
	const double half = (double)(o->epochs + 1) / 2;
	const double risen = fmin((double)(piece->epoch - 1) / half, 1);
	size_t read = 0, wanted = 0;

	for (uint32_t r = 0; r < piece->n; r++) {
		const uint32_t u = d->user[piece->example[r]];
		struct rng rng;

		rng_init(&rng, piece->seed, rng_stream("multvae.dropout",
		    (uint64_t)piece->epoch << 32 | u));
		read = feed_user(d, w, r, u, &rng, read);
		for (uint64_t p = d->had.indptr[u]; p < d->had.indptr[u + 1];
		    p++, wanted++) {
			work_ids(w, d->net->target)[wanted] =
			    d->had.indices[p];
			work_ids(w, d->net->target_row)[wanted] = r;
		}
		work_floats(w, d->net->beta)[r] = (float)(o->anneal * risen);
	}
	work_rows(w, d->net->item->shape.axis, read);
	work_rows(w, d->net->target->shape.axis, wanted);
}

/* The most that n users had together. */
static size_t
most_entries(const struct vae_data *d, size_t n)
{
	uint32_t *count = mem_array("users", d->n, sizeof *count);
	size_t sum = 0;

	for (size_t i = 0; i < d->n; i++)
		count[i] = (uint32_t)csr_row_count(&d->had, d->user[i]);
	qsort(count, d->n, sizeof *count, by_number);
	for (size_t i = 0; i < n && i < d->n; i++)
		sum += count[d->n - 1 - i];
	free(count);
	return sum;
}

static int
write_model(const struct nn_job *job, const struct multvae *m)
{
	struct st_writer *w = nn_writer("multvae", job);

	model_put_ids(w, "item_ids", job->inter->items);
	params_put(m->params, w);
	return nn_write(job, w);
}

static int
fit(struct nn_job *job, const struct multvae *m, struct vae_data *d)
{
	const size_t most = fit_shard(job->options->batch);
	struct multvae_net net;
	struct scorer scorer = { .users = job->inter->users,
		.items = job->inter->items, .history = job->inter };
	struct fit_task task = { .params = m->params, .n_examples = d->n,
		.feed = feed, .arg = d };
	int status;

	multvae_build(m, most, most_entries(d, most), &net);
	d->net = &net;
	task.graph = net.graph;
	task.loss = net.loss;
	multvae_serve(m, &scorer);
	status = nn_fit(job, &task, &scorer);
	scorer.ops->free(&scorer);
	graph_free(net.graph);
	return status;
}

int
multvae_train(struct nn_job *job)
{
	const struct nn_options *o = job->options;
	struct vae_data d = { .options = o };
	struct multvae m;
	int status = -1;

	if (multvae_init(&m, idmap_count(job->inter->items), o->factors,
	    o->layers) != 0) {
		multvae_release(&m);
		return -1;
	}
	inter_matrix(job->inter, CSR_SUM, &d.had);
	d.user = mem_array("users", d.had.rows, sizeof *d.user);
	for (uint32_t u = 0; u < d.had.rows; u++)
		if (csr_row_count(&d.had, u) > 0)
			d.user[d.n++] = u;
	if (nn_begin(job, m.params) == 0 && fit(job, &m, &d) == 0)
		status = write_model(job, &m);
	free(d.user);
	csr_release(&d.had);
	multvae_release(&m);
	return status;
}

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model/model.h"
#include "nn/fit.h"
#include "nn/ops.h"
#include "nn/seqnet.h"
#include "nn/teacher.h"

static const double first_embedding = 0.02;	/* standard deviation */

/* --- the network ---------------------------------------------------------- */

static struct param *
add_param(struct seqnet *net, const char *name, size_t block,
    const char *part, struct param_spec spec)
{
	char full[64];

	if (block > 0)
		snprintf(full, sizeof full, "block%zu.%s.%s", block, name,
		    part);
	else
		snprintf(full, sizeof full, "%s.%s", name, part);
	spec.name = full;
	return params_add(net->params, &spec);
}

struct seqnet_layer
seqnet_layer(struct seqnet *net, const char *name, size_t block, size_t in,
    size_t out)
{
	struct param_spec spec = { .rows = in, .cols = out,
		.init = PARAM_UNIFORM,
		.scale = sqrt(6.0 / (double)(in + out)) };

	if (net->kind->first_weight > 0) {
		spec.init = PARAM_NORMAL;
		spec.scale = net->kind->first_weight;
	}
	return (struct seqnet_layer){
		add_param(net, name, block, "weight", spec),
		add_param(net, name, block, "bias", (struct param_spec){
		    .rows = 1, .cols = out, .no_decay = 1 }) };
}

struct seqnet_layer
seqnet_norm(struct seqnet *net, const char *name, size_t block)
{
	return (struct seqnet_layer){
		add_param(net, name, block, "gain", (struct param_spec){
		    .rows = 1, .cols = net->factors, .scale = 1,
		    .no_decay = 1 }),
		add_param(net, name, block, "bias", (struct param_spec){
		    .rows = 1, .cols = net->factors, .no_decay = 1 }) };
}

struct node *
seqnet_dense(const struct seqnet_net *in, struct node *x,
    struct seqnet_layer l)
{
	return op_dense(in->graph, x, l.W, l.b, OP_LINEAR);
}

struct node *
seqnet_had(const struct seqnet *net, const struct seqnet_net *in)
{
	return op_embed_times(in->graph, in->item, net->items,
	    sqrt((double)net->factors));
}

struct node *
seqnet_dropout(const struct seqnet_net *in, struct node *x)
{
	return in->dropout > 0 ? op_dropout(in->graph, x, in->dropout) : x;
}

/* A filter sees no more than the items that are looked at. */
static int
find_windows(struct seqnet *net, const char *text)
{
	if (windows_parse(text, &net->windows) != 0)
		return -1;
	for (size_t i = 0; i < net->windows.n; i++)
		if (net->windows.width[i] > net->recent)
			return err_msg("windows '%s': %zu is more than the "
			    "%zu recent items", text, net->windows.width[i],
			    net->recent);
	return 0;
}

int
seqnet_init(struct seqnet *net, const struct seqnet_kind *kind, size_t n_items,
    const struct nn_options *o)
{
	*net = (struct seqnet){ .kind = kind, .params = params_new(),
		.n_items = n_items, .factors = o->factors,
		.length = o->length, .heads = o->heads,
		.n_blocks = o->blocks, .units = o->units,
		.recent = o->recent };
	if (kind->has_windows && find_windows(net, o->windows) != 0)
		return -1;
	net->items = params_add(net->params, &(struct param_spec){
	    .name = "item_embeddings", .rows = n_items, .cols = o->factors,
	    .init = PARAM_NORMAL, .scale = first_embedding, .sparse = 1,
	    .ids = "item_ids" });
	if (kind->has_places)
		net->places = params_add(net->params, &(struct param_spec){
		    .name = "places", .rows = o->length, .cols = o->factors,
		    .init = PARAM_NORMAL, .scale = first_embedding });
	kind->declare(net);
	return 0;
}

void
seqnet_release(struct seqnet *net)
{
	params_free(net->params);
	*net = (struct seqnet){ .kind = NULL };
}

static void
add_loss(const struct seqnet *net, const struct seqloss *loss,
    struct seqnet_net *in)
{
	struct graph *g = in->graph;
	const size_t others = graph_axis(g, loss->candidates);

	in->target = op_ids(g, in->item->shape.axis, 1, 1);
	in->candidate = op_ids(g, others, 1, 1);
	in->level = op_floats(g, others, 1, 1);
	in->loss = op_contest(g, &(struct op_contest){ .h = in->steps,
	    .target = in->target, .candidates = in->candidate,
	    .level = in->level, .table = net->items, .rule = loss->rule,
	    .weight = loss->weight });
}

void
seqnet_build(const struct seqnet *net, size_t most, const struct seqloss *loss,
    double dropout, struct seqnet_net *in)
{
	struct graph *g = graph_new(most);
	const size_t steps = graph_axis(g, most * net->length);

	*in = (struct seqnet_net){ .graph = g, .dropout = dropout,
		.item = op_ids(g, steps, 1, 1),
		.seq = op_ids(g, steps, 1, 1) };
	if (net->places != NULL)
		in->place = op_ids(g, steps, 1, 1);
	in->steps = net->kind->steps(net, in);
	if (loss != NULL)
		add_loss(net, loss, in);
}

void
seqnet_put(const struct seqnet *net, const struct seqnet_net *in,
    struct work *w, const uint32_t *items, size_t n, uint32_t seq, size_t m)
{
	uint32_t *item = work_ids(w, in->item) + m;
	uint32_t *number = work_ids(w, in->seq) + m;

	for (size_t t = 0; t < n; t++) {
		item[t] = items[t];
		number[t] = seq;
	}
	for (uint32_t t = 0; in->place != NULL && t < n; t++)
		work_ids(w, in->place)[m + t] =
		    (uint32_t)(net->length - n) + t;
}

size_t
seqnet_items(const struct seqnet *net, const struct inter *in, size_t user,
    size_t most, uint32_t *out)
{
	const struct csr *m = &in->by_user;
	uint64_t from = m->indptr[user + 1];
	size_t n = 0;

	for (size_t k = 0; k < most && from > m->indptr[user];)
		k += m->indices[--from] < net->n_items;
	for (; from < m->indptr[user + 1]; from++)
		if (m->indices[from] < net->n_items)
			out[n++] = m->indices[from];
	return n;
}

/* --- training ------------------------------------------------------------- */

static int
by_size(const void *va, const void *vb)
{
	const size_t *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

/* How many items users had, and for how many that is more than is read. */
static void
note_lengths(const struct nn_job *job)
{
	const struct csr *m = &job->inter->by_user;
	const size_t n = m->rows, most = job->options->length + 1;
	size_t *had = mem_array("users", n, sizeof *had), cut = 0;

	for (size_t u = 0; u < n; u++) {
		had[u] = csr_row_count(m, u);
		cut += had[u] > most;
	}
	qsort(had, n, sizeof *had, by_size);
	train_note(job->train, "users had %zu to %zu items, half of them at "
	    "most %zu", had[0], had[n - 1], had[(n - 1) / 2]);
	if (cut > 0)
		train_note(job->train, "%zu users had more than %zu items: "
		    "the last %zu are read", cut, most, most);
	free(had);
}

/* Examples are the users that had two items and more. */
struct seq_data {
	const struct seqnet *net;
	const struct seqnet_net *in;
	const struct inter *inter;
	struct seqloss loss;
	const struct teacher *teacher;	/* or NULL */
	uint32_t *user;			/* (n) */
	size_t n;
	size_t targets;			/* steps of all */
	uint64_t *next;			/* (items) how often each is a target */
};

static void
find_users(struct seq_data *d)
{
	const struct csr *m = &d->inter->by_user;
	const size_t most = d->net->length + 1;

	d->user = mem_array("sequences", m->rows, sizeof *d->user);
	d->next = mem_array("items", d->net->n_items, sizeof *d->next);
	for (uint32_t u = 0; u < m->rows; u++) {
		const size_t n = csr_row_count(m, u);
		const size_t read = n < most ? n : most;

		if (n < 2)
			continue;
		d->user[d->n++] = u;
		d->targets += read - 1;
		for (size_t t = 1; t < read; t++)
			d->next[m->indices[m->indptr[u + 1] - t]]++;
	}
}

/* What the teacher's list has after all that the user had, if the example is
 * the teacher's. */
static uint32_t
taught_of(const struct seq_data *d, const struct fit_piece *piece, uint32_t u)
{
	struct rng rng;

	if (d->teacher == NULL)
		return TEACHER_NONE;
	rng_init(&rng, piece->seed, rng_stream("seqnet.teacher",
	    hash_mix(piece->epoch, u)));
	return teacher_draw(d->teacher, u, &rng);
}

/* Of a teacher's example the last of n steps is learnt alone. */
static void
put_taught(uint32_t *target, size_t n, uint32_t taught)
{
	for (size_t t = 0; t + 1 < n; t++)
		target[t] = OP_NO_ROW;
	target[n - 1] = taught;
}

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct seq_data *d = arg;
	const size_t length = d->net->length;
	uint32_t *target = work_ids(w, d->in->target);
	uint32_t *had = mem_array("a sequence", length + 1, sizeof *had);
	struct rng rng;
	size_t m = 0;

	for (uint32_t r = 0; r < piece->n; r++) {
		const uint32_t u = d->user[piece->example[r]];
		const uint32_t taught = taught_of(d, piece, u);
		size_t n = seqnet_items(d->net, d->inter, u, length +
		    (taught == TEACHER_NONE), had);

		if (taught == TEACHER_NONE)
			memcpy(target + m, had + 1, --n * sizeof *had);
		else
			put_taught(target + m, n, taught);
		seqnet_put(d->net, d->in, w, had, n, r, m);
		m += n;
	}
	free(had);
	work_rows(w, d->in->item->shape.axis, m);
	work_rows(w, d->in->candidate->shape.axis, d->loss.candidates);
	rng_init(&rng, piece->seed, rng_stream("seqnet.candidates",
	    piece->epoch));
	rng.index = (uint64_t)piece->example[0] << 24;	/* blocks of its own */
	seqloss_draw(&d->loss, &rng, target, m, work_ids(w, d->in->candidate),
	    work_floats(w, d->in->level));
}

static int
write_model(const struct nn_job *job, const struct seqnet *net)
{
	struct st_writer *w = nn_writer(net->kind->name, job);

	model_put_ids(w, "item_ids", job->inter->items);
	params_put(net->params, w);
	return nn_write(job, w);
}

static int
fit(struct nn_job *job, struct seqnet *net, struct seq_data *d)
{
	const struct nn_options *o = job->options;
	struct seqnet_net in;
	struct scorer scorer = { .users = job->inter->users,
		.items = job->inter->items, .history = job->inter,
		.n_model_users = 0 };
	struct fit_task task = { .params = net->params, .n_examples = d->n,
		.unit = (double)d->targets / (double)d->n, .feed = feed,
		.arg = d };
	int status;

	seqloss_init(&d->loss, o, d->next, net->n_items);
	seqnet_build(net, fit_shard(o->batch), &d->loss, o->dropout, &in);
	d->in = &in;
	task.graph = in.graph;
	task.loss = in.loss;
	seqnet_serve(net, &scorer);
	status = nn_fit(job, &task, &scorer);
	scorer.ops->free(&scorer);
	graph_free(in.graph);
	return status;
}

int
seqnet_train(struct nn_job *job)
{
	const struct nn_options *o = job->options;
	const size_t n_items = idmap_count(job->inter->items);
	struct teacher teacher = { .n = 0 };
	struct seqnet net;
	struct seq_data d = { .net = &net, .inter = job->inter };
	int status = -1;

	if (job->method->sequence->has_heads && o->factors % o->heads != 0)
		return err_msg("--factors %zu is not a multiple of --heads "
		    "%zu", o->factors, o->heads);
	if (seqloss_check(o) != 0)
		return -1;
	if (job->teacher != NULL && drawing_of(o->sampling) == DRAWING_BATCH)
		return err_msg("--teacher is not for --sampling in-batch of "
		    "networks of sequences");
	if (seqnet_init(&net, job->method->sequence, n_items, o) != 0)
		goto done;
	find_users(&d);
	if (d.n == 0) {
		err_msg("no user had two items: there is nothing to learn of "
		    "what is next");
	} else if (nn_begin(job, net.params) == 0) {
		if (job->teacher != NULL) {
			teacher_init(&teacher, job->teacher,
			    o->teacher_weight, o->teacher_depth);
			d.teacher = &teacher;
		}
		note_lengths(job);
		if (fit(job, &net, &d) == 0)
			status = write_model(job, &net);
	}
done:
	free(d.user);
	free(d.next);
	teacher_release(&teacher);
	seqloss_release(&d.loss);
	seqnet_release(&net);
	return status;
}

/* seqfit.c -- training of networks of sequences (seqnet.h). */

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model/model.h"
#include "nn/fit.h"
#include "nn/ops.h"
#include "nn/seqcut.h"
#include "nn/seqnet.h"
#include "nn/teacher.h"

/* An example is a piece of a user's history. */
struct piece {
	uint32_t user, number;		/* of seqcut_piece() */
};

struct seq_data {
	const struct seqnet *net;
	const struct seqnet_net *in;
	const struct inter *inter;
	struct seqloss loss;
	const struct teacher *teacher;	/* or NULL */
	struct piece *piece;		/* (n of cap) */
	size_t n, cap;
	size_t targets;			/* of all */
	uint64_t *next;			/* (items) how often each is a target */
};

static size_t
count_targets(const struct seq_data *d, size_t user)
{
	const size_t n = csr_row_count(&d->inter->by_user, user);

	return n > 0 ? n - 1 : 0;
}

static void
find_pieces(struct seq_data *d)
{
	const struct csr *m = &d->inter->by_user;

	d->next = mem_array("items", d->net->n_items, sizeof *d->next);
	for (uint32_t u = 0; u < m->rows; u++) {
		const size_t n = count_targets(d, u);
		const size_t pieces = seqcut_pieces(n, d->net->length);

		d->piece = mem_grow("sequences", d->piece, &d->cap, d->n +
		    pieces, sizeof *d->piece);
		for (uint32_t i = 0; i < pieces; i++)
			d->piece[d->n++] = (struct piece){ u, i };
		d->targets += n;
		for (size_t t = 1; t <= n; t++)
			d->next[m->indices[m->indptr[u] + t]]++;
	}
}

/* --- what is said of it --------------------------------------------------- */

static int
by_size(const void *va, const void *vb)
{
	const size_t *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

/* How many items users had, and for how many that is more than is read. */
static void
note_lengths(const struct nn_job *job, const struct seq_data *d)
{
	const struct csr *m = &job->inter->by_user;
	const size_t n = m->rows, length = d->net->length;
	size_t *had = mem_array("users", n, sizeof *had);
	size_t cut = 0, pieces = 0;

	for (size_t u = 0; u < n; u++) {
		const size_t k = seqcut_pieces(count_targets(d, u), length);

		had[u] = csr_row_count(m, u);
		cut += k > 1;
		pieces += k > 1 ? k : 0;
	}
	qsort(had, n, sizeof *had, by_size);
	train_note(job->train, "users had %zu to %zu items, half of them at "
	    "most %zu", had[0], had[n - 1], had[(n - 1) / 2]);
	if (cut > 0)
		train_note(job->train, "%zu users had more than %zu items: "
		    "learnt in %zu pieces, served by the last %zu", cut,
		    length + 1, pieces, length);
	free(had);
}

/* --- batches -------------------------------------------------------------- */

/* What the teacher's list has after all that the user had, if the example is
 * the teacher's: only the newest piece of a history is. */
static uint32_t
taught_of(const struct seq_data *d, const struct fit_piece *batch,
    const struct piece *x)
{
	const size_t n = count_targets(d, x->user);
	struct rng rng;

	if (d->teacher == NULL ||
	    x->number + 1 < seqcut_pieces(n, d->net->length))
		return TEACHER_NONE;
	rng_init(&rng, batch->seed, rng_stream("seqnet.teacher",
	    hash_mix(batch->epoch, x->user)));
	return teacher_draw(d->teacher, x->user, &rng);
}

/* The last items of a teacher's example, of which the last step is learnt
 * alone; their number. */
static size_t
put_taught(const struct seq_data *d, struct work *w, const struct piece *x,
    uint32_t taught, uint32_t r, size_t m)
{
	const struct csr *by = &d->inter->by_user;
	const size_t had = csr_row_count(by, x->user);
	const size_t n = had < d->net->length ? had : d->net->length;
	uint32_t *target = work_ids(w, d->in->target) + m;

	seqnet_put(d->net, d->in, w, by->indices + by->indptr[x->user + 1] -
	    n, n, r, m);
	for (size_t t = 0; t + 1 < n; t++)
		target[t] = OP_NO_ROW;
	target[n - 1] = taught;
	return n;
}

/* A piece of the user's own history, of which every step is learnt. */
static size_t
put_own(const struct seq_data *d, struct work *w,
    const struct fit_piece *batch, const struct piece *x, uint32_t r, size_t m)
{
	const struct csr *by = &d->inter->by_user;
	const struct seqcut cut = seqcut_piece(count_targets(d, x->user),
	    d->net->length, x->number, batch->seed, batch->epoch, x->user);
	const uint32_t *item = by->indices + by->indptr[x->user] + cut.from;
	const size_t n = cut.to - cut.from;

	seqnet_put(d->net, d->in, w, item, n, r, m);
	memcpy(work_ids(w, d->in->target) + m, item + 1, n * sizeof *item);
	return n;
}

static void
feed(const void *arg, struct work *w, const struct fit_piece *batch)
{
	const struct seq_data *d = arg;
	struct rng rng;
	size_t m = 0;

	for (uint32_t r = 0; r < batch->n; r++) {
		const struct piece *x = &d->piece[batch->example[r]];
		const uint32_t taught = taught_of(d, batch, x);

		m += taught == TEACHER_NONE ? put_own(d, w, batch, x, r, m) :
		    put_taught(d, w, x, taught, r, m);
	}
	work_rows(w, d->in->item->shape.axis, m);
	work_rows(w, d->in->candidate->shape.axis, d->loss.candidates);
	rng_init(&rng, batch->seed, rng_stream("seqnet.candidates",
	    batch->epoch));
	rng.index = (uint64_t)batch->example[0] << 24;	/* blocks of its own */
	seqloss_draw(&d->loss, &rng, work_ids(w, d->in->target), m,
	    work_ids(w, d->in->candidate), work_floats(w, d->in->level));
}

/* --- the whole ------------------------------------------------------------ */

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

static int
check(const struct nn_job *job)
{
	const struct nn_options *o = job->options;

	if (job->method->sequence->has_heads && o->factors % o->heads != 0)
		return err_msg("--factors %zu is not a multiple of --heads "
		    "%zu", o->factors, o->heads);
	if (seqloss_check(o) != 0)
		return -1;
	if (job->teacher != NULL && drawing_of(o->sampling) == DRAWING_BATCH)
		return err_msg("--teacher is not for --sampling in-batch of "
		    "networks of sequences");
	return 0;
}

static int
train(struct nn_job *job, struct seqnet *net, struct seq_data *d)
{
	const struct nn_options *o = job->options;
	struct teacher teacher = { .n = 0 };
	int status = -1;

	if (d->n == 0)
		return err_msg("no user had two items: there is nothing to "
		    "learn of what is next");
	if (nn_begin(job, net->params) != 0)
		return -1;
	if (job->teacher != NULL) {
		teacher_init(&teacher, job->teacher, o->teacher_weight,
		    o->teacher_depth);
		d->teacher = &teacher;
	}
	note_lengths(job, d);
	if (fit(job, net, d) == 0)
		status = write_model(job, net);
	teacher_release(&teacher);
	seqloss_release(&d->loss);
	return status;
}

int
seqnet_train(struct nn_job *job)
{
	struct seqnet net;
	struct seq_data d = { .net = &net, .inter = job->inter };
	int status = -1;

	if (check(job) != 0)
		return -1;
	if (seqnet_init(&net, job->method->sequence,
	    idmap_count(job->inter->items), job->options) == 0) {
		find_pieces(&d);
		status = train(job, &net, &d);
	}
	free(d.piece);
	free(d.next);
	seqnet_release(&net);
	return status;
}

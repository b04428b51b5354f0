#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "model/model.h"
#include "nn/fit.h"
#include "nn/pairdata.h"
#include "nn/pairnet.h"
#include "nn/teacher.h"

/* What is trained, and on what. */
struct training {
	struct pairnet net;
	struct pairnet_way way;
	struct pairnet_net in;
	struct pairdata data;
	struct teacher teacher;		/* of implicit feedback */
	int has_teacher;
	struct csr of[PAIRNET_SIDES];	/* features; without any, no rows */
	float *log_q;			/* (data.had.cols) of contrast */
};

/* --- how ------------------------------------------------------------------ */

static int
refuse(const struct nn_job *job, const char *what)
{
	return err_msg("--loss %s is not for --method %s with %s",
	    job->options->loss->name, job->method->what.name, what);
}

/* Draws that are shared by a part of a batch are for the softmax. */
static int
choose_contrast(const struct nn_job *job, struct pairnet_way *way)
{
	const struct pairnet_kind *kind = job->method->pair;
	const enum drawing how = drawing_of(job->options->sampling);

	way->contrast = way->loss == LOSS_SOFTMAX && kind->is_product;
	way->hard = how == DRAWING_HARD;
	if (!way->contrast) {
		if (how == DRAWING_BATCH)
			return err_msg("--sampling in-batch is for "
			    "--loss softmax and a method whose scores are "
			    "products: gmf, cosine, twotower");
		return 0;
	}
	if (way->hard)
		return err_msg("--sampling hard is not for --loss "
		    "softmax, which counts all");
	way->others = how == DRAWING_BATCH ? OP_CONTRAST_BATCH :
	    OP_CONTRAST_DRAWN;
	if (how == DRAWING_BATCH)
		way->negatives = 0;
	return 0;
}

static int
choose_way(const struct nn_job *job, size_t n_items, struct pairnet_way *way)
{
	const struct nn_options *o = job->options;

	*way = (struct pairnet_way){ .loss = loss_of(o->loss),
		.dropout = o->dropout, .negatives = o->negatives };
	if (o->ratings) {
		way->negatives = 0;
		return way->loss == LOSS_MSE || way->loss == LOSS_MAE ? 0 :
		    refuse(job, "ratings: it takes mse or mae");
	}
	if (way->loss == LOSS_MAE || way->loss == LOSS_GBCE ||
	    way->loss == LOSS_BPR_MAX)
		return refuse(job, "implicit feedback: it takes bce, mse, "
		    "bpr, hinge or softmax");
	if (choose_contrast(job, way) != 0)
		return -1;
	if (way->contrast && way->negatives >= n_items) {
		way->negatives = n_items;
		way->whole = 1;
	}
	if (way->negatives > PAIRDATA_DRAWS && !way->whole)
		return err_msg("--negatives %zu: at most %d are drawn, or all "
		    "by a softmax of products", way->negatives,
		    PAIRDATA_DRAWS);
	return 0;
}

/* The losses are those of what the data is, where they are not given. */
void
pairnet_settle(struct nn_options *o, const struct nn_job *data)
{
	const struct pairnet_kind *kind = data->method->pair;

	if (o->loss == NULL)
		o->loss = loss_choice(o->ratings ? LOSS_MSE :
		    kind->contrasts ? LOSS_SOFTMAX : LOSS_BCE);
	if (o->sampling == NULL)
		o->sampling = drawing_choice(kind->contrasts &&
		    loss_of(o->loss) == LOSS_SOFTMAX ? DRAWING_BATCH :
		    DRAWING_UNIFORM);
}

/* --- batches -------------------------------------------------------------- */

/* The number of what example e had, or of what its teacher says. */
static uint32_t
had_of(const struct training *t, const struct fit_piece *piece, uint32_t e)
{
	uint32_t taught = TEACHER_NONE;
	struct rng rng;

	if (t->has_teacher) {
		rng_init(&rng, piece->seed, rng_stream("pairs.teacher",
		    hash_mix(piece->epoch, e)));
		taught = teacher_draw(&t->teacher, t->data.user[e], &rng);
	}
	return taught != TEACHER_NONE ? taught : t->data.had.indices[e];
}

/* A user, what they had, and what was drawn for them. */
static void
feed_groups(const struct training *t, struct work *w,
    const struct fit_piece *piece)
{
	const struct pairdata *d = &t->data;
	const size_t per = t->in.per;
	uint32_t *user = work_ids(w, t->in.ids[PAIRNET_USER]);
	uint32_t *item = work_ids(w, t->in.ids[PAIRNET_ITEM]);

	for (size_t r = 0; r < piece->n; r++, item += per) {
		const uint32_t e = piece->example[r];

		user[r] = d->user[e];
		item[0] = d->item[had_of(t, piece, e)];
		for (size_t j = 1; j < per; j++)
			item[j] = d->item[pairdata_draw(d, piece->seed,
			    piece->epoch, e, j)];
	}
	if (t->in.target == NULL)
		return;
	for (size_t r = 0; r < piece->n; r++)
		work_floats(w, t->in.target)[r] =
		    d->had.values[piece->example[r]] - t->net.mean;
}

static void
put_row(const struct training *t, uint32_t *item, float *log_q, size_t row,
    uint32_t number)
{
	item[row] = t->data.item[number];
	log_q[row] = t->log_q[number];
}

/* Users and what they had, then what is drawn for all of them: so many, or the
 * whole catalogue. */
static void
feed_contrast(const struct training *t, struct work *w,
    const struct fit_piece *piece)
{
	const struct pairdata *d = &t->data;
	const size_t n = piece->n, k = t->way.negatives;
	uint32_t *user = work_ids(w, t->in.ids[PAIRNET_USER]);
	uint32_t *item = work_ids(w, t->in.ids[PAIRNET_ITEM]);
	float *log_q = work_floats(w, t->in.log_q);

	work_rows(w, t->in.ids[PAIRNET_ITEM]->shape.axis, n + k);
	for (size_t r = 0; r < n; r++) {
		user[r] = d->user[piece->example[r]];
		put_row(t, item, log_q, r, had_of(t, piece,
		    piece->example[r]));
	}
	for (size_t j = 0; j < k; j++)
		put_row(t, item, log_q, n + j, t->way.whole ? (uint32_t)j :
		    pairdata_draw_any(d, piece->seed, piece->epoch,
		    piece->example[0], j));
}

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct training *t = arg;

	if (t->way.contrast)
		feed_contrast(t, w, piece);
	else
		feed_groups(t, w, piece);
}

/* How likely an example is of each item, as a teacher has it. */
static void
share_with_teacher(struct training *t)
{
	struct pairdata *d = &t->data;

	memset(d->share_had, 0, d->had.cols * sizeof *d->share_had);
	for (size_t e = 0; e < d->n; e++)
		teacher_shares(&t->teacher, d->user[e], 1 / (double)d->n,
		    d->had.indices[e], d->share_had);
}

/* The log of how often a row of each item is expected among the others of a
 * part of a batch, less what is the same for all.  All items are no draw. */
static void
measure_log_q(struct training *t)
{
	const struct pairdata *d = &t->data;
	const double *share = t->way.others == OP_CONTRAST_BATCH ?
	    d->share_had : d->share;

	if (t->has_teacher && t->way.others == OP_CONTRAST_BATCH)
		share_with_teacher(t);
	t->log_q = mem_array("items", d->had.cols, sizeof *t->log_q);
	if (t->way.whole)
		return;
	for (size_t i = 0; i < d->had.cols; i++)
		t->log_q[i] = (float)log(share[i] * (double)d->had.cols);
}

/* --- the whole ------------------------------------------------------------ */

static void
measure_ratings(struct pairnet *net, const struct csr *had)
{
	const size_t n = (size_t)csr_count(had);
	double sum = 0;

	net->min = INFINITY;
	net->max = -INFINITY;
	for (size_t p = 0; p < n; p++) {
		sum += (double)had->values[p];
		net->min = fminf(net->min, had->values[p]);
		net->max = fmaxf(net->max, had->values[p]);
	}
	net->mean = (float)(sum / (double)n);
}

/* What a teacher says is part of what is learnt, not of their range. */
static void
teach_ratings(const struct nn_job *job, struct pairdata *d)
{
	struct csr *had = &d->had;

	for (uint32_t u = 0; u < had->rows; u++)
		for (uint64_t p = had->indptr[u]; p < had->indptr[u + 1]; p++)
			had->values[p] = nn_taught(job, u,
			    d->item[had->indices[p]], had->values[p]);
}

/* Its lists, but for items that nobody had: in the numbers of those that
 * somebody had. */
static void
take_lists(const struct nn_job *job, struct training *t)
{
	const struct csr *m = job->teacher;
	const struct nn_options *o = job->options;
	const size_t n_items = idmap_count(job->inter->items);
	uint32_t *number = mem_array("items", n_items, sizeof *number);
	const size_t most = (size_t)csr_count(m);
	struct csr lists = { .rows = m->rows, .cols = t->data.had.cols,
		.indptr = mem_array("lists", m->rows + 1, sizeof(uint64_t)),
		.indices = mem_array("lists", most, sizeof(uint32_t)),
		.values = mem_array("lists", most, sizeof(float)) };
	uint64_t n = 0;

	memset(number, 0xff, n_items * sizeof *number);
	for (uint32_t i = 0; i < t->data.had.cols; i++)
		number[t->data.item[i]] = i;
	for (size_t u = 0; u < m->rows; u++) {
		for (uint64_t p = m->indptr[u]; p < m->indptr[u + 1]; p++) {
			lists.indices[n] = number[m->indices[p]];
			lists.values[n] = m->values[p];
			n += lists.indices[n] != UINT32_MAX;
		}
		lists.indptr[u + 1] = n;
	}
	teacher_init(&t->teacher, &lists, o->teacher_weight,
	    o->teacher_depth);
	t->has_teacher = 1;
	if (n < most)
		train_note(job->train, "%ju scores of the teacher are of "
		    "items that nobody had: left out",
		    (uintmax_t)(most - n));
	csr_release(&lists);
	free(number);
}

/* What others can search among, whatever the network. */
static int
put_vectors(struct st_writer *w, struct scorer *scorer)
{
	static const char *const name[] = { "user_vectors", "item_vectors" };

	if (scorer->ops->prepare(scorer) != 0)
		return -1;
	for (size_t i = 0; i < PAIRNET_SIDES; i++) {
		const struct mat m = pairnet_vectors(scorer, i);

		model_put_mat(w, name[i], &m);
	}
	return 0;
}

static int
write_model(const struct nn_job *job, const struct training *t,
    struct scorer *scorer)
{
	const struct pairnet *net = &t->net;
	struct st_writer *w = nn_writer(net->kind->name, job);

	if (net->kind->is_product && put_vectors(w, scorer) != 0) {
		st_writer_free(w);
		return -1;
	}
	model_put_ids(w, "user_ids", job->inter->users);
	model_put_ids(w, "item_ids", job->inter->items);
	if (net->side[PAIRNET_USER].of != NULL)
		model_put_csr(w, "user_features", &t->of[PAIRNET_USER]);
	if (net->side[PAIRNET_ITEM].of != NULL)
		model_put_csr(w, "item_features", &t->of[PAIRNET_ITEM]);
	params_put(net->params, w);
	if (net->ratings) {
		model_put_real(w, "mean", (double)net->mean);
		model_put_real(w, "min", (double)net->min);
		model_put_real(w, "max", (double)net->max);
	}
	return nn_write(job, w);
}

/* Trains, and writes the model. */
static int
fit(struct nn_job *job, struct training *t)
{
	const size_t per = t->way.contrast ? 1 : 1 + t->way.negatives;
	struct scorer scorer = { .users = job->inter->users,
		.items = job->inter->items,
		.n_model_users = t->data.had.rows };
	struct fit_task task = { .params = t->net.params,
		.n_examples = t->data.n, .feed = feed, .arg = t,
		.batch = par_pieces(job->options->batch, per) };
	int status;

	pairnet_build(&t->net, fit_shard(task.batch), &t->way, &t->in);
	task.graph = t->in.graph;
	task.loss = t->in.loss;
	pairnet_serve(&t->net, &scorer);
	status = nn_fit(job, &task, &scorer);
	if (status == 0)
		status = write_model(job, t, &scorer);
	scorer.ops->free(&scorer);
	graph_free(t->in.graph);
	return status;
}

/* Users and items that only a table names are clean: all that is known of
 * them is what they have. */
static void
clear_unseen(struct training *t, const struct nn_job *job)
{
	const struct csr *had = &t->data.had;
	char *seen = mem_array("items", idmap_count(job->inter->items), 1);

	for (size_t i = 0; i < had->cols; i++)
		seen[t->data.item[i]] = 1;
	for (size_t k = 0; k < PAIRNET_TABLES; k++) {
		const struct param *u = t->net.side[PAIRNET_USER].table[k].ids;
		const struct param *v = t->net.side[PAIRNET_ITEM].table[k].ids;

		for (size_t r = 0; u != NULL && r < u->rows; r++)
			if (csr_row_count(had, r) == 0)
				memset(u->x + r * u->cols, 0,
				    u->cols * sizeof *u->x);
		for (size_t r = 0; v != NULL && r < v->rows; r++)
			if (!seen[r])
				memset(v->x + r * v->cols, 0,
				    v->cols * sizeof *v->x);
	}
	free(seen);
}

static int
train(struct nn_job *job, struct training *t)
{
	const struct nn_options *o = job->options;
	struct pairnet_shape shape = {
		.n = { idmap_count(job->inter->users),
		    idmap_count(job->inter->items) },
		.factors = o->factors, .layers = o->layers,
		.norm = o->norm };
	const struct attributes *const known[] = { job->of_users,
		job->of_items };

	for (size_t i = 0; i < PAIRNET_SIDES; i++)
		if (known[i] != NULL) {
			pairdata_features(known[i], &t->of[i]);
			shape.of[i] = &t->of[i];
		}
	if (pairnet_init(&t->net, job->method->pair, &shape) != 0)
		return -1;
	t->net.ratings = o->ratings;
	if (o->ratings) {
		measure_ratings(&t->net, &t->data.had);
		teach_ratings(job, &t->data);
	}
	else if (job->teacher != NULL)
		take_lists(job, t);
	if (t->way.contrast)
		measure_log_q(t);
	if (nn_begin(job, t->net.params) != 0)
		return -1;
	if (job->n_init == 0 && job->n_vectors == 0)
		clear_unseen(t, job);
	return fit(job, t);
}

int
pairnet_train(struct nn_job *job)
{
	const struct nn_options *o = job->options;
	struct training t = { .log_q = NULL };
	int status;

	pairdata_init(&t.data, job->inter, o->ratings ? CSR_LAST : CSR_SUM,
	    drawing_of(o->sampling), o->sampling_power);
	if (t.data.n > UINT32_MAX)
		status = err_msg("%zu interactions are more than an epoch can "
		    "have", t.data.n);
	else
		status = choose_way(job, t.data.had.cols, &t.way);
	if (status == 0)
		status = train(job, &t);
	if (t.net.params != NULL)
		pairnet_release(&t.net);
	for (size_t i = 0; i < PAIRNET_SIDES; i++)
		csr_release(&t.of[i]);
	pairdata_release(&t.data);
	teacher_release(&t.teacher);
	free(t.log_q);
	return status;
}

/* nnjob.c -- what all methods do with a job: from first values to the model. */

#include <string.h>
#include <math.h>

#include "base/hash.h"
#include "base/par.h"
#include "nn/nn.h"
#include "nn/start.h"

/* --- what a training depends on ------------------------------------------- */

static void
put_network(struct st_writer *w, const struct nn_options *o)
{
	if (o->factors != SIZE_MAX)
		model_put_size(w, "factors", o->factors);
	if (o->own_factors != SIZE_MAX)
		model_put_size(w, "own-factors", o->own_factors);
	if (o->cross != SIZE_MAX)
		model_put_size(w, "cross", o->cross);
	if (o->length != SIZE_MAX)
		model_put_size(w, "length", o->length);
	if (o->blocks != SIZE_MAX)
		model_put_size(w, "blocks", o->blocks);
	if (o->heads != SIZE_MAX)
		model_put_size(w, "heads", o->heads);
	if (o->units != SIZE_MAX)
		model_put_size(w, "units", o->units);
	if (o->recent != SIZE_MAX)
		model_put_size(w, "recent", o->recent);
	if (o->attend != NULL)
		st_put_meta(w, "attend", o->attend);
	if (o->windows != NULL)
		st_put_meta(w, "windows", o->windows);
	if (o->pool != NULL)
		st_put_meta(w, "pool", o->pool->name);
	if (o->layers != NULL)
		st_put_meta(w, "layers", o->layers);
	if (o->norm != NULL)
		st_put_meta(w, "norm", o->norm->name);
	if (o->ngrams != SIZE_MAX)
		model_put_size(w, "ngrams", o->ngrams);
	if (o->ngrams != SIZE_MAX && o->ngrams > 1)
		model_put_size(w, "ngram-least", o->ngram_least);
	if (!isnan(o->word_dropout))
		model_put_real(w, "word-dropout", o->word_dropout);
	model_put_real(w, "dropout", o->dropout);
	if (!isnan(o->anneal))
		model_put_real(w, "anneal", o->anneal);
}

static void
put_steps(struct st_writer *w, const struct nn_options *o)
{
	model_put_size(w, "batch", o->batch);
	st_put_meta(w, "optimizer", o->optimizer->name);
	model_put_real(w, "learning-rate", o->learning_rate);
	model_put_real(w, "weight-decay", o->weight_decay);
	if (!isnan(o->embedding_decay))
		model_put_real(w, "embedding-decay", o->embedding_decay);
	st_put_meta(w, "schedule", o->schedule->name);
	if (o->warmup > 0)
		model_put_real(w, "warmup", o->warmup);
	if (optim_schedule(o->schedule) == OPTIM_STEP) {
		if (o->fall_every != SIZE_MAX)
			model_put_size(w, "fall-every", o->fall_every);
		model_put_real(w, "fall-by", o->fall_by);
	}
	if (o->clip > 0)
		model_put_real(w, "clip", o->clip);
	if (o->average > 0)
		model_put_size(w, "average", o->average);
	if (o->l1 > 0)
		model_put_real(w, "l1", o->l1);
	if (o->l2 > 0)
		model_put_real(w, "l2", o->l2);
	if (o->adversarial > 0) {
		model_put_real(w, "adversarial", o->adversarial);
		model_put_real(w, "adversarial-weight",
		    o->adversarial_weight);
	}
	if (o->class_weight != NULL)
		st_put_meta(w, "class-weight", o->class_weight);
	if (o->freeze != NULL)
		st_put_meta(w, "freeze", o->freeze);
}

/* What is minimised, and what is drawn for that. */
static void
put_loss(struct st_writer *w, const struct nn_options *o)
{
	if (o->loss != NULL)
		st_put_meta(w, "loss", o->loss->name);
	if (o->ratings || o->negatives == SIZE_MAX)
		return;
	model_put_size(w, "negatives", o->negatives);
	st_put_meta(w, "sampling", o->sampling->name);
	if (drawing_of(o->sampling) == DRAWING_POPULARITY)
		model_put_real(w, "sampling-power", o->sampling_power);
	if (loss_of(o->loss) == LOSS_GBCE)
		model_put_real(w, "calibration", o->calibration);
	if (loss_of(o->loss) == LOSS_BPR_MAX)
		model_put_real(w, "score-penalty", o->score_penalty);
}

/* The format, and all options but --epochs. */
static void
put_options(struct st_writer *w, const struct nn_job *job)
{
	const struct nn_options *o = job->options;

	if (job->method->format > 0)
		model_put_size(w, NN_FORMAT, job->method->format);
	if (job->inter != NULL) {
		st_put_meta(w, "feedback", o->ratings ? "ratings" :
		    "implicit");
		if (o->value != NULL)
			st_put_meta(w, "value", o->value);
	}
	put_network(w, o);
	put_loss(w, o);
	put_steps(w, o);
	st_put_meta_format(w, "seed", "%llu",
	    (unsigned long long)job->train->seed);
}

static void
put_hash(struct st_writer *w, const char *key, uint64_t hash)
{
	st_put_meta_format(w, key, "%016llx", (unsigned long long)hash);
}

static void
put_ids(struct st_writer *w, const char *key, const struct idmap *ids)
{
	const struct span text = idmap_text(ids);

	put_hash(w, key, hash_bytes(text.p, text.n, 0));
}

static void
put_interactions(struct st_writer *w, const struct inter *in)
{
	const struct csr *m = &in->by_user;
	const size_t n = (size_t)csr_count(m);
	uint64_t hash = hash_bytes(m->indptr, (m->rows + 1) *
	    sizeof *m->indptr, 0);

	hash = hash_bytes(m->indices, n * sizeof *m->indices, hash);
	hash = hash_bytes(m->values, n * sizeof *m->values, hash);
	put_ids(w, "data.users", in->users);
	put_ids(w, "data.items", in->items);
	put_hash(w, "data.interactions", hash);
}

static void
put_attributes(struct st_writer *w, const char *key,
    const struct attributes *a)
{
	uint64_t hash = a->n;

	for (size_t i = 0; i < a->n; i++) {
		const struct csr *m = &a->column[i].of;
		const size_t n = (size_t)csr_count(m);

		hash = hash_bytes(m->indptr, (m->rows + 1) *
		    sizeof *m->indptr, hash);
		hash = hash_bytes(m->indices, n * sizeof *m->indices, hash);
		hash = hash_bytes(m->values, n * sizeof *m->values, hash);
	}
	put_hash(w, key, hash);
}

static void
put_teacher(struct st_writer *w, const struct csr *m,
    const struct nn_options *o)
{
	const size_t n = (size_t)csr_count(m);
	uint64_t hash = hash_bytes(m->indptr, (m->rows + 1) *
	    sizeof *m->indptr, 0);

	hash = hash_bytes(m->indices, n * sizeof *m->indices, hash);
	put_hash(w, "data.scores", hash_bytes(m->values, n *
	    sizeof *m->values, hash));
	model_put_real(w, "teacher-weight", o->teacher_weight);
	if (!o->ratings)
		model_put_real(w, "teacher-depth", o->teacher_depth);
}

/* What is learnt of classes instead of labels. */
static void
put_shares(struct st_writer *w, const struct nn_job *job)
{
	const size_t rows = job->features != NULL ? job->features->n :
	    job->examples->n;
	const size_t classes = idmap_count(job->features != NULL ?
	    job->features->classes : job->vocabulary->classes);

	put_hash(w, "data.shares", hash_bytes(job->shares, rows * classes *
	    sizeof *job->shares, 0));
}

static void
put_rows(struct st_writer *w, const struct features *f)
{
	const size_t n = f->n * f->x.cols;
	const uint64_t hash = hash_bytes(f->x.x, n * sizeof *f->x.x, 0);

	put_ids(w, "data.columns", f->names);
	put_hash(w, "data.rows", hash_bytes(f->label, f->n *
	    sizeof *f->label, hash));
}

static void
put_examples(struct st_writer *w, const struct vocabulary *v,
    const struct examples *x)
{
	const size_t n = examples_entries(x);
	uint64_t hash = hash_bytes(x->start, (x->n + 1) * sizeof *x->start,
	    v->hash_bits);

	hash = hash_bytes(x->feature, n * sizeof *x->feature, hash);
	hash = hash_bytes(x->field, n * sizeof *x->field, hash);
	hash = hash_bytes(x->value, n * sizeof *x->value, hash);
	put_ids(w, "data.fields", v->fields);
	put_ids(w, "data.features", v->features);
	put_hash(w, "data.rows", hash_bytes(x->label, x->n *
	    sizeof *x->label, hash));
}

/* As of struct fit_files. */
static void
about(const void *arg, struct st_writer *w)
{
	const struct nn_job *job = arg;

	st_put_meta(w, "method", job->method->what.name);
	put_options(w, job);
	if (job->train->valid != NULL)
		st_put_meta(w, "metric", job->train->valid->metric);
	if (job->inter != NULL)
		put_interactions(w, job->inter);
	if (job->of_users != NULL)
		put_attributes(w, "data.user-features", job->of_users);
	if (job->of_items != NULL)
		put_attributes(w, "data.item-features", job->of_items);
	if (job->teacher != NULL)
		put_teacher(w, job->teacher, job->options);
	if (job->shares != NULL)
		put_shares(w, job);
	if (job->features != NULL)
		put_rows(w, job->features);
	if (job->examples != NULL)
		put_examples(w, job->vocabulary, job->examples);
}

uint64_t
nn_hash(const struct nn_job *job)
{
	struct st_writer *w = st_writer_new();
	const char *key, *value;
	uint64_t hash = 0;

	about(job, w);
	for (size_t i = 0; (value = st_put_at(w, i, &key)) != NULL; i++)
		hash = hash_bytes(value, strlen(value), hash_bytes(key,
		    strlen(key), hash));
	st_writer_free(w);
	return hash;
}

/* --- from first values to the model --------------------------------------- */

int
nn_begin(const struct nn_job *job, struct params *ps)
{
	params_init(ps, job->train->seed);
	return start_params(job, ps);
}

float
nn_taught(const struct nn_job *job, uint32_t user, uint32_t item, float own)
{
	const double weight = job->options->teacher_weight;
	const struct csr *m = job->teacher;
	uint64_t from, to;

	if (m == NULL)
		return own;
	from = m->indptr[user];
	to = m->indptr[user + 1];
	while (from < to) {
		const uint64_t at = from + (to - from) / 2;

		if (m->indices[at] == item)
			return (float)((1 - weight) * (double)own + weight *
			    (double)m->values[at]);
		if (m->indices[at] < item)
			from = at + 1;
		else
			to = at;
	}
	return own;
}

/* Is there an embedding that learns? */
static int
has_embeddings(const struct params *ps)
{
	for (size_t i = 0; i < ps->n; i++)
		if (ps->p[i]->spec.sparse && ps->p[i]->cols > 1 &&
		    !ps->p[i]->spec.frozen)
			return 1;
	return 0;
}

static int
check(const struct nn_job *job, const struct fit_task *t)
{
	if (t->adversarial > 0 && !has_embeddings(t->params))
		return err_msg("--adversarial moves embeddings: --method %s "
		    "has none that learn", job->method->what.name);
	if (t->optim.l2 > 0 && !has_embeddings(t->params))
		return err_msg("--l2 is of embeddings: --method %s has none "
		    "that learn", job->method->what.name);
	if (t->optim.rule == OPTIM_FTRL && (t->warmup > 0 ||
	    t->optim.schedule != OPTIM_CONSTANT))
		return err_msg("--optimizer ftrl has rates of its own: it "
		    "takes no --warmup, and --schedule constant");
	if (t->optim.rule == OPTIM_FTRL && t->optim.row_decay !=
	    t->optim.decay)
		return err_msg("--optimizer ftrl has one --weight-decay: it "
		    "takes no --embedding-decay");
	if (t->warmup >= (double)t->epochs)
		return err_msg("--warmup %g leaves nothing of --epochs %zu",
		    t->warmup, t->epochs);
	if (t->average > t->epochs && !job->is_trial)
		return err_msg("--average %zu is after --epochs %zu",
		    t->average, t->epochs);
	return 0;
}

int
nn_fit(struct nn_job *job, struct fit_task *task, struct scorer *scorer)
{
	const struct nn_options *o = job->options;

	task->epochs = o->epochs;
	task->until = job->chosen != NULL ? job->chosen->epoch : 0;
	if (task->batch == 0)
		task->batch = o->batch;
	task->seed = job->train->seed;
	task->optim = (struct optim){ .rule = optim_rule(o->optimizer),
		.schedule = optim_schedule(o->schedule),
		.rate = o->learning_rate, .decay = o->weight_decay,
		.row_decay = isnan(o->embedding_decay) ? o->weight_decay :
		o->embedding_decay,
		.l1 = o->l1, .l2 = o->l2 > 0 ? o->l2 : 0,
		.fall_by = o->fall_by };
	task->warmup = o->warmup;
	task->fall_every = o->fall_every != SIZE_MAX ? o->fall_every :
	    par_pieces(o->epochs, 3);
	task->clip = o->clip;
	task->average = o->average;
	task->weight = job->weight;
	task->tick = job->tick;
	task->adversarial = o->adversarial;
	task->adversarial_weight = o->adversarial_weight;
	task->files = (struct fit_files){ job->checkpoint, job->resume,
		about, job };
	if (check(job, task) != 0)
		return -1;
	return fit_run(task, job->train, scorer, &job->result);
}

struct st_writer *
nn_writer(const char *method, const struct nn_job *job)
{
	const struct fit_result *result = &job->result;
	struct st_writer *w = model_writer(method);

	put_options(w, job);
	model_put_size(w, "epochs", job->options->epochs);
	model_put_size(w, "summary.epochs", result->epochs);
	model_put_size(w, "summary.best_epoch", result->best_epoch);
	if (result->stopped > 0)
		st_put_meta_format(w, "summary.stopped", "%ju",
		    (uintmax_t)result->stopped);
	if (job->train->valid != NULL) {
		st_put_meta(w, "summary.metric", job->train->valid->metric);
		model_put_real(w, "summary.best_value", result->best_value);
	} else if (job->chosen != NULL) {
		st_put_meta(w, "summary.metric", job->chosen->metric);
		model_put_real(w, "summary.best_value", job->chosen->value);
		st_put_meta(w, "summary.refit", "1");
	}
	return w;
}

int
nn_write(const struct nn_job *job, struct st_writer *w)
{
	const int status = job->is_trial || job->is_first ? 0 :
	    st_write(w, job->output, job->gzip);

	st_writer_free(w);
	return status;
}

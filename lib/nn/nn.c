#include <assert.h>

#include "base/par.h"
#include "model/model.h"
#include "nn/deepcf.h"
#include "nn/mlp.h"
#include "nn/nn.h"
#include "nn/seqnet.h"
#include "nn/sparsenet.h"

#define SPARSE_DEFAULTS "label features hash-bits epochs=20 batch=1024 " \
	"learning-rate=0.001 weight-decay=0.0001 dropout=0 optimizer=adam " \
	"schedule=constant"
#define DEEP_DEFAULTS " factors=16 layers=256,128"
#define SPARSE(kind) NN_EXAMPLES, NULL, sparsenet_train, NULL, \
	&kind##_kind, NULL
#define SEQUENCE(kind) NN_INTERACTIONS, NULL, seqnet_train, NULL, NULL, \
	&kind##_kind

static const struct nn_method methods[] = {
	{ { "deepcf", "user and item embeddings, dense layers, biases",
	    DEEPCF_DEFAULTS },
	    NN_INTERACTIONS, deepcf_settle, deepcf_train, deepcf_load, NULL,
	    NULL },
	{ { "mlp", "a classifier of rows of numbers: dense layers, sigmoid",
	    MLP_DEFAULTS },
	    NN_FEATURES, NULL, mlp_train, mlp_load, NULL,
	    NULL },
	{ { "sasrec", "what is next: attention to what was (Kang & McAuley "
	    "2018)", "factors=64 length=200 blocks=2 heads=2 "
	    "negatives=1000 epochs=30 batch=128 learning-rate=0.001 "
	    "weight-decay=0 dropout=0.2 optimizer=adam schedule=constant" },
	    SEQUENCE(sasrec) },
	{ { "logistic", "click-through: logistic regression",
	    SPARSE_DEFAULTS }, SPARSE(logistic) },
	{ { "fm", "click-through: factorization machine (Rendle 2010)",
	    SPARSE_DEFAULTS " factors=16" }, SPARSE(fm) },
	{ { "ffm", "click-through: field-aware factorization machine (Juan et "
	    "al. 2016)", SPARSE_DEFAULTS " factors=4" }, SPARSE(ffm) },
	{ { "widedeep", "click-through: logistic regression and dense layers "
	    "(Cheng et al. 2016)", SPARSE_DEFAULTS DEEP_DEFAULTS },
	    SPARSE(widedeep) },
	{ { "deepfm", "click-through: factorization machine and dense layers "
	    "(Guo et al. 2017)", SPARSE_DEFAULTS DEEP_DEFAULTS },
	    SPARSE(deepfm) },
	{ { "dcn", "click-through: crosses and dense layers (DCN-v2, Wang et "
	    "al. 2021)", SPARSE_DEFAULTS DEEP_DEFAULTS " cross=3" },
	    SPARSE(dcn) },
};

enum { N_METHODS = sizeof methods / sizeof *methods };

const struct choice *
nn_choice(size_t i)
{
	return i < N_METHODS ? &methods[i].what : NULL;
}

const struct nn_method *
nn_method(const struct choice *what)
{
	for (size_t i = 0; i < N_METHODS; i++)
		if (what == &methods[i].what)
			return &methods[i];
	assert(0);
	return NULL;
}

int
nn_begin(const struct nn_job *job, struct params *ps)
{
	params_init(ps, job->train->seed);
	return 0;
}

int
nn_fit(struct nn_job *job, struct fit_task *task, struct scorer *scorer)
{
	const struct nn_options *o = job->options;

	task->epochs = o->epochs;
	task->batch = o->batch;
	task->seed = job->train->seed;
	task->optim = (struct optim){ .rule = optim_rule(o->optimizer),
		.schedule = optim_schedule(o->schedule),
		.rate = o->learning_rate, .decay = o->weight_decay,
		.l1 = o->l1, .fall_by = o->fall_by };
	task->warmup = o->warmup;
	task->fall_every = o->fall_every != SIZE_MAX ? o->fall_every :
	    par_pieces(o->epochs, 3);
	task->clip = o->clip;
	if (task->optim.rule == OPTIM_FTRL && (task->warmup > 0 ||
	    task->optim.schedule != OPTIM_CONSTANT))
		return err_msg("--optimizer ftrl has rates of its own: it "
		    "takes no --warmup, and --schedule constant");
	if (task->warmup >= (double)task->epochs)
		return err_msg("--warmup %g leaves nothing of --epochs %zu",
		    task->warmup, task->epochs);
	return fit_run(task, job->train, scorer, &job->result);
}

int
nn_write(const struct nn_job *job, struct st_writer *w)
{
	const int status = st_write(w, job->output, job->gzip);

	st_writer_free(w);
	return status;
}

struct st_writer *
nn_writer(const char *method, const struct nn_job *job)
{
	const struct nn_options *o = job->options;
	const struct fit_result *result = &job->result;
	struct st_writer *w = model_writer(method);

	if (o->factors != SIZE_MAX)
		model_put_size(w, "factors", o->factors);
	if (o->cross != SIZE_MAX)
		model_put_size(w, "cross", o->cross);
	if (o->length != SIZE_MAX) {
		model_put_size(w, "length", o->length);
		model_put_size(w, "blocks", o->blocks);
		model_put_size(w, "heads", o->heads);
	}
	if (job->inter != NULL) {
		st_put_meta(w, "feedback", o->ratings ? "ratings" :
		    "implicit");
		if (!o->ratings)
			model_put_size(w, "negatives", o->negatives);
		if (o->value != NULL)
			st_put_meta(w, "value", o->value);
	}
	if (o->layers != NULL)
		st_put_meta(w, "layers", o->layers);
	model_put_size(w, "epochs", o->epochs);
	model_put_size(w, "batch", o->batch);
	model_put_real(w, "learning-rate", o->learning_rate);
	model_put_real(w, "weight-decay", o->weight_decay);
	model_put_real(w, "dropout", o->dropout);
	st_put_meta(w, "optimizer", o->optimizer->name);
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
	if (o->l1 > 0)
		model_put_real(w, "l1", o->l1);
	st_put_meta_format(w, "seed", "%llu",
	    (unsigned long long)job->train->seed);
	model_put_size(w, "summary.epochs", result->epochs);
	model_put_size(w, "summary.best_epoch", result->best_epoch);
	if (job->train->valid != NULL) {
		st_put_meta(w, "summary.metric", job->train->valid->metric);
		model_put_real(w, "summary.best_value", result->best_value);
	}
	return w;
}

static int
load(const char *method, struct scorer *s)
{
	const struct nn_method *m = nn_method(choice_find(nn_choice,
	    span_of(method)));

	return m->sparse != NULL ? sparsenet_load(s, m->sparse) :
	    m->sequence != NULL ? seqnet_load(s, m->sequence) : m->load(s);
}

const struct family nn_family = { "srs-nn-train", nn_choice, load };

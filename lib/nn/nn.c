#include <assert.h>

#include "nn/deepcf.h"
#include "nn/mlp.h"
#include "nn/multvae.h"
#include "nn/nn.h"
#include "nn/pairnet.h"
#include "nn/seqnet.h"
#include "nn/sparsenet.h"
#include "nn/textnet.h"

#define LIST_TEACHER "teacher teacher-weight=0.5 teacher-depth "
#define CLICK_DEFAULTS "label features teacher teacher-weight=0.5 " \
	"class-weight hash-bits epochs=20 batch=1024 dropout=0 " \
	"optimizer=adam schedule=constant "
#define SPARSE_DEFAULTS CLICK_DEFAULTS \
	"learning-rate=0.001 weight-decay=0.0001 embedding-decay"
#define DEEP_DEFAULTS " factors=16 layers=256,128 norm=none"
#define SPARSE(kind) .input = NN_EXAMPLES, .train = sparsenet_train, \
	.sparse = &kind##_kind
#define SEQUENCE_DEFAULTS LIST_TEACHER \
	"loss=softmax sampling=uniform sampling-power=1 calibration=0.75 " \
	"score-penalty=1 negatives=1000 batch=128 " \
	"learning-rate=0.001 weight-decay=0 dropout=0.2 optimizer=adam " \
	"schedule=constant"
/* Format 2: embeddings are read times the root of their width. */
#define SEQUENCE(kind) .input = NN_INTERACTIONS, .format = 2, \
	.train = seqnet_train, .sequence = &kind##_kind
#define TEXT_DEFAULTS "label features teacher teacher-weight=0.5 " \
	"class-weight factors own-factors=0 length=400 ngrams=1 " \
	"ngram-least=2 word-dropout=0 epochs=20 batch=64 learning-rate=0.001 " \
	"weight-decay=0 dropout=0.5 optimizer=adam schedule=constant " \
	"word-embeddings"
#define TEXT(kind) .input = NN_TEXTS, .settle = textnet_settle, \
	.train = textnet_train, .text = &kind##_kind

#define PAIR_DEFAULTS " " LIST_TEACHER \
	"loss negatives=4 sampling sampling-power=0.75 " \
	"user-features item-features"
#define PAIR(kind, settles) .input = NN_INTERACTIONS, .settle = settles, \
	.train = pairnet_train, .pair = &kind##_kind

static const struct nn_method methods[] = {
	{ { "deepcf", "user and item embeddings, dense layers, biases",
	    "feedback value factors=32 layers=64,32 norm=none epochs "
	    "batch=1024 "
	    "learning-rate=0.003 weight-decay dropout optimizer=adam "
	    "schedule=linear" PAIR_DEFAULTS },
	    PAIR(deepcf, deepcf_settle) },
	{ { "gmf", "weighted products of embeddings (He et al. 2017)",
	    "factors=64 epochs=20 batch=4096 learning-rate=0.003 "
	    "weight-decay=0 dropout=0 optimizer=adam schedule=linear"
	    PAIR_DEFAULTS }, PAIR(gmf, gmf_settle) },
	{ { "ncfmlp", "dense layers on embeddings, the other half of neumf "
	    "(He et al. 2017)",
	    "factors=64 layers=64,32,16 norm=none epochs=20 batch=4096 "
	    "learning-rate=0.003 weight-decay=0.0001 dropout=0 "
	    "optimizer=adam schedule=linear" PAIR_DEFAULTS },
	    PAIR(ncfmlp, pairnet_settle) },
	{ { "neumf", "gmf and ncfmlp added up (He et al. 2017)",
	    "factors=64 layers=64,32,16 norm=none epochs=20 batch=4096 "
	    "learning-rate=0.003 weight-decay=0.0001 dropout=0 "
	    "optimizer=adam schedule=linear" PAIR_DEFAULTS },
	    PAIR(neumf, pairnet_settle), .parts = "gmf ncfmlp" },
	{ { "cosine", "cosines of embeddings, sigmoid",
	    "factors=64 epochs=20 batch=4096 learning-rate=0.003 "
	    "weight-decay=0 dropout=0 optimizer=adam schedule=linear"
	    PAIR_DEFAULTS }, PAIR(cosine, pairnet_settle) },
	{ { "twotower", "towers of users and of items, softmax among a part "
	    "of the batch (Yi et al. 2019)",
	    "factors=64 layers=128 norm=none epochs=20 batch=2048 "
	    "learning-rate=0.001 weight-decay=0 dropout=0 optimizer=adam "
	    "schedule=linear" PAIR_DEFAULTS },
	    PAIR(twotower, pairnet_settle) },
	{ { "multvae", "variational autoencoder of what users had (Liang et "
	    "al. 2018)", "factors=200 layers=600 epochs=100 batch=512 "
	    "learning-rate=0.001 weight-decay=0 dropout=0.5 optimizer=adam "
	    "schedule=constant anneal=0.2" }, .input = NN_INTERACTIONS,
	    .train = multvae_train, .load = multvae_load },
	{ { "mlp", "dense layers on rows of numbers: classes or numbers",
	    MLP_DEFAULTS },
	    .input = NN_FEATURES, .train = mlp_train, .load = mlp_load },
	{ { "sasrec", "what is next: attention to what was (Kang & McAuley "
	    "2018)", "factors=64 length=200 blocks=2 heads=2 epochs=30 "
	    SEQUENCE_DEFAULTS }, SEQUENCE(sasrec) },
	{ { "gru4rec", "what is next: gated recurrent units (Hidasi & "
	    "Karatzoglou 2018)", "factors=100 length=200 blocks=1 epochs=30 "
	    SEQUENCE_DEFAULTS }, SEQUENCE(gru4rec) },
	{ { "caser", "what is next: filters over the last items (Tang & Wang "
	    "2018)", "factors=64 length=200 recent=5 windows=2,3,4 units=16 "
	    "epochs=30 " SEQUENCE_DEFAULTS }, SEQUENCE(caser) },
	{ { "logistic", "click-through: logistic regression",
	    CLICK_DEFAULTS "learning-rate weight-decay" }, SPARSE(logistic),
	    .settle = logistic_settle },
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
	{ { "din", "click-through: attention of what is shown to what was had "
	    "(Zhou et al. 2018)", SPARSE_DEFAULTS DEEP_DEFAULTS " attend" },
	    SPARSE(din) },
	{ { "autoint", "click-through: attention of fields to each other, and "
	    "dense layers (Song et al. 2019)", SPARSE_DEFAULTS DEEP_DEFAULTS
	    " blocks=3 heads=2" }, SPARSE(autoint) },
	{ { "bow", "classes of texts: the mean of their words' embeddings",
	    TEXT_DEFAULTS }, TEXT(bow) },
	{ { "textcnn", "classes of texts: filters over windows of words (Kim "
	    "2014)", TEXT_DEFAULTS " units=100 windows=3,4,5 pool=max" },
	    TEXT(textcnn) },
	{ { "lstm", "classes of texts: long short-term memory",
	    TEXT_DEFAULTS " units=128 pool=max" }, TEXT(lstm) },
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

static const struct nn_method *
find_method(const char *name)
{
	return nn_method(choice_find(nn_choice, span_of(name)));
}

int
nn_check_format(const struct st_file *f)
{
	const struct nn_method *m = find_method(model_method(f));
	const size_t want = m->format > 0 ? m->format : 1;
	size_t have = 1;

	if (st_meta(f, NN_FORMAT) != NULL &&
	    model_size(f, NN_FORMAT, &have) != 0)
		return -1;
	return have == want ? 0 : err_msg("%s: a model of %s of %s %zu: this "
	    "version reads %zu%s", st_path(f), m->what.name, NN_FORMAT, have,
	    want, have < want ? ": train it again" : "");
}

static int
load(const char *method, struct scorer *s)
{
	const struct nn_method *m = find_method(method);

	if (nn_check_format(s->file) != 0)
		return -1;
	return m->pair != NULL ? pairnet_load(s, m->pair) :
	    m->sparse != NULL ? sparsenet_load(s, m->sparse) :
	    m->sequence != NULL ? seqnet_load(s, m->sequence) :
	    m->text != NULL ? textnet_load(s, m->text) : m->load(s);
}

const struct family nn_family = { "srs-nn-train", nn_choice, load };

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/nnlabels.h"
#include "all/nnsearch.h"
#include "all/nntexts.h"
#include "all/nntrain.h"
#include "all/validate.h"
#include "all/validrows.h"
#include "base/mem.h"
#include "io/readattributes.h"
#include "io/readfeatures.h"
#include "io/readinter.h"
#include "io/readvectors.h"
#include "nn/pairnet.h"

static const struct choice feedback[] = {
	{ "ratings", "ratings, to be predicted", NULL },
	{ "implicit", "that it happened; what did not is sampled", NULL },
};

enum { USUAL_DEPTH = 10 };	/* --teacher-depth */

enum { N_FEEDBACK = sizeof feedback / sizeof *feedback };

const struct choice *
nntrain_feedback_choice(size_t i)
{
	return i < N_FEEDBACK ? &feedback[i] : NULL;
}

/* --- interactions --------------------------------------------------------- */

static struct inter *
read_data(struct nntrain *t, const struct readinter *want)
{
	struct idmap *users = idmap_new(), *items = idmap_new();
	struct inter *in;

	if (readattributes_both(t->user_features, t->item_features, users,
	    items, &t->of_users, &t->of_items) != 0) {
		idmap_free(users);
		idmap_free(items);
		return NULL;
	}
	in = readinter(t->files, t->n_files, want, users, items, 1);
	if (in == NULL)
		return NULL;
	if (t->of_users != NULL)
		attributes_finish(t->of_users);
	if (t->of_items != NULL)
		attributes_finish(t->of_items);
	t->job.of_users = t->of_users;
	t->job.of_items = t->of_items;
	return in;
}

/* Does the method predict ratings, if there are any? */
static int
takes_ratings(const struct nn_method *m)
{
	return m->pair != NULL && m->pair->has_ratings;
}

static int
read_inter(struct nntrain *t)
{
	int has_ratings = 0;
	struct readinter want = { .value = t->value != NULL ? t->value :
		"rating", .needs_value = 1, .tick = t->reading };

	if (!takes_ratings(nn_method(t->method)))
		want.value = NULL;
	else if (t->feedback == NULL && t->value == NULL)
		want.has_value = &has_ratings;
	else if (t->feedback == &feedback[1])
		want.value = t->value;
	else
		has_ratings = 1;
	if (want.value == NULL)
		want.needs_value = 0;
	t->inter = read_data(t, &want);
	if (t->inter == NULL)
		return -1;
	t->options.ratings = has_ratings;
	t->options.value = has_ratings ? want.value : NULL;
	t->job.inter = t->inter;
	if (t->valid == NULL)
		return 0;
	t->train.valid = validate_new(t->valid, &(struct validate){
	    .metric = t->metric != NULL ? t->metric :
	    has_ratings ? "rmse" : "ndcg@10",
	    .value = t->options.value, .train = t->inter,
	    .seed = t->train.seed });
	return t->train.valid != NULL ? 0 : -1;
}

/* --- rows of features ----------------------------------------------------- */

/* The names in a list with commas between. */
static struct idmap *
names_of(const char *list)
{
	struct span rest = span_of(list);
	struct idmap *names = idmap_new();

	while (rest.p != NULL) {
		const struct span name = span_cut(&rest, ',');

		if (name.n > 0 && idmap_find(names, name) == IDMAP_NONE) {
			idmap_add(names, name);
			continue;
		}
		err_msg(name.n == 0 ? "--features '%s': an empty name" :
		    "--features '%s': a name stands twice", list);
		idmap_free(names);
		return NULL;
	}
	return names;
}

/* What labels are for a loss, and the usual metric for that. */
static int
find_labels(const struct nntrain *t, enum readfeatures_label *labels,
    const char **metric)
{
	*labels = READFEATURES_BINARY;
	*metric = "logloss";
	switch (loss_of(t->options.loss)) {
	case LOSS_MSE:
	case LOSS_MAE:
		*labels = READFEATURES_NUMBER;
		*metric = "rmse";
		return 0;
	case LOSS_SOFTMAX:
		*labels = READFEATURES_CLASS;
		return 0;
	case LOSS_HINGE:
		*metric = "auc";	/* its scores are no probabilities */
		return 0;
	case LOSS_BCE:
		return 0;
	case LOSS_GBCE:
	case LOSS_BPR:
	case LOSS_BPR_MAX:
		break;
	}
	return err_msg("--loss %s is not for --method %s: it takes bce, "
	    "hinge, softmax, mse or mae", t->options.loss->name,
	    t->method->name);
}

static int
read_rows(struct nntrain *t)
{
	struct idmap *names = NULL;
	struct readfeatures want = { .label = t->label, .needs_label = 1,
		.tick = t->reading };
	const char *metric;

	if (find_labels(t, &want.labels, &metric) != 0)
		return -1;
	if (t->features != NULL) {
		names = names_of(t->features);
		if (names == NULL)
			return -1;
	}
	want.names = names;
	t->rows = readfeatures(t->files, t->n_files, &want);
	idmap_free(names);
	if (t->rows == NULL)
		return -1;
	t->job.features = t->rows;
	if (t->valid == NULL)
		return 0;
	want.names = t->rows->names;
	want.classes = t->rows->classes;
	t->train.valid = validrows_new(t->valid, t->metric != NULL ?
	    t->metric : metric, &want);
	return t->train.valid != NULL ? 0 : -1;
}

/* --- examples ------------------------------------------------------------- */

int
nntrain_valid_examples(struct nntrain *t, struct readexamples *want,
    const char *what)
{
	uint64_t unknown;

	if (t->valid == NULL)
		return 0;
	want->grows = 0;
	t->train.valid = validrows_examples(t->valid, t->metric != NULL ?
	    t->metric : "logloss", want, &unknown);
	if (t->train.valid == NULL)
		return -1;
	if (unknown > 0)
		train_note(&t->train, "%s: %ju %s are not in the training "
		    "data: left out", t->valid, (uintmax_t)unknown, what);
	return 0;
}

static int
read_examples(struct nntrain *t)
{
	struct readexamples want = { .vocabulary = vocabulary_new(),
		.grows = 1, .label = t->label, .needs_label = 1,
		.features = t->features, .tick = t->reading };

	t->vocabulary = want.vocabulary;
	t->vocabulary->hash_bits = (unsigned)t->options.hash_bits;
	t->examples = readexamples(t->files, t->n_files, &want);
	if (t->examples == NULL)
		return -1;
	t->job.vocabulary = t->vocabulary;
	t->job.examples = t->examples;
	return nntrain_valid_examples(t, &want, "features of its rows");
}

/* --- weights and teachers ------------------------------------------------- */

/* Of the labels of rows, n of them: numbers of classes, or NULL: 0 or 1. */
static int
settle_labels(struct nntrain *t, float *label, size_t n,
    const struct idmap *classes)
{
	if (t->options.class_weight != NULL) {
		t->weight = nnlabels_weights(t->options.class_weight, label,
		    n);
		if (t->weight == NULL)
			return -1;
		t->job.weight = t->weight;
	}
	if (t->teacher == NULL)
		return 0;
	if (classes == NULL)
		return nnlabels_teach(t->teacher, t->options.teacher_weight,
		    label, n);
	t->shares = nnlabels_shares(t->teacher, t->options.teacher_weight,
	    classes, label, n);
	t->job.shares = t->shares;
	return t->shares != NULL ? 0 : -1;
}

static int
settle_targets(struct nntrain *t)
{
	if (t->rows != NULL)
		return settle_labels(t, t->rows->label, t->rows->n,
		    t->rows->classes);
	if (t->examples != NULL)
		return settle_labels(t, t->examples->label, t->examples->n,
		    t->vocabulary->classes);
	if (t->teacher == NULL)
		return 0;
	if (t->options.ratings && !isnan(t->options.teacher_depth))
		return err_msg("--teacher-depth is of lists, for implicit "
		    "feedback; these are ratings");
	if (!t->options.ratings && isnan(t->options.teacher_depth))
		t->options.teacher_depth = USUAL_DEPTH;
	if (nnlabels_teacher(t->teacher, t->inter, &t->train,
	    &t->scores) != 0)
		return -1;
	t->job.teacher = &t->scores;
	return 0;
}

/* --- vectors -------------------------------------------------------------- */

/* Adds those of a file to the job, if it is given. */
static int
read_vectors(struct nntrain *t, const char *path, struct nn_vectors v,
    const char *id, struct attributes **to)
{
	const struct attribute *of;
	struct idmap *ids;

	if (path == NULL)
		return 0;
	ids = idmap_new();
	*to = readvectors(path, t->vector_ids, id, ids);
	if (*to == NULL) {
		idmap_free(ids);
		return -1;
	}
	attributes_finish(*to);
	of = attributes_find(*to, "vector");
	if (of == NULL || of->kind != ATTRIBUTE_VECTOR)
		return err_msg("%s: a table, not vectors", path);
	v.path = path;
	v.ids = ids;
	v.of = &of->of;
	t->job.vectors[t->job.n_vectors++] = v;
	return 0;
}

static int
read_all_vectors(struct nntrain *t)
{
	if (read_vectors(t, t->user_embeddings, (struct nn_vectors){
	    .option = "user-embeddings", .param = "user_embeddings" },
	    "user_id", &t->vectors[0]) != 0)
		return -1;
	return read_vectors(t, t->item_embeddings, (struct nn_vectors){
	    .option = "item-embeddings", .param = "item_embeddings" },
	    "item_id", &t->vectors[1]);
}

/* -------------------------------------------------------------------------- */

static void
about_examples(const struct nntrain *t, struct buf *b)
{
	static const char *const type[] = { "token", "token_seq", "float",
		"words" };
	const struct vocabulary *v = t->vocabulary;
	const size_t n = vocabulary_fields(v);

	buf_format(b, "%zu rows, %zu features%s of %zu field%s",
	    t->examples->n, vocabulary_features(v),
	    v->hash_bits > 0 ? " by hash" : "", n, n == 1 ? "" : "s");
	for (uint32_t f = 0; !v->is_libfm && f < n; f++)
		buf_format(b, "%s%.*s:%s", f == 0 ? ": " : ", ",
		    SPAN_ARGS(idmap_name(v->fields, f)),
		    type[v->field[f].kind]);
}

/* -------------------------------------------------------------------------- */

/* All that there is to read; options are settled by what is told of them. */
static int
read_all(struct nntrain *t)
{
	const struct nn_method *method = nn_method(t->method);
	int status = -1;

	t->job.method = method;
	switch (method->input) {
	case NN_INTERACTIONS: status = read_inter(t); break;
	case NN_FEATURES: status = read_rows(t); break;
	case NN_EXAMPLES: status = read_examples(t); break;
	case NN_TEXTS: status = nntexts_read(t); break;
	}
	if (status == 0)
		status = settle_targets(t);
	return status == 0 ? read_all_vectors(t) : -1;
}

/* Is standard input among the files? */
static int
has_input(const struct nntrain *t)
{
	int any = t->n_files == 0 || strcmp(t->valid, "-") == 0;

	for (size_t i = 0; i < t->n_files; i++)
		any |= strcmp(t->files[i], "-") == 0;
	return any;
}

/* What --refit cannot do is said before the long training. */
static int
check_refit(const struct nntrain *t)
{
	if (!t->refit)
		return 0;
	if (has_input(t))
		return err_msg("--refit reads the data twice: it needs files, "
		    "not standard input");
	if (t->teacher != NULL && nn_method(t->method)->input !=
	    NN_INTERACTIONS)
		return err_msg("--refit learns the rows of --valid, which "
		    "--teacher has no scores of");
	return 0;
}

int
nntrain_read(struct nntrain *t)
{
	const struct nn_method *method = nn_method(t->method);

	if (check_refit(t) != 0 || read_all(t) != 0)
		return -1;
	t->unsettled = t->options;
	if (method->settle != NULL)
		method->settle(&t->options, &t->job);
	return 0;
}

const char *
nntrain_about(struct nntrain *t)
{
	struct buf *b = &t->text;

	b->n = 0;
	if (t->examples != NULL)
		about_examples(t, b);
	else if (t->rows != NULL)
		buf_format(b, "%zu rows of %zu features", t->rows->n,
		    t->rows->x.cols);
	else
		buf_format(b, "%zu users, %zu items, %ju %s",
		    idmap_count(t->inter->users),
		    idmap_count(t->inter->items),
		    (uintmax_t)csr_count(&t->inter->by_user),
		    t->options.ratings ? "ratings" : "interactions");
	if (t->train.valid != NULL && t->inter != NULL)
		buf_format(b, "; %s", validate_about(t->train.valid));
	return buf_cstr(b);
}

/* What is in memory before the network is, for a dry run. */
static void
foresee(const struct nntrain *t)
{
	struct forecast *f = t->train.forecast;

	if (t->inter != NULL)
		forecast_memory(f, (double)(inter_bytes(t->inter) +
		    idmap_bytes(t->inter->users) +
		    idmap_bytes(t->inter->items)), "%zu users, %zu items, "
		    "%ju interactions", idmap_count(t->inter->users),
		    idmap_count(t->inter->items),
		    (uintmax_t)csr_count(&t->inter->by_user));
	if (t->rows != NULL)
		forecast_array(f, t->rows->n, t->rows->x.cols, sizeof(float),
		    "features of rows");
	if (t->examples != NULL)
		forecast_memory(f, examples_bytes(t->examples),
		    "%zu rows of %zu features", t->examples->n,
		    vocabulary_features(t->vocabulary));
}

const char *
nntrain_result(struct nntrain *t)
{
	const struct fit_result *result = &t->job.result;
	struct buf *b = &t->text;

	b->n = 0;
	buf_format(b, "%s: ", t->method->name);
	if (t->train.valid != NULL)
		buf_format(b, "%s %.6g after epoch %zu of %zu",
		    t->train.valid->metric, result->best_value,
		    result->best_epoch, result->epochs);
	else
		buf_format(b, "loss %.6g after %zu epochs", result->loss,
		    result->epochs);
	return buf_cstr(b);
}

/* All that read_all() made. */
static void
release_data(struct nntrain *t)
{
	for (size_t i = 0; i < 2; i++) {
		struct attributes *a = t->vectors[i];

		if (a != NULL)
			idmap_free(a->ids);
		attributes_free(a);
		t->vectors[i] = NULL;
	}
	attributes_free(t->of_users);
	attributes_free(t->of_items);
	free(t->weight);
	free(t->shares);
	csr_release(&t->scores);
	inter_free(t->inter);
	features_free(t->rows);
	examples_free(t->examples);
	vocabulary_free(t->vocabulary);
	idmap_free(t->words);
	t->of_users = t->of_items = NULL;
	t->weight = t->shares = NULL;
	t->inter = NULL;
	t->rows = NULL;
	t->examples = NULL;
	t->vocabulary = NULL;
	t->words = NULL;
	t->job = (struct nn_job){ .method = NULL };
}

static void
set_job(struct nntrain *t)
{
	t->job.options = &t->options;
	t->job.tick = t->training;
	t->job.train = &t->train;
	t->job.output = t->output;
	t->job.gzip = t->gzip;
	t->job.init = t->init.text;
	t->job.n_init = t->init.n;
}

/* The held-out data becomes the last of the files, and nothing is held out. */
static void
take_held_out(struct nntrain *t)
{
	const size_t n = t->n_files;

	t->more_files = mem_array("files", n + 1, sizeof(char *));
	memcpy(t->more_files, t->files, n * sizeof(char *));
	t->more_files[n] = t->valid;
	t->files = t->more_files;
	t->n_files = n + 1;
	t->valid = NULL;
	t->validated = t->train.valid;
	t->train.valid = NULL;
	t->train.history = NULL;	/* is written */
}

/* With settings as they are now, up to the epoch that was best. */
static int
train_again(struct nntrain *t)
{
	const struct nn_chosen chosen = { t->train.valid->metric,
		t->job.result.best_value, t->job.result.best_epoch };

	train_note(&t->train, "%s", nntrain_result(t));
	release_data(t);
	take_held_out(t);
	if (read_all(t) != 0)
		return -1;
	train_note(&t->train, "again, with what was held out: %s",
	    nntrain_about(t));
	set_job(t);
	t->job.chosen = &chosen;
	return t->job.method->train(&t->job);
}

int
nntrain_train(struct nntrain *t)
{
	foresee(t);
	set_job(t);
	if (t->search != NULL && (t->searched = nnsearch_run(t)) == NULL)
		return -1;
	t->job.checkpoint = t->checkpoint;
	t->job.resume = t->resume;
	t->job.is_first = t->refit;
	if (t->job.method->train(&t->job) != 0)
		return -1;
	return t->refit ? train_again(t) : 0;
}

void
nntrain_release(struct nntrain *t)
{
	if (t->train.valid != NULL)
		t->train.valid->free(t->train.valid);
	if (t->validated != NULL)
		t->validated->free(t->validated);
	nnsearch_free(t->searched);
	release_data(t);
	free(t->more_files);
	buf_release(&t->text);
}

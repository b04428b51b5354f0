#include <string.h>

#include "all/nntexts.h"
#include "all/validrows.h"
#include "data/tokenize.h"
#include "io/readvectors.h"

/* "text=word", as words are called in the vocabulary. */
static struct span
feature_of(const struct vocabulary *v, struct span word, struct buf *name)
{
	name->n = 0;
	buf_span(name, idmap_name(v->fields, 0));
	buf_char(name, '=');
	buf_span(name, word);
	return (struct span){ name->p, name->n };
}

/* Could it be a word of a text? */
static int
is_word(struct span text, struct buf *words)
{
	words->n = 0;
	tokenize(text, &(struct tokenize_rules){ 1, NULL }, words);
	return words->n == text.n && memcmp(words->p, text.p, text.n) == 0;
}

/* The vocabulary's names of the words, in their order. */
static struct idmap *
features_of(struct nntrain *t, const struct idmap *words)
{
	struct vocabulary *v = t->vocabulary;
	const size_t n = vocabulary_features(v);
	struct buf name = BUF_EMPTY, scratch = BUF_EMPTY;
	struct idmap *names = idmap_new();
	size_t known = 0, n_new;

	for (uint32_t i = 0; i < idmap_count(words); i++) {
		const struct span word = idmap_name(words, i);
		const struct span feature = feature_of(v, word, &name);

		idmap_add(names, feature);
		known += vocabulary_find(v, feature) != IDMAP_NONE;
		if (is_word(word, &scratch))
			vocabulary_add(v, feature, 0);
	}
	n_new = vocabulary_features(v) - n;
	train_note(&t->train, "%s: vectors of %zu of the texts' %zu words, "
	    "and of %zu more; %zu are of no words", t->word_embeddings, known,
	    n, n_new, idmap_count(words) - known - n_new);
	buf_release(&name);
	buf_release(&scratch);
	return names;
}

static int
read_vectors(struct nntrain *t)
{
	struct idmap *words = idmap_new();
	const struct attribute *column;
	int status = -1;

	t->vectors[0] = readvectors(t->word_embeddings, t->vector_ids, "word",
	    words);
	if (t->vectors[0] == NULL)
		goto done;
	attributes_finish(t->vectors[0]);
	column = attributes_find(t->vectors[0], "vector");
	if (column == NULL || column->kind != ATTRIBUTE_VECTOR) {
		err_msg("%s: a table, not vectors", t->word_embeddings);
		goto done;
	}
	t->words = features_of(t, words);
	t->job.vectors[t->job.n_vectors++] = (struct nn_vectors){
		.option = "word-embeddings", .path = t->word_embeddings,
		.param = "word_embeddings", .ids = t->words,
		.of = &column->of };
	if (t->options.factors == SIZE_MAX)
		t->options.factors = column->of.cols;
	status = 0;
done:
	if (t->vectors[0] != NULL)
		t->vectors[0]->ids = NULL;
	idmap_free(words);
	return status;
}

int
nntexts_read(struct nntrain *t)
{
	struct readexamples want = { .vocabulary = vocabulary_new(),
		.grows = 1, .texts = 1, .label = t->label, .needs_label = 1,
		.features = t->features, .tick = t->reading };
	size_t empty;

	t->vocabulary = want.vocabulary;
	t->examples = readexamples(t->files, t->n_files, &want);
	if (t->examples == NULL)
		return -1;
	empty = examples_drop_empty(t->examples);
	if (t->examples->n == 0)
		return err_msg("no text has a letter or a digit");
	if (empty > 0)
		train_note(&t->train, "%zu texts without letters or digits: "
		    "left out", empty);
	t->job.vocabulary = t->vocabulary;
	t->job.examples = t->examples;
	if (t->word_embeddings != NULL && read_vectors(t) != 0)
		return -1;
	return nntrain_valid_examples(t, &want, "words");
}

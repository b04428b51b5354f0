#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/choice.h"
#include "base/mem.h"
#include "base/par.h"
#include "io/readinter.h"
#include "model/model.h"
#include "model/scorer.h"
#include "model/vocabfile.h"

/* The family that has a method of this name; NULL after a message. */
static const struct family *
find_family(const struct family *const families[], const struct st_file *f)
{
	const char *method = model_method(f);

	for (; *families != NULL; families++)
		if (choice_find((*families)->choice, span_of(method)) != NULL)
			return *families;
	err_msg("%s: the model's method '%s' is not one that this version "
	    "knows", st_path(f), method);
	return NULL;
}

static int
load_ids(const struct scorer *s, const char *name, struct idmap **out)
{
	*out = st_find(s->file, name) != NULL ? model_ids(s->file, name) :
	    idmap_new();
	return *out != NULL ? 0 : -1;
}

static int
load(struct scorer *s, const struct family *const families[], const char *path)
{
	const struct family *family;

	s->file = model_open(path);
	if (s->file == NULL)
		return -1;
	family = find_family(families, s->file);
	if (family == NULL)
		return -1;
	if (load_ids(s, "user_ids", &s->users) != 0 ||
	    load_ids(s, "item_ids", &s->items) != 0)
		return -1;
	if (st_find(s->file, "feature_names") != NULL &&
	    load_ids(s, "feature_names", &s->features) != 0)
		return -1;
	if (st_find(s->file, "field_names") != NULL) {
		s->vocabulary = s->own_vocabulary = vocabfile_get(s->file);
		if (s->vocabulary == NULL)
			return -1;
	}
	if (st_find(s->file, "class_names") != NULL) {
		s->classes = s->own_classes = model_ids(s->file,
		    "class_names");
		if (s->classes == NULL)
			return -1;
		if (idmap_count(s->classes) < 2)
			return err_msg("%s: class_names: fewer than two",
			    path);
	}
	if (idmap_count(s->items) == 0 && !scorer_is_of_rows(s))
		return err_msg("%s: the model has no items", path);
	s->n_model_users = idmap_count(s->users);
	s->value = st_meta(s->file, "value");
	s->unknown = NAN;
	if (family->load(model_method(s->file), s) != 0)
		return -1;
	assert(s->ops != NULL);
	if (s->classes != NULL && scorer_outputs(s) !=
	    idmap_count(s->classes))
		return err_msg("%s: class_names: %zu, but the model has %zu",
		    path, idmap_count(s->classes), scorer_outputs(s));
	assert(s->vocabulary != NULL ? s->ops->examples != NULL :
	    s->features != NULL ? s->ops->rows != NULL :
	    (s->ops->block != NULL) != (s->ops->tile != NULL));
	return 0;
}

struct scorer *
scorer_open(const struct family *const families[], const char *path)
{
	struct scorer *s = mem_array("a model", 1, sizeof *s);

	if (load(s, families, path) == 0)
		return s;
	scorer_free(s);
	return NULL;
}

void
scorer_free(struct scorer *s)
{
	if (s == NULL)
		return;
	if (s->ops != NULL && s->ops->free != NULL)
		s->ops->free(s);
	st_close(s->file);
	idmap_free(s->users);
	idmap_free(s->items);
	idmap_free(s->features);
	idmap_free(s->history_items);
	vocabulary_free(s->own_vocabulary);
	idmap_free(s->own_classes);
	free(s->scratch);
	free(s);
}

int
scorer_begin_history(struct scorer *s)
{
	assert(s->history == NULL);
	s->history_items = idmap_from_text(idmap_text(s->items), "items",
	    "item_ids");
	return s->history_items != NULL ? 0 : -1;
}

void
scorer_take_history(struct scorer *s, const struct inter *in)
{
	s->history = in;
	for (size_t i = scorer_items(s); s->folds_items &&
	    i < idmap_count(s->history_items); i++)
		idmap_add(s->items, idmap_name(s->history_items,
		    (uint32_t)i));
}

struct inter *
scorer_read(struct scorer *s, const struct scorer_reading *r,
    const char *value)
{
	return readinter(r->paths, r->n_paths, &(struct readinter){
	    .value = value, .needs_value = value != NULL,
	    .wants = r->wants, .arg = r->arg,
	    .memory = r->memory, .instead = r->instead, .tick = r->tick,
	    }, s->users, s->history_items, 0);
}

struct inter *
scorer_history(struct scorer *s, const struct scorer_reading *r)
{
	struct inter *in;

	if (scorer_begin_history(s) != 0)
		return NULL;
	in = s->ops->history != NULL ? s->ops->history(s, r) :
	    scorer_read(s, r, s->value);
	if (in != NULL)
		scorer_take_history(s, in);
	return in;
}

static size_t
map_bytes(const struct idmap *map)
{
	return map != NULL ? idmap_bytes(map) : 0;
}

size_t
scorer_bytes(const struct scorer *s)
{
	return (s->ops->bytes != NULL ? s->ops->bytes(s) : 0) +
	    (s->file != NULL ? st_file_bytes(s->file) : 0) +
	    map_bytes(s->users) + map_bytes(s->items) +
	    map_bytes(s->history_items);
}

int
scorer_prepare(struct scorer *s)
{
	if (s->needs_history && s->history == NULL)
		return err_msg("%s: method '%s' scores from the users' "
		    "interactions: give them with -i", st_path(s->file),
		    model_method(s->file));
	if (s->ops->pairs == NULL && !scorer_is_of_rows(s))
		s->scratch = mem_array("scores", par_threads(),
		    scorer_items(s) * sizeof *s->scratch);
	return s->ops->prepare != NULL ? s->ops->prepare(s) : 0;
}

size_t
scorer_items(const struct scorer *s)
{
	return idmap_count(s->items);
}

int
scorer_knows_user(const struct scorer *s, uint32_t user)
{
	if (user >= idmap_count(s->users))
		return 0;
	if (s->ops->knows_user != NULL)
		return s->ops->knows_user(s, user);
	return user < s->n_model_users;
}

int
scorer_knows_segment(const struct scorer *s, uint32_t user)
{
	return s->ops->knows_segment == NULL ||
	    s->ops->knows_segment(s, user);
}

int
scorer_knows_all(const struct scorer *s, uint32_t user)
{
	return s->ops->knows_all == NULL || s->ops->knows_all(s, user);
}

int
scorer_stands_in(const struct scorer *s, uint32_t user)
{
	return s->ops->stands_in != NULL && s->ops->stands_in(s, user);
}

void
scorer_block(const struct scorer *s, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	scorer_tile(s, users, n, 0, scorer_items(s), scores, worker);
}

int
scorer_cuts(const struct scorer *s)
{
	return s->ops->tile != NULL;
}

void
scorer_tile(const struct scorer *s, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, size_t worker)
{
	if (s->ops->tile != NULL) {
		s->ops->tile(s, users, n, first, width, scores, worker);
		return;
	}
	assert(first == 0 && width == scorer_items(s));
	s->ops->block(s, users, n, scores, worker);
}

/* Pairs that are all known, by pairs() or by a block of one user. */
static void
known_pairs(const struct scorer *s, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker)
{
	float *row;			/* (n_items) */

	if (s->ops->pairs != NULL) {
		s->ops->pairs(s, users, items, n, scores, worker);
		return;
	}
	assert(s->scratch != NULL);
	row = s->scratch + worker * scorer_items(s);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || users[i] != users[i - 1])
			scorer_block(s, &users[i], 1, row, worker);
		scores[i] = row[items[i]];
	}
}

void
scorer_pairs(const struct scorer *s, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker)
{
	const size_t n_items = scorer_items(s);

	if (s->ops->any_pairs) {
		s->ops->pairs(s, users, items, n, scores, worker);
		return;
	}
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && items[end] < n_items &&
		    scorer_knows_user(s, users[end]); end++)
			;
		if (end > i)
			known_pairs(s, users + i, items + i, end - i,
			    scores + i, worker);
		else
			scores[end++] = s->unknown;
	}
}

int
scorer_knows_time(const struct scorer *s)
{
	return s->ops->timed_pairs != NULL;
}

void
scorer_timed_pairs(const struct scorer *s, const uint32_t *users,
    const uint32_t *items, const int64_t *times, size_t n, float *scores,
    size_t worker)
{
	if (times != NULL && scorer_knows_time(s))
		s->ops->timed_pairs(s, users, items, times, n, scores, worker);
	else
		scorer_pairs(s, users, items, n, scores, worker);
}

size_t
scorer_outputs(const struct scorer *s)
{
	return s->outputs > 0 ? s->outputs : 1;
}

void
scorer_rows(const struct scorer *s, const struct features *f, size_t first,
    size_t n, float *scores, size_t worker)
{
	assert(s->ops->rows != NULL);
	s->ops->rows(s, f, first, n, scores, worker);
}

void
scorer_examples(const struct scorer *s, const struct examples *x, size_t first,
    size_t n, float *scores, size_t worker)
{
	assert(s->ops->examples != NULL);
	s->ops->examples(s, x, first, n, scores, worker);
}

int
scorer_is_of_rows(const struct scorer *s)
{
	return s->features != NULL || s->vocabulary != NULL;
}

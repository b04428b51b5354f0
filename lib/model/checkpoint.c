#include <string.h>

#include "model/checkpoint.h"

static const char METHOD[] = "checkpoint";

/* Where the stopper is. */
static const char EPOCH[] = "epoch", EPOCHS[] = "epochs",
    BEST_EPOCH[] = "best_epoch", BEST_VALUE[] = "best_value",
    HISTORY[] = "history";

struct st_writer *
checkpoint_writer(const struct stopper *stop)
{
	struct st_writer *w = model_writer(METHOD);

	model_put_size(w, EPOCHS, stop->epochs);
	model_put_size(w, EPOCH, stop->epoch);
	model_put_size(w, BEST_EPOCH, stop->best_epoch);
	if (stop->train->valid != NULL)
		model_put_real(w, BEST_VALUE, stop->best_value);
	st_put(w, HISTORY, ST_F64, (size_t[]){ stop->n_lines,
	    STOPPER_COLUMNS }, 2, stop->line);
	return w;
}

struct st_file *
checkpoint_open(const char *path)
{
	struct st_file *f = model_open(path);

	if (f == NULL || strcmp(model_method(f), METHOD) == 0)
		return f;
	err_msg("%s: not a checkpoint but a model of method '%s'", st_path(f),
	    model_method(f));
	st_close(f);
	return NULL;
}

int
checkpoint_stopper(const struct st_file *f, struct stopper *stop)
{
	const struct st_tensor *lines = st_want(f, HISTORY, ST_F64,
	    (size_t[]){ SIZE_MAX, STOPPER_COLUMNS }, 2);

	if (lines == NULL || checkpoint_check_size(f, EPOCHS,
	    stop->epochs) != 0 || model_size(f, EPOCH, &stop->epoch) != 0 ||
	    model_size(f, BEST_EPOCH, &stop->best_epoch) != 0)
		return -1;
	if (stop->train->valid != NULL && model_real(f, BEST_VALUE,
	    &stop->best_value) != 0)
		return -1;
	if (stop->epoch > stop->epochs || stop->best_epoch > stop->epoch ||
	    lines->dims[0] != stop->epoch)
		return err_msg("%s: its epochs are out of order", st_path(f));
	stopper_recall(stop, lines->data, lines->dims[0]);
	return 0;
}

int
checkpoint_check_size(const struct st_file *f, const char *key, size_t want)
{
	size_t have;

	if (model_size(f, key, &have) != 0)
		return -1;
	return have == want ? 0 : err_msg("%s: a checkpoint of --%s %zu, not "
	    "%zu", st_path(f), key, have, want);
}

int
checkpoint_check_ids(const struct st_file *f, const char *name,
    const struct idmap *now)
{
	const struct span text = idmap_text(now);
	const struct st_tensor *t = st_want(f, name, ST_U8,
	    (size_t[]){ SIZE_MAX }, 1);

	if (t == NULL)
		return -1;
	if (t->count != text.n || memcmp(t->data, text.p, text.n) != 0)
		return err_msg("%s: a checkpoint of other data: its %s are "
		    "others", st_path(f), name);
	return 0;
}

/* --- options and data by their names ------------------------------------- */

static int
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static int
ends(const char *text, const char *with)
{
	const size_t n = strlen(text), m = strlen(with);

	return n >= m && strcmp(text + n - m, with) == 0;
}

static int
is_option(const char *key)
{
	return !begins(key, "srs.") && !begins(key, "summary.") &&
	    strcmp(key, EPOCH) != 0 && strcmp(key, BEST_EPOCH) != 0 &&
	    strcmp(key, BEST_VALUE) != 0;
}

static const char *
value_in(const struct st_writer *w, const char *key)
{
	const char *other, *value;

	for (size_t i = 0; (value = st_put_at(w, i, &other)) != NULL; i++)
		if (strcmp(key, other) == 0)
			return value;
	return NULL;
}

/* NULL: it is not there. */
static int
differs(const struct st_file *f, const char *key, const char *had,
    const char *now)
{
	if (begins(key, "data."))
		return err_msg("%s: a checkpoint of other data: its %s are "
		    "others", st_path(f), key + strlen("data."));
	if (ends(key, ".format"))
		return err_msg("%s: a checkpoint of another version: its %s "
		    "is %s, not %s", st_path(f), key, had != NULL ? had : "1",
		    now != NULL ? now : "1");
	if (had == NULL)
		return err_msg("%s: a checkpoint without --%s, which is %s "
		    "now", st_path(f), key, now);
	if (now == NULL)
		return err_msg("%s: a checkpoint of --%s %s, which is not "
		    "given now", st_path(f), key, had);
	return err_msg("%s: a checkpoint of --%s %s, not %s", st_path(f), key,
	    had, now);
}

int
checkpoint_check_meta(const struct st_file *f, const struct st_writer *now)
{
	const char *key, *value;

	for (size_t i = 0; (value = st_put_at(now, i, &key)) != NULL; i++) {
		const char *had = st_meta(f, key);

		if (is_option(key) && (had == NULL || strcmp(had, value) != 0))
			return differs(f, key, had, value);
	}
	for (size_t i = 0; i < st_meta_count(f); i++) {
		key = st_meta_key(f, i);
		if (is_option(key) && value_in(now, key) == NULL)
			return differs(f, key, st_meta(f, key), NULL);
	}
	return 0;
}

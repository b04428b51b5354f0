#ifndef SRS_SCORER_H
#define SRS_SCORER_H

/*
 * scorer.h -- the one seam between training and use: every model file loads
 * as a scorer, and nothing else knows what is inside a model.
 *
 *	struct scorer *s = scorer_open(all_families, "ease.st");
 *	struct inter *history = scorer_history(s, &(struct scorer_reading){
 *	    .paths = paths, .n_paths = n, .tick = tick });
 *	scorer_block(s, users, n, scores, worker);
 *
 * Users and items are numbers in s->users and s->items.  items are those of
 * the model; those of a history join them if folds_items, and else never.
 * users begin as those of the model (none, for a model without per-user state)
 * and grow when history is read: the new ones are served by fold-in where the
 * method can.  Ratings or preferences: a score has no unit, higher is better,
 * except that a model with `predicts_ratings` gives ratings on the scale of its
 * training data.
 *
 * A model of features (a classifier of rows) knows no users and no items:
 * s->features names the columns it wants, both maps are empty, and it has
 * rows() instead of block() and pairs():
 *
 *	want.names = s->features;
 *	struct features *f = readfeatures(paths, n, &want);
 *	scorer_rows(s, f, 0, f->n, scores, worker);
 *
 * A model of examples (few features out of many) is the same with
 * s->vocabulary, readexamples() and scorer_examples().  Of both there are
 * classifiers of several classes, s->classes: they give each row as many
 * scores, the probabilities of the classes in this order.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tick.h"
#include "data/examples.h"
#include "data/features.h"
#include "data/idmap.h"
#include "data/inter.h"
#include "io/safetensors.h"

struct scorer;

/* Interactions that are to be read as what users have had. */
struct scorer_reading {
	const char *const *paths;	/* (n_paths) files, in this order */
	size_t n_paths;
	/* Whose rows are kept, by number in s->users; NULL: all users'.  A
	 * scorer that folds_items needs all. */
	int (*wants)(const void *arg, uint32_t user);
	const void *arg;
	size_t memory;			/* as struct readinter has them */
	const char *instead;
	struct tick *tick;
};

/* What users and items are to a model of factors:
 *	score(u, i) = level_u + bias_i + <p_u, q_i> */
struct scorer_vectors {
	size_t k;
	const float *items;		/* (n_items, k) q */
	const float *item_bias;		/* (n_items), or NULL: 0 */
	/* p_u (k), for users that the scorer knows; *level <- level_u */
	const float *(*user)(const struct scorer *, uint32_t u, float *level);
};

/* A model's own part.  Called from several threads at once; `worker` is that
 * of par_for(), below par_threads() at scorer_prepare(). */
struct scorer_ops {
	/*
	 * Called once before scoring, after the history (if any) was read:
	 * scratch for par_threads() workers, fold-in of new users.  May be
	 * NULL.  0, or -1 after a message.
	 */
	int (*prepare)(struct scorer *);

	/* Reads the history instead of scorer_history(), which has begun it:
	 * of a scorer that is made of others.  NULL: it does so itself. */
	struct inter *(*history)(struct scorer *,
	    const struct scorer_reading *);

	/* scores (n, n_items) row-major <- users (n) against all items; only
	 * for users with scorer_knows_user(). */
	void (*block)(const struct scorer *, const uint32_t *users, size_t n,
	    float *scores, size_t worker);
	/* How many users block() likes at once: the scores of a few stay in
	 * a cache.  0: as many as there is memory for. */
	size_t batch;

	/*
	 * scores (n, width) row-major <- users (n) against items first ..
	 * first + width - 1.  Instead of block(), of a model that can cut its
	 * catalogue at no cost: scores are then looked at while they are in
	 * a cache.
	 */
	void (*tile)(const struct scorer *, const uint32_t *users, size_t n,
	    size_t first, size_t width, float *scores, size_t worker);

	/*
	 * scores (n) <- users[i], items[i].  NULL: from block().  Asked
	 * for users and items that are known only, unless `any_pairs` is set:
	 * then all come here, what is not known at all being IDMAP_NONE (a
	 * biased model has an answer for a known user and a new item).
	 */
	void (*pairs)(const struct scorer *, const uint32_t *users,
	    const uint32_t *items, size_t n, float *scores, size_t worker);
	int any_pairs;

	/*
	 * The same for pairs at times[i] (as struct inter has them), of a
	 * model that knows of time.  NULL: it does not.
	 */
	void (*timed_pairs)(const struct scorer *, const uint32_t *users,
	    const uint32_t *items, const int64_t *times, size_t n,
	    float *scores, size_t worker);

	/* Can user u (any number in s->users) be scored?  NULL: users of the
	 * model can, and others cannot. */
	int (*knows_user)(const struct scorer *, uint32_t u);

	/* Does the model know of user u, whom it can score, what it would
	 * tell users apart by?  NULL: it does.  If not, u is given what all
	 * together are. */
	int (*knows_segment)(const struct scorer *, uint32_t u);

	/* Of a scorer that is made of others: do all of them know user u, whom
	 * it can score?  NULL: they do. */
	int (*knows_all)(const struct scorer *, uint32_t u);

	/* Does a stand-in score user u for a model that does not know him?
	 * NULL: there is none. */
	int (*stands_in)(const struct scorer *, uint32_t u);

	/* scores (n, outputs) <- rows first .. first + n - 1 of a table with
	 * the columns s->features, outputs being scorer_outputs().  NULL
	 * unless it is a model of features. */
	void (*rows)(const struct scorer *, const struct features *,
	    size_t first, size_t n, float *scores, size_t worker);

	/* The same of examples with numbers of s->vocabulary. */
	void (*examples)(const struct scorer *, const struct examples *,
	    size_t first, size_t n, float *scores, size_t worker);

	/* NULL unless it is a model of factors.  After prepare(). */
	void (*vectors)(const struct scorer *, struct scorer_vectors *);

	/* Of a scorer that is made of others: what these take.  NULL: 0. */
	size_t (*bytes)(const struct scorer *);

	void (*free)(struct scorer *);	/* frees s->state; may be NULL */
};

struct scorer {
	const struct scorer_ops *ops;
	void *state;			/* the method's own */
	struct st_file *file;		/* owned; tensors point into it */
	struct idmap *users, *items;	/* owned; items as in the model */
	struct idmap *features;		/* owned; the tensor feature_names of a
					 * model of features; else NULL */
	const struct vocabulary *vocabulary;	/* of a model of examples, the
					 * file's if there is one; else NULL */
	const struct idmap *classes;	/* of a classifier of several: the
					 * tensor class_names; else NULL */
	size_t outputs;			/* set by load(): scores of a row, as
					 * many as classes; 0: one */
	size_t n_model_users;		/* users below this are the model's */
	const struct inter *history;	/* by_user (users, items'); or NULL */
	int predicts_ratings;
	int folds_items;		/* set by load(): new items of the
					 * history get scores by prepare() */
	int needs_history;		/* block() reads it, whoever the user */
	float unknown;			/* the score of what is not known: for
					 * a rating model the mean; or NAN */
	/* the column that scorer_history() reads as the value; NULL: "weight"
	 * if there is one, else 1.  It is the metadata "value" of the model;
	 * load() sets it NULL if the method does not use values of history */
	const char *value;
	/* the scorer's own */
	struct idmap *history_items;	/* owned: items, then new ones */
	struct vocabulary *own_vocabulary;	/* owned: of the file */
	struct idmap *own_classes;
	float *scratch;			/* (workers, n_items), for pairs */
};

/*
 * load() takes the method's tensors into *s, whose file, value and maps are
 * set (from the tensors user_ids, item_ids and feature_names; an absent one is
 * an empty map, of features none): fills ops, state and the flags.  0, or -1
 * after a message; ops->free() is then called if ops is set.
 */
struct family {
	const char *tool;		/* "srs-mf-train" */
	const struct choice *(*choice)(size_t i);	/* its methods */
	int (*load)(const char *method, struct scorer *s);
};

/*
 * Opens a model of any family (an array ended by NULL).  NULL after a message;
 * an unknown method is one.
 */
struct scorer *scorer_open(const struct family *const families[],
    const char *path);
void scorer_free(struct scorer *);

/*
 * Reads interactions (the union of the files) as what the users have had.
 * Users that are new are added to s->users.  Items that the model does not know
 * stay out of s->items, unless s->folds_items: they are numbered after its
 * items in history->items, and columns >= the number of the model's items are
 * for the caller to know as seen and for models to leave out.  The scorer keeps
 * a pointer; the caller frees the result after the scorer.  NULL after a
 * message.
 */
struct inter *scorer_history(struct scorer *, const struct scorer_reading *);

/* For ops->history(): the same without the scorer being told of it, with these
 * values (NULL: weights). */
struct inter *scorer_read(struct scorer *, const struct scorer_reading *,
    const char *value);

/*
 * The same in two steps, for who has the interactions already: begin makes
 * s->history_items, to which all their items are then added, as their users are
 * to s->users; take is told of them in the numbers of these two maps.
 */
int scorer_begin_history(struct scorer *) SRS_MUST_CHECK;
void scorer_take_history(struct scorer *, const struct inter *);

/* Must be called once before the functions below.  A model that needs a
 * history and was not given one is an error. */
int scorer_prepare(struct scorer *) SRS_MUST_CHECK;

/* The memory of its file, which may be mapped, and of its names. */
size_t scorer_bytes(const struct scorer *);

size_t scorer_items(const struct scorer *);
int scorer_knows_user(const struct scorer *, uint32_t user);
int scorer_knows_segment(const struct scorer *, uint32_t user);
int scorer_knows_all(const struct scorer *, uint32_t user);
int scorer_stands_in(const struct scorer *, uint32_t user);
void scorer_block(const struct scorer *, const uint32_t *users, size_t n,
    float *scores, size_t worker);

/* Can scorer_tile() be asked for part of the catalogue?  Otherwise it is
 * first = 0, width = scorer_items(). */
int scorer_cuts(const struct scorer *);
void scorer_tile(const struct scorer *, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, size_t worker);

/*
 * A user or item may be any number; one that is not known (IDMAP_NONE, or
 * known from history only) gives s->unknown, unless the model has a better
 * answer.  Quick if pairs of one user stand together.
 */
void scorer_pairs(const struct scorer *, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker);

/* The same at times (n), which may be NULL and are for models that know of
 * time: scorer_knows_time(). */
void scorer_timed_pairs(const struct scorer *, const uint32_t *users,
    const uint32_t *items, const int64_t *times, size_t n, float *scores,
    size_t worker);
int scorer_knows_time(const struct scorer *);

/* The numbers that a model of rows gives for each: one, or one a class. */
size_t scorer_outputs(const struct scorer *);

/* Only for a model of features: when s->features is not NULL. */
void scorer_rows(const struct scorer *, const struct features *,
    size_t first, size_t n, float *scores, size_t worker);

/* Only for a model of examples: when s->vocabulary is not NULL. */
void scorer_examples(const struct scorer *, const struct examples *,
    size_t first, size_t n, float *scores, size_t worker);

/* Does the model score rows (features or examples), and no users and items? */
int scorer_is_of_rows(const struct scorer *);

#endif

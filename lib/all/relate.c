#include "all/relate.h"
#include "base/err.h"
#include "model/model.h"

/* What a model of weights says of who has had one item are those weights. */
static int
has_weights(const struct scorer *s)
{
	return s->needs_history && s->n_model_users == 0 &&
	    !s->predicts_ratings;
}

static int
check(const struct scorer *s, const struct relate *r)
{
	const int is_items = r->kind == RELATED_ITEMS;

	if (scorer_is_of_rows(s))
		return err_msg("%s: a model of features has no items to "
		    "relate", r->model);
	if (related_has_vectors(s))
		return 0;
	if (!is_items || !has_weights(s))
		return err_msg("%s: method '%s' has no vectors of %s: %s",
		    r->model, model_method(s->file), is_items ?
		    "items, nor weights between them" : "users", is_items ?
		    "--items is for models of factors and of items that "
		    "belong together, as ials and ease" : "--similar-users "
		    "is for models of factors, as ials");
	if (r->by_dot)
		return err_msg("%s: method '%s' has weights between items, "
		    "and no vectors for --dot", r->model,
		    model_method(s->file));
	if (r->n_history > 0)
		return err_msg("%s: method '%s' has weights between items: "
		    "--items needs no interactions", r->model,
		    model_method(s->file));
	return 0;
}

/* Vectors of all that the model can say something of. */
static struct scorer *
by_vectors(struct scorer *s, const struct relate *r)
{
	struct inter *history = NULL;
	struct scorer *near = NULL;

	if (r->n_history > 0)
		history = scorer_history(s, &(struct scorer_reading){
		    .paths = r->history, .n_paths = r->n_history,
		    .tick = r->tick });
	if ((r->n_history == 0 || history != NULL) && scorer_prepare(s) == 0)
		near = related_new(s, r->kind, r->by_dot ? RELATED_DOT :
		    RELATED_COSINE);
	scorer_free(s);
	inter_free(history);
	return near;
}

struct scorer *
relate(struct scorer *s, const struct relate *r, struct inter **self)
{
	if (check(s, r) != 0) {
		scorer_free(s);
		return NULL;
	}
	if (related_has_vectors(s)) {
		s = by_vectors(s, r);
	} else {
		for (uint32_t i = 0; i < scorer_items(s); i++)
			idmap_add(s->users, idmap_name(s->items, i));
	}
	if (s != NULL) {
		*self = related_self(s->users, s->items);
		s->history = *self;
	}
	return s;
}

#include <stdlib.h>

#include "all/knntrain.h"
#include "base/mem.h"
#include "io/readattributes.h"
#include "io/readinter.h"
#include "io/readvectors.h"

/* Features of users come first: who has them and no interaction is in the map
 * too. */
static int
read_data(struct knntrain *t)
{
	struct idmap *users = idmap_new(), *items = idmap_new();

	if (t->user_features != NULL && (t->of_users = readattributes(
	    t->user_features, "user_id", users)) == NULL) {
		idmap_free(users);
		idmap_free(items);
		return -1;
	}
	t->data = readinter(t->files, t->n_files, &(struct readinter){
	    .value = t->options.value, .needs_value = t->options.value != NULL,
	    .tick = t->reading }, users, items, 1);
	if (t->data == NULL)
		return -1;
	if (t->of_users != NULL)
		attributes_finish(t->of_users);
	return 0;
}

/* Items that have features only are numbered after those of the data: the
 * methods know nothing of them. */
static int
read_catalog(struct knntrain *t)
{
	const size_t n = t->item_features.n;

	t->catalog = idmap_from_text(idmap_text(t->data->items), "items",
	    "item_ids");
	if (t->catalog == NULL)
		return -1;
	t->of_items = mem_array("tables of items", n, sizeof *t->of_items);
	for (; t->n_of_items < n; t->n_of_items++)
		if ((t->of_items[t->n_of_items] = readvectors(
		    t->item_features.text[t->n_of_items], t->vector_ids,
		    "item_id", t->catalog)) == NULL)
			return -1;
	for (size_t i = 0; i < n; i++)
		attributes_finish(t->of_items[i]);
	return 0;
}

/* The column of --segment; 0, or -1 after a message. */
static int
check_segment(const struct knntrain *t)
{
	const char *name = t->options.segment;
	const struct attribute *a = attributes_want(t->of_users,
	    t->user_features, name);

	if (a == NULL)
		return -1;
	if (a->kind != ATTRIBUTE_TOKEN)
		return err_msg("%s: column '%s' is not of type token: a "
		    "segment is one word for each user", t->user_features,
		    name);
	return 0;
}

int
knntrain_read(struct knntrain *t)
{
	if (read_data(t) != 0)
		return -1;
	if (t->item_features.n > 0 && read_catalog(t) != 0)
		return -1;
	return t->options.segment != NULL ? check_segment(t) : 0;
}

const char *
knntrain_about(struct knntrain *t)
{
	const size_t n_items = idmap_count(t->data->items);

	t->text.n = 0;
	buf_format(&t->text, "%zu users, %zu items, %ju interactions",
	    idmap_count(t->data->users), n_items,
	    (uintmax_t)csr_count(&t->data->by_user));
	if (t->catalog != NULL)
		buf_format(&t->text, "; %zu more items by their features",
		    idmap_count(t->catalog) - n_items);
	return buf_cstr(&t->text);
}

/* users (items) <- how many have each with a weight; O(interactions) */
static void
count_users(const struct inter *in, uint32_t *users)
{
	struct csr x;

	inter_matrix(in, CSR_SUM, &x);
	for (uint64_t p = 0; p < csr_count(&x); p++)
		users[x.indices[p]] += x.values[p] < 0 || x.values[p] > 0;
	csr_release(&x);
}

static void
say_items(const struct inter *in, struct buf *out)
{
	const size_t n = idmap_count(in->items);
	uint32_t *users = mem_array("items", n, sizeof *users);
	size_t none = 0, all = 0;

	count_users(in, users);
	for (size_t i = 0; i < n; i++) {
		none += users[i] == 0;
		all += users[i] > 1 && users[i] == idmap_count(in->users);
	}
	if (none > 0)
		buf_format(out, "%zu items that nobody had: all of their "
		    "weights are 0", none);
	if (all > 0)
		buf_format(out, "%s%zu items that every user had: they tell "
		    "nobody apart", none > 0 ? "; " : "", all);
	free(users);
}

static void
say_ratings(const struct csr *m, struct buf *out)
{
	for (uint64_t i = 1; i < csr_count(m); i++)
		if (m->values[i] < m->values[0] ||
		    m->values[i] > m->values[0])
			return;
	buf_format(out, "all ratings are %g: there is nothing to learn but "
	    "that", (double)m->values[0]);
}

const char *
knntrain_oddities(struct knntrain *t)
{
	t->text.n = 0;
	if (knn_is_explicit(&t->options))
		say_ratings(&t->data->by_user, &t->text);
	else
		say_items(t->data, &t->text);
	return t->text.n > 0 ? buf_cstr(&t->text) : NULL;
}

int
knntrain_train(struct knntrain *t)
{
	const struct knn_features features = {
		(const struct attributes *const *)t->of_items, t->n_of_items,
		t->catalog };
	const struct knn_task task = {
		.data = t->data,
		.options = &t->options,
		.segment = t->options.segment != NULL ? attributes_find(
		    t->of_users, t->options.segment) : NULL,
		.tick = t->training,
		.forecast = t->forecast,
		.output = t->output,
		.gzip = t->gzip,
		.features = t->catalog != NULL ? &features : NULL,
	};

	return knn_train(t->method, &task, &t->result);
}

void
knntrain_release(struct knntrain *t)
{
	attributes_free(t->of_users);
	for (size_t i = 0; i < t->n_of_items; i++)
		attributes_free(t->of_items[i]);
	free(t->of_items);
	idmap_free(t->catalog);
	inter_free(t->data);
	buf_release(&t->text);
}

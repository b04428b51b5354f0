#include <math.h>

#include "all/mftrain.h"
#include "all/validate.h"
#include "io/readattributes.h"
#include "io/readinter.h"

static int
read_data(struct mftrain *t)
{
	struct idmap *users = idmap_new(), *items = idmap_new();

	if (readattributes_both(t->user_features, t->item_features, users,
	    items, &t->of_users, &t->of_items) != 0) {
		idmap_free(users);
		idmap_free(items);
		return -1;
	}
	t->data = readinter(t->files, t->n_files, &(struct readinter){
	    .value = t->options.value, .needs_value = t->options.value != NULL,
	    .without_times = !(t->options.moment > 0), .tick = t->reading },
	    users, items, 1);
	if (t->data == NULL)
		return -1;
	if (t->of_users != NULL)
		attributes_finish(t->of_users);
	if (t->of_items != NULL)
		attributes_finish(t->of_items);
	return 0;
}

int
mftrain_read(struct mftrain *t)
{
	const int ratings = mf_is_explicit(t->method);

	if (read_data(t) != 0)
		return -1;
	if (t->valid == NULL)
		return 0;
	t->train.valid = validate_new(t->valid, &(struct validate){
	    .metric = t->metric ? t->metric : ratings ? "rmse" : "ndcg@10",
	    .value = ratings ? t->options.value : NULL, .train = t->data,
	    .seed = t->train.seed });
	return t->train.valid != NULL ? 0 : -1;
}

static int
is_constant(const struct csr *m)
{
	for (uint64_t i = 1; i < csr_count(m); i++)
		if (m->values[i] < m->values[0] ||
		    m->values[i] > m->values[0])
			return 0;
	return 1;
}

const char *
mftrain_about(struct mftrain *t)
{
	const char *valid = t->train.valid != NULL ?
	    validate_about(t->train.valid) : NULL;
	struct buf *b = &t->text;

	if (!mf_is_explicit(t->method) || !is_constant(&t->data->by_user))
		return valid;
	b->n = 0;
	buf_format(b, "all ratings are %g: there is nothing to learn but "
	    "that%s%s", (double)t->data->by_user.values[0],
	    valid != NULL ? "; " : "", valid != NULL ? valid : "");
	return buf_cstr(b);
}

int
mftrain_train(struct mftrain *t)
{
	const struct mf_task task = { t->data, &t->options, &t->train,
		t->output, t->gzip, t->of_users, t->of_items, t->init,
		t->checkpoint, t->resume, &t->data->by_user };

	return mf_train(t->method, &task, &t->result);
}

const char *
mftrain_result(struct mftrain *t)
{
	const struct mf_result *r = &t->result;
	struct buf *b = &t->text;

	b->n = 0;
	buf_format(b, "%zu users, %zu items, %ju interactions",
	    idmap_count(t->data->users), idmap_count(t->data->items),
	    (uintmax_t)csr_count(&t->data->by_user));
	if (t->init != NULL)
		buf_format(b, "; %zu users and %zu items from %s",
		    r->known_users, r->known_items, t->init);
	if (!isnan(r->loss))
		buf_format(b, "; %zu epochs, loss %.6g", r->epochs, r->loss);
	if (!isnan(r->best_value))
		buf_format(b, "; kept epoch %zu: %s %.6f", r->best_epoch,
		    t->train.valid->metric, r->best_value);
	return buf_cstr(b);
}

void
mftrain_release(struct mftrain *t)
{
	if (t->train.valid != NULL)
		t->train.valid->free(t->train.valid);
	attributes_free(t->of_users);
	attributes_free(t->of_items);
	inter_free(t->data);
	buf_release(&t->text);
}

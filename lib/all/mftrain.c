#include <math.h>

#include "all/mftrain.h"
#include "all/validate.h"
#include "io/readinter.h"

int
mftrain_read(struct mftrain *t)
{
	const int ratings = mf_is_explicit(t->method);

	t->data = readinter(t->files, t->n_files, &(struct readinter){
	    .value = t->options.value, .needs_value = t->options.value != NULL,
	    .tick = t->reading }, idmap_new(), idmap_new(), 1);
	if (t->data == NULL)
		return -1;
	if (t->valid == NULL)
		return 0;
	t->train.valid = validate_new(t->valid, &(struct validate){
	    .metric = t->metric ? t->metric : ratings ? "rmse" : "ndcg@10",
	    .value = ratings ? t->options.value : NULL, .train = t->data,
	    .seed = t->train.seed });
	return t->train.valid != NULL ? 0 : -1;
}

const char *
mftrain_about(const struct mftrain *t)
{
	return t->train.valid != NULL ? validate_about(t->train.valid) : NULL;
}

int
mftrain_train(struct mftrain *t)
{
	const struct mf_task task = { t->data, &t->options, &t->train,
		t->output, t->gzip };

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
	if (r->epochs > 0)
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
	inter_free(t->data);
	buf_release(&t->text);
}

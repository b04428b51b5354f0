#include "all/knntrain.h"
#include "io/readattributes.h"
#include "io/readinter.h"

/* Features come first: who has them and no interaction is in the maps too. */
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

/* The column of --segment; 0, or -1 after a message. */
static int
check_segment(const struct knntrain *t)
{
	const char *name = t->options.segment;
	const struct attribute *a = attributes_find(t->of_users, name);

	if (a == NULL)
		return err_msg("%s: no column is called '%s'",
		    t->user_features, name);
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
	return t->options.segment != NULL ? check_segment(t) : 0;
}

const char *
knntrain_about(struct knntrain *t)
{
	t->text.n = 0;
	buf_format(&t->text, "%zu users, %zu items, %ju interactions",
	    idmap_count(t->data->users), idmap_count(t->data->items),
	    (uintmax_t)csr_count(&t->data->by_user));
	return buf_cstr(&t->text);
}

int
knntrain_train(struct knntrain *t)
{
	const struct knn_task task = {
		.data = t->data,
		.options = &t->options,
		.segment = t->options.segment != NULL ? attributes_find(
		    t->of_users, t->options.segment) : NULL,
		.tick = t->training,
		.output = t->output,
		.gzip = t->gzip,
	};

	return knn_train(t->method, &task, &t->result);
}

void
knntrain_release(struct knntrain *t)
{
	attributes_free(t->of_users);
	inter_free(t->data);
	buf_release(&t->text);
}

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "knn/random.h"
#include "model/model.h"

int
random_train(const struct knn_task *task, struct knn_result *result)
{
	struct st_writer *w = model_writer("random");
	int status;

	model_put_ids(w, "item_ids", task->data->items);
	model_put_size(w, "seed", task->options->seed);
	result->n_weights = 0;
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	return status;
}

struct random {
	uint64_t *items;	/* (items) hashes of their names */
	uint64_t seed;
};

static uint64_t
hash_name(const struct idmap *ids, uint32_t id, uint64_t seed)
{
	const struct span name = idmap_name(ids, id);

	return hash_bytes(name.p, name.n, seed);
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct random *m = s->state;
	const size_t n_items = scorer_items(s);

	(void)worker;
	for (size_t u = 0; u < n; u++) {
		const uint64_t user = hash_name(s->users, users[u], m->seed);

		/* 24 bits are what a float below 1 has */
		for (size_t i = 0; i < n_items; i++)
			scores[u * n_items + i] = (float)(hash_mix(user,
			    m->items[i]) >> 40) / (1 << 24);
	}
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	(void)s;
	(void)u;
	return 1;
}

static void
random_free(struct scorer *s)
{
	struct random *m = s->state;

	free(m->items);
	free(m);
}

static const struct scorer_ops ops = {
	.block = block,
	.knows_user = knows_user,
	.free = random_free,
};

int
random_load(struct scorer *s)
{
	struct random *m = mem_array("a model", 1, sizeof *m);
	const size_t n = idmap_count(s->items);
	size_t seed;

	s->state = m;
	s->ops = &ops;
	s->value = NULL;
	s->needs_history = 1;	/* for the names of users */
	if (model_size(s->file, "seed", &seed) != 0)
		return -1;
	m->seed = seed;
	m->items = mem_array("a model", n, sizeof *m->items);
	for (uint32_t i = 0; i < n; i++)
		m->items[i] = hash_name(s->items, i, m->seed);
	return 0;
}

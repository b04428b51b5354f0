#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/inter.h"

struct inter *
inter_new(struct idmap *users, struct idmap *items, int owns, int has_times)
{
	struct inter *in = mem_array("interactions", 1, sizeof *in);

	in->users = users;
	in->items = items;
	in->owns_maps = owns;
	in->has_times = has_times;
	return in;
}

static size_t
chunk_bytes(const struct inter *in)
{
	return sizeof(struct inter_chunk) + (in->has_times ?
	    INTER_CHUNK * sizeof *in->times : 0);
}

void
inter_free_chunk(struct inter *in, size_t i)
{
	struct inter_chunk *c = in->chunk[i];

	if (c != NULL)
		mem_give_back(c, chunk_bytes(in));
	in->chunk[i] = NULL;
}

void
inter_free(struct inter *in)
{
	if (in == NULL)
		return;
	if (in->owns_maps) {
		idmap_free(in->users);
		idmap_free(in->items);
	}
	for (size_t i = 0; i < in->n_chunks; i++)
		inter_free_chunk(in, i);
	free(in->chunk);
	csr_release(&in->by_user);
	free(in->times);
	free(in);
}

static struct inter_chunk *
add_chunk(struct inter *in)
{
	struct inter_chunk *c = mem_raw("interactions", 1, chunk_bytes(in));

	c->n = 0;
	in->chunk = mem_grow("interactions", in->chunk, &in->cap_chunks,
	    in->n_chunks + 1, sizeof(struct inter_chunk *));
	in->chunk[in->n_chunks++] = c;
	return c;
}

static void
append(struct inter *in, size_t n, const uint32_t *user,
    const uint32_t *item, const float *value, const int64_t *time)
{
	in->n += n;
	for (size_t i = 0, some; i < n; i += some) {
		struct inter_chunk *c = in->n_chunks == 0 ? NULL
		    : in->chunk[in->n_chunks - 1];

		if (c == NULL || c->n == INTER_CHUNK)
			c = add_chunk(in);
		some = n - i < INTER_CHUNK - c->n ? n - i
		    : INTER_CHUNK - c->n;
		memcpy(c->user + c->n, user + i, some * sizeof *user);
		memcpy(c->item + c->n, item + i, some * sizeof *item);
		memcpy(c->value + c->n, value + i, some * sizeof *value);
		if (in->has_times)
			memcpy(c->time + c->n, time + i, some * sizeof *time);
		c->n += some;
	}
}

void
inter_keep(struct inter *in, int (*wants)(const void *arg, uint32_t user),
    const void *arg)
{
	in->wants = wants;
	in->arg = arg;
}

/* Runs of rows that are wanted, as they come. */
void
inter_add_rows(struct inter *in, size_t n, const uint32_t *user,
    const uint32_t *item, const float *value, const int64_t *time)
{
	assert(in->by_user.indptr == NULL);
	for (size_t i = 0, end; i < n; i = end) {
		const int wanted = in->wants == NULL ||
		    in->wants(in->arg, user[i]);

		end = in->wants == NULL ? n : i + 1;
		while (end < n && !in->wants(in->arg, user[end]) == !wanted)
			end++;
		if (wanted)
			append(in, end - i, user + i, item + i, value + i,
			    time == NULL ? NULL : time + i);
	}
}

void
inter_add(struct inter *in, uint32_t user, uint32_t item, float value,
    int64_t time)
{
	inter_add_rows(in, 1, &user, &item, &value, &time);
}

/* The chunks keep their room. */
void
inter_drop_times(struct inter *in)
{
	assert(in->by_user.indptr == NULL);
	in->has_times = 0;
}

size_t
inter_bytes(const struct inter *in)
{
	const struct csr *m = &in->by_user;
	const size_t n = m->indptr == NULL ? 0 : (size_t)csr_count(m);

	return in->n_chunks * chunk_bytes(in) + n * (sizeof *m->indices +
	    (m->values != NULL ? sizeof *m->values : 0) +
	    (in->times != NULL ? sizeof *in->times : 0)) +
	    (n > 0 ? (m->rows + 1) * sizeof *m->indptr : 0);
}

void
inter_matrix(const struct inter *in, enum csr_merge how, struct csr *out)
{
	csr_unique(&in->by_user, how, out);
}

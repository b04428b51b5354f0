#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/exp.h"
#include "nn/kernel.h"
#include "nn/kernelfm.h"
#include "nn/sparsestep.h"
#include "nn/update.h"

enum {
	PARTS = 64,		/* of a batch's entries, at most */
	PART = 1024,		/* entries that are worth one: their sums stay
				 * in the nearest cache */
	LINE = 16,		/* features, or floats, of a cache line */
	ROWS_AHEAD = 2, ENTRIES_AHEAD = 6,	/* examples whose memory is
						 * called for before */
	TABLES = 4		/* of the optimiser's: moments */
};

#define NONE UINT32_MAX

/* A shard's entries, by part. */
struct shard_entries {
	struct fm_entry *entry;	/* (most of a shard) */
	size_t start[PARTS + 1];
};

/* A feature, and its place among those of a part. */
struct slot {
	uint32_t row, place;
};

/* What a worker adds up. */
struct sums {
	struct slot *slot;	/* (more than entries, a power of 2) by hash */
	size_t cap_slot;
	uint32_t *row;		/* (n of cap) features */
	float *w, *own;		/* (cap) */
	float *v;		/* (cap_v) (cap, k) */
	size_t cap_row, cap_w, cap_own, cap_v;
};

/* The moments of the network's tables. */
struct moments {
	const float *x[TABLES];	/* (features, cols) */
	size_t cols[TABLES], n;
};

struct sparsestep {
	const struct sparsenet *net;
	const struct examples *x;
	struct fm_weights weights;
	size_t shard, n_shards, n_parts, most_entries;
	float *d;			/* (batch) */
	float *s;			/* (batch, k) */
	struct shard_entries *entries;	/* (n_shards) */
	struct sums *sums;		/* (n_workers) */
	size_t n_workers;
	/* of the step that is taken */
	struct moments moments;
	const struct fit_batch *batch;
	size_t shards;
};

int
sparsestep_can(const struct sparsenet *net)
{
	return net->kind->is_fm && param_learns(net->offset) &&
	    param_learns(net->linear) && (net->table == NULL ||
	    param_learns(net->table));
}

struct sparsestep *
sparsestep_new(const struct sparsenet *net, const struct examples *x,
    size_t batch)
{
	struct sparsestep *f = mem_array("training", 1, sizeof *f);
	const size_t k = net->table != NULL ? net->table->cols : 0;

	f->net = net;
	f->x = x;
	f->weights = (struct fm_weights){ .w = net->linear->x,
		.v = k > 0 ? net->table->x : NULL, .k = k };
	f->shard = fit_shard(batch);
	f->n_shards = par_pieces(batch, f->shard);
	f->most_entries = examples_most_entries(x, f->shard);
	f->n_parts = par_pieces(f->n_shards * f->most_entries, PART);
	f->n_parts = f->n_parts < 1 ? 1 : f->n_parts > PARTS ? PARTS :
	    f->n_parts;
	f->d = mem_array("training", f->n_shards * f->shard, sizeof *f->d);
	f->s = mem_array("training", f->n_shards * f->shard,
	    (k + 1) * sizeof *f->s);
	f->entries = mem_array("training", f->n_shards, sizeof *f->entries);
	for (size_t i = 0; i < f->n_shards; i++)
		f->entries[i].entry = mem_array("training", f->most_entries,
		    sizeof *f->entries[i].entry);
	f->n_workers = par_threads();
	f->sums = mem_array("training", f->n_workers, sizeof *f->sums);
	return f;
}

void
sparsestep_free(struct sparsestep *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n_shards; i++)
		free(f->entries[i].entry);
	for (size_t i = 0; i < f->n_workers; i++) {
		free(f->sums[i].slot);
		free(f->sums[i].row);
		free(f->sums[i].w);
		free(f->sums[i].own);
		free(f->sums[i].v);
	}
	free(f->d);
	free(f->s);
	free(f->entries);
	free(f->sums);
	free(f);
}

size_t
sparsestep_bytes(const struct sparsestep *f)
{
	return f->n_shards * (f->shard * (f->weights.k + 2) * sizeof(float) +
	    f->most_entries * sizeof(struct fm_entry));
}

/* --- 1: scores, slopes, and the entries by part --------------------------- */

/* The part of a row: those that share a cache line are together. */
static size_t
part_of(const struct sparsestep *f, uint32_t row)
{
	const uint32_t hash = (row / LINE) * 0x9e3779b1u;

	return (size_t)((uint64_t)hash * f->n_parts >> 32);
}

static void
fetch_entries(const struct examples *x, uint32_t example)
{
	const uint64_t to = x->start[example + 1];

	for (uint64_t e = x->start[example]; e < to + LINE; e += LINE) {
		__builtin_prefetch(x->feature + e);
		__builtin_prefetch(x->value + e);
	}
}

/* The score of example[0], of which there are `left` in the batch. */
static float
score(const struct sparsestep *f, const uint32_t *example, size_t left,
    float *s)
{
	const struct examples *x = f->x;
	const uint64_t from = x->start[*example];
	const uint32_t *next = NULL;
	size_t n_next = 0;

	if (left > 2 * ENTRIES_AHEAD) {
		__builtin_prefetch(&x->start[example[2 * ENTRIES_AHEAD]]);
		__builtin_prefetch(&x->label[example[2 * ENTRIES_AHEAD]]);
	}
	if (left > ENTRIES_AHEAD)
		fetch_entries(x, example[ENTRIES_AHEAD]);
	if (left > ROWS_AHEAD) {
		const uint64_t at = x->start[example[ROWS_AHEAD]];

		next = x->feature + at;
		n_next = (size_t)(x->start[example[ROWS_AHEAD] + 1] - at);
	}
	return f->net->offset->x[0] + kernel_fm_score(&f->weights,
	    x->feature + from, x->value + from,
	    (size_t)(x->start[*example + 1] - from), next, n_next, s);
}

/* The loss of the batch's example r with this score, and its slope. */
static double
learn(const struct sparsestep *f, size_t r, float y)
{
	const struct fit_batch *b = f->batch;
	const uint32_t i = b->example[r];
	const float t = f->x->label[i];
	const float weight = b->weight != NULL ? b->weight[i] : 1;
	const float loss = (y > 0 ? y : 0) - y * t +
	    log1pf(expf(-fabsf(y)));

	f->d[r] = weight * (float)b->scale * (sigmoid_of(y) - t);
	return (double)weight * (double)loss;
}

static void
part_entries(const struct sparsestep *f, struct shard_entries *to,
    size_t first, size_t n)
{
	const struct examples *x = f->x;
	const uint32_t *example = f->batch->example + first;
	size_t at[PARTS] = { 0 };

	for (size_t r = 0; r < n; r++)
		for (uint64_t e = x->start[example[r]];
		    e < x->start[example[r] + 1]; e++)
			at[part_of(f, x->feature[e])]++;
	to->start[0] = 0;
	for (size_t j = 0; j < f->n_parts; j++) {
		to->start[j + 1] = to->start[j] + at[j];
		at[j] = to->start[j];
	}
	for (size_t r = 0; r < n; r++)
		for (uint64_t e = x->start[example[r]];
		    e < x->start[example[r] + 1]; e++)
			to->entry[at[part_of(f, x->feature[e])]++] =
			    (struct fm_entry){ x->feature[e],
			    (uint32_t)(first + r), x->value[e] };
}

static void
run_shard(void *arg, size_t i, size_t worker)
{
	const struct sparsestep *f = arg;
	const struct fit_batch *b = f->batch;
	const size_t first = i * f->shard, left = b->n - first;
	const size_t n = left < f->shard ? left : f->shard;
	struct shard *shard = b->shards[i];
	const unsigned mode = kernel_flush_tiny();
	double loss = 0;
	float sum = 0;

	(void)worker;
	for (size_t r = first; r < first + n; r++) {
		loss += learn(f, r, score(f, b->example + r, b->n - r,
		    f->s + r * f->weights.k));
		sum += f->d[r];
	}
	part_entries(f, &f->entries[i], first, n);
	shard->loss = loss * b->scale;
	shard->examples = n;
	shard->grad[f->net->offset->offset] = sum;
	kernel_flush_end(mode);
}

/* --- 2: what rows get, and their step ------------------------------------- */

/* For n entries of a part; returns the bits of a hash. */
static unsigned
make_room(struct sums *to, size_t n, size_t k)
{
	unsigned bits = 1;

	while ((size_t)1 << bits < n + n / 2)
		bits++;
	to->slot = mem_grow("gradients", to->slot, &to->cap_slot,
	    (size_t)1 << bits, sizeof *to->slot);
	memset(to->slot, 0xff, sizeof *to->slot << bits);
	to->row = mem_grow("gradients", to->row, &to->cap_row, n,
	    sizeof *to->row);
	to->w = mem_grow("gradients", to->w, &to->cap_w, n, sizeof *to->w);
	if (k == 0)
		return bits;
	to->own = mem_grow("gradients", to->own, &to->cap_own, n,
	    sizeof *to->own);
	to->v = mem_grow("gradients", to->v, &to->cap_v, n * k,
	    sizeof *to->v);
	return bits;
}

/* Calls for what will move of a row. */
static inline void
fetch_row(const struct moments *m, size_t row)
{
	for (size_t i = 0; i < m->n; i++)
		for (size_t c = 0; c < m->cols[i]; c += LINE)
			__builtin_prefetch(m->x[i] + row * m->cols[i] + c, 1);
}

/* Entries (n) get the place of their row among the part's, in the order in
 * which they come up; how many these are, with n_rows before. */
static uint32_t
find_rows(const struct sparsestep *f, struct sums *to, unsigned bits,
    struct fm_entry *entry, size_t n, uint32_t n_rows)
{
	const uint32_t mask = ((uint32_t)1 << bits) - 1;
	struct slot *slot = to->slot;
	uint32_t *rows = to->row;

	for (size_t e = 0; e < n; e++) {
		const uint32_t row = entry[e].row;
		uint32_t at = row * 0x85ebca6bu >> (32 - bits), fresh;

		/* no branches: whether a row is new cannot be guessed */
		while ((slot[at].row != row) & (slot[at].row != NONE))
			at = (at + 1) & mask;
		fresh = slot[at].row == NONE;
		slot[at].row = rows[n_rows] = row;
		slot[at].place = (slot[at].place & (fresh - 1)) |
		    (n_rows & -fresh);
		entry[e].row = slot[at].place;
		n_rows += fresh;
		fetch_row(&f->moments, row);
	}
	return n_rows;
}

static uint32_t
add_up(const struct sparsestep *f, size_t part, struct sums *to, unsigned bits)
{
	const size_t k = f->weights.k;
	const struct fm_sums sums = { .d = f->d, .s = f->s, .k = k,
		.penalty = f->batch->penalty, .w = to->w, .v = to->v,
		.own = to->own };
	uint32_t n = 0;

	for (size_t i = 0; i < f->shards; i++) {
		const struct shard_entries *s = &f->entries[i];

		n = find_rows(f, to, bits, s->entry + s->start[part],
		    s->start[part + 1] - s->start[part], n);
	}
	memset(to->w, 0, n * sizeof *to->w);
	if (k > 0) {
		memset(to->own, 0, n * sizeof *to->own);
		memset(to->v, 0, n * k * sizeof *to->v);
	}
	for (size_t i = 0; i < f->shards; i++) {
		const struct shard_entries *s = &f->entries[i];

		kernel_fm_add(&sums, s->entry + s->start[part],
		    s->start[part + 1] - s->start[part]);
	}
	return n;
}

static void
move_part(void *arg, size_t part, size_t worker)
{
	const struct sparsestep *f = arg;
	struct sums *to = &f->sums[worker];
	const unsigned mode = kernel_flush_tiny();
	size_t most = 0, n;

	for (size_t i = 0; i < f->shards; i++)
		most += f->entries[i].start[part + 1] -
		    f->entries[i].start[part];
	n = add_up(f, part, to, make_room(to, most + 1, f->weights.k));
	update_rows(f->batch->update, f->net->linear, to->row, n, to->w, NULL,
	    worker);
	if (f->weights.k > 0)
		update_rows(f->batch->update, f->net->table, to->row, n,
		    to->v, to->own, worker);
	kernel_flush_end(mode);
}

static void
add_moments(struct moments *m, const float *block, const struct param *p)
{
	if (block == NULL || p == NULL)
		return;
	m->x[m->n] = block + p->offset;
	m->cols[m->n++] = p->cols;
}

double
sparsestep_take(void *arg, const struct fit_batch *batch)
{
	struct sparsestep *f = arg;
	double loss = 0;

	f->batch = batch;
	f->shards = par_pieces(batch->n, f->shard);
	f->moments.n = 0;
	add_moments(&f->moments, update_m(batch->update), f->net->linear);
	add_moments(&f->moments, update_v(batch->update), f->net->linear);
	add_moments(&f->moments, update_m(batch->update), f->net->table);
	add_moments(&f->moments, update_v(batch->update), f->net->table);
	par_for(f->shards, run_shard, f);
	for (size_t i = 0; i < f->shards; i++)
		loss += batch->shards[i]->loss;
	if (!isfinite(loss))
		return loss;
	par_for(f->n_parts, move_part, f);
	update_dense(batch->update, batch->shards, f->shards);
	return loss;
}

/* sampled.c -- the training of sampled.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "mf/factors.h"
#include "mf/sampled.h"
#include "mf/sampledpool.h"
#include "mf/warm.h"

enum {
	BATCH = 256,		/* rows of a batch, at most */
	BATCHES = 64		/* of an epoch, about, at least */
};

struct sampled {
	struct factors f;
	struct sampled_side user, item;
	struct csr had;
	struct sampled_pool pool;	/* without a share: there is none */
	struct sampled_batch *batch;
	uint32_t *items;		/* (interactions) by user, shuffled */
	struct sampled_chunk *row;	/* (n_rows) */
	size_t n_rows, batch_rows;
	const struct mf_task *task;
	double rate;
};

/* --- an epoch ----------------------------------------------------------- */

static int
is_pooled(const struct mf_options *o)
{
	return o->pooling > 0;
}

/* Rows of a user of that many items; where users are made of items that are
 * not in the row, there must be some. */
static size_t
pieces_of(size_t count, const struct mf_options *o)
{
	const size_t pieces = (count + SAMPLED_HAD - 1) / SAMPLED_HAD;

	return is_pooled(o) && pieces == 1 && count > 1 ? 2 : pieces;
}

/* Rows of this epoch: a user's items in random order, cut as evenly as can
 * be; and rows in random order. */
static void
make_rows(struct sampled *m, size_t epoch)
{
	const uint64_t seed = m->task->train->seed;
	size_t n = 0;
	struct rng r;

	memcpy(m->items, m->had.indices, csr_count(&m->had) *
	    sizeof *m->items);
	rng_init(&r, seed, rng_stream("sampled.rows", epoch));
	for (size_t u = 0; u < m->had.rows; u++) {
		const size_t count = csr_row_count(&m->had, u);
		const size_t pieces = pieces_of(count, m->task->options);

		rng_shuffle(&r, m->items + m->had.indptr[u], (uint32_t)count);
		for (size_t p = 0; p < pieces; p++) {
			const size_t from = count * p / pieces;

			m->row[n++] = (struct sampled_chunk){ (uint32_t)u,
				(uint32_t)(count * (p + 1) / pieces - from),
				m->had.indptr[u] + from };
		}
	}
	for (size_t i = n; i > 1; i--) {
		const size_t j = rng_u64(&r) % i;
		const struct sampled_chunk t = m->row[i - 1];

		m->row[i - 1] = m->row[j];
		m->row[j] = t;
	}
}

/* The loss is the mean over interactions, on the way. */
static int
epoch(void *arg, size_t i, double *loss)
{
	struct sampled *m = arg;
	const struct mf_options *o = m->task->options;
	const size_t n_batches = (m->n_rows + m->batch_rows - 1) /
	    m->batch_rows;

	make_rows(m, i);
	m->rate = o->rate * (1 - (double)i / (double)o->epochs);
	*loss = 0;
	for (size_t b = 0; b < n_batches; b++) {
		const size_t from = b * m->batch_rows;
		const size_t left = m->n_rows - from;

		*loss += sampled_batch_run(m->batch, &m->user, &m->item,
		    m->row + from, left < m->batch_rows ? left :
		    m->batch_rows, m->items, m->task->train->seed,
		    i * n_batches + b, m->rate);
	}
	*loss /= (double)csr_count(&m->had);
	if (is_pooled(o))
		sampled_pool_users(&m->pool, &m->had, &m->user.own,
		    &m->f.item, &m->f.user);
	return 0;
}

/* --- training ----------------------------------------------------------- */

static void
init(struct sampled *m, const struct sampled_method *method,
    const struct mf_task *task)
{
	const struct mf_options *o = task->options;
	size_t n;

	*m = (struct sampled){ .task = task };
	mf_matrix(task, &m->had);
	factors_init(&m->f, m->had.rows, m->had.cols, o->factors, 0);
	if (!is_pooled(o))
		factors_start(&m->f.user, o, task->train->seed,
		    "sampled.users");
	factors_start(&m->f.item, o, task->train->seed, "sampled.items");
	for (size_t u = 0; u < m->had.rows; u++)
		m->n_rows += pieces_of(csr_row_count(&m->had, u), o);
	n = m->n_rows / BATCHES;
	m->batch_rows = n > BATCH ? BATCH : n < 1 ? 1 : n;
	m->items = mem_array("interactions", csr_count(&m->had),
	    sizeof *m->items);
	m->row = mem_array("interactions", m->n_rows, sizeof *m->row);
	if (is_pooled(o))
		sampled_pool_init(&m->pool, o, sampled_is_cosine(method, o),
		    &m->f.pooling, m->batch_rows);
	m->batch = sampled_batch_new(method, o, &m->had, is_pooled(o) ?
	    &m->pool : NULL, m->batch_rows);
}

/* Both sides, from the factors; users that are pooled and were in an older
 * model go on from there, others have an own part at random. */
static void
init_sides(struct sampled *m, int is_cosine)
{
	const struct mf_task *task = m->task;

	sampled_side_init(&m->item, &m->f.item, is_cosine);
	if (!is_pooled(task->options)) {
		sampled_side_init(&m->user, &m->f.user, is_cosine);
		return;
	}
	sampled_side_pooled(&m->user, &m->f.user);
	factors_start(&m->user.own, task->options, task->train->seed,
	    "sampled.users");
	sampled_pool_own(&m->pool, &m->had, &m->f.user, &m->f.item,
	    &m->user.own);
	sampled_pool_users(&m->pool, &m->had, &m->user.own, &m->f.item,
	    &m->f.user);
}

static void
release(struct sampled *m)
{
	factors_release(&m->f);
	sampled_side_release(&m->user);
	sampled_side_release(&m->item);
	sampled_pool_release(&m->pool);
	csr_release(&m->had);
	sampled_batch_free(m->batch);
	free(m->items);
	free(m->row);
}

static int
write_model(const struct sampled *m, const char *method,
    const struct mf_result *result)
{
	struct st_writer *w = model_writer(method);
	int status;

	factors_put(w, &m->f, m->task, result);
	sampled_batch_put(m->batch, w);
	status = st_write(w, m->task->output, m->task->gzip);
	st_writer_free(w);
	return status;
}

/* What there is beside the factors is in checkpoints too. */
static size_t
list_state(struct sampled_side *side, const char *const name[4],
    struct factors_state *state)
{
	const size_t n = side->first.rows * side->first.cols;

	state[0] = (struct factors_state){ name[0], side->first.x, n };
	state[1] = (struct factors_state){ name[1], side->second.x, n };
	state[2] = (struct factors_state){ name[2], side->steps,
		side->first.rows };
	state[3] = (struct factors_state){ name[3], side->own.x, n };
	return side->own.x != NULL ? 4 : 3;
}

static size_t
list_pool(struct sampled_pool *p, struct factors_state *state)
{
	const size_t n = p->first.rows * p->first.cols;

	state[0] = (struct factors_state){ "pooling_first", p->first.x, n };
	state[1] = (struct factors_state){ "pooling_second", p->second.x, n };
	state[2] = (struct factors_state){ "pooling_steps", &p->steps, 1 };
	return n > 0 ? 3 : 0;
}

static const char *const user_names[] = { "user_first", "user_second",
	"user_steps", "user_own" };
static const char *const item_names[] = { "item_first", "item_second",
	"item_steps", "item_own" };

int
sampled_train(const struct sampled_method *method, const struct mf_task *task,
    struct mf_result *result)
{
	const int is_cosine = sampled_is_cosine(method, task->options);
	struct sampled m;
	struct factors_state state[11];
	struct factors_method how = { .epoch = epoch, .arg = &m,
		.advice = "give a smaller --rate", .state = state };
	int status = -1;

	init(&m, method, task);
	if (warm_start(&m.f, task, method->name, result) != 0)
		goto done;
	init_sides(&m, is_cosine);
	how.n_state = list_state(&m.user, user_names, state);
	how.n_state += list_state(&m.item, item_names, state + how.n_state);
	how.n_state += list_pool(&m.pool, state + how.n_state);
	how.bytes = csr_bytes(&m.had) + (double)csr_count(&m.had) *
	    sizeof *m.items + (double)m.n_rows * sizeof *m.row;
	if (factors_train(&m.f, task, &how, result) == 0)
		status = write_model(&m, method->name, result);
done:
	release(&m);
	return status;
}

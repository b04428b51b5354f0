/* sampled.c -- the training of sampled.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "mf/factors.h"
#include "mf/sampled.h"
#include "mf/warm.h"

enum {
	BATCH = 256,		/* rows of a batch, at most */
	BATCHES = 64		/* of an epoch, about, at least */
};

struct sampled {
	struct factors f;
	struct sampled_side user, item;
	struct csr had;
	struct sampled_batch *batch;
	uint32_t *items;		/* (interactions) by user, shuffled */
	struct sampled_chunk *row;	/* (n_rows) */
	size_t n_rows, batch_rows;
	const struct mf_task *task;
	double rate;
};

/* --- an epoch ----------------------------------------------------------- */

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
		const size_t pieces = (count + SAMPLED_HAD - 1) / SAMPLED_HAD;

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
	inter_matrix(task->data, CSR_SUM, &m->had);
	factors_init(&m->f, m->had.rows, m->had.cols, o->factors, 0);
	factors_start(&m->f.user, o, task->train->seed, "sampled.users");
	factors_start(&m->f.item, o, task->train->seed, "sampled.items");
	for (size_t u = 0; u < m->had.rows; u++)
		m->n_rows += (csr_row_count(&m->had, u) + SAMPLED_HAD - 1) /
		    SAMPLED_HAD;
	n = m->n_rows / BATCHES;
	m->batch_rows = n > BATCH ? BATCH : n < 1 ? 1 : n;
	m->items = mem_array("interactions", csr_count(&m->had),
	    sizeof *m->items);
	m->row = mem_array("interactions", m->n_rows, sizeof *m->row);
	m->batch = sampled_batch_new(method, o, &m->had, m->batch_rows);
}

static void
release(struct sampled *m)
{
	factors_release(&m->f);
	sampled_side_release(&m->user);
	sampled_side_release(&m->item);
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
	struct factors_state state[8];
	struct factors_method how = { .epoch = epoch, .arg = &m,
		.advice = "give a smaller --rate", .state = state };
	int status = -1;

	init(&m, method, task);
	if (warm_start(&m.f, task, method->name, result) != 0)
		goto done;
	sampled_side_init(&m.user, &m.f.user, is_cosine);
	sampled_side_init(&m.item, &m.f.item, is_cosine);
	how.n_state = list_state(&m.user, user_names, state);
	how.n_state += list_state(&m.item, item_names, state + how.n_state);
	if (factors_train(&m.f, task, &how, result) == 0)
		status = write_model(&m, method->name, result);
done:
	release(&m);
	return status;
}

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/itemitem.h"
#include "knn/need.h"
#include "knn/rowlists.h"
#include "knn/rules.h"
#include "model/model.h"
#include "rank/topk.h"

struct job {
	const struct inter *in;
	const uint32_t *ranks;
	size_t steps, top;
	uint64_t *at;		/* (rows) places in by_user, by item */
	uint64_t *from;		/* (items + 1) where an item's begin in `at` */
	uint64_t *end;		/* (rows) where the user's row ends */
	float *sums;		/* (workers, items) */
	struct topk_item *best;	/* (workers, top) */
	struct rowlists found;
};

/* Sorts all places by the item that stands there. */
static void
find_places(struct job *job)
{
	const struct csr *m = &job->in->by_user;
	const size_t n = idmap_count(job->in->items);
	uint64_t *next;

	job->at = mem_array("places of items", csr_count(m), sizeof *job->at);
	job->end = mem_array("places of items", csr_count(m),
	    sizeof *job->end);
	job->from = mem_array("places of items", n + 1, sizeof *job->from);
	next = mem_array("places of items", n + 1, sizeof *next);
	for (uint64_t p = 0; p < csr_count(m); p++)
		job->from[m->indices[p] + 1]++;
	for (size_t i = 0; i < n; i++)
		next[i + 1] = job->from[i + 1] += job->from[i];
	for (size_t u = 0; u < m->rows; u++)
		for (uint64_t p = m->indptr[u]; p < m->indptr[u + 1]; p++) {
			job->at[next[m->indices[p]]++] = p;
			job->end[p] = m->indptr[u + 1];
		}
	free(next);
}

static void
count_piece(void *arg, size_t piece, size_t worker)
{
	struct job *job = arg;
	const struct csr *m = &job->in->by_user;
	const size_t n = job->found.cols;
	float *sum = job->sums + worker * n;
	struct topk_item *best = job->best + worker * job->top;
	size_t a, end;

	for (rowlists_rows(&job->found, piece, &a, &end); a < end; a++) {
		for (size_t i = 0; i < n; i++)
			sum[i] = -INFINITY;
		for (uint64_t k = job->from[a]; k < job->from[a + 1]; k++)
			for (uint64_t p = job->at[k] + 1, s = 1;
			    s <= job->steps && p < job->end[job->at[k]];
			    p++, s++)
				sum[m->indices[p]] = fmaxf(0,
				    sum[m->indices[p]]) + 1 / (float)s;
		rowlists_add(&job->found, a, best, topk_select(sum, n,
		    job->ranks, job->top, best));
	}
}

void
rules_count(const struct inter *in, size_t steps, size_t top,
    const uint32_t *ranks, struct csr *W)
{
	const size_t n = idmap_count(in->items);
	struct job job = { .in = in, .ranks = ranks, .steps = steps };

	job.top = top == 0 || top > n ? n : top;
	find_places(&job);
	job.sums = mem_array("sums", par_threads(), n * sizeof *job.sums);
	job.best = mem_array("sums", par_threads(),
	    job.top * sizeof *job.best);
	rowlists_init(&job.found, n, n);
	par_for(job.found.n_pieces, count_piece, &job);
	rowlists_end(&job.found, W);
	free(job.at);
	free(job.end);
	free(job.from);
	free(job.sums);
	free(job.best);
}

/* How many different pairs of items so many steps can make at most. */
static double
count_most(const struct csr *by_user, size_t steps)
{
	double n = 0;

	for (size_t u = 0; u < by_user->rows; u++) {
		const size_t length = csr_row_count(by_user, u);
		const double k = (double)(steps < length ? steps : length);

		n += k * (double)length - k * (k + 1) / 2;
	}
	return n;
}

static int
train(const struct knn_task *task, const char *name, size_t steps,
    struct knn_result *result)
{
	const struct knn_options *o = task->options;
	uint32_t *ranks = idmap_ranks(task->data->items);
	const size_t n = idmap_count(task->data->items);
	const double all = (double)n * (double)(o->top > 0 ? o->top : n);
	struct csr W = { 0 };
	int status = need_check(&(struct need){ need_sparse(fmin(all,
	    count_most(&task->data->by_user, steps))), o->memory,
	    "keep fewer with --top", task->forecast }, "the rules of %zu "
	    "items", n);

	if (status == 0) {
		rules_count(task->data, steps, o->top, ranks, &W);
		result->n_weights = csr_count(&W);
		status = itemitem_save(task, model_writer(name), &W, NULL);
	}
	csr_release(&W);
	free(ranks);
	return status;
}

int
markov_train(const struct knn_task *task, struct knn_result *result)
{
	return train(task, "markov", 1, result);
}

int
rules_train(const struct knn_task *task, struct knn_result *result)
{
	return train(task, "rules", task->options->steps, result);
}

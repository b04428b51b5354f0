#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/ease.h"
#include "knn/gram.h"
#include "knn/itemitem.h"
#include "knn/need.h"
#include "knn/past.h"
#include "knn/weighting.h"
#include "model/model.h"
#include "rank/topk.h"

enum {
	ROWS = 16,		/* of a piece of parallel work */
	FLOATS = 4,		/* bytes for a pair of items, */
	DOUBLES = 12		/* and while doubles are needed as well */
};

/* The probe's v are +-1; what floats lose must be far below that. */
static const double error_max = 1e-2;

/* --- the weights ---------------------------------------------------------- */

double
ease_lambda(const struct csr *x)
{
	const double per_root = 30, n = (double)csr_count(x);
	double squares = 0;

	for (uint64_t i = 0; i < csr_count(x); i++)
		squares += (double)x->values[i] * (double)x->values[i];
	return squares > 0 ? per_root * squares / sqrt(n * (double)x->cols) :
	    1;
}

/* Is there memory for pairs of n items of so many bytes, and for the strongest
 * `top` of each in lists besides? */
static int
check_memory(size_t n, size_t bytes, size_t top, size_t memory,
    struct forecast *forecast)
{
	const double kept = (double)n * (double)(top < n ? top : n);

	return need_check(&(struct need){ need_pairs(n, bytes) +
	    need_sparse(kept) + kept * sizeof(struct topk_item), memory,
	    "keep fewer items or take --method sansa", forecast },
	    "the weights of %zu items%s", n, bytes == FLOATS ? "" :
	    " in double precision");
}

struct job {
	struct mat *B;
	const double *diagonal;	/* (n) P_jj */
};

/* B_ij <- -P_ij / P_jj, in place */
static void
divide_rows(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const size_t n = job->B->rows;

	(void)worker;
	for (size_t i = piece * ROWS; i < n && i < (piece + 1) * ROWS; i++) {
		float *row = mat_row(job->B, i);

		for (size_t j = 0; j < n; j++)
			row[j] = (float)(-(double)row[j] / job->diagonal[j]);
		row[i] = 0;
	}
}

static void
weights_of_inverse(struct mat *P)
{
	double *diagonal = mem_array("a diagonal", P->rows, sizeof *diagonal);
	struct job job = { P, diagonal };

	for (size_t i = 0; i < P->rows; i++)
		diagonal[i] = (double)mat_row(P, i)[i];
	par_for(par_pieces(P->rows, ROWS), divide_rows, &job);
	free(diagonal);
}

double *
ease_ridge(const struct csr *x, double lambda, double dropout)
{
	const double share = dropout / (1 - dropout);
	double *ridge = mem_array("a diagonal", x->cols, sizeof *ridge);

	for (size_t i = 0; i < x->cols; i++)
		ridge[i] = lambda;
	for (uint64_t p = 0; p < csr_count(x); p++)
		ridge[x->indices[p]] += share * (double)x->values[p] *
		    (double)x->values[p];
	return ridge;
}

/* P <- G^-1, in floats if they are good enough. */
static int
invert(const struct csr *x, const struct csr *xt, const double *ridge,
    size_t memory, struct tick *tick, struct mat *P, struct ease_report *out)
{
	out->is_double = 0;
	if (gram_inverse(x, xt, ridge, 0, tick, P, &out->error) == 0 &&
	    out->error <= error_max)
		return 0;
	out->is_double = 1;
	if (check_memory(x->cols, DOUBLES, 0, memory, NULL) != 0)
		return -1;
	if (gram_inverse(x, xt, ridge, 1, tick, P, &out->error) == 0 &&
	    out->error <= error_max)
		return 0;
	return err_msg("the weights of the items cannot be computed: --lambda "
	    "is too small for this data");
}

int
ease_solve(const struct csr *x, double lambda, double dropout, size_t memory,
    struct tick *tick, struct mat *B, struct ease_report *report)
{
	double *ridge;
	struct csr xt;
	int status;

	*B = (struct mat){ 0 };
	if (check_memory(x->cols, FLOATS, 0, memory, NULL) != 0)
		return -1;
	ridge = ease_ridge(x, lambda, dropout);
	csr_transpose(x, &xt);
	mat_init(B, "weights of items", x->cols, x->cols);
	status = invert(x, &xt, ridge, memory, tick, B, report);
	if (status == 0)
		weights_of_inverse(B);
	else
		mat_release(B);
	csr_release(&xt);
	free(ridge);
	return status;
}

/* --- the strongest of them ------------------------------------------------ */

struct top_job {
	const struct mat *B;
	const uint32_t *ranks;		/* (n) */
	size_t keep;
	float *columns;			/* (workers, ROWS, n) columns of B */
	struct topk_item *best;		/* (n, keep) */
	size_t *n_best;			/* (n) */
};

/* The strongest weights of ROWS columns, which lie side by side. */
static void
top_piece(void *arg, size_t piece, size_t worker)
{
	const struct top_job *job = arg;
	const size_t n = job->B->rows, first = piece * ROWS;
	const size_t width = n - first < ROWS ? n - first : ROWS;
	float *columns = job->columns + worker * ROWS * n;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < width; j++) {
			const float x = fabsf(mat_row(job->B, i)[first + j]);

			columns[j * n + i] = x > 0 ? x : -INFINITY;
		}
	for (size_t j = 0; j < width; j++)
		job->n_best[first + j] = topk_select(columns + j * n, n,
		    job->ranks, job->keep,
		    job->best + (first + j) * job->keep);
}

/* W <- what was chosen, with the signs that it has in B. */
static void
gather(const struct top_job *job, struct csr *W)
{
	const size_t n = job->B->rows;
	struct csr m = { .rows = n, .cols = n };	/* columns of B */

	m.indptr = mem_array("weights", n + 1, sizeof *m.indptr);
	for (size_t j = 0; j < n; j++)
		m.indptr[j + 1] = m.indptr[j] + job->n_best[j];
	m.indices = mem_array("weights", csr_count(&m), sizeof *m.indices);
	m.values = mem_array("weights", csr_count(&m), sizeof *m.values);
	for (size_t j = 0; j < n; j++)
		for (size_t b = 0; b < job->n_best[j]; b++) {
			const uint32_t i = job->best[j * job->keep + b].item;

			m.indices[m.indptr[j] + b] = i;
			m.values[m.indptr[j] + b] = mat_row(job->B, i)[j];
		}
	csr_transpose(&m, W);
	csr_release(&m);
}

void
ease_top(const struct mat *B, size_t top, const uint32_t *ranks,
    struct csr *W)
{
	const size_t n = B->rows;
	struct top_job job = { .B = B, .ranks = ranks };

	job.keep = top < n ? top : n;
	job.columns = mem_array("columns of weights", par_threads() * ROWS,
	    n * sizeof *job.columns);
	job.best = mem_array("the strongest weights", n,
	    job.keep * sizeof *job.best);
	job.n_best = mem_array("the strongest weights", n,
	    sizeof *job.n_best);
	par_for(par_pieces(n, ROWS), top_piece, &job);
	gather(&job, W);
	free(job.columns);
	free(job.best);
	free(job.n_best);
}

/* --- the method ----------------------------------------------------------- */

static int
save(const struct knn_task *task, const struct mat *B,
    const struct ease_report *report, struct knn_result *result)
{
	const size_t top = task->options->top;
	struct st_writer *w = model_writer("ease");
	uint32_t *ranks = idmap_ranks(task->data->items);
	struct csr W = { 0 };
	int status;

	st_put_meta(w, "summary.precision",
	    report->is_double ? "double" : "float");
	model_put_real(w, "summary.error", report->error);
	if (top > 0)
		ease_top(B, top, ranks, &W);
	result->n_weights = top > 0 ? csr_count(&W) :
	    (uint64_t)B->rows * B->cols;
	status = itemitem_save(task, w, top > 0 ? &W : NULL,
	    top > 0 ? NULL : B);
	csr_release(&W);
	free(ranks);
	return status;
}

int
ease_train(const struct knn_task *task, struct knn_result *result)
{
	struct knn_options o = *task->options;
	struct knn_task settled = *task;
	struct ease_report report;
	struct csr x;
	struct mat B;
	const size_t n = idmap_count(task->data->items);
	int status;

	if (check_memory(n, FLOATS, o.top, o.memory, task->forecast) != 0)
		return -1;
	settled.options = &o;
	past_matrix(task->data, n, o.values, &x);
	weighting_activity(&x, o.activity);
	if (isnan(o.lambda))
		o.lambda = ease_lambda(&x);
	status = ease_solve(&x, o.lambda, o.dropout, o.memory, task->tick, &B,
	    &report);
	csr_release(&x);
	if (status == 0)
		status = save(&settled, &B, &report, result);
	if (status == 0)
		snprintf(result->note, sizeof result->note, "lambda %.6g, "
		    "computed in %s", o.lambda, report.is_double ? "doubles" :
		    "floats");
	mat_release(&B);
	return status;
}

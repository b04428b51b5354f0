#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "mf/foldin.h"

enum { ROWS = 64 };		/* of a piece */

struct job {
	struct foldin *in;
	const struct factors_fold *fold;
	const struct factors_view *f;
	float *scratch;		/* (workers, n_scratch) */
	uint32_t *columns;	/* (workers, longest) */
	float *values;		/* (workers, longest) */
	size_t longest;
	unsigned char *failed;	/* (n) */
};

struct factors_view
foldin_turned(const struct factors_view *f)
{
	struct factors_view turned = *f;

	turned.user = f->item;
	turned.item = f->user;
	turned.user_bias = f->item_bias;
	turned.item_bias = f->user_bias;
	return turned;
}

static void
fold_row(const struct job *job, size_t i, size_t worker)
{
	const struct foldin *in = job->in;
	const struct csr *had = in->had;
	uint32_t *columns = job->columns + worker * job->longest;
	float *values = job->values + worker * job->longest;
	const size_t row = in->first + i;
	size_t n = 0;

	for (uint64_t at = had->indptr[row]; at < had->indptr[row + 1]; at++) {
		const uint32_t c = had->indices[at];

		if (c < in->n_columns && (in->counts == NULL ||
		    in->counts[c])) {
			columns[n] = c;
			values[n++] = had->values[at];
		}
	}
	if (n == 0)
		return;
	job->failed[i] = job->fold->solve(job->fold, job->f, columns, values,
	    n, mat_row(&in->x, i), &in->bias[i],
	    job->scratch + worker * job->fold->n_scratch) != 0;
	in->is_known[i] = 1;
}

static void
fold_piece(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;

	for (size_t i = piece * ROWS; i < (piece + 1) * ROWS &&
	    i < job->in->x.rows; i++)
		fold_row(job, i, worker);
}

static size_t
longest_row(const struct foldin *in)
{
	size_t longest = 1;

	for (size_t r = in->first; r < in->had->rows; r++)
		if (csr_row_count(in->had, r) > longest)
			longest = csr_row_count(in->had, r);
	return longest;
}

static int
check(const struct foldin *in, const unsigned char *failed)
{
	for (size_t i = 0; i < in->x.rows; i++)
		if (failed[i])
			return err_msg("%s '%.*s' is new, and its "
			    "interactions do not determine its factors: a "
			    "weight is negative, or lambda near 0", in->what,
			    SPAN_ARGS(idmap_name(in->names,
			    (uint32_t)(in->first + i))));
	return 0;
}

int
foldin_run(struct foldin *in, struct factors_fold *fold,
    const struct factors_view *f)
{
	const size_t n = in->had->rows - in->first, workers = par_threads();
	struct job job = { .in = in, .fold = fold, .f = f,
		.longest = longest_row(in) };
	int status;

	mat_init(&in->x, "new factors", n, f->item.cols);
	in->bias = mem_array("new biases", n, sizeof *in->bias);
	in->is_known = mem_array("new factors", n, 1);
	fold->begin(fold, f);
	job.scratch = mem_array("fold-in", workers,
	    fold->n_scratch * sizeof *job.scratch);
	job.columns = mem_array("fold-in", workers,
	    job.longest * sizeof *job.columns);
	job.values = mem_array("fold-in", workers,
	    job.longest * sizeof *job.values);
	job.failed = mem_array("fold-in", n, 1);
	par_for(par_pieces(n, ROWS), fold_piece, &job);
	status = check(in, job.failed);
	free(job.scratch);
	free(job.columns);
	free(job.values);
	free(job.failed);
	return status;
}

void
foldin_release(struct foldin *in)
{
	mat_release(&in->x);
	free(in->bias);
	free(in->is_known);
}

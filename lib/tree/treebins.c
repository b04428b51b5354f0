#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "tree/treebins.h"

enum {
	EDGES = TREE_BINS - 1,
	LOOKED_AT = 60000,	/* rows */
	ROWS_PER_PIECE = 4096
};

struct job {
	struct treebins *bins;
	const float *x;		/* (n_rows, n_columns) */
	size_t n_rows;
	uint8_t *out;		/* (n_rows, n_columns) */
};

static int
by_value(const void *va, const void *vb)
{
	const float a = *(const float *)va, b = *(const float *)vb;

	return (a > b) - (a < b);
}

/* value (at most LOOKED_AT, or n_rows of a category) <- those there are. */
static size_t
collect(const struct job *job, size_t column, float *value)
{
	const size_t step = job->bins->is_category[column] ||
	    job->n_rows <= LOOKED_AT ? 1 : job->n_rows / LOOKED_AT + 1;
	size_t n = 0;

	for (size_t i = 0; i < job->n_rows; i += step) {
		const float x = job->x[i * job->bins->n_columns + column];

		if (!isnan(x))
			value[n++] = x;
	}
	return n;
}

struct group {
	float value;
	size_t n;
};

static int
by_count(const void *va, const void *vb)
{
	const struct group *a = va, *b = vb;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return (a->value > b->value) - (a->value < b->value);
}

/* Groups of equal values, of value (n) sorted; returns how many. */
static size_t
make_groups(const float *value, size_t n, struct group *group)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (k == 0 || value[i] > group[k - 1].value)
			group[k++] = (struct group){ value[i], 0 };
		group[k - 1].n++;
	}
	return k;
}

/* Bins of about what is left over the bins that are left; a value that fills
 * one by itself has it. */
static size_t
cut_numbers(const struct group *group, size_t k, size_t n, float *edge)
{
	size_t bins = 0, full = 0, left = n;

	for (size_t i = 0; i + 1 < k; i++) {
		const size_t want = left / (EDGES - bins) + 1;
		const size_t next = group[i + 1].n;

		full += group[i].n;
		if (bins + 1 == EDGES)
			break;
		if (k > EDGES && full < want && full + next / 2 < want)
			continue;
		/* Between the two, but not rounded up to the second. */
		edge[bins] = group[i].value + (group[i + 1].value -
		    group[i].value) / 2;
		if (!(edge[bins] < group[i + 1].value))
			edge[bins] = group[i].value;
		bins++;
		left -= full;
		full = 0;
	}
	return k > 0 ? bins + 1 : 0;
}

static void
column_piece(void *arg, size_t column, size_t worker)
{
	const struct job *job = arg;
	struct treebins *b = job->bins;
	float *edge = b->edge + column * EDGES;
	float *value = mem_array("bins", job->n_rows, sizeof *value);
	const size_t n = collect(job, column, value);
	struct group *group = mem_array("bins", n, sizeof *group);
	size_t k;

	(void)worker;
	qsort(value, n, sizeof *value, by_value);
	k = make_groups(value, n, group);
	if (b->is_category[column]) {
		qsort(group, k, sizeof *group, by_count);
		b->n[column] = k < EDGES ? k : EDGES;
		for (size_t i = 0; i < b->n[column]; i++)
			edge[i] = group[i].value;
	} else {
		b->n[column] = cut_numbers(group, k, n, edge);
	}
	free(value);
	free(group);
}

struct treebins *
treebins_new(const float *x, size_t n_rows, size_t n_columns,
    const unsigned char *is_category)
{
	struct treebins *b = mem_array("bins", 1, sizeof *b);
	struct job job = { .bins = b, .x = x, .n_rows = n_rows };

	b->n_columns = n_columns;
	b->is_category = mem_array("bins", n_columns, 1);
	if (is_category != NULL)
		memcpy(b->is_category, is_category, n_columns);
	b->n = mem_array("bins", n_columns, sizeof *b->n);
	b->edge = mem_array("bins", n_columns * EDGES, sizeof *b->edge);
	par_for(n_columns, column_piece, &job);
	return b;
}

void
treebins_free(struct treebins *b)
{
	if (b == NULL)
		return;
	free(b->is_category);
	free(b->n);
	free(b->edge);
	free(b);
}

unsigned
treebins_of(const struct treebins *b, size_t column, float value)
{
	const float *edge = b->edge + column * EDGES;
	size_t low = 0, n;

	if (isnan(value) || b->n[column] == 0)
		return 0;
	if (b->is_category[column]) {
		for (size_t i = 0; i < b->n[column]; i++)
			if (edge[i] == value)
				return (unsigned)i + 1;
		return 0;
	}
	/* The first edge that is not below the value: so many are below it
	 * as each step, without a branch, finds of what is left. */
	for (n = b->n[column] - 1; n > 1; n -= n / 2)
		low += (size_t)(edge[low + n / 2 - 1] < value) * (n / 2);
	low += n == 1 && edge[low] < value;
	return (unsigned)low + 1;
}

static void
rows_piece(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const size_t p = job->bins->n_columns;
	const size_t from = piece * ROWS_PER_PIECE;
	const size_t to = from + ROWS_PER_PIECE < job->n_rows ?
	    from + ROWS_PER_PIECE : job->n_rows;

	(void)worker;
	for (size_t j = 0; j < p; j++)
		for (size_t i = from; i < to; i++)
			job->out[i * p + j] = (uint8_t)treebins_of(job->bins,
			    j, job->x[i * p + j]);
}

uint8_t *
treebins_rows(const struct treebins *b, const float *x, size_t n_rows)
{
	struct job job = { .bins = (struct treebins *)(uintptr_t)b, .x = x,
	    .n_rows = n_rows };

	job.out = mem_array("bins", n_rows * b->n_columns, 1);
	par_for(par_pieces(n_rows, ROWS_PER_PIECE), rows_piece, &job);
	return job.out;
}

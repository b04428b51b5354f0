#include <stdlib.h>

#include "base/mem.h"
#include "base/pipe.h"
#include "io/rows.h"
#include "io/rowsview.h"

struct part {
	struct rows *rows;	/* reads the block */
	void *result;		/* the caller's */
};

struct job {
	const struct rows_scan *scan;
	struct rows *all;
	int has_begun;
	struct part *part;	/* (pipe_slots()) */
};

/* The first part is what is left of the block that the caller began. */
static void
take_rest(struct rows *all, struct rows *part)
{
	part->block = all->block;
	part->lines = all->lines;
	part->marks = all->marks;
	all->block = BLOCK_EMPTY;
	all->marks = MARKS_EMPTY;
	all->lines = block_lines(&all->block, 0);
}

static int
fill(void *arg, size_t slot)
{
	struct job *job = arg;
	struct rows *rows = job->part[slot].rows;

	rows->is_entered = !job->has_begun;
	if (!job->has_begun) {
		job->has_begun = 1;
		take_rest(job->all, rows);
		return 1;
	}
	return blocks_next(rows->table->blocks, &rows->block);
}

static int
work(void *arg, size_t slot, size_t worker)
{
	const struct job *job = arg;
	const struct part *part = &job->part[slot];

	(void)worker;
	if (!part->rows->is_entered)
		rows_enter(part->rows);
	return job->scan->work(job->scan->arg, part->rows, part->result);
}

static int
drain(void *arg, size_t slot)
{
	const struct job *job = arg;

	return job->scan->drain(job->scan->arg, job->part[slot].result);
}

int
rows_scan(struct rows *rows, const struct rows_scan *scan)
{
	const size_t n = pipe_slots();
	struct job job = { .scan = scan, .all = rows };
	int status;

	job.part = mem_array("reading", n, sizeof *job.part);
	for (size_t i = 0; i < n; i++) {
		job.part[i].rows = rows_view(rows->table);
		job.part[i].rows->is_part = 1;
		job.part[i].result = mem_array("reading", 1, scan->slot_size);
	}
	status = pipe_run(&(struct pipe){ &job, fill, work, drain });
	for (size_t i = 0; i < n; i++) {
		if (scan->release != NULL)
			scan->release(job.part[i].result);
		free(job.part[i].result);
		rows_view_free(job.part[i].rows);
	}
	free(job.part);
	return status;
}

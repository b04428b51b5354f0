#include <stdlib.h>

#include "all/splitwrite.h"
#include "base/mem.h"
#include "base/pipe.h"

struct job {
	const struct splitwrite *want;
	struct splitparts *to;
	size_t next, n_drained;		/* blocks of the table */
	struct slot {
		size_t block;
		struct splitparts_rows rows;
	} *slot;			/* (pipe_slots()) */
};

/* --- extra columns ------------------------------------------------------ */

static int
check_new(const struct splitwrite *w, int is_wanted, const char *name)
{
	return is_wanted && table_has_column(w->file->table, name)
	    ? err_msg("the table has a column '%s' already", name) : 0;
}

int
splitwrite_check(const struct splitwrite *w)
{
	if (check_new(w, w->folds != NULL, "fold") != 0 ||
	    check_new(w, w->weights, "weight") != 0)
		return -1;
	return 0;
}

static void
put_header(const struct job *job, enum split_part part)
{
	const struct splitwrite *w = job->want;
	struct buf text = BUF_EMPTY;

	buf_text(&text, table_header(w->file->table));
	if (w->file->first_session != NULL)
		buf_text(&text, "\tsession_id:token");
	if (w->folds != NULL)
		buf_text(&text, "\tfold:float");
	if (w->weights && part == SPLIT_TRAIN)
		buf_text(&text, "\tweight:float");
	splitparts_header(job->to, part, buf_cstr(&text));
	buf_release(&text);
}

/* Has each row its own way of being written? */
static int
has_extras(const struct splitwrite *w)
{
	return w->file->first_session != NULL || w->folds != NULL ||
	    w->balance != NULL;
}

static void
put_extras(const struct splitwrite *w, size_t row, struct buf *to)
{
	if (w->file->first_session != NULL) {
		buf_char(to, '\t');
		splitfile_put_session(w->file, row, to);
	}
	if (w->folds != NULL) {
		const size_t unit = w->fold_unit == NULL ? row
		    : w->fold_unit[row];

		buf_char(to, '\t');
		buf_int(to, (int64_t)split_fold(w->folds,
		    w->fold_hash[unit]));
	}
	if (w->weights && w->part[row] == SPLIT_TRAIN) {
		buf_char(to, '\t');
		buf_double(to, balance_weight(w->balance, row));
	}
}

/* --- rows --------------------------------------------------------------- */

static int
begin_block(void *arg, size_t slot)
{
	struct job *job = arg;

	if (job->next == table_blocks(job->want->file->table))
		return 0;
	job->slot[slot].block = job->next++;
	return 1;
}

/* Rows one behind the other that go to the same part, at once. */
static void
copy_runs(const struct job *job, const struct table_block *b,
    const unsigned char *part, struct splitparts_rows *to)
{
	for (size_t i = 0, end; i < b->n; i = end) {
		const size_t from = i == 0 ? 0 : b->end[i - 1];
		const enum split_part p = part[i];

		for (end = i + 1; end < b->n && part[end] == p; end++)
			;
		if (!splitparts_has(job->to, p))
			continue;
		buf_add(&to->text[p], b->text.p + from,
		    b->end[end - 1] - from);
		to->n[p] += end - i;
	}
}

static void
copy_rows(const struct job *job, const struct table_block *b, size_t first,
    struct splitparts_rows *to)
{
	const struct splitwrite *w = job->want;

	for (size_t i = 0; i < b->n; i++) {
		const enum split_part p = w->part[first + i];
		struct span row = table_block_row(b, i);
		size_t times = 1;

		if (!splitparts_has(job->to, p))
			continue;
		if (p == SPLIT_TRAIN && w->balance != NULL)
			times = balance_times(w->balance, first + i);
		row.n--;		/* its LF comes behind the extras */
		for (; times > 0; times--) {
			buf_span(&to->text[p], row);
			put_extras(w, first + i, &to->text[p]);
			buf_char(&to->text[p], '\n');
			to->n[p]++;
		}
	}
}

static int
make_block(void *arg, size_t slot, size_t worker)
{
	const struct job *job = arg;
	const struct table *t = job->want->file->table;
	struct slot *s = &job->slot[slot];
	const size_t first = table_block_first(t, s->block);

	(void)worker;
	if (has_extras(job->want))
		copy_rows(job, table_block(t, s->block), first, &s->rows);
	else
		copy_runs(job, table_block(t, s->block),
		    job->want->part + first, &s->rows);
	return 0;
}

static int
drain_block(void *arg, size_t slot)
{
	struct job *job = arg;

	tick_at(job->want->tick, ++job->n_drained,
	    table_blocks(job->want->file->table));
	return splitparts_add(job->to, &job->slot[slot].rows);
}

int
splitwrite_run(const struct splitwrite *want, struct splitparts *to)
{
	struct job job = { .want = want, .to = to };
	const size_t n_slots = pipe_slots();
	int status;

	job.slot = mem_array("blocks", n_slots, sizeof *job.slot);
	for (int p = 0; p < SPLIT_PARTS; p++)
		if (want->header && table_has_header(want->file->table) &&
		    splitparts_has(to, (enum split_part)p))
			put_header(&job, (enum split_part)p);
	tick_step(want->tick, "writing", "blocks");
	status = pipe_run(&(struct pipe){ &job, begin_block, make_block,
	    drain_block });
	for (size_t i = 0; i < n_slots; i++)
		splitparts_rows_release(&job.slot[i].rows);
	free(job.slot);
	return status;
}

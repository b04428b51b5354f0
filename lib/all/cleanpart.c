#include <stdlib.h>

#include "all/cleanpart.h"

/* A part in the middle of its block. */
struct reading {
	struct cleanpart *part;
	const struct cleanpart_job *job;
	struct rows *block;
	struct cleansheet *sheet;
};

void
cleanpart_release(struct cleanpart *p)
{
	buf_release(&p->rows);
	cleanbatch_release(&p->batch);
	buf_release(&p->rejects);
	free(p->fields.text);
	clean_row_release(&p->row);
	buf_release(&p->why);
}

/* A refused row; with is_record, one that could not be cut into fields. */
static int
refuse(struct reading *r, int is_record)
{
	const struct cleanpart_job *job = r->job;
	struct buf *why = &r->part->why;

	if (!job->plan->stops && job->rejects == NULL)
		return 0;
	why->n = 0;
	cleantable_explain(job->table, r->block,
	    is_record ? NULL : &r->part->row, why);
	if (job->plan->stops)
		return err_msg("%s", buf_cstr(why));
	cleanrejects_row(job->rejects, r->block, is_record,
	    (struct span){ why->p, why->n }, &r->part->rejects);
	return 0;
}

static void
keep(const struct reading *r)
{
	const struct clean_row *row = &r->part->row;
	const struct cleanstore_row clean = { row->user, row->item,
		row->event, { row->text.p, row->text.n }, row->rating,
		row->weight, row->time };
	struct buf *b = &r->part->rows;

	if (r->job->stored != NULL) {
		cleanbatch_add(&r->part->batch, r->job->stored, &clean);
		return;
	}
	cleanoutput_row(r->job->output, &clean, b);
	buf_span(b, clean.text);
	buf_char(b, '\n');
}

/* A row that was read; `got` is 2 if it could not be cut into fields. */
static int
take_row(struct reading *r, int got)
{
	const struct cleanpart_job *job = r->job;
	const struct cleanfields *f = &r->part->fields;
	struct clean_row *row = &r->part->row;

	if (got == 2) {
		cleanquality_record(r->sheet);
		return refuse(r, 1);
	}
	clean_row(&job->plan->rules, f->field, f->text, row);
	cleanquality_row(job->quality, r->sheet, f->field, f->text, row);
	if (row->verdict == CLEAN_REFUSED)
		return refuse(r, 0);
	if (row->verdict == CLEAN_KEPT)
		keep(r);
	return 0;
}

int
cleanpart_read(struct cleanpart *part, const struct cleanpart_job *job,
    struct rows *block)
{
	struct reading r = { part, job, block,
		cleanquality_take(job->quality) };
	int got, status = 0;

	part->rows.n = part->rejects.n = 0;
	cleanbatch_clear(&part->batch);
	do {
		got = cleantable_next(job->table, job->plan, block,
		    &part->fields);
		if (got != 0)
			status = got < 0 ? -1 : take_row(&r, got);
	} while (got > 0 && status == 0);
	cleanquality_give(job->quality, r.sheet);
	return status;
}

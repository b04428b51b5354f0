#include <stdlib.h>
#include <string.h>

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
	cleanusual_free(p->usual);
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
keep(const struct reading *r, const struct cleanstore_row *row)
{
	struct buf *b = &r->part->rows;

	if (r->job->stored != NULL) {
		cleanbatch_add(&r->part->batch, r->job->stored, row);
		return;
	}
	cleanoutput_row(r->job->output, row, b);
	buf_span(b, row->text);
	buf_char(b, '\n');
}

/* Judges a row that was read. */
static int
judge(struct reading *r)
{
	const struct cleanpart_job *job = r->job;
	const struct cleanfields *f = &r->part->fields;
	struct clean_row *row = &r->part->row;

	clean_row(&job->plan->rules, f->field, f->text, row);
	cleanquality_row(job->quality, r->sheet, f->field, f->text, row);
	if (row->verdict == CLEAN_REFUSED)
		return refuse(r, 0);
	if (row->verdict == CLEAN_KEPT)
		keep(r, &(struct cleanstore_row){ row->user, row->item,
		    row->event, { row->text.p, row->text.n }, row->rating,
		    row->weight, row->time });
	return 0;
}

/* Reads a row and judges it; answers as rows_next() does. */
static int
take_one(struct reading *r)
{
	const struct cleanpart_job *job = r->job;
	const int got = cleantable_next(job->table, job->plan, r->block,
	    &r->part->fields);
	int status = 0;

	if (got == 2) {
		cleanquality_record(r->sheet);
		status = refuse(r, 1);
	} else if (got == 1) {
		status = judge(r);
	}
	return status == 0 ? got : -1;
}

/* --- many rows at once --------------------------------------------------- */

/* Writes rows i .. of n as they are, as long as that is right; returns the
 * first that was not. */
static size_t
copy_rows(struct reading *r, const struct spans *field, size_t i, size_t n)
{
	const struct cleantable *t = r->job->table;
	const unsigned char *is = r->part->usual->is;
	const struct spans *first = &field[t->output[0]];
	const struct spans *last = &field[t->output[t->n_output - 1]];
	const char *text = first->text;
	const size_t from = i;

	while (i < n && is[i] == CLEANUSUAL_SAME && text[last->to[i]] == '\n')
		i++;
	if (i > from)
		buf_add(&r->part->rows, text + first->from[from],
		    last->to[i - 1] + 1 - first->from[from]);
	return i;
}

/* Writes row i with its fields as they are. */
static void
join_fields(struct reading *r, const struct spans *field, size_t i)
{
	const struct cleantable *t = r->job->table;
	struct buf *b = &r->part->rows;
	size_t n = t->n_output + SPANS_SLACK;
	char *p;

	for (size_t k = 0; k < t->n_output; k++)
		n += spans_get(&field[t->output[k]], i).n;
	p = buf_room(b, n);
	for (size_t k = 0; k < t->n_output; k++) {
		const struct span s = spans_get(&field[t->output[k]], i);

		memcpy(p, s.p, SPANS_SLACK);	/* often more than all */
		if (s.n > SPANS_SLACK)
			memcpy(p, s.p, s.n);
		p[s.n] = '\t';
		p += s.n + 1;
	}
	p[-1] = '\n';
	b->n += n - SPANS_SLACK;
}

static void
keep_row(struct reading *r, const struct spans *field, size_t i)
{
	const struct cleantable *t = r->job->table;
	const struct cleanusual *u = r->part->usual;
	struct cleanstore_row row = { .rating = u->rating[i],
		.weight = u->weight[i], .time = u->time[i] };
	struct span name[CLEAN_FIELDS] = { { NULL, 0 } };

	if (t->n_output > 0 && u->is[i] == CLEANUSUAL_SAME) {
		join_fields(r, field, i);
		return;
	}
	for (size_t k = 0; k < t->n_fields; k++)
		name[t->field[k]] = spans_get(&field[t->field[k]], i);
	row.user = name[CLEAN_USER];
	row.item = name[CLEAN_ITEM];
	row.event = name[CLEAN_EVENT];
	keep(r, &row);
}

/* Rows i .. end, which are usual. */
static void
keep_usual(struct reading *r, const struct spans *field, size_t i, size_t end)
{
	const struct cleanpart_job *job = r->job;
	const struct cleanusual *u = r->part->usual;

	if (job->stored != NULL) {
		cleanbatch_add_rows(&r->part->batch, job->stored,
		    &(struct cleanbatch_rows){ u->user.key, u->item.key,
		    u->event.key, u->rating, u->weight, u->time }, i, end);
		return;
	}
	for (; i < end; i++) {
		if (job->table->is_output &&
		    (i = copy_rows(r, field, i, end)) == end)
			break;
		keep_row(r, field, i);
	}
}

static int
take_many(struct reading *r, const struct spans *field, size_t n)
{
	const struct cleanpart_job *job = r->job;
	struct cleanpart *p = r->part;
	size_t end;

	cleanusual_rows(p->usual, field, n);
	cleanquality_usual(job->quality, r->sheet, p->usual, field, n);
	for (size_t i = 0; i < n; i = end + 1) {
		for (end = i; end < n; end++)
			if (p->usual->is[end] == CLEANUSUAL_NOT)
				break;
		if (end > i)
			keep_usual(r, field, i, end);
		if (end == n)
			break;
		cleantable_one(job->table, r->block, end, &p->fields);
		if (judge(r) != 0)
			return -1;
	}
	return 0;
}

/* Reads as many rows as are usual, and judges them: 0, or -1. */
static int
take_usual(struct reading *r)
{
	const struct clean_rules *rules = &r->job->plan->rules;
	struct spans field[CLEAN_FIELDS];
	int status = 0;
	size_t n;

	if (!cleanusual_can(rules))
		return 0;
	if (r->part->usual == NULL)
		r->part->usual = cleanusual_new(rules);
	while (status == 0 && (n = cleantable_many(r->job->table, r->block,
	    field)) > 0)
		status = take_many(r, field, n);
	return status;
}

int
cleanpart_read(struct cleanpart *part, const struct cleanpart_job *job,
    struct rows *block)
{
	struct reading r = { part, job, block,
		cleanquality_take(job->quality) };
	int got;

	part->rows.n = part->rejects.n = 0;
	cleanbatch_clear(&part->batch);
	do
		got = take_one(&r);
	while (got > 0 && take_usual(&r) == 0);
	cleanquality_give(job->quality, r.sheet);
	return got > 0 ? -1 : got;
}

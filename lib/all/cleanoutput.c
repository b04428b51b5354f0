#include <math.h>
#include <stdlib.h>

#include "all/cleancolumns.h"
#include "all/cleanoutput.h"
#include "base/mem.h"

struct cleanoutput {
	const struct cleanplan *plan;
	struct put *put;
};

static void
put_header_of(const struct cleanplan *plan, struct put *put)
{
	struct buf header = BUF_EMPTY;

	cleancolumns_put_header(plan, &header);
	put_header(put, buf_cstr(&header));
	buf_release(&header);
}

struct cleanoutput *
cleanoutput_open(const struct cleanplan *plan)
{
	struct put *put = put_open(plan->want->output, plan->want->gzip);
	struct cleanoutput *o;

	if (put == NULL)
		return NULL;
	o = mem_array("output", 1, sizeof *o);
	o->plan = plan;
	o->put = put;
	if (!plan->want->no_header)
		put_header_of(plan, put);
	return o;
}

void
cleanoutput_free(struct cleanoutput *o)
{
	if (o == NULL)
		return;
	put_free(o->put);
	free(o);
}

int
cleanoutput_finish(struct cleanoutput *o)
{
	return put_finish(o->put);
}

int
cleanoutput_commit(struct cleanoutput *o)
{
	return put_commit(o->put);
}

int
cleanoutput_failed(const struct cleanoutput *o)
{
	return put_failed(o->put);
}

/* A missing number is an empty field. */
static void
add_float(struct buf *b, float x)
{
	buf_char(b, '\t');
	if (!isnan(x))
		buf_float(b, x);
}

void
cleanoutput_row(const struct cleanoutput *o, const struct cleanstore_row *row,
    struct buf *b)
{
	const struct cleanplan *p = o->plan;

	buf_span(b, row->user);
	if (p->rules.has[CLEAN_ITEM]) {
		buf_char(b, '\t');
		buf_span(b, row->item);
	}
	if (p->rules.has[CLEAN_RATING])
		add_float(b, row->rating);
	if (p->puts_weight)
		add_float(b, row->weight);
	if (p->puts_event) {
		buf_char(b, '\t');
		buf_span(b, row->event);
	}
	if (p->rules.has[CLEAN_TIME]) {
		buf_char(b, '\t');
		if (row->time != CLEANTIME_NONE)
			cleantime_put(b, row->time);
	}
}

void
cleanoutput_put(struct cleanoutput *o, struct span rows)
{
	put_rows(o->put, rows);
}

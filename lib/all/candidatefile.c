#include <stdlib.h>

#include "all/candidatefile.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/pipe.h"
#include "prep/candidates.h"

enum { ROWS = 256 };		/* in a piece of work */

struct job {
	const struct splitfile *file;
	const struct candidatefile *want;
	struct candidates *candidates;
	struct put *put;
	size_t *row;		/* (n) of the part */
	size_t n;
	size_t next;		/* the first that no slot has */
	size_t n_short;
	struct slot {
		size_t from, to;
		size_t n_short;
		struct buf text;
		struct candidates_scratch *scratch;
		uint32_t *items;	/* (negatives) */
	} *slot;		/* (pipe_slots()) */
};

static void
add_pair(struct buf *text, const struct splitfile *f, uint32_t user,
    uint32_t item)
{
	buf_span(text, idmap_name(f->names[SPLITID_USER], user));
	buf_char(text, '\t');
	buf_span(text, idmap_name(f->names[SPLITID_ITEM], item));
	buf_char(text, '\n');
}

static int
begin_piece(void *arg, size_t slot)
{
	struct job *job = arg;
	struct slot *s = &job->slot[slot];

	if (job->next == job->n)
		return 0;
	s->from = job->next;
	s->to = job->n - s->from < ROWS ? job->n : s->from + ROWS;
	job->next = s->to;
	return 1;
}

static int
make_piece(void *arg, size_t slot, size_t worker)
{
	const struct job *job = arg;
	const struct split_rows *rows = &job->file->rows;
	const size_t negatives = job->want->negatives;
	struct slot *s = &job->slot[slot];

	(void)worker;
	s->text.n = s->n_short = 0;
	for (size_t i = s->from; i < s->to; i++) {
		const size_t row = job->row[i];
		const size_t n = candidates_draw(job->candidates, row,
		    negatives, s->items, s->scratch);

		add_pair(&s->text, job->file, rows->user[row],
		    rows->item[row]);
		for (size_t j = 0; j < n; j++)
			add_pair(&s->text, job->file, rows->user[row],
			    s->items[j]);
		s->n_short += n < negatives;
	}
	return 0;
}

static int
write_piece(void *arg, size_t slot)
{
	struct job *job = arg;
	const struct slot *s = &job->slot[slot];

	job->n_short += s->n_short;
	put_rows(job->put, (struct span){ s->text.p, s->text.n });
	return put_failed(job->put) ? put_finish(job->put) : 0;
}

static void
begin(struct job *job, const unsigned char *part, enum split_part which,
    const uint32_t *ranks)
{
	const struct split_rows *rows = &job->file->rows;
	const size_t n_slots = pipe_slots();
	size_t cap = 0;

	for (size_t i = 0; i < rows->n; i++) {
		if (part[i] != which)
			continue;
		if (job->n == cap)
			job->row = mem_grow("candidates", job->row, &cap,
			    job->n + 1, sizeof *job->row);
		job->row[job->n++] = i;
	}
	job->candidates = candidates_new(rows, part, ranks, job->want->how,
	    job->want->seed);
	job->slot = mem_array("candidates", n_slots, sizeof *job->slot);
	for (size_t i = 0; i < n_slots; i++) {
		job->slot[i].scratch = candidates_scratch(job->candidates);
		job->slot[i].items = mem_array("candidates",
		    job->want->negatives, sizeof *job->slot[i].items);
	}
}

static void
end(struct job *job)
{
	for (size_t i = 0; i < pipe_slots(); i++) {
		buf_release(&job->slot[i].text);
		candidates_scratch_free(job->slot[i].scratch);
		free(job->slot[i].items);
	}
	free(job->slot);
	candidates_free(job->candidates);
	free(job->row);
}

struct put *
candidatefile_make(const struct splitfile *f, const unsigned char *part,
    enum split_part which, const struct candidatefile *want, size_t *n_short)
{
	struct job job = { .file = f, .want = want };
	uint32_t *ranks;
	int status;

	job.put = put_open(want->paths[which], want->gzip);
	if (job.put == NULL)
		return NULL;
	if (want->header && table_has_header(f->table))
		put_header(job.put, "user_id:token\titem_id:token");
	ranks = idmap_ranks(f->names[SPLITID_ITEM]);
	begin(&job, part, which, ranks);
	status = pipe_run(&(struct pipe){ &job, begin_piece, make_piece,
	    write_piece });
	end(&job);
	free(ranks);
	*n_short = job.n_short;
	if (status == 0 && put_finish(job.put) == 0)
		return job.put;
	put_free(job.put);
	return NULL;
}

#include <stdlib.h>

#include "all/candidatefile.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/par.h"
#include "prep/candidates.h"

enum {
	ROWS = 64,		/* in a piece of parallel work */
	PIECES = 64		/* done before their text is written */
};

struct job {
	const struct splitfile *file;
	const struct candidatefile *want;
	struct candidates *candidates;
	size_t *row;		/* (n) of the part */
	size_t n;
	size_t first;		/* piece of this wave */
	struct buf text[PIECES];
	size_t n_short[PIECES];
	struct candidates_scratch **scratch;	/* (par_threads()) */
	uint32_t **items;	/* (par_threads(), negatives) */
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

static void
make_piece(void *arg, size_t piece, size_t worker)
{
	struct job *job = arg;
	const struct split_rows *rows = &job->file->rows;
	const size_t begin = (job->first + piece) * ROWS;
	const size_t end = job->n - begin < ROWS ? job->n : begin + ROWS;
	uint32_t *items = job->items[worker];

	job->text[piece].n = 0;
	for (size_t i = begin; i < end; i++) {
		const uint32_t user = rows->user[job->row[i]];
		const size_t n = candidates_draw(job->candidates, job->row[i],
		    job->want->negatives, items, job->scratch[worker]);

		add_pair(&job->text[piece], job->file, user,
		    rows->item[job->row[i]]);
		for (size_t j = 0; j < n; j++)
			add_pair(&job->text[piece], job->file, user, items[j]);
		job->n_short[piece] += n < job->want->negatives;
	}
}

/* Waves of pieces side by side; their text is written in order. */
static void
make_rows(struct job *job, struct put *put)
{
	const size_t pieces = par_pieces(job->n, ROWS);

	for (job->first = 0; job->first < pieces; job->first += PIECES) {
		const size_t n = pieces - job->first < PIECES
		    ? pieces - job->first : PIECES;

		par_for(n, make_piece, job);
		for (size_t p = 0; p < n; p++)
			put_rows(put, (struct span){ job->text[p].p,
			    job->text[p].n });
	}
}

static void
begin(struct job *job, const unsigned char *part, enum split_part which,
    const uint32_t *ranks)
{
	const struct split_rows *rows = &job->file->rows;
	const size_t n_workers = par_threads();
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
	job->scratch = mem_array("candidates", n_workers,
	    sizeof *job->scratch);
	job->items = mem_array("candidates", n_workers, sizeof *job->items);
	for (size_t w = 0; w < n_workers; w++) {
		job->scratch[w] = candidates_scratch(job->candidates);
		job->items[w] = mem_array("candidates", job->want->negatives,
		    sizeof **job->items);
	}
}

static void
end(struct job *job)
{
	const size_t n_workers = par_threads();

	for (size_t w = 0; w < n_workers; w++) {
		candidates_scratch_free(job->scratch[w]);
		free(job->items[w]);
	}
	for (size_t p = 0; p < PIECES; p++)
		buf_release(&job->text[p]);
	candidates_free(job->candidates);
	free(job->scratch);
	free(job->items);
	free(job->row);
}

struct put *
candidatefile_make(const struct splitfile *f, const unsigned char *part,
    enum split_part which, const struct candidatefile *want, size_t *n_short)
{
	struct job job = { .file = f, .want = want };
	struct put *put;
	uint32_t *ranks;

	*n_short = 0;
	put = put_open(want->paths[which], want->gzip);
	if (put == NULL)
		return NULL;
	if (want->header && table_has_header(f->table))
		put_header(put, "user_id:token\titem_id:token");
	ranks = idmap_ranks(f->names[SPLITID_ITEM]);
	begin(&job, part, which, ranks);
	make_rows(&job, put);
	for (size_t p = 0; p < PIECES; p++)
		*n_short += job.n_short[p];
	end(&job);
	free(ranks);
	if (put_finish(put) == 0)
		return put;
	put_free(put);
	return NULL;
}

/*
 * ratings.c -- the ratings that tests/bench measures with, on stdout.
 *
 *	ratings ROWS [USERS ITEMS] [csv]
 *
 * Users come in random order, items by a Zipf distribution of exponent 1;
 * ratings are halves from 0.5 to 5, times seconds of twenty years.  The same
 * numbers give the same bytes.  csv: with commas and a header, ids in quotes.
 */

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "base/rng.h"
#include "io/out.h"
#include "prep/alias.h"

enum {
	ROWS_PER_PIECE = 1 << 14,
	PIECES = 64,		/* made side by side */
	FIRST_USER = 1000000,
	FIRST_TIME = 1000000000,
	TIMES = 630000000	/* twenty years of seconds */
};

struct job {
	size_t rows, users, items;
	int csv;
	struct alias_slot *zipf;	/* (items) */
	size_t from;			/* the first row of this batch */
	struct buf text[PIECES];
};

static void
add_row(const struct job *job, struct rng *rng, struct buf *b)
{
	const uint32_t user = rng_below(rng, (uint32_t)job->users);
	const uint32_t item = alias_draw(job->zipf, (uint32_t)job->items,
	    rng_u64(rng));
	const uint32_t halves = 1 + rng_below(rng, 10);
	const uint32_t time = FIRST_TIME + rng_below(rng, TIMES);

	buf_text(b, job->csv ? "\"u" : "u");
	buf_int(b, FIRST_USER + (int64_t)user);
	buf_text(b, job->csv ? "\",\"i" : "\ti");
	buf_int(b, item);
	buf_text(b, job->csv ? "\"," : "\t");
	buf_float(b, (float)halves / 2);
	buf_char(b, job->csv ? ',' : '\t');
	buf_int(b, time);
	buf_char(b, '\n');
}

static void
make_piece(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;
	const size_t from = job->from + i * ROWS_PER_PIECE;
	struct rng rng;

	(void)worker;
	rng_init(&rng, 1, rng_stream("bench.ratings", from));
	job->text[i].n = 0;
	for (size_t n = from; n < job->rows && n < from + ROWS_PER_PIECE; n++)
		add_row(job, &rng, &job->text[i]);
}

static int
write_all(struct job *job)
{
	const char *header = job->csv ? "userId,movieId,rating,timestamp\n"
	    : "user_id:token\titem_id:token\trating:float\ttimestamp:float\n";
	struct out *out = out_open(NULL, 0);
	int status;

	out_write(out, header, strlen(header));
	for (; job->from < job->rows; job->from += PIECES * ROWS_PER_PIECE) {
		par_for(PIECES, make_piece, job);
		for (size_t i = 0; i < PIECES; i++)
			out_write(out, job->text[i].p, job->text[i].n);
	}
	status = out_commit(out);
	out_free(out);
	return status;
}

int
main(int argc, char *argv[])
{
	struct job job = { .users = 922000, .items = 200000 };
	double *weight;
	int status;

	if (argc > 1 && strcmp(argv[argc - 1], "csv") == 0) {
		job.csv = 1;
		argc--;
	}
	if (argc < 2 || num_size(span_of(argv[1]), &job.rows) != 0 ||
	    (argc > 2 && num_size(span_of(argv[2]), &job.users) != 0) ||
	    (argc > 3 && num_size(span_of(argv[3]), &job.items) != 0) ||
	    job.users - 1 > UINT32_MAX - 1 || job.items - 1 > UINT32_MAX - 1)
		return err_msg("usage: ratings ROWS [USERS ITEMS] [csv]") + 3;
	weight = mem_array("items", job.items, sizeof *weight);
	job.zipf = mem_array("items", job.items, sizeof *job.zipf);
	for (size_t i = 0; i < job.items; i++)
		weight[i] = 1 / (double)(i + 1);
	alias_build(job.zipf, weight, job.items);
	status = write_all(&job);
	for (size_t i = 0; i < PIECES; i++)
		buf_release(&job.text[i]);
	free(weight);
	free(job.zipf);
	return status != 0;
}

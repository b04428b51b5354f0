/*
 * clicks.c -- a click log for tests/bench/nn.sh, on stdout.
 *
 *	clicks ROWS FIELDS FEATURES [ffm | raw]
 *
 * A row has one feature of each field; FEATURES are shared out evenly over the
 * fields, and within one come by a Zipf distribution of exponent 1.  Labels
 * are drawn by a logistic model of them with normal weights.  In the format of
 * libfm; ffm: of libffm, with fields; raw: (ROWS, 1 + FIELDS) int32, the label
 * first.  The same numbers give the same bytes.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "base/rng.h"
#include "io/out.h"
#include "linalg/gauss.h"
#include "prep/alias.h"

enum {
	ROWS_PER_PIECE = 1 << 10,
	PIECES = 64		/* made side by side */
};

struct job {
	size_t rows, fields, each;	/* features of a field */
	int ffm, raw;
	struct alias_slot *zipf;	/* (each) */
	float *weight;			/* (fields each) */
	size_t from;			/* the first row of this batch */
	struct buf text[PIECES];
};

static void
add_feature(const struct job *job, size_t field, uint32_t feature,
    struct buf *b)
{
	if (job->raw) {
		buf_add(b, (const char *)&feature, sizeof feature);
		return;
	}
	buf_char(b, ' ');
	if (job->ffm) {
		buf_int(b, (int64_t)field);
		buf_char(b, ':');
	}
	buf_int(b, feature);
	buf_text(b, ":1");
}

static void
add_row(const struct job *job, struct rng *rng, uint32_t *feature,
    struct buf *b)
{
	double score = -1;
	uint32_t label;

	for (size_t f = 0; f < job->fields; f++) {
		feature[f] = (uint32_t)(f * job->each) + alias_draw(job->zipf,
		    (uint32_t)job->each, rng_u64(rng));
		score += (double)job->weight[feature[f]];
	}
	label = rng_real(rng) < 1 / (1 + exp(-score));
	if (job->raw)
		buf_add(b, (const char *)&label, sizeof label);
	else
		buf_int(b, label);
	for (size_t f = 0; f < job->fields; f++)
		add_feature(job, f, feature[f], b);
	if (!job->raw)
		buf_char(b, '\n');
}

static void
make_piece(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;
	const size_t from = job->from + i * ROWS_PER_PIECE;
	uint32_t *feature = mem_array("features", job->fields,
	    sizeof *feature);
	struct rng rng;

	(void)worker;
	rng_init(&rng, 1, rng_stream("bench.clicks", from));
	job->text[i].n = 0;
	for (size_t n = from; n < job->rows && n < from + ROWS_PER_PIECE; n++)
		add_row(job, &rng, feature, &job->text[i]);
	free(feature);
}

static void
make_model(struct job *job)
{
	double *weight = mem_array("features", job->each, sizeof *weight);
	struct rng rng;

	job->zipf = mem_array("features", job->each, sizeof *job->zipf);
	for (size_t i = 0; i < job->each; i++)
		weight[i] = 1 / (double)(i + 1);
	alias_build(job->zipf, weight, job->each);
	free(weight);
	job->weight = mem_array("features", job->fields * job->each,
	    sizeof *job->weight);
	rng_init(&rng, 1, rng_stream("bench.weights", 0));
	gauss_fill(&rng, job->weight, job->fields * job->each);
	for (size_t i = 0; i < job->fields * job->each; i++)
		job->weight[i] *= 0.3F;
}

static int
write_all(struct job *job)
{
	struct out *out = out_open(NULL, 0);
	int status;

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
	struct job job = { .from = 0 };
	size_t features;
	int status;

	if (argc < 4 || num_size(span_of(argv[1]), &job.rows) != 0 ||
	    num_size(span_of(argv[2]), &job.fields) != 0 ||
	    num_size(span_of(argv[3]), &features) != 0 || job.fields < 1 ||
	    features / job.fields < 1 || features > UINT32_MAX)
		return err_msg("usage: clicks ROWS FIELDS FEATURES [ffm | "
		    "raw]") + 3;
	job.each = features / job.fields;
	job.ffm = argc > 4 && strcmp(argv[4], "ffm") == 0;
	job.raw = argc > 4 && strcmp(argv[4], "raw") == 0;
	make_model(&job);
	status = write_all(&job);
	for (size_t i = 0; i < PIECES; i++)
		buf_release(&job.text[i]);
	free(job.zipf);
	free(job.weight);
	return status != 0;
}

/*
 * gzip.c -- how fast gzip goes, with each library of this build.
 *
 *	gzip FILE [SECONDS]
 *
 * FILE is read whole (unpacked, if it is compressed).  For each library: its
 * text as blocks, packed and unpacked by one worker and by two, and as one
 * member, unpacked piece by piece; MB of text a second, the best of several
 * runs within SECONDS (1) each; and the size, in parts of the text, beside
 * that of zlib's level 6.
 */

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "io/gunzip.h"
#include "io/gzip.h"
#include "io/in.h"
#include "io/out.h"

#include "clock.h"

enum {
	RAW = 1 << 16,		/* a member is unpacked from as much at a */
	ROOM = 1 << 17		/* time, into as much, as in.c does it */
};

struct job {
	char *text;		/* (n) */
	size_t n, n_blocks;
	struct gzip *gzip;
	unsigned char *block;	/* (n_blocks, GZIP_BLOCK_MAX) */
	size_t *length;		/* (n_blocks) of each */
	char *unpacked;		/* (workers, GZIP_TEXT_MAX) */
	const unsigned char *member;	/* (n_member) */
	size_t n_member;
	const struct flate *flate;
	int failed;
};

static size_t
block_text(const struct job *job, size_t i)
{
	const size_t left = job->n - i * GZIP_TEXT;

	return left < GZIP_TEXT ? left : GZIP_TEXT;
}

static void
pack_block(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;

	job->length[i] = gzip_block_pack(job->gzip, worker,
	    job->text + i * GZIP_TEXT, block_text(job, i),
	    job->block + i * GZIP_BLOCK_MAX);
}

static void
unpack_block(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;

	if (gzip_block_unpack(job->gzip, worker,
	    job->block + i * GZIP_BLOCK_MAX, job->length[i],
	    job->unpacked + worker * GZIP_TEXT_MAX, block_text(job, i)))
		job->failed = 1;
}

static void
pack(struct job *job)
{
	par_for(job->n_blocks, pack_block, job);
}

static void
unpack(struct job *job)
{
	par_for(job->n_blocks, unpack_block, job);
}

static void
unpack_member(struct job *job)
{
	struct gunzip *g = gunzip_new(job->flate);
	enum gunzip_state state = GUNZIP_MORE;
	static char room[ROOM];
	size_t at = 0;
	const char *why;

	while (state == GUNZIP_MORE && at < job->n_member) {
		const size_t left = job->n_member - at;
		size_t n_in = left < RAW ? left : RAW, n_out = ROOM;

		state = gunzip_run(g, job->member + at, &n_in, room, &n_out,
		    &why);
		at += n_in;
	}
	job->failed |= state != GUNZIP_END;
	gunzip_free(g);
}

/* MB of text a second: the best of all runs that begin within `seconds`. */
static double
speed(struct job *job, void (*run)(struct job *), double seconds)
{
	const double begin = now();
	double best = 1e300, from, to;

	do {
		from = now();
		run(job);
		to = now();
		if (to - from < best)
			best = to - from;
	} while (to - begin < seconds);
	return (double)job->n / 1e6 / best;
}

static double
packed_size(const struct job *job)
{
	size_t sum = 0;

	for (size_t i = 0; i < job->n_blocks; i++)
		sum += job->length[i];
	return (double)sum / (double)job->n;
}

/* One member, as gzip(1) makes it: the peer in size, and what is unpacked
 * piece by piece. */
static unsigned char *
make_member(struct job *job)
{
	z_stream z = { .next_in = (unsigned char *)job->text,
	    .avail_in = (uInt)job->n };
	unsigned char *member = NULL;
	size_t room;

	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, 0) != Z_OK)
		return NULL;
	room = deflateBound(&z, (uLong)job->n);
	member = mem_array("member", room, 1);
	z.next_out = member;
	z.avail_out = (uInt)room;
	job->failed |= deflate(&z, Z_FINISH) != Z_STREAM_END;
	job->n_member = z.total_out;
	job->member = member;
	deflateEnd(&z);
	return member;
}

static void
measure(struct job *job, double seconds, struct buf *table)
{
	buf_format(table, "%-8s", job->flate->name);
	for (size_t threads = 1; threads <= 2; threads++) {
		par_set_threads(threads);
		job->gzip = gzip_new(job->flate);
		buf_format(table, " %8.0f", speed(job, pack, seconds));
		buf_format(table, " %8.0f", speed(job, unpack, seconds));
		gzip_free(job->gzip);
	}
	buf_format(table, " %8.0f", speed(job, unpack_member, seconds));
	buf_format(table, " %8.4f %8.4f\n", packed_size(job),
	    (double)job->n_member / (double)job->n);
}

int
main(int argc, char **argv)
{
	struct job job = { .text = NULL };
	struct in *in = argc >= 2 ? in_open(argv[1]) : NULL;
	struct buf table = BUF_EMPTY;
	double seconds = 1;
	unsigned char *member;
	struct out *out;

	err_set_program(argv[0]);
	if (argc > 3 || (argc == 3 &&
	    num_real(span_of(argv[2]), &seconds) != 0))
		return 2;
	if (in == NULL || in_read_all(in, &job.text, &job.n) != 0 ||
	    job.n == 0 || job.n > UINT32_MAX / 2)
		return 1;
	job.n_blocks = par_pieces(job.n, GZIP_TEXT);
	job.block = mem_array("blocks", job.n_blocks, GZIP_BLOCK_MAX);
	job.length = mem_array("blocks", job.n_blocks, sizeof *job.length);
	job.unpacked = mem_array("text", 2, GZIP_TEXT_MAX);
	member = make_member(&job);

	buf_text(&table, "library    pack-1 unpack-1   pack-2 unpack-2   "
	    "member     size   zlib-6\n");
	for (size_t i = 0; flate_list[i] != NULL && !job.failed; i++) {
		job.flate = flate_list[i];
		measure(&job, seconds, &table);
	}
	out = out_open(NULL, 0);
	out_write(out, table.p, table.n);
	job.failed |= out_commit(out) != 0;
	out_free(out);
	in_close(in);
	free(member);
	free(job.unpacked);
	free(job.length);
	free(job.block);
	free(job.text);
	buf_release(&table);
	return job.failed;
}

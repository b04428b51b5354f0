#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/par.h"
#include "io/gzip.h"
#include "io/out.h"
#include "io/outfile.h"

enum {
	PLAIN_BUFFER = 1 << 18,
	SYNC_BYTES = 8 << 20,		/* sent to the disk at a time */
	BATCH = 32,			/* blocks packed side by side */
	GZIP_BUFFER = BATCH * GZIP_TEXT
};

struct out {
	struct outfile *file;	/* NULL: standard output */
	int fd;
	char *name;
	struct gzip *gzip;	/* NULL: plain */
	int failed;		/* the errno of the first failure, or 0 */
	int is_finished;
	uint64_t done, syncing;	/* bytes of the file: written, and of these
				 * on their way to the disk */
	char *buf;		/* (cap) text not yet written */
	size_t n, cap;
	unsigned char *packed;	/* (BATCH, GZIP_BLOCK_MAX) if gzip */
	size_t length[BATCH];	/* of each packed block */
};

static int
ends_in_gz(const char *path)
{
	const size_t n = strlen(path);

	return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

struct out *
out_open(const char *path, int gzip)
{
	const int is_stdout = path == NULL || strcmp(path, "-") == 0;
	const char *name = is_stdout ? "standard output" : path;
	struct outfile *file = is_stdout ? NULL : outfile_open(path, 0);
	size_t cap = 0, packed = 0;
	struct out *out;

	if (!is_stdout && file == NULL)
		return NULL;
	out = mem_array("output", 1, sizeof *out);
	out->file = file;
	out->fd = is_stdout ? STDOUT_FILENO : outfile_fd(file);
	out->name = mem_text(name, strlen(name));
	if (gzip || (!is_stdout && ends_in_gz(path)))
		out->gzip = gzip_new(NULL);
	out->cap = out->gzip ? GZIP_BUFFER : PLAIN_BUFFER;
	/* Not mem_array(): zeroing them would cost more than a short file. */
	out->buf = mem_grow("output", NULL, &cap, out->cap, 1);
	if (out->gzip)
		out->packed = mem_grow("output", NULL, &packed,
		    BATCH * GZIP_BLOCK_MAX, 1);
	return out;
}

void
out_free(struct out *out)
{
	if (out == NULL)
		return;
	outfile_free(out->file);
	gzip_free(out->gzip);
	free(out->packed);
	free(out->buf);
	free(out->name);
	free(out);
}

const char *
out_name(const struct out *out)
{
	return out->name;
}

int
out_failed(const struct out *out)
{
	return out->failed != 0;
}

/* --- bytes to the file --- */

static void
write_all(struct out *out, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0 && !out->failed) {
		const ssize_t done = write(out->fd, p, n);

		if (done < 0 && errno != EINTR)
			out->failed = errno;
		if (done > 0) {
			p += done;
			n -= (size_t)done;
			out->done += (uint64_t)done;
		}
	}
	if (out->file != NULL && out->done - out->syncing >= SYNC_BYTES) {
		outfile_start_sync(out->file, out->syncing, out->done);
		out->syncing = out->done;
	}
}

static void
pack_piece(void *arg, size_t i, size_t worker)
{
	struct out *out = arg;
	const size_t at = i * GZIP_TEXT;
	const size_t left = out->n - at;

	out->length[i] = gzip_block_pack(out->gzip, worker, out->buf + at,
	    left < GZIP_TEXT ? left : GZIP_TEXT,
	    out->packed + i * GZIP_BLOCK_MAX);
}

/* Writes what is in the buffer. */
static void
flush(struct out *out)
{
	const size_t n_blocks = par_pieces(out->n, GZIP_TEXT);

	if (out->failed)
		out->n = 0;
	else if (!out->gzip)
		write_all(out, out->buf, out->n);
	else {
		assert(n_blocks <= BATCH);
		par_for(n_blocks, pack_piece, out);
		for (size_t i = 0; i < n_blocks; i++)
			write_all(out, out->packed + i * GZIP_BLOCK_MAX,
			    out->length[i]);
	}
	out->n = 0;
}

void
out_write(struct out *out, const void *bytes, size_t n)
{
	const char *p = bytes;

	if (!out->gzip && n >= out->cap / 2) {	/* not worth a copy */
		flush(out);
		write_all(out, p, n);
		return;
	}
	while (n > 0 && !out->failed) {
		size_t part = out->cap - out->n;

		if (part > n)
			part = n;
		memcpy(out->buf + out->n, p, part);
		out->n += part;
		p += part;
		n -= part;
		if (out->n == out->cap)
			flush(out);
	}
}

/* The empty block that says: nothing was cut off. */
static void
end_blocks(struct out *out)
{
	unsigned char block[GZIP_BLOCK_MAX];

	write_all(out, block, gzip_block_pack(out->gzip, 0, "", 0,
	    block));
}

int
out_finish(struct out *out)
{
	flush(out);
	if (out->gzip && !out->failed)
		end_blocks(out);
	out->is_finished = 1;
	if (!out->failed)
		return out->file ? outfile_sync(out->file) : 0;
	errno = out->failed;
	return err_errno(out->file ? "cannot write '%s'" : "cannot write %s",
	    out->name);
}

int
out_commit(struct out *out)
{
	if (!out->is_finished && out_finish(out) != 0)
		return -1;
	assert(!out->failed);
	return out->file ? outfile_commit(out->file) : 0;
}

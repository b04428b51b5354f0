#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/par.h"
#include "io/gunzip.h"
#include "io/gzip.h"
#include "io/in.h"

enum {
	PEEK_MAX = 64,
	RAW = 1 << 16,		/* bytes of the file held at a time */
	TEXT = 1 << 17,		/* and of the text */
	BATCH = 32,		/* blocks unpacked side by side; then */
	BATCH_RAW = 1 << 20,
	BATCH_TEXT = BATCH * GZIP_TEXT_MAX + PEEK_MAX
};

/*
 * Bytes go from the file into `raw`, and from there, unpacked, into `text`;
 * of a plain file they go into `text` at once.
 */
enum format { UNKNOWN, PLAIN, GZIP };

struct in {
	int fd, is_stdin;	/* fd -1: it is bytes in memory, of which */
	const char *bytes;	/* (n_bytes) are left, */
	size_t n_bytes, step;	/* and come this many at a time */
	char *name;
	enum format format;
	int raw_ended;		/* the file has no more bytes */
	int failed;		/* the message was given */
	unsigned char *raw;	/* (raw_cap) */
	size_t raw_at, raw_n;	/* bytes [raw_at, raw_n) are not used yet */
	size_t raw_cap;
	char *text;		/* (text_cap) */
	size_t text_at, text_n, text_cap;
	struct gzip *gzip;	/* for blocks; both NULL until needed */
	struct gunzip *gunzip;	/* for other members */
	int in_member;		/* within a member that is not a block */
	int open_ended;		/* the last member was a block with text */
	uint64_t done, size;	/* bytes of the file */
	struct tick *tick;
};

static int
fail(struct in *in, const char *what, const char *why)
{
	in->failed = 1;
	return err_msg("%s: %s%s%s", in->name, what, why ? ": " : "",
	    why ? why : "");
}

static int
open_path(const char *path, struct stat *st)
{
	int fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return err_errno("cannot open '%s'", path);
	if (fstat(fd, st) == 0 && !S_ISDIR(st->st_mode))
		return fd;
	if (S_ISDIR(st->st_mode))
		err_msg("cannot read '%s': it is a directory", path);
	else
		err_errno("cannot open '%s'", path);
	close(fd);
	return -1;
}

static int
open_stdin(struct stat *st)
{
	if (fstat(STDIN_FILENO, st) != 0)
		return err_errno("cannot read standard input");
	if (S_ISDIR(st->st_mode))
		return err_msg("cannot read standard input: "
		    "it is a directory");
	return STDIN_FILENO;
}

static struct in *
in_new(int fd, const char *name)
{
	struct in *in = mem_array("input", 1, sizeof *in);

	in->fd = fd;
	in->name = mem_text(name, strlen(name));
	/* Not mem_array(): zeroing them would cost more than a short file. */
	in->text = mem_grow("input", NULL, &in->text_cap, TEXT, 1);
	in->raw = mem_grow("input", NULL, &in->raw_cap, RAW, 1);
	return in;
}

struct in *
in_open(const char *path)
{
	struct stat st = { 0 };
	const int is_stdin = strcmp(path, "-") == 0;
	const int fd = is_stdin ? open_stdin(&st) : open_path(path, &st);
	struct in *in;

	if (fd < 0)
		return NULL;
	in = in_new(fd, is_stdin ? "standard input" : path);
	in->is_stdin = is_stdin;
	in->size = S_ISREG(st.st_mode) && st.st_size > 0 ?
	    (uint64_t)st.st_size : 0;
	return in;
}

struct in *
in_open_bytes(const void *bytes, size_t n, size_t step, const char *name)
{
	struct in *in = in_new(-1, name);

	in->bytes = bytes;
	in->n_bytes = in->size = n;
	in->step = step ? step : n;
	return in;
}

void
in_close(struct in *in)
{
	if (in == NULL)
		return;
	if (!in->is_stdin && in->fd >= 0)
		close(in->fd);
	gzip_free(in->gzip);
	gunzip_free(in->gunzip);
	free(in->raw);
	free(in->text);
	free(in->name);
	free(in);
}

const char *
in_name(const struct in *in)
{
	return in->name;
}

int
in_is_gzip(const struct in *in)
{
	return in->format == GZIP;
}

void
in_set_tick(struct in *in, struct tick *tick)
{
	in->tick = tick;
}

/* The same as read(2), from memory. */
static ssize_t
read_bytes(struct in *in, void *bytes, size_t n)
{
	if (n > in->step)
		n = in->step;
	if (n > in->n_bytes)
		n = in->n_bytes;
	if (n == 0)
		return 0;
	memcpy(bytes, in->bytes, n);
	in->bytes += n;
	in->n_bytes -= n;
	return (ssize_t)n;
}

/* What one read(2) gives: up to n bytes; 0 at the end; -1 after a message. */
static ptrdiff_t
read_some(struct in *in, void *bytes, size_t n)
{
	ssize_t got;

	do
		got = in->fd < 0 ? read_bytes(in, bytes, n) :
		    read(in->fd, bytes, n);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		in->failed = 1;
		return err_errno(in->is_stdin ? "cannot read %s" :
		    "cannot read '%s'", in->name);
	}
	in->raw_ended = got == 0;
	in->done += (uint64_t)got;
	tick_at(in->tick, in->done, in->size);
	return got;
}

/* Fills raw until `want` bytes are in it, or the file ends. */
static int
fill_raw(struct in *in, size_t want)
{
	ptrdiff_t got;

	assert(want <= in->raw_cap);
	if (in->raw_n - in->raw_at >= want || in->raw_ended)
		return 0;
	memmove(in->raw, in->raw + in->raw_at, in->raw_n - in->raw_at);
	in->raw_n -= in->raw_at;
	in->raw_at = 0;
	while (in->raw_n < want && !in->raw_ended) {
		got = read_some(in, in->raw + in->raw_n,
		    in->raw_cap - in->raw_n);
		if (got < 0)
			return -1;
		in->raw_n += (size_t)got;
	}
	return 0;
}

/* --- blocks --- */

struct batch {
	struct gzip *gzip;
	struct {
		const unsigned char *block;
		char *text;
		size_t length, n;	/* of the block and of its text */
		const char *wrong;
	} of[BATCH];
	size_t n;
};

static void
unpack_piece(void *arg, size_t i, size_t worker)
{
	struct batch *b = arg;

	b->of[i].wrong = gzip_block_unpack(b->gzip, worker, b->of[i].block,
	    b->of[i].length, b->of[i].text, b->of[i].n);
}

/* Takes the whole blocks that raw begins with, as many as text has room for.
 * Returns -1 after a message when one cannot be right. */
static int
take_blocks(struct in *in, struct batch *b)
{
	size_t length, left;

	for (b->n = 0; b->n < BATCH; b->n++) {
		const unsigned char *block = in->raw + in->raw_at;

		left = in->raw_n - in->raw_at;
		length = gzip_block_length(block, left);
		if (length == 0 || length > left)
			break;
		b->of[b->n].block = block;
		b->of[b->n].length = length;
		b->of[b->n].text = in->text + in->text_n;
		b->of[b->n].n = gzip_block_text(block, length);
		if (b->of[b->n].n > GZIP_TEXT_MAX)
			return fail(in, "gzip data is corrupt",
			    "a block has another length than it says");
		if (b->of[b->n].n > in->text_cap - in->text_n)
			break;		/* never the first one */
		in->open_ended = b->of[b->n].n > 0;
		in->raw_at += length;
		in->text_n += b->of[b->n].n;
	}
	return 0;
}

/* Unpacks the blocks that raw begins with; there is at least the header of
 * one. */
static int
fill_from_blocks(struct in *in)
{
	struct batch b;

	if (fill_raw(in, in->raw_cap) != 0)
		return -1;
	if (!in->raw_ended) {		/* more than a little: make room */
		in->raw = mem_grow("input", in->raw, &in->raw_cap, BATCH_RAW,
		    1);
		in->text = mem_grow("input", in->text, &in->text_cap,
		    BATCH_TEXT, 1);
	}
	if (fill_raw(in, in->raw_cap) != 0 || take_blocks(in, &b) != 0)
		return -1;
	if (b.n == 0)
		return fail(in, "gzip data ends too early", NULL);
	if (in->gzip == NULL)
		in->gzip = gzip_new(NULL);
	b.gzip = in->gzip;
	if (b.n <= 2)	/* a short file: waking threads would take longer */
		for (size_t i = 0; i < b.n; i++)
			unpack_piece(&b, i, 0);
	else
		par_for(b.n, unpack_piece, &b);
	for (size_t i = 0; i < b.n; i++)
		if (b.of[i].wrong != NULL)
			return fail(in, "gzip data is corrupt", b.of[i].wrong);
	return 0;
}

/* --- other members --- */

/* Unpacks what raw has of the member that it is in. */
static int
fill_from_member(struct in *in)
{
	const char *why = NULL;
	size_t n_in, n_out = in->text_cap - in->text_n;
	enum gunzip_state state;

	if (fill_raw(in, 1) != 0)
		return -1;
	n_in = in->raw_n - in->raw_at;
	if (in->gunzip == NULL)
		in->gunzip = gunzip_new(NULL);
	state = gunzip_run(in->gunzip, in->raw + in->raw_at, &n_in,
	    in->text + in->text_n, &n_out, &why);
	if (state == GUNZIP_BAD)
		return fail(in, "gzip data is corrupt", why);
	/* Without input there may still be text that did not fit before. */
	if (state == GUNZIP_MORE && in->raw_ended && n_in + n_out == 0)
		return fail(in, "gzip data ends too early", NULL);
	in->raw_at += n_in;
	in->text_n += n_out;
	in->in_member = state != GUNZIP_END;
	return 0;
}

/* More text from a gzip file, if there is any: nothing is added at the end,
 * and may be nothing before it. */
static int
fill_gzip(struct in *in)
{
	const unsigned char *p;
	size_t n;

	if (in->in_member)
		return fill_from_member(in);
	if (fill_raw(in, GZIP_HEADER_MAX) != 0)
		return -1;
	p = in->raw + in->raw_at;
	n = in->raw_n - in->raw_at;
	if (n == 0)
		return in->open_ended ? fail(in, "gzip data ends too early",
		    "its closing block is missing") : 0;
	if (!gzip_is(p, n))
		return fail(in, "something follows the gzip data", NULL);
	if (gzip_block_length(p, n) > 0)
		return fill_from_blocks(in);
	in->in_member = 1;
	in->open_ended = 0;
	return fill_from_member(in);
}

/* --- both --- */

static int
recognise(struct in *in)
{
	if (fill_raw(in, GZIP_HEADER_MAX) != 0)
		return -1;
	if (gzip_is(in->raw, in->raw_n)) {
		in->format = GZIP;
		return 0;
	}
	in->format = PLAIN;
	memcpy(in->text + in->text_n, in->raw, in->raw_n);
	in->text_n += in->raw_n;
	free(in->raw);
	in->raw = NULL;
	in->raw_at = in->raw_n = 0;
	return 0;
}

static int
fill_plain(struct in *in)
{
	const ptrdiff_t got = read_some(in, in->text + in->text_n,
	    in->text_cap - in->text_n);

	if (got < 0)
		return -1;
	in->text_n += (size_t)got;
	return 0;
}

/* Is there no more to come after what is in text? */
static int
at_end(const struct in *in)
{
	return in->raw_ended && in->raw_at == in->raw_n && !in->in_member &&
	    in->format != UNKNOWN && !in->open_ended;
}

/* Adds to text, which holds at most PEEK_MAX bytes, until there are `want`
 * bytes or no more. */
static int
fill_text(struct in *in, size_t want)
{
	int status = 0;

	if (in->failed)
		return -1;
	if (in->text_n - in->text_at >= want)
		return 0;
	memmove(in->text, in->text + in->text_at, in->text_n - in->text_at);
	in->text_n -= in->text_at;
	in->text_at = 0;
	while (status == 0 && in->text_n < want && !at_end(in)) {
		if (in->format == UNKNOWN)
			status = recognise(in);
		else if (in->format == PLAIN)
			status = fill_plain(in);
		else
			status = fill_gzip(in);
	}
	return status;
}

ptrdiff_t
in_read(struct in *in, void *bytes, size_t n)
{
	size_t have;

	assert(n >= 1);
	if (in->format == PLAIN && !in->failed && !in->raw_ended &&
	    in->text_at == in->text_n && n >= TEXT)
		return read_some(in, bytes, n);
	if (fill_text(in, 1) != 0)
		return -1;
	have = in->text_n - in->text_at;
	if (n > have)
		n = have;
	memcpy(bytes, in->text + in->text_at, n);
	in->text_at += n;
	return (ptrdiff_t)n;
}

ptrdiff_t
in_peek(struct in *in, void *bytes, size_t n)
{
	size_t have;

	assert(n <= PEEK_MAX);
	if (fill_text(in, n) != 0)
		return -1;
	have = in->text_n - in->text_at;
	if (n > have)
		n = have;
	memcpy(bytes, in->text + in->text_at, n);
	return (ptrdiff_t)n;
}

int
in_read_all(struct in *in, char **bytes, size_t *n)
{
	size_t cap = 0;
	char *all = NULL;

	for (*n = 0; ; ) {
		ptrdiff_t got;

		all = mem_grow(in->name, all, &cap, *n + TEXT + 1, 1);
		got = in_read(in, all + *n, cap - *n - 1);
		if (got <= 0) {
			if (got < 0)
				free(all);
			else
				all[*n] = '\0';
			*bytes = got < 0 ? NULL : all;
			return (int)got;
		}
		*n += (size_t)got;
	}
}

/*
 * safetensors: the length of the JSON header as 8 bytes, then its '{'.  A text
 * has no zero byte among its first eight, a header of less than 2^56 bytes
 * has.
 */
int
in_sniff(struct in *in, enum in_kind *kind)
{
	static const char npy[] = "\x93NUMPY";
	unsigned char p[9];
	const ptrdiff_t n = in_peek(in, p, sizeof p);

	if (n < 0)
		return -1;
	*kind = IN_TEXT;
	if (n >= 6 && memcmp(p, npy, 6) == 0)
		*kind = IN_NPY;
	else if (n == 9 && p[7] == 0 && p[8] == '{')
		*kind = IN_SAFETENSORS;
	return 0;
}

/*
 * gzip.c -- files that may be compressed, in whatever portions they come; and
 * the libraries behind flate.h against each other.
 *
 * What zlib takes the others must take, with the same text, and where it wants
 * more they must not be at the end.  They may take more than it does: ISA-L
 * does not mind a table of codes with a gap that no code of the data is in.
 * The text is then still what the checksum says.
 */

#include <string.h>

#include "io/flate.h"
#include "io/gunzip.h"
#include "io/gzip.h"
#include "io/in.h"
#include "tests/fuzz/fuzz.h"

enum { ROOM = 1 << 18 };

/* --- files --- */

static int
read_file(struct fuzz f, size_t step, struct buf *text, struct buf *said)
{
	struct buf *before = err_hold(said);
	struct in *in = in_open_bytes(f.p, f.n, step, "fuzz");
	char *all;
	size_t n;
	const int status = in_read_all(in, &all, &n);

	if (status == 0)
		buf_add(text, all, n);
	free(all);
	in_close(in);
	err_hold(before);
	return status;
}

static void
try_file(struct fuzz f)
{
	const size_t step = 1 + fuzz_choose(&f, 100);
	struct buf a = BUF_EMPTY, b = BUF_EMPTY, said_a = BUF_EMPTY;
	struct buf said_b = BUF_EMPTY;
	const int status = read_file(f, 0, &a, &said_a);

	MUST(status == 0 ? said_a.n == 0 : fuzz_one_line(&said_a));
	MUST(read_file(f, step, &b, &said_b) == status);
	MUST(fuzz_same(&a, &b) && fuzz_same(&said_a, &said_b));
	buf_release(&a);
	buf_release(&b);
	buf_release(&said_a);
	buf_release(&said_b);
}

/* --- deflate data --- */

struct result {
	enum flate_state state;
	size_t n_in;		/* bytes of the data */
	char text[ROOM];
	size_t n;
};

/* Unpacks until the end, or no more comes, or the room is full. */
static void
unpack(const struct flate *flate, struct fuzz f, size_t step, size_t room,
    struct result *r)
{
	void *u = flate->unpacker_new();
	struct flate_tail tail = { .n = 0 };
	size_t n_in, n_out;

	flate->restart(u);
	r->n_in = r->n = 0;
	do {
		n_in = f.n - r->n_in < step ? f.n - r->n_in : step;
		n_out = ROOM - r->n < room ? ROOM - r->n : room;
		if (n_out == 0)
			break;
		r->state = flate->run(u, f.p + r->n_in, &n_in, r->text + r->n,
		    &n_out, &tail);
		r->n_in += n_in;
		r->n += n_out;
	} while (r->state == FLATE_MORE && n_in + n_out > 0);
	MUST(tail.n <= r->n_in);
	r->n_in -= tail.n;
	flate->unpacker_free(u);
}

static int
same(const struct result *a, const struct result *b)
{
	return a->state == b->state && a->n == b->n &&
	    memcmp(a->text, b->text, a->n) == 0 &&
	    (a->state != FLATE_END || a->n_in == b->n_in);
}

static void
try_data(struct fuzz f)
{
	const size_t step = 1 + fuzz_choose(&f, 30);
	const size_t room = 1 + fuzz_choose(&f, 200);
	static struct result whole, parts, peer;

	for (size_t i = 0; flate_list[i] != NULL; i++) {
		unpack(flate_list[i], f, f.n, ROOM, &whole);
		unpack(flate_list[i], f, step, room, &parts);
		/* how much text comes before an error may depend */
		if (whole.state != FLATE_BAD || parts.state != FLATE_BAD)
			MUST(same(&whole, &parts));
		if (flate_list[i + 1] == NULL)
			break;
		unpack(flate_list[i + 1], f, f.n, ROOM, &peer);
		if (peer.state == FLATE_END)
			MUST(same(&whole, &peer));
		else if (peer.state == FLATE_MORE)
			MUST(whole.state != FLATE_END);
	}
}

/* --- packing --- */

static void
try_text(struct fuzz f)
{
	static unsigned char block[GZIP_BLOCK_MAX];
	static char text[GZIP_TEXT_MAX];

	if (f.n > GZIP_TEXT)
		return;
	for (size_t i = 0; flate_list[i] != NULL; i++)
		for (size_t j = 0; flate_list[j] != NULL; j++) {
			struct gzip *a = gzip_new(flate_list[i]);
			struct gzip *b = gzip_new(flate_list[j]);
			const size_t n = gzip_block_pack(a, 0, f.p, f.n,
			    block);

			MUST(gzip_block_unpack(b, 0, block, n, text, f.n) ==
			    NULL);
			MUST(memcmp(text, f.p, f.n) == 0);
			gzip_free(a);
			gzip_free(b);
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fuzz f = { data, n };

	switch (fuzz_choose(&f, 3)) {
	case 0:
		try_file(f);
		break;
	case 1:
		try_data(f);
		break;
	default:
		try_text(f);
	}
	return 0;
}

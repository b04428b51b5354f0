#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/gunzip.h"
#include "io/le.h"

enum {
	FIXED_SIZE = 10,	/* magic, method, flags, time, hint, system */
	TRAILER_SIZE = 8,	/* CRC-32 and length of the text */
	METHOD = 8		/* deflate */
};

/* Of the byte of flags. */
enum { HAS_CHECKSUM = 2, HAS_EXTRA = 4, HAS_NAME = 8, HAS_COMMENT = 16 };
enum { HAS_UNKNOWN = 0xe0 };

/* What a member is made of, in this order. */
enum part {
	FIXED, EXTRA_SIZE, EXTRA, NAME, COMMENT, CHECKSUM, DATA, TRAILER
};

struct gunzip {
	const struct flate *flate;
	void *unpacker;
	enum part part;
	unsigned char bytes[FIXED_SIZE];	/* (n): of a part that has to
						 * be whole */
	size_t n;
	size_t extra;		/* bytes of it still to come */
	unsigned flags;
	uint32_t header_crc;	/* of the header so far */
	uint32_t crc, length;	/* of the text so far */
};

struct gunzip *
gunzip_new(const struct flate *flate)
{
	struct gunzip *g = mem_array("decompression", 1, sizeof *g);

	g->flate = flate ? flate : flate_list[0];
	g->unpacker = g->flate->unpacker_new();
	return g;
}

void
gunzip_free(struct gunzip *g)
{
	if (g == NULL)
		return;
	g->flate->unpacker_free(g->unpacker);
	free(g);
}

/* What is not used yet of the bytes of a call. */
struct input {
	const unsigned char *p;
	size_t n;
};

/* --- the header --- */

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Takes n bytes, counted in the header's checksum. */
static const unsigned char *
take(struct gunzip *g, struct input *in, size_t n)
{
	const unsigned char *p = in->p;

	if (g->part < CHECKSUM)
		g->header_crc = g->flate->crc(g->header_crc, p, n);
	in->p += n;
	in->n -= n;
	return p;
}

/* Are all `size` bytes of a part there? */
static int
collect(struct gunzip *g, struct input *in, size_t size)
{
	const size_t n = least(size - g->n, in->n);

	if (n > 0)
		memcpy(g->bytes + g->n, take(g, in, n), n);
	g->n += n;
	return g->n == size;
}

/* Is the text there up to and with its '\0'? */
static int
skip_text(struct gunzip *g, struct input *in)
{
	const unsigned char *end = in->n ? memchr(in->p, '\0', in->n) : NULL;

	take(g, in, end ? (size_t)(end - in->p) + 1 : in->n);
	return end != NULL;
}

static int
skip_extra(struct gunzip *g, struct input *in)
{
	const size_t n = least(g->extra, in->n);

	take(g, in, n);
	g->extra -= n;
	return g->extra == 0;
}

/* Reads on in the part of the header that it is in: is that whole now? */
static int
read_part(struct gunzip *g, struct input *in)
{
	switch (g->part) {
	case FIXED:
		return collect(g, in, FIXED_SIZE);
	case EXTRA_SIZE:
	case CHECKSUM:
		return collect(g, in, 2);
	case EXTRA:
		return skip_extra(g, in);
	case NAME:
	case COMMENT:
		return skip_text(g, in);
	case DATA:
	case TRAILER:
		break;
	}
	assert(0);
	return 0;
}

/* The part is whole: takes from it what is needed.  NULL, or what is wrong. */
static const char *
use_part(struct gunzip *g)
{
	switch (g->part) {
	case FIXED:
		if (g->bytes[0] != 0x1f || g->bytes[1] != 0x8b)
			return "it is not gzip";
		g->flags = g->bytes[3];
		if (g->bytes[2] != METHOD || (g->flags & HAS_UNKNOWN) != 0)
			return "a member is packed in an unknown way";
		break;
	case EXTRA_SIZE:
		g->extra = le_get16(g->bytes);
		break;
	case CHECKSUM:
		if (le_get16(g->bytes) != (g->header_crc & 0xffff))
			return "a header has the wrong checksum";
		break;
	default:
		break;
	}
	return NULL;
}

static int
has_part(const struct gunzip *g, enum part part)
{
	static const unsigned flag[] = {
		[EXTRA_SIZE] = HAS_EXTRA, [EXTRA] = HAS_EXTRA,
		[NAME] = HAS_NAME, [COMMENT] = HAS_COMMENT,
		[CHECKSUM] = HAS_CHECKSUM
	};

	return part >= DATA || (g->flags & flag[part]) != 0;
}

static const char *
read_header(struct gunzip *g, struct input *in)
{
	const char *wrong;

	while (g->part < DATA && in->n > 0) {
		if (!read_part(g, in))
			continue;
		wrong = use_part(g);
		if (wrong != NULL)
			return wrong;
		g->n = 0;
		do
			g->part++;
		while (!has_part(g, g->part));
	}
	if (g->part == DATA) {
		g->flate->restart(g->unpacker);
		g->crc = g->length = 0;
	}
	return NULL;
}

/* --- data and trailer --- */

static enum gunzip_state
read_data(struct gunzip *g, struct input *in, void *text, size_t *n_text,
    const char **why)
{
	struct flate_tail tail;
	size_t n = in->n;
	const enum flate_state state = g->flate->run(g->unpacker, in->p, &n,
	    text, n_text, &tail);

	in->p += n;
	in->n -= n;
	if (state == FLATE_BAD) {
		*why = "the data cannot be decompressed";
		return GUNZIP_BAD;
	}
	g->crc = g->flate->crc(g->crc, text, *n_text);
	g->length += (uint32_t)*n_text;
	if (state == FLATE_END) {
		assert(tail.n < TRAILER_SIZE);
		memcpy(g->bytes, tail.byte, tail.n);
		g->n = tail.n;
		g->part = TRAILER;
	}
	return GUNZIP_MORE;
}

static enum gunzip_state
read_trailer(struct gunzip *g, struct input *in, const char **why)
{
	if (!collect(g, in, TRAILER_SIZE))
		return GUNZIP_MORE;
	g->part = FIXED;
	g->n = 0;
	g->header_crc = 0;
	*why = le_get32(g->bytes) != g->crc ? "the checksum is wrong" :
	    le_get32(g->bytes + 4) != g->length ?
	    "the text has another length than it says" : NULL;
	return *why == NULL ? GUNZIP_END : GUNZIP_BAD;
}

enum gunzip_state
gunzip_run(struct gunzip *g, const unsigned char *in, size_t *n_in,
    void *text, size_t *n_out, const char **why)
{
	struct input input = { in, *n_in };
	enum gunzip_state state = GUNZIP_MORE;
	size_t n_text = 0;

	*why = NULL;
	if (g->part < DATA) {
		*why = read_header(g, &input);
		if (*why != NULL)
			state = GUNZIP_BAD;
	}
	if (g->part == DATA && state == GUNZIP_MORE) {
		n_text = *n_out;
		state = read_data(g, &input, text, &n_text, why);
	}
	if (g->part == TRAILER && state == GUNZIP_MORE)
		state = read_trailer(g, &input, why);
	*n_in -= input.n;
	*n_out = n_text;
	return state;
}

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "io/gzip.h"
#include "io/le.h"

enum { TRAILER = 8 };		/* CRC-32 and length of the text */

/* A header without extra field is this long; XLEN follows it. */
enum { FLAGS_AT = 3, XLEN_AT = 10, LENGTH_AT = 16 };
enum { FLAG_EXTRA = 4 };

/* Deflate data of nothing: with these the empty block is the one of the BGZF
 * specification, which readers compare byte for byte. */
static const unsigned char nothing[] = { 3, 0 };

static const unsigned char block_header[GZIP_HEADER_MAX] = {
	0x1f, 0x8b, 8, FLAG_EXTRA, 0, 0, 0, 0,	/* no time */
	0, 255,				/* no hint, unknown system */
	6, 0, 'B', 'C', 2, 0, 0, 0	/* the length - 1 goes in here */
};

struct gzip {
	const struct flate *flate;
	struct {
		void *packer, *unpacker;
	} *of;			/* (n): of each worker */
	size_t n;
};

int
gzip_is(const unsigned char *p, size_t n)
{
	return n > 0 && p[0] == 0x1f && (n == 1 || p[1] == 0x8b);
}

size_t
gzip_block_length(const unsigned char *p, size_t n)
{
	size_t length;

	/* Only the header that every writer of BGZF makes: other members are
	 * unpacked as a stream, which is right for blocks too. */
	if (n < GZIP_HEADER_MAX || memcmp(p, block_header, 3) != 0 ||
	    p[FLAGS_AT] != FLAG_EXTRA ||
	    memcmp(p + XLEN_AT, block_header + XLEN_AT, 6) != 0)
		return 0;
	length = (size_t)le_get16(p + LENGTH_AT) + 1;
	return length > GZIP_HEADER_MAX + TRAILER ? length : 0;
}

size_t
gzip_block_text(const unsigned char *block, size_t length)
{
	assert(length > GZIP_HEADER_MAX + TRAILER);
	return le_get32(block + length - 4);
}

struct gzip *
gzip_new(const struct flate *flate)
{
	struct gzip *g = mem_array("compression", 1, sizeof *g);

	g->flate = flate ? flate : flate_list[0];
	g->n = par_threads();
	g->of = mem_array("compression", g->n, sizeof *g->of);
	return g;
}

void
gzip_free(struct gzip *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->n; i++) {
		g->flate->packer_free(g->of[i].packer);
		g->flate->unpacker_free(g->of[i].unpacker);
	}
	free(g->of);
	free(g);
}

/* The deflate data of n bytes, into a block: returns its length. */
static size_t
pack_data(struct gzip *g, size_t worker, const void *text, size_t n,
    unsigned char *data)
{
	if (n == 0) {
		memcpy(data, nothing, sizeof nothing);
		return sizeof nothing;
	}
	if (g->of[worker].packer == NULL)
		g->of[worker].packer = g->flate->packer_new();
	return g->flate->pack(g->of[worker].packer, text, n, data,
	    GZIP_BLOCK_MAX - GZIP_HEADER_MAX - TRAILER);
}

size_t
gzip_block_pack(struct gzip *g, size_t worker, const void *text, size_t n,
    unsigned char block[GZIP_BLOCK_MAX])
{
	unsigned char *trailer = block + GZIP_HEADER_MAX;
	size_t length;

	assert(n <= GZIP_TEXT && worker < g->n);
	memcpy(block, block_header, GZIP_HEADER_MAX);
	trailer += pack_data(g, worker, text, n, trailer);
	length = (size_t)(trailer - block) + TRAILER;
	le_put16(block + LENGTH_AT, (unsigned)length - 1);
	le_put32(trailer, g->flate->crc(0, text, n));
	le_put32(trailer + 4, (uint32_t)n);
	return length;
}

const char *
gzip_block_unpack(struct gzip *g, size_t worker, const unsigned char *block,
    size_t length, void *text, size_t n)
{
	const struct flate *flate = g->flate;

	assert(length > GZIP_HEADER_MAX + TRAILER && n <= GZIP_TEXT_MAX);
	assert(worker < g->n);
	if (g->of[worker].unpacker == NULL)
		g->of[worker].unpacker = flate->unpacker_new();
	switch (flate->unpack(g->of[worker].unpacker, block + GZIP_HEADER_MAX,
	    length - GZIP_HEADER_MAX - TRAILER, text, n)) {
	case FLATE_BAD:
		return "a block cannot be decompressed";
	case FLATE_MORE:
		return "a block has another length than it says";
	case FLATE_END:
		break;
	}
	return flate->crc(0, text, n) == le_get32(block + length - TRAILER) ?
	    NULL : "a block has the wrong checksum";
}

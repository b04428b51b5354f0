#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST	/* zlib does not write where it reads */
#include <zlib.h>

#include "base/mem.h"
#include "io/gzip.h"

enum {
	LEVEL = 6,
	MEM_LEVEL = 8,
	RAW = -15,		/* windowBits of zlib: deflate data only */
	WRAPPED = 15 + 16,	/* windowBits: with gzip's header and trailer */
	TRAILER = 8		/* CRC-32 and length of the text */
};

/* A header without extra field is this long; XLEN follows it. */
enum { FLAGS_AT = 3, XLEN_AT = 10, EXTRA_AT = 12 };
enum { FLAG_EXTRA = 4 };

static const unsigned char block_header[GZIP_HEADER_MAX] = {
	0x1f, 0x8b, 8, FLAG_EXTRA, 0, 0, 0, 0,	/* no time */
	0, 255,				/* no hint, unknown system */
	6, 0, 'B', 'C', 2, 0, 0, 0	/* the length - 1 goes in here */
};

static unsigned
get16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static void
put16(unsigned char *p, unsigned x)
{
	p[0] = (unsigned char)x;
	p[1] = (unsigned char)(x >> 8);
}

static uint32_t
get32(const unsigned char *p)
{
	return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static void
put32(unsigned char *p, uint32_t x)
{
	put16(p, x & 0xffff);
	put16(p + 2, x >> 16);
}

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
	length = (size_t)get16(p + 16) + 1;
	return length > GZIP_HEADER_MAX + TRAILER ? length : 0;
}

size_t
gzip_block_text(const unsigned char *block, size_t length)
{
	assert(length > GZIP_HEADER_MAX + TRAILER);
	return get32(block + length - 4);
}

/* For zlib: memory that is there, or the program ends. */
static void *
z_alloc(void *opaque, unsigned n, unsigned size)
{
	(void)opaque;
	return mem_array("compression", n, size);
}

static void
z_free(void *opaque, void *p)
{
	(void)opaque;
	free(p);
}

size_t
gzip_block_pack(const void *text, size_t n,
    unsigned char block[GZIP_BLOCK_MAX])
{
	z_stream z = { .zalloc = z_alloc, .zfree = z_free };
	unsigned char *trailer;
	size_t length;
	int got;

	assert(n <= GZIP_TEXT);
	got = deflateInit2(&z, LEVEL, Z_DEFLATED, RAW, MEM_LEVEL,
	    Z_DEFAULT_STRATEGY);
	assert(got == Z_OK);
	z.next_in = text;
	z.avail_in = (uInt)n;
	z.next_out = block + GZIP_HEADER_MAX;
	z.avail_out = GZIP_BLOCK_MAX - GZIP_HEADER_MAX - TRAILER;
	got = deflate(&z, Z_FINISH);
	assert(got == Z_STREAM_END);
	(void)got;
	length = GZIP_HEADER_MAX + (size_t)z.total_out + TRAILER;
	deflateEnd(&z);

	memcpy(block, block_header, GZIP_HEADER_MAX);
	put16(block + 16, (unsigned)length - 1);
	trailer = block + length - TRAILER;
	put32(trailer, (uint32_t)crc32(0, n ? text : NULL, (uInt)n));
	put32(trailer + 4, (uint32_t)n);
	return length;
}

const char *
gzip_block_unpack(const unsigned char *block, size_t length, void *text,
    size_t n)
{
	const unsigned char *trailer = block + length - TRAILER;
	z_stream z = { .zalloc = z_alloc, .zfree = z_free };
	unsigned char none;
	int got;

	assert(length > GZIP_HEADER_MAX + TRAILER && n <= GZIP_TEXT_MAX);
	if (inflateInit2(&z, RAW) != Z_OK)
		return "zlib is of another version";
	z.next_in = block + GZIP_HEADER_MAX;
	z.avail_in = (uInt)(length - GZIP_HEADER_MAX - TRAILER);
	z.next_out = n ? text : &none;
	z.avail_out = n ? (uInt)n : 1;
	got = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	if (got == Z_DATA_ERROR)
		return "a block cannot be decompressed";
	if (got != Z_STREAM_END || z.avail_in != 0 || z.total_out != n)
		return "a block has another length than it says";
	if (crc32(crc32(0, NULL, 0), n ? text : &none, (uInt)n) !=
	    get32(trailer))
		return "a block has the wrong checksum";
	return NULL;
}

struct gunzip {
	z_stream z;
};

struct gunzip *
gunzip_new(void)
{
	struct gunzip *g = mem_array("decompression", 1, sizeof *g);
	int got;

	g->z.zalloc = z_alloc;
	g->z.zfree = z_free;
	got = inflateInit2(&g->z, WRAPPED);
	assert(got == Z_OK);
	(void)got;
	return g;
}

void
gunzip_free(struct gunzip *g)
{
	if (g == NULL)
		return;
	inflateEnd(&g->z);
	free(g);
}

enum gunzip_state
gunzip_run(struct gunzip *g, const unsigned char *in, size_t *n_in,
    void *text, size_t *n_out, const char **why)
{
	const uInt had = *n_in < UINT_MAX ? (uInt)*n_in : UINT_MAX;
	const uInt room = *n_out < UINT_MAX ? (uInt)*n_out : UINT_MAX;
	int got;

	g->z.next_in = in;
	g->z.avail_in = had;
	g->z.next_out = text;
	g->z.avail_out = room;
	got = inflate(&g->z, Z_NO_FLUSH);
	*n_in = had - g->z.avail_in;
	*n_out = room - g->z.avail_out;
	if (got == Z_STREAM_END) {
		inflateReset(&g->z);
		return GUNZIP_END;
	}
	/* Z_BUF_ERROR: no progress was possible with these buffers. */
	if (got == Z_OK || got == Z_BUF_ERROR)
		return GUNZIP_MORE;
	*why = g->z.msg != NULL ? g->z.msg : "not gzip";
	return GUNZIP_BAD;
}

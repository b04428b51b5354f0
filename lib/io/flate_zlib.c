/* flate_zlib.c -- deflate by zlib: everywhere there is one. */

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST	/* zlib does not write where it reads */
#include <zlib.h>

#include "base/mem.h"
#include "io/flate.h"

/*
 * Level 4 is the first that looks for a better match one byte on: on tables
 * of ratings it is 2.5 times as fast as level 6 for files 2 to 10% larger,
 * which is also what level 3 of ISA-L makes.
 */
enum {
	LEVEL = 4,
	MEM_LEVEL = 8,
	RAW = -15		/* windowBits: deflate data only */
};

/* Memory that is there, or the program ends. */
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

static z_stream *
stream_new(void)
{
	z_stream *z = mem_array("compression", 1, sizeof *z);

	z->zalloc = z_alloc;
	z->zfree = z_free;
	return z;
}

/* zlib counts in unsigned int. */
static uInt
count(size_t n)
{
	return n < UINT_MAX ? (uInt)n : UINT_MAX;
}

static uint32_t
crc(uint32_t sum, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n > 0) {
		const uInt part = count(n);

		sum = (uint32_t)crc32(sum, p, part);
		p += part;
		n -= part;
	}
	return sum;
}

static void *
packer_new(void)
{
	z_stream *z = stream_new();
	const int got = deflateInit2(z, LEVEL, Z_DEFLATED, RAW, MEM_LEVEL,
	    Z_DEFAULT_STRATEGY);

	assert(got == Z_OK);
	(void)got;
	return z;
}

static void
packer_free(void *z)
{
	if (z != NULL)
		deflateEnd(z);
	free(z);
}

static size_t
pack(void *packer, const void *text, size_t n, unsigned char *packed,
    size_t room)
{
	z_stream *z = packer;
	int got;

	z->next_in = text;
	z->avail_in = count(n);
	z->next_out = packed;
	z->avail_out = count(room);
	got = deflate(z, Z_FINISH);
	assert(got == Z_STREAM_END);
	(void)got;
	room -= z->avail_out;
	deflateReset(z);
	return room;
}

static void *
unpacker_new(void)
{
	z_stream *z = stream_new();
	const int got = inflateInit2(z, RAW);

	assert(got == Z_OK);
	(void)got;
	return z;
}

static void
unpacker_free(void *z)
{
	if (z != NULL)
		inflateEnd(z);
	free(z);
}

static void
restart(void *z)
{
	inflateReset(z);
}

static enum flate_state
unpack(void *unpacker, const unsigned char *packed, size_t length, void *text,
    size_t n)
{
	z_stream *z = unpacker;
	unsigned char none;
	int got;

	inflateReset(z);
	z->next_in = packed;
	z->avail_in = count(length);
	z->next_out = n ? text : &none;
	z->avail_out = n ? count(n) : 1;
	got = inflate(z, Z_FINISH);
	if (got == Z_DATA_ERROR)
		return FLATE_BAD;
	return got == Z_STREAM_END && z->avail_in == 0 && z->total_out == n ?
	    FLATE_END : FLATE_MORE;
}

static enum flate_state
run(void *unpacker, const unsigned char *in, size_t *n_in, void *text,
    size_t *n_out, struct flate_tail *tail)
{
	const uInt had = count(*n_in), room = count(*n_out);
	z_stream *z = unpacker;
	int got;

	z->next_in = in;
	z->avail_in = had;
	z->next_out = text;
	z->avail_out = room;
	got = inflate(z, Z_NO_FLUSH);
	*n_in = had - z->avail_in;
	*n_out = room - z->avail_out;
	tail->n = 0;
	if (got == Z_STREAM_END)
		return FLATE_END;
	/* Z_BUF_ERROR: no progress was possible with these buffers. */
	return got == Z_OK || got == Z_BUF_ERROR ? FLATE_MORE : FLATE_BAD;
}

const struct flate flate_zlib = {
	"zlib", crc, packer_new, packer_free, pack, unpacker_new,
	unpacker_free, unpack, restart, run
};

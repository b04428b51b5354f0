/* flate_isal.c -- deflate by Intel's ISA-L: two to eight times as fast as
 * zlib. */

#include <assert.h>
#include <isa-l.h>
#include <stdlib.h>

#include "base/mem.h"
#include "io/flate.h"

/* The best and, on tables, not the slowest of the library's levels. */
enum { LEVEL = 3, LEVEL_MEMORY = ISAL_DEF_LVL3_DEFAULT };

struct packer {
	struct isal_zstream z;
	unsigned char memory[LEVEL_MEMORY];
};

/* The library counts in 32 bits. */
static uint32_t
count(size_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

/* It takes what it reads without const, and does not write there. */
static unsigned char *
reads(const void *bytes)
{
	return (unsigned char *)(uintptr_t)bytes;
}

static uint32_t
crc(uint32_t sum, const void *bytes, size_t n)
{
	return crc32_gzip_refl(sum, bytes, n);
}

/* Not zeroed, which would cost more than to pack a short file. */
static void *
packer_new(void)
{
	size_t cap = 0;

	return mem_grow("compression", NULL, &cap, 1, sizeof(struct packer));
}

static size_t
pack(void *packer, const void *text, size_t n, unsigned char *packed,
    size_t room)
{
	struct packer *p = packer;
	int got;

	isal_deflate_stateless_init(&p->z);
	p->z.level = LEVEL;
	p->z.level_buf = p->memory;
	p->z.level_buf_size = sizeof p->memory;
	p->z.end_of_stream = 1;
	p->z.next_in = reads(text);
	p->z.avail_in = count(n);
	p->z.next_out = packed;
	p->z.avail_out = count(room);
	got = isal_deflate_stateless(&p->z);
	assert(got == COMP_OK);
	(void)got;
	return p->z.total_out;
}

static void *
unpacker_new(void)
{
	size_t cap = 0;

	return mem_grow("decompression", NULL, &cap, 1,
	    sizeof(struct inflate_state));
}

static enum flate_state
unpack(void *unpacker, const unsigned char *packed, size_t length, void *text,
    size_t n)
{
	struct inflate_state *s = unpacker;
	unsigned char none;
	int got;

	isal_inflate_init(s);
	s->next_in = reads(packed);
	s->avail_in = count(length);
	s->next_out = n ? text : &none;
	s->avail_out = count(n);
	got = isal_inflate_stateless(s);
	if (got < 0)
		return FLATE_BAD;
	return got == ISAL_DECOMP_OK && s->avail_in == 0 &&
	    s->read_in_length < 8 && s->total_out == n ? FLATE_END :
	    FLATE_MORE;
}

static void
restart(void *unpacker)
{
	isal_inflate_init(unpacker);
}

/* The whole bytes among the bits that were read ahead. */
static void
give_back(struct inflate_state *s, struct flate_tail *tail)
{
	uint64_t bits = s->read_in >> s->read_in_length % 8;

	tail->n = (size_t)s->read_in_length / 8;
	for (size_t i = 0; i < tail->n; i++, bits >>= 8)
		tail->byte[i] = bits & 0xff;
	s->read_in_length = 0;
}

static enum flate_state
run(void *unpacker, const unsigned char *in, size_t *n_in, void *text,
    size_t *n_out, struct flate_tail *tail)
{
	const uint32_t had = count(*n_in), room = count(*n_out);
	struct inflate_state *s = unpacker;
	int got;

	s->next_in = reads(in);
	s->avail_in = had;
	s->next_out = text;
	s->avail_out = room;
	got = isal_inflate(s);
	*n_in = had - s->avail_in;
	*n_out = room - s->avail_out;
	if (got < 0)
		return FLATE_BAD;
	if (s->block_state != ISAL_BLOCK_FINISH)
		return FLATE_MORE;
	give_back(s, tail);
	return FLATE_END;
}

const struct flate flate_isal = {
	"ISA-L", crc, packer_new, free, pack, unpacker_new, free, unpack,
	restart, run
};

#ifndef SRS_LE_H
#define SRS_LE_H

/* le.h -- little-endian numbers in bytes, as in the headers of gzip. */

#include <stdint.h>

static inline unsigned
le_get16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static inline uint32_t
le_get32(const unsigned char *p)
{
	return le_get16(p) | (uint32_t)le_get16(p + 2) << 16;
}

static inline void
le_put16(unsigned char *p, unsigned x)
{
	p[0] = (unsigned char)x;
	p[1] = (unsigned char)(x >> 8);
}

static inline void
le_put32(unsigned char *p, uint32_t x)
{
	le_put16(p, x & 0xffff);
	le_put16(p + 2, x >> 16);
}

#endif

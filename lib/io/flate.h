#ifndef SRS_FLATE_H
#define SRS_FLATE_H

/*
 * flate.h -- deflate data (RFC 1951) without any wrapper, and CRC-32: the
 * seam behind which the libraries for it sit, each in a file of its own.  For
 * gzip.c and gunzip.c, which make the gzip format of it; tests may ask for a
 * library by name.
 */

#include <stddef.h>
#include <stdint.h>

enum flate_state { FLATE_MORE, FLATE_END, FLATE_BAD };

enum { FLATE_TAIL_MAX = 8 };

/* Bytes behind the end of the data that a library had taken too: they come
 * before the rest of the input, and need not be of the same call. */
struct flate_tail {
	unsigned char byte[FLATE_TAIL_MAX];
	size_t n;
};

struct flate {
	const char *name;	/* of the library */

	/* The CRC-32 of what `crc` is that of (0: of nothing) and n bytes. */
	uint32_t (*crc)(uint32_t crc, const void *bytes, size_t n);

	/*
	 * Packs n <= 65535 bytes at once into `packed`, which has room for
	 * n + 5 at least; returns the length.  The bytes depend on nothing
	 * else.  A packer is working memory: one caller at a time.
	 */
	void *(*packer_new)(void);
	void (*packer_free)(void *);
	size_t (*pack)(void *packer, const void *text, size_t n,
	    unsigned char *packed, size_t room);

	/*
	 * The data that is all of `packed` into exactly n bytes: FLATE_END;
	 * FLATE_MORE when one of the lengths is not right; FLATE_BAD.
	 */
	void *(*unpacker_new)(void);
	void (*unpacker_free)(void *);
	enum flate_state (*unpack)(void *unpacker, const unsigned char *packed,
	    size_t length, void *text, size_t n);

	/*
	 * The same piece by piece: restart() before the first of one stream;
	 * both counts become what was used, of at most UINT32_MAX.  FLATE_END
	 * sets *tail.
	 */
	void (*restart)(void *unpacker);
	enum flate_state (*run)(void *unpacker, const unsigned char *in,
	    size_t *n_in, void *text, size_t *n_out, struct flate_tail *tail);
};

/* The libraries of this build, the best first; NULL after the last. */
extern const struct flate *const flate_list[];

/* One in each file flate_NAME.c; for flate.c alone, which knows which of them
 * are there. */
extern const struct flate flate_isal, flate_zlib;

#endif

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "io/stdigest.h"

const char STDIGEST_KEY[] = "srs.digest";

/* With its '\0', so that two texts are not two others. */
static uint64_t
add_text(uint64_t digest, const char *text)
{
	return hash_bytes(text, strlen(text) + 1, digest);
}

uint64_t
stdigest_meta(uint64_t digest, const char *key, const char *value)
{
	return add_text(add_text(digest, key), value);
}

struct pieces {
	const char *bytes;	/* (n) */
	size_t n;
	uint64_t digest;	/* of what is before them */
	uint64_t *of;		/* (pieces) */
};

static void
hash_piece(void *arg, size_t i, size_t worker)
{
	const struct pieces *p = arg;
	const size_t from = i * STDIGEST_PIECE, left = p->n - from;

	(void)worker;
	p->of[i] = hash_bytes(p->bytes + from, left < STDIGEST_PIECE ? left :
	    STDIGEST_PIECE, p->digest);
}

/* What is larger than a piece is the digest of its pieces'. */
static uint64_t
add_data(uint64_t digest, const void *bytes, size_t n)
{
	struct pieces p = { bytes, n, digest, NULL };
	const size_t n_pieces = par_pieces(n, STDIGEST_PIECE);

	if (n_pieces < 2)
		return hash_bytes(bytes, n, digest);
	p.of = mem_array("digests", n_pieces, sizeof *p.of);
	par_for(n_pieces, hash_piece, &p);
	digest = hash_bytes(p.of, n_pieces * sizeof *p.of, digest);
	free(p.of);
	return digest;
}

uint64_t
stdigest_tensor(uint64_t digest, const struct st_tensor *t)
{
	digest = add_text(add_text(digest, t->name), st_type_name(t->type));
	for (size_t i = 0; i < t->n_dims; i++) {
		const uint64_t n = t->dims[i];

		digest = hash_bytes(&n, sizeof n, digest);
	}
	return add_data(digest, t->data, st_bytes(t));
}

void
stdigest_text(uint64_t digest, char text[STDIGEST_SIZE])
{
	snprintf(text, STDIGEST_SIZE, "%016" PRIx64, digest);
}
